import Foundation
import Jawla

private let contract = 1
private let orderBytesMax = 262_144
private let roles: [String: PhotoRole] = [
    "ensemble": .overview, "detail": .detail, "defaut": .defect, "panneau": .sitePanel,
]

/// A refusal with its code of the contract (docs/shells.md).
struct Refusal: Error {
    let code: String
    var sentence: String?

    init(_ code: String, sentence: String? = nil) {
        self.code = code
        self.sentence = sentence
    }
}

/// One visit's photo that a page asked for.
struct PhotoWanted: Sendable {
    let document: String
    let visit: String
    let role: PhotoRole
    let fromCamera: Bool
}

/// What a page may order of a shell beside asking the pages.
@MainActor protocol ShellServices: AnyObject {
    func photo(_ wanted: PhotoWanted) async throws
    func scan() async throws -> String
    func position(on: Bool) async throws
    func print()
    func share(title: String, text: String)
}

/// The shell's side of `bridge.js`: a text comes in, a text goes back.
@MainActor final class Bridge {
    private weak var services: (any ShellServices)?
    private let core: Core

    init(services: any ShellServices, core: Core) {
        self.services = services
        self.core = core
    }

    /// Carries out one message of the page and answers it; nothing for what is no order.
    func hear(_ text: String) async -> String? {
        guard text.utf8.count <= orderBytesMax, let order = object(text) else { return nil }
        let id = order["id"] ?? -1
        do {
            return said(["id": id, "ok": try await carry(order)])
        } catch let refusal as Refusal {
            return said(["id": id, "fault": fault(refusal)])
        } catch let error as JawlaError {
            return said(["id": id, "fault": fault(Refusal("failed", sentence: error.sentence(in: Words.language)))])
        } catch {
            return said(["id": id, "fault": fault(Refusal("failed"))])
        }
    }

    /// What the page is told without having asked.
    static func event(_ name: String, _ details: [String: Any] = [:]) -> String {
        text(details.merging(["event": name]) { $1 })
    }

    private func carry(_ order: [String: Any]) async throws -> [String: Any] {
        guard order["v"] as? Int == contract else { throw Refusal("unknown-contract") }
        guard let services else { throw Refusal("unavailable") }
        switch order["do"] as? String ?? "" {
        case "hello": return ["v": contract, "can": ["photo", "scan", "position", "print", "share"]]
        case "http": return try await http(order)
        case "photo": try await services.photo(wanted(order))
        case "scan": return ["text": try await services.scan()]
        case "position": try await services.position(on: order["on"] as? Bool ?? false)
        case "print": services.print()
        case "share": services.share(title: order["title"] as? String ?? "", text: order["text"] as? String ?? "")
        default: throw Refusal("unknown-order")
        }
        return [:]
    }

    private func http(_ order: [String: Any]) async throws -> [String: Any] {
        guard let method = order["method"] as? String, !method.isEmpty,
              let path = order["path"] as? String, path.hasPrefix("/"), !path.hasPrefix("//"),
              let pairs = order["headers"] as? [[String]], pairs.allSatisfy({ $0.count == 2 })
        else { throw Refusal("bad-order") }
        let headers = pairs.map { HttpHeader(name: $0[0], value: $0[1]) }
        let body = Data((order["body"] as? String ?? "").utf8)
        let answer = try await core.ask(method, path, headers: headers, body: body)
        return [
            "status": Int(answer.status),
            "headers": answer.headers.map { [$0.name, $0.value] },
            "body": String(decoding: answer.body, as: UTF8.self),
        ]
    }

    private func wanted(_ order: [String: Any]) throws -> PhotoWanted {
        guard let document = order["document"] as? String, isId(document),
              let visit = order["visit"] as? String, isId(visit),
              let code = order["role"] as? String, let role = roles[code]
        else { throw Refusal("bad-order") }
        let fromCamera = order["source"] as? String != "gallery"
        return PhotoWanted(document: document, visit: visit, role: role, fromCamera: fromCamera)
    }

    private func isId(_ text: String) -> Bool {
        text.utf8.count == 32 && text.allSatisfy { "0123456789abcdef".contains($0) }
    }

    private func fault(_ refusal: Refusal) -> [String: Any] {
        var fault: [String: Any] = ["code": refusal.code]
        fault["sentence"] = refusal.sentence
        return fault
    }

    private func object(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }

    private func said(_ answer: [String: Any]) -> String {
        Bridge.text(answer)
    }

    private static func text(_ object: [String: Any]) -> String {
        guard let bytes = try? JSONSerialization.data(withJSONObject: object) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
