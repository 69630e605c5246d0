import JawlaCore

/// Hands on what the library tells. The library lets go of it when the subscription is stopped or the
/// store is closed; with it, the stream ends.
private final class Teller: ChangeObserver {
    private let told: AsyncStream<[String]>.Continuation

    init(_ told: AsyncStream<[String]>.Continuation) {
        self.told = told
    }

    deinit {
        told.finish()
    }

    func changed(names: [String]) {
        told.yield(names)
    }
}

extension FieldStore {
    /// The names of what changed from now on (`project:ID`, `outbox`, `sync`, `settings`,
    /// `everything`), at most five times a second; ends when the store is closed. Leaving the loop or
    /// cancelling the task ends it too.
    public func changes() -> AsyncStream<[String]> {
        let (stream, told) = AsyncStream.makeStream(of: [String].self)
        do {
            let subscription = try observe(observer: Teller(told))
            told.onTermination = { _ in subscription.stop() }
        } catch {
            told.finish()
        }
        return stream
    }
}
