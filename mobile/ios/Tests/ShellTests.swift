import Jawla
import XCTest
@testable import JawlaShell

/// Keys that end with the process.
private final class MemoryKeys: KeyStore, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [String: Data] = [:]

    func load(name: String) throws -> Data? {
        lock.withLock { kept[name] }
    }

    func save(name: String, bytes: Data) throws {
        lock.withLock { kept[name] = bytes }
    }

    func remove(name: String) throws {
        lock.withLock { kept[name] = nil }
    }
}

/// Remembers what it was asked for.
@MainActor private final class Asked: ShellServices {
    var photos: [PhotoWanted] = []
    var shared: [String] = []

    func photo(_ wanted: PhotoWanted) async throws {
        photos.append(wanted)
    }

    func scan() async throws -> String {
        throw Refusal("cancelled")
    }

    func position(on: Bool) async throws {
        if on { throw Refusal("denied", sentence: "Non") }
    }

    func print() {}

    func share(title: String, text: String) {
        shared.append(text)
    }
}

/// The shell's own decisions, over the real core.
@MainActor final class ShellTests: XCTestCase {
    private let asked = Asked()
    private lazy var core = Core(
        folder: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString),
        keys: MemoryKeys()
    )

    private func hear(_ order: [String: Any]) async throws -> [String: Any] {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: order), as: UTF8.self)
        let said = await Bridge(services: asked, core: core).hear(text)
        let answer = try JSONSerialization.jsonObject(with: Data(try XCTUnwrap(said).utf8))
        return try XCTUnwrap(answer as? [String: Any])
    }

    /// `"<text>"`, `"<number>"` and `"<list>"` stand for any value of that kind; a sentence may be there.
    private func fits(_ found: Any?, _ wanted: Any) -> Bool {
        switch wanted {
        case let mark as String where mark == "<text>": return found is String
        case let mark as String where mark == "<number>": return found is NSNumber
        case let mark as String where mark == "<list>": return found is [Any]
        case let map as [String: Any]:
            guard let held = found as? [String: Any] else { return false }
            return Set(held.keys).subtracting(["sentence"]) == Set(map.keys) && map.allSatisfy { fits(held[$0.key], $0.value) }
        default: return (found as? NSObject) == (wanted as? NSObject)
        }
    }

    func testTheContractOfTheBridgeIsKept() async throws {
        let place = try XCTUnwrap(Bundle(for: ShellTests.self).url(forResource: "bridge", withExtension: "json"))
        let contract = try JSONSerialization.jsonObject(with: Data(contentsOf: place)) as? [String: Any]
        let steps = try XCTUnwrap(contract?["steps"] as? [[String: Any]])
        XCTAssertGreaterThanOrEqual(steps.count, 9)
        for step in steps {
            let answer = try await hear(try XCTUnwrap(step["order"] as? [String: Any]))
            XCTAssertTrue(fits(answer, try XCTUnwrap(step["answer"])), "\(step["name"] ?? ""): \(answer)")
        }
    }

    func testWhatIsNoOrderIsNotAnswered() async {
        let bridge = Bridge(services: asked, core: core)
        for garbage in ["", "[", "null", "7", "{\"do\":", String(repeating: "x", count: 300_000)] {
            let said = await bridge.hear(garbage)
            XCTAssertNil(said, garbage.prefix(20).description)
        }
    }

    func testServicesAreAskedAndTheirRefusalsTold() async throws {
        let id = String(repeating: "a", count: 32)
        let photo: [String: Any] = [
            "v": 1, "id": 1, "do": "photo", "document": id, "visit": id, "role": "detail", "source": "gallery",
        ]
        let taken = try await hear(photo)
        XCTAssertTrue(fits(taken, ["id": 1, "ok": [String: Any]()]))
        XCTAssertEqual(asked.photos.first?.role, .detail)
        XCTAssertEqual(asked.photos.first?.fromCamera, false)
        let denied = try await hear(["v": 1, "id": 2, "do": "position", "on": true])
        XCTAssertTrue(fits(denied, ["id": 2, "fault": ["code": "denied"]]))
        let cancelled = try await hear(["v": 1, "id": 3, "do": "scan"])
        XCTAssertTrue(fits(cancelled, ["id": 3, "fault": ["code": "cancelled"]]))
        _ = try await hear(["v": 1, "id": 4, "do": "share", "title": "a", "text": "b", "path": "/projets"])
        XCTAssertEqual(asked.shared, ["b"])
    }

    func testOnlyOwnAddressesAreShown() {
        XCTAssertEqual(Pages.address("/a-faire").absoluteString, "jawla://app/a-faire")
        XCTAssertEqual(Pages.address("//example.invalid/").absoluteString, "jawla://app/")
        XCTAssertEqual(Pages.path(of: Pages.address("/projets?texte=%D8%A3")), "/projets?texte=%D8%A3")
    }

    func testTheStoreIsInNoBackup() async throws {
        _ = try await core.store()
        let values = try await core.folder.resourceValues(forKeys: [.isExcludedFromBackupKey])
        XCTAssertEqual(values.isExcludedFromBackup, true)
        try await core.close()
    }
}
