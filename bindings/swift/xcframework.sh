#!/bin/sh
# Builds the library for iPhones, their simulator and Macs, and packs it for Package.swift.
# Needs a Mac with Xcode and: rustup target add aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
headers="$here/Sources/JawlaCoreFFI/include"
export IPHONEOS_DEPLOYMENT_TARGET=16.4 MACOSX_DEPLOYMENT_TARGET=13.0
set --
for target in aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin; do
    (cd "$root" && cargo build --release --package jawla-ffi --target "$target")
    set -- "$@" -library "$root/target/$target/release/libjawla.a" -headers "$headers"
done
rm -rf "$here/JawlaCoreFFI.xcframework"
xcodebuild -create-xcframework "$@" -output "$here/JawlaCoreFFI.xcframework"
