import Jawla
import UIKit
import UserNotifications

@main final class App: UIResponder, UIApplicationDelegate {
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions options: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        Background.register()
        return true
    }
}

/// The one window: the screen, its lock, and the ways that lead into it.
@MainActor final class Scene: UIResponder, UIWindowSceneDelegate, UNUserNotificationCenterDelegate {
    private static let pathKey = "path"
    var window: UIWindow?
    private var screen: Screen?
    private var lock: Lock?

    func scene(_ scene: UIScene, willConnectTo session: UISceneSession, options: UIScene.ConnectionOptions) {
        guard let platform = scene as? UIWindowScene else { return }
        let told = options.notificationResponse.flatMap { Scene.path(of: $0) }
        let kept = session.stateRestorationActivity?.userInfo?[Scene.pathKey] as? String
        let linked = options.urlContexts.first.flatMap { Scene.path(of: $0.url) }
        let screen = Screen(core: Core.shared, path: linked ?? told ?? kept ?? "/")
        let window = UIWindow(windowScene: platform)
        window.rootViewController = screen
        window.makeKeyAndVisible()
        self.window = window
        self.screen = screen
        lock = Lock(over: window)
        lock?.leave()
        UNUserNotificationCenter.current().delegate = self
    }

    func sceneDidBecomeActive(_ scene: UIScene) {
        lock?.enter()
        Task { try? await Core.shared.lookAtLink() }
    }

    func sceneWillResignActive(_ scene: UIScene) {
        lock?.leave()
        screen?.rest()
    }

    func sceneDidEnterBackground(_ scene: UIScene) {
        Background.plan()
    }

    func scene(_ scene: UIScene, openURLContexts contexts: Set<UIOpenURLContext>) {
        if let path = contexts.first.flatMap({ Scene.path(of: $0.url) }) { screen?.show(path) }
    }

    func stateRestorationActivity(for scene: UIScene) -> NSUserActivity? {
        let kept = NSUserActivity(activityType: "ma.jawla.shell.screen")
        kept.userInfo = [Scene.pathKey: screen?.path ?? "/"]
        return kept
    }

    func userNotificationCenter(_ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse) async {
        if let path = Scene.path(of: response) { screen?.show(path) }
    }

    /// The entrance, filled with the invitation that a link is.
    private static func path(of link: URL) -> String? {
        guard link.scheme == "jawla1" else { return nil }
        let text = link.absoluteString.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        return text.map { "/entree?invitation=" + $0 }
    }

    private static func path(of response: UNNotificationResponse) -> String? {
        response.notification.request.content.userInfo[pathKey] as? String
    }
}
