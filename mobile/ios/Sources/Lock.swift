import LocalAuthentication
import UIKit

private let awaySecondsMax: TimeInterval = 300

/// Asks for the phone's own code, face or finger at the start and after five minutes away. While the
/// app is not in front, a cover lies over it: what is under it is in no picture of the switcher.
@MainActor final class Lock {
    private let window: UIWindow
    private let cover = UIView()
    private var leftAt: TimeInterval?
    private var isOpen = false
    private var isAsking = false

    init(over window: UIWindow) {
        self.window = window
        cover.backgroundColor = .systemBackground
        cover.autoresizingMask = [.flexibleWidth, .flexibleHeight]
    }

    /// The screen comes to the front.
    func enter() {
        let away = leftAt.map { ProcessInfo.processInfo.systemUptime - $0 } ?? .infinity
        if isOpen && away <= awaySecondsMax { return uncover() }
        isOpen = false
        if !isAsking { ask() }
    }

    /// The screen goes away; for the question itself, too, which is no reason to ask again.
    func leave() {
        if isOpen { leftAt = ProcessInfo.processInfo.systemUptime }
        cover.frame = window.bounds
        window.addSubview(cover)
    }

    private func ask() {
        let question = LAContext()
        guard question.canEvaluatePolicy(.deviceOwnerAuthentication, error: nil) else {
            // A phone without a code cannot be asked: the person is told.
            passed()
            return advise()
        }
        isAsking = true
        Task {
            let reason = words("unlock")
            let allowed = (try? await question.evaluatePolicy(.deviceOwnerAuthentication, localizedReason: reason)) ?? false
            isAsking = false
            if allowed { passed() } else { offerAgain() }
        }
    }

    private func passed() {
        isOpen = true
        leftAt = ProcessInfo.processInfo.systemUptime
        uncover()
    }

    private func uncover() {
        cover.subviews.forEach { $0.removeFromSuperview() }
        cover.removeFromSuperview()
    }

    private func offerAgain() {
        let again = UIButton(configuration: .filled(), primaryAction: UIAction(title: words("unlock_again")) { [weak self] _ in
            self?.ask()
        })
        again.center = cover.center
        again.bounds.size = again.intrinsicContentSize
        cover.subviews.forEach { $0.removeFromSuperview() }
        cover.addSubview(again)
    }

    private func advise() {
        let told = "told-no-code"
        guard !UserDefaults.standard.bool(forKey: told) else { return }
        UserDefaults.standard.set(true, forKey: told)
        let advice = UIAlertController(title: words("no_code_title"), message: words("no_code_why"), preferredStyle: .alert)
        advice.addAction(UIAlertAction(title: words("close"), style: .default))
        window.rootViewController?.present(advice, animated: true)
    }
}
