import Foundation
import Jawla

/// Why a test cannot begin.
struct NoGround: Error, CustomStringConvertible {
    let description: String
}

/// Keys that end with the process.
final class MemoryKeys: KeyStore, @unchecked Sendable {
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

/// Always in the same valley.
final class Valley: PositionSource {
    func current(waitMs: UInt32) throws -> GeoPosition? {
        GeoPosition(latitudeE7: 328_860_000, longitudeE7: -69_060_000, accuracyM: 12)
    }
}

/// The checkout that the tests belong to.
let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// A folder of its own for one test.
func scratch() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jawla-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}

/// A real server process with the demonstration's projects. JAWLA_PROGRAM names the program
/// (`target/debug/jawla` when left out).
final class Server: @unchecked Sendable {
    private let program: URL
    private let data: URL
    private let process = Process()

    init() throws {
        let named = ProcessInfo.processInfo.environment["JAWLA_PROGRAM"]
        program = named.map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent("target/debug/jawla")
        data = try scratch()
        let address = "127.0.0.1:\(Int.random(in: 20_000..<60_000))"
        let said = Pipe()
        process.executableURL = program
        process.currentDirectoryURL = root
        process.arguments = [
            "serve", "--data", data.path, "--listen", address, "--local", "127.0.0.1:0",
            "--public-url", "https://\(address)",
        ]
        process.standardOutput = said
        process.standardError = said
        try process.run()
        var heard = ""
        while !heard.contains("bureau, sur cette machine") {
            let more = said.fileHandleForReading.availableData
            guard !more.isEmpty else { throw NoGround(description: "the server ended: \(heard)") }
            heard += String(decoding: more, as: UTF8.self)
        }
        // Read on, or the server stops at a full pipe.
        said.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
        _ = try run(["import", "projects", "data/demo-projects.csv", "--demonstration", "--data", data.path])
    }

    deinit {
        if process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: data)
    }

    /// An invitation of a team's lead to one commune.
    func invitation(name: String) throws -> String {
        let said = try run([
            "invite", "--data", data.path, "--scope", "053110507", "--role", "team_lead", "--name", name,
        ])
        guard let found = said.range(of: #"jawla1:\S+"#, options: .regularExpression) else {
            throw NoGround(description: said)
        }
        return String(said[found])
    }

    private func run(_ words: [String]) throws -> String {
        let command = Process()
        let said = Pipe()
        command.executableURL = program
        command.currentDirectoryURL = root
        command.arguments = words
        command.standardOutput = said
        command.standardError = said
        try command.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        command.waitUntilExit()
        guard [0, 3].contains(command.terminationStatus) else { throw NoGround(description: text) }
        return text
    }
}

/// Opened, enrolled and synchronised once over a free link.
func enrolled(on server: Server, in folder: URL, name: String, keys: any KeyStore = MemoryKeys()) async throws -> Store {
    let store = try await Store.open(folder: folder.appendingPathComponent(name), keys: keys, position: Valley())
    try await store.setNetwork(kind: .unmetered)
    try await store.enrol(invitation: server.invitation(name: name), deviceName: name)
    let report = try await store.synchronise()
    guard report.outcome == .complete else { throw NoGround(description: "\(report)") }
    return store
}

/// What the vectors hold: calls, and the files that they name.
func vectors() throws -> [String: Any] {
    let read = try Data(contentsOf: root.appendingPathComponent("bindings/contract/calls.json"))
    guard let found = try JSONSerialization.jsonObject(with: read) as? [String: Any] else {
        throw NoGround(description: "calls.json is no object")
    }
    return found
}

/// The photos of the vectors, written into a folder.
func writeFiles(into folder: URL) throws {
    for (name, text) in try vectors()["files"] as? [String: String] ?? [:] {
        guard let bytes = Data(base64Encoded: text) else { throw NoGround(description: name) }
        try bytes.write(to: folder.appendingPathComponent(name))
    }
}
