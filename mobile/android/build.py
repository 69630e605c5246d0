#!/usr/bin/env python3
"""Builds the Android shell on a plain Linux machine and tests it against the real library.

    python3 mobile/android/build.py test --library DIR --program PATH
    python3 mobile/android/build.py oldest
    python3 mobile/android/build.py apk [--native DIR]

`test` compiles the resources (aapt2), writes the class of their numbers, and runs the Robolectric
tests. `oldest` compiles against the oldest platform that phones may have and allows only the names
of `newer.txt`, each used behind a question for the version. `apk` shrinks (r8), packs, aligns and signs an APK with a debug key made here; the Android
build of the Rust library is taken from `--native DIR/<abi>/libjawla.so` when it is there, and the
script says plainly when it is not. Needs a JDK 17, Maven, and Debian's packages `aapt`,
`android-framework-res` and `zipalign`.
"""
import argparse
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "target" / "android"
MAIN = HERE / "src" / "main"
# The newest framework that Debian packages; resources are checked against it.
FRAMEWORK = Path("/usr/share/android-framework-res/framework-res.apk")
SDK_MIN, SDK_TARGET = 24, 35
PACKAGE = "ma.jawla.shell"


def run(*command, **options):
    print("$", " ".join(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], check=True, **options)


def need(program, package):
    if shutil.which(program) is None:
        sys.exit(f"{program} is missing: apt-get install {package}")


def manifest_for_framework():
    """The manifest without what the older framework has no name for; Gradle takes it whole."""
    text = (MAIN / "AndroidManifest.xml").read_text()
    text = re.sub(r"\s*<queries>.*?</queries>", "", text, flags=re.S)
    text = re.sub(r'\s*android:(dataExtractionRules|localeConfig)="[^"]*"', "", text)
    made = TARGET / "AndroidManifest.xml"
    made.write_text(text)
    return made


def resources():
    """Compiles and links the resources; answers the linked package."""
    need("aapt2", "aapt")
    if not FRAMEWORK.exists():
        sys.exit(f"{FRAMEWORK} is missing: apt-get install android-framework-res")
    TARGET.mkdir(parents=True, exist_ok=True)
    compiled, linked, ids = TARGET / "res.zip", TARGET / "resources.ap_", TARGET / "ids.txt"
    run("aapt2", "compile", "--dir", MAIN / "res", "-o", compiled)
    run(
        "aapt2", "link", "-I", FRAMEWORK, "--manifest", manifest_for_framework(), "-o", linked,
        "--emit-ids", ids, "--min-sdk-version", SDK_MIN, "--target-sdk-version", SDK_TARGET,
        "--version-code", 1, "--version-name", "0.1.0", "--auto-add-overlay", compiled,
    )
    numbers(ids)
    tests = TARGET / "test-resources" / "com" / "android" / "tools"
    tests.mkdir(parents=True, exist_ok=True)
    (TARGET / "assets").mkdir(exist_ok=True)
    (tests / "test_config.properties").write_text(
        f"android_merged_manifest={TARGET / 'AndroidManifest.xml'}\n"
        f"android_resource_apk={linked}\n"
        f"android_merged_assets={TARGET / 'assets'}\n"
        f"android_custom_package={PACKAGE}\n"
    )
    return linked


def numbers(ids):
    """Writes the class `R` out of the numbers that aapt2 gave."""
    kinds = {}
    for line in ids.read_text().splitlines():
        found = re.fullmatch(r"[\w.]+:(\w+)/([\w.]+) = (0x[0-9a-f]+)", line.strip())
        if found:
            kinds.setdefault(found[1], []).append((found[2].replace(".", "_"), found[3]))
    lines = ["// Written by build.py out of the resources.", f"package {PACKAGE}", "", "object R {"]
    for kind, names in sorted(kinds.items()):
        lines.append(f"    object {kind} {{")
        lines += [f"        const val {name} = {number}" for name, number in sorted(names)]
        lines.append("    }")
    lines.append("}")
    folder = TARGET / "generated"
    folder.mkdir(exist_ok=True)
    (folder / "R.kt").write_text("\n".join(lines) + "\n")


def maven(*goals, **properties):
    need("mvn", "maven")
    options = [f"-D{name}={value}" for name, value in properties.items()]
    run("mvn", "-B", "-q", "-f", HERE / "pom.xml", *options, *goals)


def test(arguments):
    library = Path(arguments.library).resolve()
    program = Path(arguments.program).resolve()
    if not (library / "libjawla.so").exists():
        sys.exit(f"{library}/libjawla.so is missing: cargo build -p jawla-ffi")
    if not program.exists():
        sys.exit(f"{program} is missing: cargo build -p jawla")
    resources()
    maven("test", **{"library.folder": library, "jawla.program": program})


def oldest(_arguments):
    """Compiles against the oldest platform: what is missing there must stand in newer.txt."""
    resources()
    need("mvn", "maven")
    shutil.rmtree(HERE / "target" / "classes", ignore_errors=True)
    done = subprocess.run(
        ["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), "-Poldest", "compile"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    found = {
        f"{Path(file).name} {name}"
        for file, name in re.findall(r"(\S+\.kt):\d+:\d+ Unresolved reference '(\w+)'", done.stdout)
    }
    lines = (HERE / "newer.txt").read_text().splitlines()
    allowed = {line for line in lines if line and not line.startswith("#")}
    shutil.rmtree(HERE / "target" / "classes", ignore_errors=True)
    if not found or found != allowed:
        print(done.stdout[-4000:])
        sys.exit(f"newer than the oldest platform and not listed: {sorted(found - allowed)}; "
                 f"listed and not found: {sorted(allowed - found)}")
    print(f"{len(found)} names are newer than the oldest platform, all of them known and guarded")


def artifact(group, name, version):
    """A jar of the local Maven repository, fetched if it is not there."""
    folder = Path.home() / ".m2" / "repository" / group.replace(".", "/") / name / version
    jar = folder / f"{name}-{version}.jar"
    if not jar.exists():
        run("mvn", "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get",
            f"-Dartifact={group}:{name}:{version}", "-Dtransitive=false")
    return jar


def apk(arguments):
    need("zipalign", "zipalign")
    linked = resources()
    maven("compile")
    repository = Path.home() / ".m2" / "repository"
    jars = [
        artifact("org.jetbrains.kotlin", "kotlin-stdlib", "2.4.21"),
        artifact("org.jetbrains.kotlinx", "kotlinx-coroutines-core-jvm", "1.11.0"),
        artifact("net.java.dev.jna", "jna", "5.19.1"),
        artifact("com.google.zxing", "core", "3.5.4"),
    ]
    platform = next((repository / "org/robolectric/android-all").glob("15-*/android-all-15-*.jar"))
    dex = TARGET / "dex"
    shutil.rmtree(dex, ignore_errors=True)
    dex.mkdir()
    classes = TARGET / "classes.jar"
    with zipfile.ZipFile(classes, "w") as out:
        for one in sorted((HERE / "target" / "classes").rglob("*.class")):
            out.write(one, one.relative_to(HERE / "target" / "classes"))
    run(
        "java", "-cp", artifact("com.android.tools", "r8", "9.5.28"), "com.android.tools.r8.R8",
        "--release", "--min-api", SDK_MIN, "--lib", platform, "--pg-conf", HERE / "keep.pro",
        "--output", dex, classes, *jars,
    )
    unsigned, aligned = TARGET / "unsigned.apk", TARGET / "aligned.apk"
    shutil.copy(linked, unsigned)
    native = pack(unsigned, dex, arguments.native)
    aligned.unlink(missing_ok=True)
    run("zipalign", "-p", "4", unsigned, aligned)
    signed = sign(aligned)
    print(f"{signed} ({signed.stat().st_size} bytes)")
    if not native:
        print("The Rust library for Android is NOT in it: give its folder with --native "
              "(<abi>/libjawla.so, built with the Android NDK).")


def pack(unsigned, dex, native):
    """Adds code and native libraries; answers whether the Rust library was there."""
    found = sorted(Path(native).glob("*/libjawla.so")) if native else []
    with zipfile.ZipFile(unsigned, "a", zipfile.ZIP_DEFLATED) as out:
        for one in sorted(dex.glob("*.dex")):
            out.write(one, one.name)
        for one in found:
            out.write(one, f"lib/{one.parent.name}/libjawla.so")
        aar = fetch_aar("net.java.dev.jna", "jna", "5.19.1")
        with zipfile.ZipFile(aar) as jna:
            for name in jna.namelist():
                kept = re.fullmatch(r"jni/(arm64-v8a|armeabi-v7a|x86_64)/(libjnidispatch\.so)", name)
                if kept:
                    out.writestr(f"lib/{kept[1]}/{kept[2]}", jna.read(name))
    return bool(found)


def fetch_aar(group, name, version):
    folder = Path.home() / ".m2" / "repository" / group.replace(".", "/") / name / version
    aar = folder / f"{name}-{version}.aar"
    if not aar.exists():
        run("mvn", "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get",
            f"-Dartifact={group}:{name}:{version}:aar", "-Dtransitive=false")
    return aar


def sign(aligned):
    """Signs with a key made here (v2 and v3), and verifies what was signed."""
    keys, signed = TARGET / "debug.p12", TARGET / "jawla-debug.apk"
    if not keys.exists():
        run("keytool", "-genkeypair", "-keystore", keys, "-storetype", "PKCS12", "-storepass",
            "android", "-alias", "debug", "-keyalg", "RSA", "-keysize", "2048", "-validity", "3650",
            "-dname", "CN=Jawla debug")
    signer = artifact("com.android.tools.build", "apksig", "9.5.0")
    source = HERE / "Sign.java"
    run("java", "-cp", signer, source, keys, aligned, signed)
    return signed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    orders = parser.add_subparsers(required=True)
    testing = orders.add_parser("test")
    testing.add_argument("--library", default=HERE / "../../target/debug")
    testing.add_argument("--program", default=HERE / "../../target/debug/jawla")
    testing.set_defaults(do=test)
    orders.add_parser("oldest").set_defaults(do=oldest)
    packing = orders.add_parser("apk")
    packing.add_argument("--native")
    packing.set_defaults(do=apk)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
