import Foundation
import Jawla

/// The arguments of one call of the vectors.
struct Given {
    let map: [String: Any]

    func text(_ name: String) throws -> String {
        guard let found = map[name] as? String else { throw NoGround(description: "no \(name) in \(map)") }
        return found
    }

    func maybe(_ name: String) -> String? {
        map[name] as? String
    }

    func number(_ name: String) -> UInt64? {
        (map[name] as? NSNumber)?.uint64Value
    }

    func small(_ name: String) -> UInt32? {
        number(name).map { UInt32($0) }
    }

    func yes(_ name: String) -> Bool {
        map[name] as? Bool ?? false
    }

    func texts(_ name: String) -> [String] {
        map[name] as? [String] ?? []
    }

    func inside(_ name: String) -> Given {
        Given(map: map[name] as? [String: Any] ?? [:])
    }

    func all(_ name: String) -> [Given] {
        (map[name] as? [[String: Any]] ?? []).map { Given(map: $0) }
    }

    /// One of an enum's words; none when it is not named.
    func word<Word>(_ name: String, of words: [Word]) -> Word? {
        words.first { snake(String(describing: $0)) == maybe(name) }
    }

    func kind() throws -> VisitKind {
        guard let found = word("kind", of: [VisitKind.followUp, .launch, .diagnosis]) else {
            throw NoGround(description: "no kind in \(map)")
        }
        return found
    }

    func link() throws -> NetworkKind {
        guard let found = word("kind", of: [NetworkKind.unknown, .noLink, .metered, .unmetered]) else {
            throw NoGround(description: "no kind in \(map)")
        }
        return found
    }

    func role() throws -> PhotoRole {
        guard let found = word("role", of: [PhotoRole.overview, .detail, .defect, .sitePanel]) else {
            throw NoGround(description: "no role in \(map)")
        }
        return found
    }

    func page() -> PageRequest {
        let page = inside("page")
        return PageRequest(offset: page.small("offset") ?? 0, limit: page.small("limit") ?? 50)
    }

    func budget() -> SyncBudget {
        let budget = inside("budget")
        return SyncBudget(timeMs: budget.number("time_ms"), bytes: budget.number("bytes"), tries: budget.small("tries"))
    }

    func projects() -> ProjectFilter {
        let filter = inside("filter")
        let states = [ReportingState.notLaunched, .underWay, .done, .abandoned, .notRetained]
        let named = filter.texts("reporting_states")
        return ProjectFilter(
            text: filter.maybe("text") ?? "",
            scopes: filter.texts("scopes"),
            reportingStates: states.filter { named.contains(snake(String(describing: $0))) },
            sort: filter.word("sort", of: [ProjectSort.code, .cost]),
            direction: filter.word("direction", of: [SortDirection.rising, .falling])
        )
    }

    func visits() -> VisitFilter {
        let filter = inside("filter")
        let words = [RecordWord.draft, .onThisPhone, .received, .approved, .returned]
        let named = filter.texts("words")
        return VisitFilter(
            words: words.filter { named.contains(snake(String(describing: $0))) },
            ownDrafts: filter.yes("own_drafts"),
            own: filter.yes("own")
        )
    }

    /// A value of a field: by what it holds.
    func value() -> FieldValue {
        let value = inside("value")
        if let text = value.maybe("text") { return .text(text: text) }
        if let yes = value.map["yes"] as? Bool { return .flag(yes: yes) }
        if let number = value.map["number"] as? NSNumber { return .whole(number: number.int64Value) }
        return .cleared
    }

    func fields() throws -> [FieldWritten] {
        try all("fields").map { FieldWritten(key: try $0.text("key"), value: $0.value()) }
    }

    func settings() -> Settings {
        let settings = inside("settings")
        return Settings(
            language: settings.word("language", of: [Language.fr, .ar]),
            textStep: UInt8(settings.small("text_step") ?? 0),
            sun: settings.yes("sun"),
            photosOnFreeLinkOnly: settings.yes("photos_on_free_link_only"),
            paused: settings.yes("paused")
        )
    }

    func request() throws -> HttpRequest {
        let request = inside("request")
        return HttpRequest(
            method: try request.text("method"),
            path: try request.text("path"),
            headers: try request.all("headers").map { HttpHeader(name: try $0.text("name"), value: try $0.text("value")) },
            body: request.maybe("body").map { Data($0.utf8) }
        )
    }
}

/// Makes one call of the vectors. A new call is a new line here.
func play(_ store: Store, _ call: String, _ given: Given) async throws -> Any {
    func document() throws -> String { try given.text("document") }
    func visit() throws -> String { try given.text("visit") }
    switch call {
    case "add_photo":
        return seen(try await store.addPhoto(document: document(), visit: visit(), path: given.text("path"), role: given.role()))
    case "begin_visit": return seen(try await store.beginVisit(document: document(), kind: given.kind()))
    case "begin_visit_as_before": return seen(try await store.beginVisitAsBefore(document: document(), kind: given.kind()))
    case "change_serial": return seen(try store.changeSerial())
    case "changes_after": return seen(try await store.changesAfter(serial: given.number("serial") ?? 0))
    case "close_store": return seen(try await store.closeStore())
    case "communes": return seen(try await store.communes())
    case "copy_photo": return seen(try await store.copyPhoto(photo: given.text("photo"), path: given.text("path")))
    case "delete_draft": return seen(try await store.deleteDraft(document: document(), visit: visit()))
    case "diagnostics": return seen(try await store.diagnostics())
    case "difficulty_reasons": return seen(try await store.difficultyReasons())
    case "disagreements": return seen(try await store.disagreements(document: given.maybe("document"), page: given.page()))
    case "enrol":
        return seen(try await store.enrol(invitation: given.text("invitation"), deviceName: given.text("device_name")))
    case "export_unsent": return seen(try await store.exportUnsent(path: given.text("path")))
    case "field_schema": return seen(fieldSchema())
    case "fill_as_before": return seen(try await store.fillAsBefore(document: document(), visit: visit()))
    case "finish_visit": return seen(try await store.finishVisit(document: document(), visit: visit()))
    case "history": return seen(try await store.history(document: document(), page: given.page()))
    case "http": return seen(try await store.http(request: given.request()))
    case "is_closed": return seen(store.isClosed())
    case "leave": return seen(try await store.leave(document: document()))
    case "may_synchronise": return seen(try await store.maySynchronise())
    case "outgoing": return seen(try await store.outgoing())
    case "people": return seen(try await store.people())
    case "plan_action":
        return seen(try await store.planAction(
            document: document(), visit: visit(), item: given.maybe("item"),
            what: given.text("what"), owner: given.text("owner"), due: given.text("due")
        ))
    case "programmes": return seen(try await store.programmes())
    case "project": return seen(try await store.project(document: document()))
    case "projects": return seen(try await store.projects(filter: given.projects(), page: given.page()))
    case "raise_difficulty":
        return seen(try await store.raiseDifficulty(
            document: document(), visit: visit(), reason: given.text("reason"), note: given.text("note")
        ))
    case "remove_photo":
        return seen(try await store.removePhoto(document: document(), visit: visit(), photo: given.text("photo")))
    case "reopen_visit": return seen(try await store.reopenVisit(document: document(), visit: visit()))
    case "retry_files": return seen(try await store.retryFiles())
    case "returned_visits": return seen(try await store.returnedVisits(page: given.page()))
    case "save_part": return seen(try await store.savePart(document: document(), visit: visit(), fields: given.fields()))
    case "save_project_field":
        return seen(try await store.saveProjectField(document: document(), key: given.text("key"), value: given.value()))
    case "save_settings": return seen(try await store.saveSettings(settings: given.settings()))
    case "scopes": return seen(try await store.scopes())
    case "sectors": return seen(try await store.sectors())
    case "set_aside": return seen(try await store.setAside())
    case "set_network": return seen(try await store.setNetwork(kind: given.link()))
    case "settle":
        return seen(try await store.settle(
            document: document(), path: given.text("path"), value: given.value(), seen: given.texts("seen")
        ))
    case "status": return seen(try await store.status())
    case "synchronise": return seen(try await store.synchronise(budget: given.budget()))
    case "take_position":
        return seen(try await store.takePosition(document: document(), visit: visit(), waitMs: given.small("wait_ms") ?? 0))
    case "undo": return seen(try await store.undo(document: document(), change: given.text("change")))
    case "visit": return seen(try await store.visit(document: document(), visit: visit()))
    case "visits": return seen(try await store.visits(filter: given.visits(), page: given.page()))
    case "wipe": return seen(try await store.wipe())
    case "withdraw_difficulty":
        return seen(try await store.withdrawDifficulty(document: document(), visit: visit(), reason: given.text("reason")))
    default: throw NoGround(description: "no call \(call): add it to Replay.swift")
    }
}
