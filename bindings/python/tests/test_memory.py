"""Stores come and go and calls are made without memory growing."""
from __future__ import annotations

import gc
import os
from pathlib import Path

import jawla
from jawla import PageRequest, ProjectFilter, Store

# `JAWLA_CYCLES=10000 JAWLA_CALLS=100000` are the figures of the bar; they take some minutes.
CYCLES = int(os.environ.get("JAWLA_CYCLES", "200"))
CALLS = int(os.environ.get("JAWLA_CALLS", "4000"))
GROWTH_KIB_MAX = 24_000


def resident_kib() -> int:
    gc.collect()
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


async def test_opening_and_closing_leaves_nothing_behind(tmp_path: Path) -> None:
    keys = jawla.MemoryKeys()

    async def cycles(count: int) -> None:
        for _ in range(count):
            async with await Store.open(tmp_path / "store", keys) as store:
                assert not (await store.status()).installed

    await cycles(50)
    before, running = resident_kib(), threads()
    await cycles(CYCLES)
    after = resident_kib()
    print(f"{CYCLES} times opened and closed: {before} KiB, then {after} KiB; {threads()} threads")
    assert after < before + GROWTH_KIB_MAX
    assert threads() <= running + 8


async def test_calls_leave_nothing_behind(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "store", jawla.MemoryKeys()) as store:

        async def calls(count: int) -> None:
            for number in range(count // 4):
                assert (await store.projects(ProjectFilter(), PageRequest())).total == 0
                assert store.change_serial() >= 0
                answer = await store.http(jawla.HttpRequest(method="GET", path="/entree"))
                assert answer.status == 200
                try:
                    await store.project("zz")
                except jawla.JawlaError.FixInput as refused:
                    assert refused.code == "not_an_id", number

        await calls(2_000)
        before = resident_kib()
        await calls(CALLS)
        after = resident_kib()
        print(f"{CALLS} calls: {before} KiB, then {after} KiB")
        assert after < before + GROWTH_KIB_MAX
