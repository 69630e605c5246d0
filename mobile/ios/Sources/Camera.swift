import AVFoundation
import PhotosUI
import UIKit
import UniformTypeIdentifiers

/// Photos by the platform's own camera and picker, as a file that the core takes over.
@MainActor final class Camera: NSObject {
    private weak var screen: UIViewController?
    private var waiting: CheckedContinuation<URL, any Error>?

    init(over screen: UIViewController) {
        self.screen = screen
    }

    /// A file with one picture, whose owner deletes it.
    func picture(fromCamera: Bool) async throws -> URL {
        guard waiting == nil, let screen else { throw Refusal("unavailable") }
        let shown = try await fromCamera ? camera() : picker()
        return try await withCheckedThrowingContinuation { continuation in
            waiting = continuation
            screen.present(shown, animated: true)
        }
    }

    /// Whether the camera may be used; asks at the moment of use.
    static func isAllowed() async -> Bool {
        await AVCaptureDevice.requestAccess(for: .video)
    }

    private func camera() async throws -> UIViewController {
        guard UIImagePickerController.isSourceTypeAvailable(.camera) else {
            throw Refusal("unavailable", sentence: words("no_camera"))
        }
        guard await Camera.isAllowed() else { throw Refusal("denied", sentence: words("camera_denied")) }
        let made = UIImagePickerController()
        made.sourceType = .camera
        made.delegate = self
        return made
    }

    private func picker() -> UIViewController {
        var wanted = PHPickerConfiguration()
        wanted.filter = .images
        wanted.selectionLimit = 1
        wanted.preferredAssetRepresentationMode = .compatible
        let made = PHPickerViewController(configuration: wanted)
        made.delegate = self
        return made
    }

    private func end(_ result: Result<URL, any Error>) {
        waiting?.resume(with: result)
        waiting = nil
    }

    nonisolated static func freshFile() -> URL {
        URL.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".jpg")
    }
}

extension Camera: UIImagePickerControllerDelegate, UINavigationControllerDelegate {
    func imagePickerController(
        _ picker: UIImagePickerController,
        didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
    ) {
        picker.dismiss(animated: true)
        let file = Camera.freshFile()
        end(Result {
            guard let bytes = (info[.originalImage] as? UIImage)?.jpegData(compressionQuality: 0.9) else {
                throw Refusal("failed")
            }
            try bytes.write(to: file, options: .completeFileProtectionUntilFirstUserAuthentication)
            return file
        })
    }

    func imagePickerControllerDidCancel(_ picker: UIImagePickerController) {
        picker.dismiss(animated: true)
        end(.failure(Refusal("cancelled")))
    }
}

extension Camera: PHPickerViewControllerDelegate {
    func picker(_ picker: PHPickerViewController, didFinishPicking results: [PHPickerResult]) {
        picker.dismiss(animated: true)
        guard let chosen = results.first?.itemProvider else { return end(.failure(Refusal("cancelled"))) }
        chosen.loadFileRepresentation(forTypeIdentifier: UTType.jpeg.identifier) { [weak self] found, _ in
            // The platform's file goes away when this block ends.
            let copied: Result<URL, any Error> = Result {
                guard let found else { throw Refusal("failed") }
                let file = Camera.freshFile()
                try FileManager.default.copyItem(at: found, to: file)
                return file
            }
            Task { @MainActor in self?.end(copied) }
        }
    }
}
