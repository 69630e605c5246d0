import Foundation
import Jawla
import Testing

private let canary = "Canari-Zoubaida-7731"

/// A day in the field, and what goes wrong in one: the real library, a real server.
@Suite(.serialized) struct DayTests {
    private let server: Server
    private let folder: URL

    init() throws {
        server = try Server()
        folder = try scratch()
        try writeFiles(into: folder)
    }

    private func firstProject(_ store: Store) async throws -> String {
        let page = try await store.projects(filter: ProjectFilter(), page: PageRequest())
        return try #require(page.rows.first).document
    }

    private func finishedVisit(_ store: Store, _ document: String, note: String) async throws -> String {
        let visit = try await store.beginVisit(document: document, kind: .followUp)
        let fields: [FieldWritten] = [.text("site_state", "actif"), .whole("progress_bp", 4_200), .text("note", note)]
        _ = try await store.savePart(document: document, visit: visit, fields: fields)
        _ = try await store.takePosition(document: document, visit: visit, waitMs: 100)
        for name in ["photo_1.jpg", "photo_2.jpg"] {
            let path = folder.appendingPathComponent(name).path
            _ = try await store.addPhoto(document: document, visit: visit, path: path, role: .overview)
        }
        try await store.finishVisit(document: document, visit: visit)
        return visit
    }

    /// The refusal that this work must end in.
    private func refusal(of work: () async throws -> Void) async throws -> JawlaError {
        do {
            try await work()
        } catch let error as JawlaError {
            return error
        }
        throw NoGround(description: "nothing was refused")
    }

    @Test func aDayInTheField() async throws {
        let keys = MemoryKeys()
        let store = try await enrolled(on: server, in: folder, name: "A", keys: keys)
        var projects: [ProjectSummary] = []
        for try await row in store.everyProject() { projects.append(row) }
        #expect(projects.count > 3)
        let document = try #require(projects.first).document

        let draft = try await store.beginVisit(document: document, kind: .followUp)
        let wrong = try await refusal {
            _ = try await store.savePart(document: document, visit: draft, fields: [.whole("progress_bp", 10_001)])
        }
        #expect(wrong.code == "value_out_of_bounds")
        #expect(wrong.field == "progress_bp")
        let broken = try await refusal { try await store.finishVisit(document: document, visit: draft) }
        #expect(!broken.violations.isEmpty)
        #expect(broken.violations.allSatisfy { !$0.sentenceAr.isEmpty })
        try await store.deleteDraft(document: document, visit: draft)

        let visit = try await finishedVisit(store, document, note: canary)
        let waiting = try await store.outgoing()
        #expect(waiting.contains { $0.visit == visit })
        var last: SyncEvent?
        for try await event in store.synchronisation() { last = event }
        guard case .ended(let report) = last else { throw NoGround(description: "no report: \(String(describing: last))") }
        #expect(report.outcome == .complete)
        #expect(report.progress.requests >= 1)
        #expect(report.progress.bytesUp > 0)
        let left = try await store.outgoing()
        #expect(left.isEmpty)
        let form = try await store.visit(document: document, visit: visit)
        #expect(form.word == .received)
        #expect(form.photos.count == 2)
        var own: [String] = []
        for try await row in store.everyVisit(VisitFilter(own: true)) { own.append(row.visit.visit) }
        #expect(own == [visit])

        _ = try await store.saveProjectField(document: document, key: "place", value: .text(text: "Douar Aït Ali"))
        try await store.leave(document: document)
        let history = try await store.history(document: document, page: PageRequest())
        let newest = try #require(history.rows.first)
        #expect(newest.undoable)
        try await store.undo(document: document, change: newest.change)
        try await store.close()
        try await store.close()
        let shut = try await refusal { _ = try await store.status() }
        guard case .Closed = shut else { throw NoGround(description: "\(shut)") }

        let place = folder.appendingPathComponent("A")
        let again = try await Store.open(folder: place, keys: keys)
        let kept = try await again.visit(document: document, visit: visit)
        #expect(kept.word == .received)
        try await again.close()
        let files = FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard let bytes = try? Data(contentsOf: file) else { continue }
            #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(file.lastPathComponent)")
        }
        let locked = try await refusal { _ = try await Store.open(folder: place, keys: MemoryKeys()) }
        #expect(locked.code == "key_missing")
    }

    @Test func twoPhonesDisagreeAndOneTapSettles() async throws {
        let one = try await enrolled(on: server, in: folder, name: "B")
        let two = try await enrolled(on: server, in: folder, name: "C")
        let document = try await firstProject(one)
        for (store, name) in [(one, "Douar Haut"), (two, "Douar Bas")] {
            _ = try await store.saveProjectField(document: document, key: "place", value: .text(text: name))
            try await store.leave(document: document)
        }
        for store in [one, two, one] { _ = try await store.synchronise() }
        let page = try await one.disagreements(document: document, page: PageRequest())
        let row = try #require(page.rows.first)
        #expect(row.values.count == 2)
        let known = row.values.map { $0.change }
        let stale = try await refusal {
            try await one.settle(document: document, path: row.path, value: row.values[0].value, seen: [known[0]])
        }
        #expect(stale.code == "changed")
        try await one.settle(document: document, path: row.path, value: row.values[0].value, seen: known)
        for store in [one, two] {
            _ = try await store.synchronise()
            let left = try await store.disagreements(document: document, page: PageRequest())
            #expect(left.total == 0)
            try await store.close()
        }
    }

    @Test func fiftyCallsAtOnceAndCancelling() async throws {
        let store = try await enrolled(on: server, in: folder, name: "D")
        let document = try await firstProject(store)
        let seen = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask { try await store.project(document: document).project.document }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(seen == [document])
        let going = Task { try await store.synchronise() }
        going.cancel()
        let stopped = try await going.value
        #expect(stopped.outcome == .cancelled || stopped.outcome == .complete)
        for try await _ in store.synchronisation() { break }
        let report = try await store.synchronise()
        #expect(report.outcome == .complete)
        try await store.close()
    }

    @Test(.timeLimit(.minutes(2))) func changesNameWhatChangedAndEndWithTheStore() async throws {
        let store = try await enrolled(on: server, in: folder, name: "E")
        let document = try await firstProject(store)
        let changes = store.changes()
        let listening = Task {
            for await names in changes where names.contains("project:" + document) { return true }
            return false
        }
        _ = try await store.saveProjectField(document: document, key: "place", value: .text(text: "Ici"))
        try await store.leave(document: document)
        #expect(await listening.value)
        let rest = store.changes()
        let ending = Task {
            for await _ in rest {}
            return true
        }
        try await store.close()
        #expect(await ending.value)
        for await names in store.changes() { throw NoGround(description: "\(names)") }
    }

    @Test func wrongInputIsTold() async throws {
        let place = folder.appendingPathComponent("F")
        let keys = try FileKeys(folder: folder.appendingPathComponent("keys"))
        let store = try await Store.open(folder: place, keys: keys)
        let none = try await refusal { try await store.enrol(invitation: "rien", deviceName: "F") }
        #expect(none.code == "not_an_invitation")
        #expect(!none.sentence(in: .ar).isEmpty)
        let early = try await refusal { _ = try await store.synchronise() }
        guard case .EnrolAgain = early else { throw NoGround(description: "\(early)") }
        let unread = try await refusal { _ = try await store.project(document: "zz") }
        #expect(unread.code == "not_an_id")
        let twice = try await refusal { _ = try await Store.open(folder: place, keys: MemoryKeys()) }
        #expect(twice.code == "already_open")
        try await store.close()
    }
}
