// swift-tools-version: 6.0
import PackageDescription

// The Rust library comes in one of two ways:
// - for apps, as JawlaCoreFFI.xcframework beside this file (`./xcframework.sh` makes it);
// - for the tests and for work on the core itself, out of the folder that JAWLA_LIBRARY names
//   (`target/debug` after `cargo build -p jawla-ffi`).
let built = Context.environment["JAWLA_LIBRARY"]

let native: Target = built == nil
    ? .binaryTarget(name: "JawlaCoreFFI", path: "JawlaCoreFFI.xcframework")
    : .systemLibrary(name: "JawlaCoreFFI", path: "Sources/JawlaCoreFFI/include")

let frameworks: [LinkerSetting] = [
    .linkedFramework("Security", .when(platforms: [.iOS, .macOS])),
    .linkedFramework("SystemConfiguration", .when(platforms: [.iOS, .macOS])),
]
let linking = built.map { folder in
    [.unsafeFlags(["-L\(folder)", "-Xlinker", "-rpath", "-Xlinker", folder]), .linkedLibrary("jawla")] + frameworks
} ?? frameworks

let package = Package(
    name: "Jawla",
    platforms: [.iOS("16.4"), .macOS(.v13)],
    products: [.library(name: "Jawla", targets: ["Jawla"])],
    targets: [
        native,
        // Generated. The generator writes for the older language mode and marks what is Sendable.
        .target(
            name: "JawlaCore",
            dependencies: ["JawlaCoreFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: linking
        ),
        .target(name: "Jawla", dependencies: ["JawlaCore"], swiftSettings: [.swiftLanguageMode(.v6)]),
        .testTarget(name: "JawlaTests", dependencies: ["Jawla"], swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
