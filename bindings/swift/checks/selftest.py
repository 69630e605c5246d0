"""Each sort of fault is found, and sound code is passed. A check that finds nothing proves nothing."""
import plistlib

from . import resources
from .calls import Calls
from .syntax import Source

# What is wrong, in a function over a store; the words that must be said.
FAULTS = [
    ("a call that does not exist", "_ = try await store.finishVisits(document: d, visit: d)", "finishVisits is no call"),
    ("a wrong label", "try await store.finishVisit(document: d, id: d)", "finishVisit(document:id:) of FieldStore does not exist"),
    ("a missing label", "try await store.leave(d)", "leave(_:) of FieldStore does not exist"),
    ("an argument too few", "try await store.finishVisit(document: d)", "does not exist"),
    ("arguments in another order", "try await store.finishVisit(visit: d, document: d)", "does not exist"),
    ("no try", "_ = await store.status()", "status throws: `try` is missing"),
    ("no await", "_ = try store.status()", "status is asynchronous: `await` is missing"),
    ("no await of a call that throws nothing", "let run = try await store.beginSynchronisation(budget: SyncBudget())\n_ = run.next()", "next is asynchronous"),
    ("a word that is no link", "try await store.setNetwork(kind: .wifi)", "NetworkKind has no .wifi"),
    ("a word that is compared", "let s = try await store.status()\nif s.standing == .wanted { return }", "Standing has no .wanted"),
    ("a field that is no field", "let s = try await store.status()\nprint(s.standings)", "DeviceStatus has no standings"),
    ("a field of a row", "for row in try await store.projects(filter: ProjectFilter(), page: PageRequest()).rows { print(row.title) }", "ProjectSummary has no title"),
    ("a field of a row of a stream", "for try await row in store.everyProject() { print(row.title) }", "ProjectSummary has no title"),
    ("a shape that is made wrongly", "_ = PageRequest(from: 1)", "PageRequest(from:) of PageRequest does not exist"),
    ("a text where a list belongs", "_ = try await store.savePart(document: d, visit: d, fields: [.texts(\"a\", \"b\")])", "texts is no call of FieldWritten"),
    ("another shape than is wanted", "_ = try await store.projects(filter: VisitFilter(), page: PageRequest())", "is VisitFilter, wanted is ProjectFilter"),
    ("what may be nil", "let s = try await store.status()\nprint(s.person.nameFr)", "may be nil"),
    ("a switch that lacks a case", "let r = try await store.synchronise(within: SyncBudget())\nswitch r.outcome { case .complete: break\ncase .cancelled: break }", "the switch over SyncOutcome lacks interrupted, outOfBytes, outOfTime"),
    ("a switch over errors that lacks one", "func f(e: JawlaError) { switch e { case .FixInput: break\ncase .AskPerson: break\ncase .Wait: break\ncase .EnrolAgain: break\ncase .Closed: break } }", "the switch over JawlaError lacks ReportBug"),
    ("a case that is no case", "func f(e: JawlaError) { if case .Broken(let code) = e { print(code) } }", "JawlaError has no case Broken"),
    ("a caught case that is none", "do { try await store.leave(document: d) } catch JawlaError.Shut { }", "JawlaError has no case Shut"),
    ("a case taken apart wrongly", "func f(e: JawlaError) { if case .Closed(let code, _) = e { print(code) } }", "JawlaError.Closed holds 3 values, 2 are taken"),
    ("a try that nobody takes", "func f() async { try await store.retryFiles() }", "`try` in a function that does not throw"),
    ("an await where nothing waits", "func f() throws { try await store.retryFiles() }", "`await` in a function that is not asynchronous"),
    ("a try behind an operator", "let s = d.isEmpty ? try await store.status() : nil\n_ = s", "to the right of an operator"),
    ("a stream that may fail", "for await row in store.everyProject() { _ = row }", "`for try await` is wanted"),
    ("a stream walked as a list", "for names in store.changes() { _ = names }", "a stream is walked by `for await`"),
    ("a protocol half kept", "final class K: KeyStore, Sendable { func load(name: String) throws -> Data? { nil }\nfunc save(name: String, bytes: Data) throws {} }", "K lacks remove(name:) of KeyStore"),
    ("an actor asked from outside", "actor Box { func open() {} }\nfunc f(b: Box) { b.open() }", "open is asynchronous"),
]

SOUND = """
import Jawla
final class Screen {
    private let store: Store
    private var run: SyncRun?
    init(store: Store) { self.store = store }
    func work(d: String) async throws -> String? {
        async let standing = store.status().standing
        let now = try await standing
        if now == .enrolled { return nil }
        let first = try await store.projects(filter: ProjectFilter(sort: .cost), page: PageRequest(limit: 1)).rows[0]
        let visit = try await store.beginVisit(document: first.document, kind: .followUp)
        _ = try await store.savePart(document: d, visit: visit, fields: [.text("note", "x"), .whole("progress_bp", 1)])
        run?.cancel()
        if let run { run.cancel() }
        for await names in store.changes() { print(names.count) }
        for try await event in store.synchronisation() {
            switch event {
            case .going(let progress): print(progress.requests)
            case .ended(let report) where report.outcome == .complete: return report.receipt?.wordsFr
            case .ended: break
            }
        }
        do { try await store.leave(document: d) } catch JawlaError.FixInput(let code, _, _, _, _) { return code }
        let maybe = try? await store.status()
        return maybe?.person?.nameFr
    }
}
"""


def run(known):
    """Answers what the checks failed to find, as lines."""
    missed = []
    for name, code, words in FAULTS:
        text = f"import Jawla\nfunc tried(store: Store, d: String) async throws {{\n{code}\n}}\n"
        source = Source(name, text)
        if source.faults():
            missed.append(f"self-test: {name}: the sample is not Swift: {source.faults()}")
            continue
        with_own = known.copy()
        with_own.add(source)
        add_inner(with_own, source)
        found = Calls(source, with_own).check()
        if not any(words in line for line in found):
            missed.append(f"self-test: {name}: not found; said was {found}")
    source = Source("sound", SOUND)
    with_own = known.copy()
    with_own.add(source)
    missed += [f"self-test: {line}" for line in source.faults() + Calls(source, with_own).check()]
    for text in ("func f( {", "let x = = 3", "class A { func f() { }", "switch x { case }"):
        if not Source("broken", text).faults():
            missed.append(f"self-test: broken Swift is not found: {text}")
    return missed + of_resources()


def add_inner(known, source):
    """Types that a sample declares inside its function."""
    from .syntax import all_of
    for node in all_of(source.root, "class_declaration"):
        known.add_type(source, node)


def of_resources():
    missed = []
    whole = resources.strings_of("a", '/* c */\n"a" = "b %@";\n"c" = "d";\n')
    if whole != ({"a": "b %@", "c": "d"}, []):
        missed.append(f"self-test: sound strings are refused: {whole}")
    for text in ('"a" = "b"\n', '"a" "b";', 'a = ;', '"a" = "b";\n"a" = "c";'):
        if not resources.strings_of("a", text)[1]:
            missed.append(f"self-test: broken strings are not found: {text}")
    if not resources.differing("x", {"a": "1"}, {"a": "1", "b": "2"}) or not resources.differing("x", {"a": "%@"}, {"a": "x"}):
        missed.append("self-test: languages that differ are not found")
    if not resources.plist_of("x", b"<plist><dict><key>a</key></plist>")[1] or resources.plist_of("x", plistlib.dumps({"a": 1}))[1]:
        missed.append("self-test: property lists are judged wrongly")
    return missed
