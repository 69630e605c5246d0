"""A real server process with the demonstration's projects, and stores on it."""
from __future__ import annotations

import os
import queue
import re
import socket
import subprocess
import threading
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

import jawla

PROGRAM = os.environ["JAWLA_PROGRAM"]
ROOT = Path(os.environ["JAWLA_ROOT"])
PATIENCE_S = 60


class Enrol(Protocol):
    """Opens, enrols and synchronises a store once."""

    def __call__(self, name: str, keys: jawla.KeyStore | None = None, at: Server | None = None) -> Awaitable[jawla.Store]: ...


class Link:
    """The emulator of bad links, between phones and a server."""

    def __init__(self, upstream: str) -> None:
        self.process = subprocess.Popen(
            [os.environ["JAWLA_LINK"], upstream], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address = self._said().removeprefix("link ")

    def _said(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line and not line.startswith("unknown"), line
        return line

    def order(self, word: str) -> str:
        """``lan``, ``edge``, ``cut``, ``count``: what the emulator answers."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self._said()


class Server:
    def __init__(self, data: Path, linked: bool = False) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.link = Link(f"127.0.0.1:{port}") if linked else None
        public = self.link.address if self.link else f"127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--local", "127.0.0.1:0",
             "--public-url", f"https://{public}"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        lines: queue.Queue[str | None] = queue.Queue()

        def read() -> None:
            assert self.process.stdout is not None
            for line in self.process.stdout:
                lines.put(line)
            lines.put(None)

        threading.Thread(target=read, daemon=True).start()
        while True:
            line = lines.get(timeout=PATIENCE_S)
            assert line is not None, "the server ended"
            if "bureau, sur cette machine" in line:
                break
        self.run("import", "projects", "data/demo-projects.csv", "--demonstration", "--data", str(data))

    def stop(self) -> None:
        for one in (self.process, self.link.process if self.link else None):
            if one is not None:
                one.kill()
                one.wait()

    def run(self, *words: str) -> str:
        done = subprocess.run([PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    def invitation(self, name: str, scope: str = "053110507") -> str:
        said = self.run("invite", "--data", str(self.data), "--scope", scope, "--role", "team_lead", "--name", name)
        found = re.search(r"jawla1:\S+", said)
        assert found, said
        return found[0]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody else was enrolled at."""
    started = Server(tmp_path / "own-server")
    yield started
    started.stop()


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[Server]:
    """A server behind a link that can be made bad."""
    started = Server(tmp_path / "slow-server", linked=True)
    yield started
    started.stop()


class Valley(jawla.PositionSource):
    def current(self, wait_ms: int) -> jawla.GeoPosition | None:
        return jawla.GeoPosition(latitude_e7=328_860_000, longitude_e7=-69_060_000, accuracy_m=12)


@pytest.fixture
def enrolled(server: Server, tmp_path: Path) -> Enrol:
    async def make(name: str, keys: jawla.KeyStore | None = None, at: Server | None = None) -> jawla.Store:
        store = await jawla.Store.open(tmp_path / name, keys or jawla.MemoryKeys(), position=Valley())
        await store.set_network(jawla.NetworkKind.UNMETERED)
        await store.enrol((at or server).invitation(name), name)
        report = await store.synchronise()
        assert report.outcome == jawla.SyncOutcome.COMPLETE, report
        return store

    return make
