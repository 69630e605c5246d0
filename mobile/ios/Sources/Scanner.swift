import AVFoundation
import UIKit

/// Reads one QR code by the camera.
@MainActor final class Scanner: UIViewController, AVCaptureMetadataOutputObjectsDelegate {
    private let session = AVCaptureSession()
    private var waiting: CheckedContinuation<String, any Error>?

    /// Shows the camera until a code is read or the person goes back.
    static func code(over screen: UIViewController) async throws -> String {
        guard await Camera.isAllowed() else { throw Refusal("denied", sentence: words("camera_denied")) }
        let scanner = Scanner()
        try scanner.prepare()
        return try await withCheckedThrowingContinuation { continuation in
            scanner.waiting = continuation
            let shown = UINavigationController(rootViewController: scanner)
            // Not to be swiped away: somebody waits for the answer.
            shown.isModalInPresentation = true
            screen.present(shown, animated: true)
        }
    }

    private func prepare() throws {
        guard let camera = AVCaptureDevice.default(for: .video),
              let input = try? AVCaptureDeviceInput(device: camera), session.canAddInput(input)
        else { throw Refusal("unavailable", sentence: words("no_camera")) }
        let output = AVCaptureMetadataOutput()
        session.addInput(input)
        guard session.canAddOutput(output) else { throw Refusal("unavailable") }
        session.addOutput(output)
        output.setMetadataObjectsDelegate(self, queue: .main)
        output.metadataObjectTypes = [.qr]
    }

    override func viewDidLoad() {
        super.viewDidLoad()
        title = words("scan")
        view.backgroundColor = .black
        let seen = AVCaptureVideoPreviewLayer(session: session)
        seen.videoGravity = .resizeAspectFill
        seen.frame = view.bounds
        view.layer.addSublayer(seen)
        let back = UIAction(title: words("close")) { [weak self] _ in self?.end(.failure(Refusal("cancelled"))) }
        navigationItem.leftBarButtonItem = UIBarButtonItem(primaryAction: back)
        let running = session
        DispatchQueue.global(qos: .userInitiated).async { running.startRunning() }
    }

    override func viewDidLayoutSubviews() {
        super.viewDidLayoutSubviews()
        view.layer.sublayers?.forEach { $0.frame = view.bounds }
    }

    nonisolated func metadataOutput(
        _ output: AVCaptureMetadataOutput,
        didOutput objects: [AVMetadataObject],
        from connection: AVCaptureConnection
    ) {
        guard let text = objects.compactMap({ ($0 as? AVMetadataMachineReadableCodeObject)?.stringValue }).first else { return }
        Task { @MainActor in self.end(.success(text)) }
    }

    private func end(_ result: Result<String, any Error>) {
        guard let waiting else { return }
        self.waiting = nil
        session.stopRunning()
        dismiss(animated: true)
        waiting.resume(with: result)
    }
}
