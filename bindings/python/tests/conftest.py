"""A real server process with the demonstration's projects, and stores on it."""
from __future__ import annotations

import os
import queue
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import jawla

PROGRAM = os.environ["JAWLA_PROGRAM"]
ROOT = Path(os.environ["JAWLA_ROOT"])
PATIENCE_S = 60


class Server:
    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--local", "127.0.0.1:0",
             "--public-url", f"https://127.0.0.1:{port}"],
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
    started.process.kill()
    started.process.wait()


class Valley(jawla.PositionSource):
    def current(self, wait_ms: int) -> jawla.GeoPosition | None:
        return jawla.GeoPosition(latitude_e7=328_860_000, longitude_e7=-69_060_000, accuracy_m=12)


@pytest.fixture
def enrolled(server: Server, tmp_path: Path):
    """Opens, enrols and synchronises a store once."""

    async def make(name: str, keys: jawla.KeyStore | None = None) -> jawla.Store:
        store = await jawla.Store.open(tmp_path / name, keys or jawla.MemoryKeys(), position=Valley())
        await store.set_network(jawla.NetworkKind.UNMETERED)
        await store.enrol(server.invitation(name), name)
        report = await store.synchronise()
        assert report.outcome == jawla.SyncOutcome.COMPLETE, report
        return store

    return make
