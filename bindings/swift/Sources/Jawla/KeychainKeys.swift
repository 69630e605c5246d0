#if canImport(Security)
import Foundation
import JawlaCore
import Security

/// Keys of a store in the Keychain: of this device alone, in no backup, readable in the background
/// once the person has unlocked the device after its start.
public final class KeychainKeys: KeyStore, Sendable {
    private let service: String

    /// - Parameter service: what the items are listed under; one for each store.
    public init(service: String = "ma.jawla.store") {
        self.service = service
    }

    public func load(name: String) throws -> Data? {
        var wanted = item(name)
        wanted[kSecReturnData as String] = true
        wanted[kSecMatchLimit as String] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(wanted as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        try pass(status)
        guard let bytes = found as? Data else { throw PlatformFault.Failed(reason: "the item holds no bytes") }
        return bytes
    }

    public func save(name: String, bytes: Data) throws {
        let kept: [String: Any] = [
            kSecValueData as String: bytes,
            kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        let status = SecItemUpdate(item(name) as CFDictionary, kept as CFDictionary)
        if status == errSecItemNotFound {
            let fresh = item(name).merging(kept) { _, new in new }
            try pass(SecItemAdd(fresh as CFDictionary, nil))
        } else {
            try pass(status)
        }
    }

    public func remove(name: String) throws {
        let status = SecItemDelete(item(name) as CFDictionary)
        if status != errSecItemNotFound { try pass(status) }
    }

    private func item(_ name: String) -> [String: Any] {
        [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: name,
            kSecAttrSynchronizable as String: false,
            kSecUseDataProtectionKeychain as String: true,
        ]
    }

    private func pass(_ status: OSStatus) throws {
        switch status {
        case errSecSuccess: return
        case errSecInteractionNotAllowed, errSecNotAvailable: throw PlatformFault.NotNow(reason: "status \(status)")
        default: throw PlatformFault.Failed(reason: "status \(status)")
        }
    }
}
#endif
