import CoreLocation

/// The platform's position with its accuracy, only while a page watches it.
@MainActor final class Position: NSObject, CLLocationManagerDelegate {
    private let platform = CLLocationManager()
    private let tell: (String) -> Void
    private var waiting: CheckedContinuation<Void, Never>?

    init(tell: @escaping (String) -> Void) {
        self.tell = tell
        super.init()
        platform.delegate = self
        platform.desiredAccuracy = kCLLocationAccuracyBest
    }

    /// Asks for the permission at the moment of use, then tells each fix.
    func start() async throws {
        if platform.authorizationStatus == .notDetermined {
            guard waiting == nil else { throw Refusal("unavailable") }
            await withCheckedContinuation { continuation in
                waiting = continuation
                platform.requestWhenInUseAuthorization()
            }
        }
        guard [.authorizedWhenInUse, .authorizedAlways].contains(platform.authorizationStatus) else {
            throw Refusal("denied", sentence: words("position_denied"))
        }
        platform.startUpdatingLocation()
    }

    func stop() {
        platform.stopUpdatingLocation()
    }

    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        Task { @MainActor in answered() }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations found: [CLLocation]) {
        guard let fix = found.last, fix.horizontalAccuracy >= 0 else { return }
        let (latitude, longitude) = (fix.coordinate.latitude, fix.coordinate.longitude)
        let accuracy = fix.horizontalAccuracy
        Task { @MainActor in
            tell(Bridge.event("position", ["latitude": latitude, "longitude": longitude, "accuracy_m": accuracy]))
        }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        // It goes on looking by itself.
        if (error as? CLError)?.code == .locationUnknown { return }
        let code = (error as? CLError)?.code == .denied ? 1 : 2
        Task { @MainActor in tell(Bridge.event("no-position", ["code": code])) }
    }

    private func answered() {
        guard platform.authorizationStatus != .notDetermined else { return }
        waiting?.resume()
        waiting = nil
    }
}
