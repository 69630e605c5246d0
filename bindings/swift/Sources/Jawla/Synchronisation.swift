import JawlaCore

/// What a synchronisation tells as it goes.
public enum SyncEvent: Sendable, Equatable {
    /// How far it is; figures only rise, but for what is left.
    case going(SyncProgress)
    /// How it ended: the last event.
    case ended(SyncReport)
}

/// A synchronisation as it goes. It begins when it is walked; leaving the loop or cancelling the
/// task cancels it, and what arrived stays.
public struct Synchronisation: AsyncSequence, Sendable {
    public typealias Element = SyncEvent

    let store: FieldStore
    let budget: SyncBudget

    /// One synchronisation.
    public struct SyncIterator: AsyncIteratorProtocol {
        let store: FieldStore
        let budget: SyncBudget
        // Freed with the iterator, which cancels.
        var run: SyncRun?
        var ended = false

        /// The next event; `nil` after the report.
        ///
        /// - Throws: `JawlaError`: `EnrolAgain`, `AskPerson` (`storage_full`), `ReportBug`, `Closed`.
        ///   A link that fails is in the report.
        public mutating func next() async throws -> SyncEvent? {
            guard !ended else { return nil }
            let run = try await begun()
            let progress = await withTaskCancellationHandler {
                await run.next()
            } onCancel: {
                run.cancel()
            }
            if let progress { return .going(progress) }
            ended = true
            return .ended(try await run.finish())
        }

        private mutating func begun() async throws -> SyncRun {
            if let run { return run }
            let started = try await store.beginSynchronisation(budget: budget)
            run = started
            return started
        }
    }

    public func makeAsyncIterator() -> SyncIterator {
        SyncIterator(store: store, budget: budget)
    }
}

extension FieldStore {
    /// A synchronisation as it goes: its progress and, as the last event, its report.
    public func synchronisation(within budget: SyncBudget = SyncBudget()) -> Synchronisation {
        Synchronisation(store: self, budget: budget)
    }

    /// One synchronisation. Requests, bytes and time stand in the answer. Cancelling the task cancels
    /// it: the report then says `cancelled`.
    ///
    /// - Throws: `JawlaError`: `EnrolAgain`, `AskPerson` (`storage_full`), `ReportBug`, `Closed`.
    public func synchronise(within budget: SyncBudget = SyncBudget()) async throws -> SyncReport {
        let run = try await beginSynchronisation(budget: budget)
        return try await withTaskCancellationHandler {
            try await run.finish()
        } onCancel: {
            run.cancel()
        }
    }
}
