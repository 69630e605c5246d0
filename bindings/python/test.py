#!/usr/bin/env python3
"""Builds the wheel with a library of this machine, installs it into a clean virtual environment,
checks its types and runs its tests against a real server process."""
import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "target" / "python"
TOOLS = ["setuptools==80.9.0", "wheel==0.45.1", "pytest==8.4.2", "pytest-asyncio==1.2.0", "pillow==11.3.0", "mypy==1.18.2"]


def run(*command, **options):
    print("$", " ".join(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], check=True, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=ROOT / "target" / "debug" / "libjawla.so")
    parser.add_argument("--link", type=Path, default=ROOT / "target" / "debug" / "examples" / "link")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "debug" / "jawla")
    parser.add_argument("--figures", action="store_true", help="show what the tests print")
    arguments = parser.parse_args()
    for path, how in ((arguments.library, "cargo build -p jawla-ffi"), (arguments.program, "cargo build"),
                      (arguments.link, "cargo build -p jawla-world --example link")):
        if not path.exists():
            sys.exit(f"{path} is missing: {how}")
    source, wheels, home = WORK / "source", WORK / "wheels", WORK / "venv"
    for folder in (source, wheels, home):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("tests", "__pycache__", "*.egg-info", "build", "dist"))
    shutil.copy(arguments.library, source / "src" / "jawla")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *TOOLS)
    run(python, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "-w", wheels, source)
    wheel = next(wheels.glob("jawla-*.whl"))
    print(f"{wheel.name}: {wheel.stat().st_size} bytes")
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", wheel)
    # The installed package and the tests, which use it as an app does: strictly, from nowhere near the source.
    types = ["-m", "mypy", "--config-file", HERE / "pyproject.toml"]
    run(python, *types, "-p", "jawla", cwd=WORK)
    run(python, *types, HERE / "tests", cwd=WORK)
    environment = dict(os.environ, JAWLA_PROGRAM=str(arguments.program.resolve()), JAWLA_ROOT=str(ROOT),
                       JAWLA_LINK=str(arguments.link.resolve()))
    run(python, "-m", "pytest", "-q", "-rP" if arguments.figures else "-q", "-p", "no:cacheprovider", HERE / "tests", cwd=WORK, env=environment)


if __name__ == "__main__":
    main()
