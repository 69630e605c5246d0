import Foundation
import Jawla
import Network

/// The one store of this process: opened once, shared by the screen and the background.
actor Core {
    static let shared = Core(folder: Core.place, keys: KeychainKeys())

    let folder: URL
    private let keys: any KeyStore
    private let link = Link()
    private var opening: Task<Store, any Error>?

    init(folder: URL, keys: any KeyStore) {
        self.folder = folder
        self.keys = keys
    }

    /// Where the store of the app lies: no backup takes it, no person sees it.
    static var place: URL {
        URL.applicationSupportDirectory.appendingPathComponent("store", isDirectory: true)
    }

    /// Opens the store, or answers the one that is open.
    func store() async throws -> Store {
        if let opening { return try await opening.value }
        let begun = Task { try await self.opened() }
        opening = begun
        do {
            return try await begun.value
        } catch {
            opening = nil
            throw error
        }
    }

    /// Asks the pages.
    func ask(_ method: String, _ path: String, headers: [HttpHeader], body: Data?) async throws -> HttpResponse {
        try await store().http(request: HttpRequest(method: method, path: path, headers: headers, body: body))
    }

    /// Says what the link costs now.
    func lookAtLink() async throws {
        try await store().setNetwork(kind: link.kind())
    }

    /// Whether the link costs nothing.
    func isFree() -> Bool {
        link.kind() == .unmetered
    }

    /// Closes the store: tests. A process that is killed needs none of it.
    func close() async throws {
        guard let opening else { return }
        self.opening = nil
        try await opening.value.close()
    }

    private func opened() async throws -> Store {
        try prepare()
        let reference = Bundle.main.url(forResource: "reference", withExtension: "json")
        let text = try reference.map { try String(contentsOf: $0, encoding: .utf8) }
        return try await Store.open(
            folder: folder,
            keys: keys,
            exchange: .byItself,
            referenceJson: text,
            network: link
        )
    }

    /// Makes the folder: in no backup, readable once the phone was unlocked after its start, so that
    /// the background can exchange while it is locked.
    private func prepare() throws {
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication]
        )
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var place = folder
        try place.setResourceValues(values)
    }
}

/// What the link costs, as the platform sees it; unknown until it has told.
final class Link: NetworkSource, @unchecked Sendable {
    private let monitor = NWPathMonitor()
    private let lock = NSLock()
    private var known = NetworkKind.unknown

    init() {
        monitor.pathUpdateHandler = { [weak self] path in self?.take(path) }
        monitor.start(queue: DispatchQueue(label: "ma.jawla.shell.link"))
    }

    func current() throws -> NetworkKind {
        kind()
    }

    func kind() -> NetworkKind {
        lock.withLock { known }
    }

    private func take(_ path: NWPath) {
        let isDear = path.isExpensive || path.isConstrained
        let found: NetworkKind = path.status == .satisfied ? (isDear ? .metered : .unmetered) : .noLink
        lock.withLock { known = found }
    }
}
