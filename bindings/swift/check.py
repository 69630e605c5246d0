#!/usr/bin/env python3
"""Checks the Swift of this project where there is no Swift compiler: its syntax by tree-sitter, its
calls against the generated signatures, its vectors and contracts, its texts in both languages.

It does not replace compiling: see README.md."""
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOME = ROOT / "target" / "swift" / "venv"
TOOLS = ["tree-sitter==0.26.1", "tree-sitter-swift==0.7.4"]
SHELL = ROOT / "mobile" / "ios"
SHELL_LINES_MAX = 1_000


def in_own_environment():
    """Runs this script again where its two packages are."""
    python, mark = HOME / "bin" / "python", HOME / "made-of"
    if not mark.exists() or mark.read_text() != " ".join(TOOLS):
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *TOOLS], check=True)
        mark.write_text(" ".join(TOOLS))
    environment = dict(os.environ, JAWLA_CHECKS=str(HOME), PYTHONDONTWRITEBYTECODE="1")
    sys.exit(subprocess.run([python, __file__, *sys.argv[1:]], env=environment).returncode)


def check_group(sources, known):
    """Files of one module: they know each other's declarations."""
    from checks.calls import Calls
    for source in sources:
        known.add(source)
    faults, looked_at = [], 0
    for source in sources:
        calls = Calls(source, known)
        faults += source.faults() + calls.check()
        looked_at += calls.looked_at
    return faults, looked_at


def check_readme(known):
    """The examples of the documents are code, too."""
    from checks.calls import Calls
    from checks.syntax import Source
    faults = []
    for path in (HERE / "README.md", ROOT / "docs" / "embedding.md"):
        for code in re.findall(r"```swift\n(.*?)```", path.read_text(), re.S):
            source = Source(path, code)
            own = known.copy()
            own.add(source)
            faults += source.faults() + Calls(source, own).check()
    return faults


def check_vectors(known):
    """Each call of the vectors is made by the Swift tests; calls without a vector are told."""
    vectors = json.loads((ROOT / "bindings" / "contract" / "calls.json").read_text())
    player = (HERE / "Tests" / "JawlaTests" / "Replay.swift").read_text()
    called = {step["call"] for step in vectors["steps"]}
    played = set(re.findall(r'case "(\w+)":', player))
    faults = [f"Replay.swift does not play {call}" for call in sorted(called - played)]

    def snake(name):
        return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)

    offered = {snake(name) for name, members in known.types["FieldStoreProtocol"].members.items() if members[0].is_method}
    without = sorted(offered - called)
    print(f"vectors: {len(vectors['steps'])} steps, {len(called & offered)} of {len(offered)} calls; without one: {', '.join(without)}")
    return faults


def check_bridge(sources):
    """The shell knows every order and every code of the contract, and none beside."""
    contract = json.loads((ROOT / "mobile" / "contract" / "bridge.json").read_text())
    documented = (ROOT / "docs" / "shells.md").read_text()
    code = "\n".join(source.bytes.decode() for source in sources)
    orders = {"hello", "http", "photo", "position", "scan", "print", "share"}
    faults = [f"docs/shells.md does not name the order {one}" for one in sorted(orders) if f"`{one}`" not in documented]
    faults += [f"no code carries out the order {one}" for one in sorted(orders) if f'case "{one}"' not in code]
    codes = {step["answer"]["fault"]["code"] for step in contract["steps"] if "fault" in step["answer"]}
    said = set(re.findall(r'Refusal\(\s*"([a-z-]+)"', code))
    faults += [f"no code refuses with {one}" for one in sorted(codes - said)]
    return faults + [f"docs/shells.md does not name the code {one}" for one in sorted(said) if f"`{one}`" not in documented]


def main():
    from checks import resources, selftest
    from checks.signatures import Signatures
    from checks.syntax import Source

    generated = Source(HERE / "Sources" / "JawlaCore" / "JawlaCore.swift", generated=True)
    faults = generated.faults()
    known = Signatures()
    known.add(generated)
    package = [Source(path) for path in sorted((HERE / "Sources" / "Jawla").glob("*.swift"))]
    found, looked_at = check_group(package, known)
    faults += found + Source(HERE / "Package.swift").faults()
    faults += selftest.run(known)
    tests = [Source(path) for path in sorted((HERE / "Tests").rglob("*.swift"))]
    found, of_tests = check_group(tests, known.copy())
    faults += found + check_readme(known) + check_vectors(known)
    shell = [Source(path) for path in sorted((SHELL / "Sources").rglob("*.swift"))]
    with_shell = known.copy()
    found, of_shell = check_group(shell, with_shell)
    faults += found + resources.check(SHELL, shell) + check_bridge(shell)
    shell_tests = [Source(path) for path in sorted((SHELL / "Tests").rglob("*.swift"))]
    found, of_shell_tests = check_group(shell_tests, with_shell.copy())
    faults += found
    lines = sum(len(source.bytes.splitlines()) for source in shell)
    if lines > SHELL_LINES_MAX:
        faults.append(f"the shell has {lines} lines, at most {SHELL_LINES_MAX}")
    for fault in faults:
        print(fault.replace(f"{ROOT}/", ""))
    files = 1 + len(package) + len(tests) + len(shell) + len(shell_tests)
    print(f"{files} Swift files; calls and cases looked at: package {looked_at}, tests {of_tests}, "
          f"shell {of_shell}, its tests {of_shell_tests}; shell {lines} lines; "
          f"{len(selftest.FAULTS)} sorts of fault are found by the checks; {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    if os.environ.get("JAWLA_CHECKS") != str(HOME):
        in_own_environment()
    main()
