import BackgroundTasks
import Jawla
import UserNotifications

private let shortTask = "ma.jawla.shell.exchange"
private let longTask = "ma.jawla.shell.photos"
private let periodSeconds: TimeInterval = 2 * 3_600
private let freeBytesMax: UInt64 = 64 * 1_024 * 1_024
private let meteredBytesMax: UInt64 = 512 * 1_024

/// Exchanges while nobody looks, within limits of time and bytes; says what came back to be corrected.
enum Background {
    /// Makes both tasks known; once, before the app has started.
    static func register() {
        // The platform gives half a minute; for photos, on a phone that is not in use, some minutes.
        for (name, timeMs) in [(shortTask, UInt64(25_000)), (longTask, UInt64(240_000))] {
            BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: nil) { task in
                plan()
                carry(task, timeMs: timeMs)
            }
        }
    }

    /// Asks for the next turns; whether and when they come is the platform's affair.
    static func plan() {
        let short = BGAppRefreshTaskRequest(identifier: shortTask)
        short.earliestBeginDate = Date(timeIntervalSinceNow: periodSeconds)
        let long = BGProcessingTaskRequest(identifier: longTask)
        long.requiresNetworkConnectivity = true
        long.earliestBeginDate = Date(timeIntervalSinceNow: periodSeconds)
        for request in [short, long] as [BGTaskRequest] {
            try? BGTaskScheduler.shared.submit(request)
        }
    }

    private static func carry(_ task: BGTask, timeMs: UInt64) {
        let work = Task {
            do {
                try await exchange(Core.shared, timeMs: timeMs)
                task.setTaskCompleted(success: true)
            } catch {
                task.setTaskCompleted(success: false)
            }
        }
        task.expirationHandler = { work.cancel() }
    }

    /// One exchange within its budget. Cancelling its task cancels it.
    static func exchange(_ core: Core, timeMs: UInt64) async throws {
        let store = try await core.store()
        guard try await store.maySynchronise() else { return }
        let before = try await sentBack(store)
        let bytes = await core.isFree() ? freeBytesMax : meteredBytesMax
        _ = try await store.synchronise(within: SyncBudget(timeMs: timeMs, bytes: bytes))
        let back = try await sentBack(store).subtracting(before)
        if !back.isEmpty { try await tell(back.count) }
    }

    private static func sentBack(_ store: Store) async throws -> Set<String> {
        let page = try await store.returnedVisits(page: PageRequest())
        return Set(page.rows.map { $0.visit.visit })
    }

    /// Tells that visits came back; names nobody and no project, for it shows on a locked screen.
    static func tell(_ count: Int) async throws {
        let notice = UNMutableNotificationContent()
        notice.title = words("sent_back", count)
        notice.body = words("sent_back_do")
        notice.userInfo = ["path": "/a-faire"]
        let request = UNNotificationRequest(identifier: "sent-back", content: notice, trigger: nil)
        try await UNUserNotificationCenter.current().add(request)
    }
}
