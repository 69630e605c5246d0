import Jawla
import UIKit
import UserNotifications
import WebKit

/// The one screen: the pages, and what they borrow of the phone.
@MainActor final class Screen: UIViewController, ShellServices {
    private let core: Core
    private let pages: Pages
    private lazy var bridge = Bridge(services: self, core: core)
    private lazy var camera = Camera(over: self)
    private lazy var place = Position { [weak self] event in self?.say(event) }
    private lazy var web = makeView()
    private var listening: Task<Void, Never>?
    private var first: String

    init(core: Core, path: String) {
        self.core = core
        self.pages = Pages(core: core)
        self.first = path
        super.init(nibName: nil, bundle: nil)
    }

    required init?(coder: NSCoder) {
        nil
    }

    override func viewDidLoad() {
        super.viewDidLoad()
        view.backgroundColor = .systemBackground
        web.translatesAutoresizingMaskIntoConstraints = false
        view.addSubview(web)
        let inside = view.safeAreaLayoutGuide
        NSLayoutConstraint.activate([
            web.topAnchor.constraint(equalTo: inside.topAnchor),
            web.bottomAnchor.constraint(equalTo: inside.bottomAnchor),
            web.leadingAnchor.constraint(equalTo: inside.leadingAnchor),
            web.trailingAnchor.constraint(equalTo: inside.trailingAnchor),
        ])
        show(first)
        listening = Task { [weak self, core] in
            guard let store = try? await core.store() else { return }
            for await names in store.changes() {
                guard let self else { return }
                self.say(Bridge.event("changed", ["names": names]))
                if names.contains("settings") { await self.followLanguage(store) }
            }
        }
    }

    /// Leads to a path of our own.
    func show(_ path: String) {
        first = path
        web.load(URLRequest(url: Pages.address(path)))
    }

    /// Where the person is: kept for the next start.
    var path: String {
        web.url.map { Pages.path(of: $0) } ?? first
    }

    /// The screen goes to the back.
    func rest() {
        place.stop()
    }

    func photo(_ wanted: PhotoWanted) async throws {
        let file = try await camera.picture(fromCamera: wanted.fromCamera)
        defer { try? FileManager.default.removeItem(at: file) }
        let store = try await core.store()
        _ = try await store.addPhoto(document: wanted.document, visit: wanted.visit, path: file.path, role: wanted.role)
    }

    func scan() async throws -> String {
        try await Scanner.code(over: self)
    }

    func position(on: Bool) async throws {
        if on { try await place.start() } else { place.stop() }
    }

    func print() {
        let printing = UIPrintInteractionController.shared
        printing.printFormatter = web.viewPrintFormatter()
        printing.present(animated: true)
    }

    func share(title: String, text: String) {
        let sheet = UIActivityViewController(activityItems: [text], applicationActivities: nil)
        sheet.title = title
        sheet.popoverPresentationController?.sourceView = view
        present(sheet, animated: true)
    }

    private func say(_ event: String) {
        Task {
            _ = try? await web.callAsyncJavaScript(
                "window.jawlaBridge?.hear(text)", arguments: ["text": event], contentWorld: .page
            )
        }
    }

    /// The phone's own questions come in the language of the pages.
    private func followLanguage(_ store: Store) async {
        guard let chosen = try? await store.status().settings.language else { return }
        Words.choose(chosen)
    }

    private func makeView() -> WKWebView {
        let configuration = WKWebViewConfiguration()
        configuration.setURLSchemeHandler(pages, forURLScheme: Pages.scheme)
        configuration.applicationNameForUserAgent = "JawlaShell/1 (ios)"
        configuration.userContentController.addScriptMessageHandler(self, contentWorld: .page, name: "jawla")
        configuration.websiteDataStore = .nonPersistent()
        let made = WKWebView(frame: .zero, configuration: configuration)
        made.navigationDelegate = self
        made.allowsBackForwardNavigationGestures = true
        made.allowsLinkPreview = false
        return made
    }
}

extension Screen: WKScriptMessageHandlerWithReply {
    func userContentController(
        _ controller: WKUserContentController,
        didReceive message: WKScriptMessage,
        replyHandler: @escaping (Any?, String?) -> Void
    ) {
        let origin = message.frameInfo.securityOrigin
        guard message.frameInfo.isMainFrame, origin.protocol == Pages.scheme, let text = message.body as? String else {
            return replyHandler(nil, "refused")
        }
        Task { replyHandler(await bridge.hear(text), nil) }
    }
}

extension Screen: WKNavigationDelegate {
    func webView(_ webView: WKWebView, decidePolicyFor action: WKNavigationAction) async -> WKNavigationActionPolicy {
        let isOwn = action.request.url?.absoluteString.hasPrefix(Pages.home + "/") ?? false
        return isOwn ? .allow : .cancel
    }

    func webView(_ webView: WKWebView, didFinish navigation: WKNavigation?) {
        // Asked where it is understood: before the list of what came back.
        guard path.hasPrefix("/a-faire") else { return }
        UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .badge]) { _, _ in }
    }

    func webViewWebContentProcessDidTerminate(_ webView: WKWebView) {
        show(path)
    }
}
