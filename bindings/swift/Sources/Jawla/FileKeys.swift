import Foundation
import JawlaCore

/// Keys in files of mode 600, in a folder that must not be that of the store: who copies a store must
/// not copy its key along. For scripts and tests; an app uses ``KeychainKeys``.
public final class FileKeys: KeyStore, Sendable {
    private let folder: URL

    /// Makes the folder if there is none.
    public init(folder: URL) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    public func load(name: String) throws -> Data? {
        let file = place(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            return try Data(contentsOf: file)
        } catch {
            throw PlatformFault.Failed(reason: "the file cannot be read")
        }
    }

    public func save(name: String, bytes: Data) throws {
        let file = place(name)
        let fresh = file.appendingPathExtension("new")
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: fresh.path, contents: nil, attributes: attributes) else {
            throw PlatformFault.Failed(reason: "the file cannot be made")
        }
        do {
            let out = try FileHandle(forWritingTo: fresh)
            try out.write(contentsOf: bytes)
            try out.synchronize()
            try out.close()
        } catch {
            throw PlatformFault.Failed(reason: "the file cannot be written")
        }
        guard rename(fresh.path, file.path) == 0 else {
            throw PlatformFault.Failed(reason: "the file was not put in place")
        }
    }

    public func remove(name: String) throws {
        let file = place(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        do {
            try FileManager.default.removeItem(at: file)
        } catch {
            throw PlatformFault.Failed(reason: "the file cannot be removed")
        }
    }

    private func place(_ name: String) -> URL {
        folder.appendingPathComponent(name.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" })
    }
}
