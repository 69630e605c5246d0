@_exported import JawlaCore

import Foundation

/// A device's store: every call of the library, and those that Swift makes shorter.
///
/// All calls are `async` and block no thread of the caller; a store may be used from any task. What
/// a call answered is on disk. Errors are ``JawlaCore/JawlaError``, sorted by what can be done. One
/// store per folder and process; ``JawlaCore/FieldStore/close()`` it.
///
/// Cancelling a task does not end a call of the library that has begun, because generated Swift
/// cannot do that. An order is one transaction, so there it makes no difference; a synchronisation
/// is ended by ``JawlaCore/FieldStore/synchronise(within:)`` and
/// ``JawlaCore/FieldStore/synchronisation(within:)``.
public typealias Store = FieldStore

extension FieldStore {
    /// Opens the store in a folder, or makes it.
    ///
    /// - Parameters:
    ///   - folder: in the app's private storage, where no backup reaches.
    ///   - keys: where the key of the store lies; ``KeychainKeys`` in an app.
    ///   - exchange: whether exchanges begin by themselves or only when asked.
    ///   - language: of the pages, until the person chooses one.
    ///   - referenceJson: communes, programmes and reasons until the province's have arrived.
    ///   - clock: the operating system's when none.
    ///   - random: beside the operating system's randomness.
    ///   - network: what the link costs.
    ///   - position: where the device is.
    /// - Throws: `JawlaError`: `AskPerson` (`wrong_key`, `key_missing`, `key_store_failed`,
    ///   `storage_full`, `too_new`), `FixInput` (`already_open`, `file_unwritable`, `bad_reference`),
    ///   `ReportBug`.
    public static func open(
        folder: URL,
        keys: any KeyStore,
        exchange: ExchangeMode = .whenAsked,
        language: Language? = nil,
        referenceJson: String? = nil,
        clock: (any JawlaCore.Clock)? = nil,
        random: (any SecureRandom)? = nil,
        network: (any NetworkSource)? = nil,
        position: (any PositionSource)? = nil
    ) async throws -> Store {
        let options = OpenOptions(
            folder: folder.path,
            exchange: exchange,
            language: language,
            referenceJson: referenceJson
        )
        let platform = PlatformServices(keys: keys, clock: clock, random: random, network: network, position: position)
        return try await FieldStore.open(options: options, platform: platform)
    }

    /// Closes the store and waits until its files are let go; a second time does nothing. Calls that
    /// come later, and those under way, end with `JawlaError.Closed`; streams of changes end.
    ///
    /// - Throws: `JawlaError.ReportBug` (`not_closed`).
    public func close() async throws {
        guard !isClosed() else { return }
        do {
            try await closeStore()
        } catch JawlaError.Closed {
            // Somebody else closed it in the meantime.
            return
        }
    }
}

extension FieldWritten {
    /// A field to be written: lines, notes, codes, days.
    public static func text(_ key: String, _ value: String) -> FieldWritten {
        FieldWritten(key: key, value: .text(text: value))
    }

    /// A field to be written: whole numbers, in the unit that the field's name ends with.
    public static func whole(_ key: String, _ value: Int64) -> FieldWritten {
        FieldWritten(key: key, value: .whole(number: value))
    }
}
