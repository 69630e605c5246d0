"""A day in the field, and what goes wrong in one."""
from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import jawla
from jawla import JawlaError, Store, text, whole

from conftest import Enrol, Server

CANARY = "Canari-Zoubaida-7731"


def photo(path: Path, seed: int) -> str:
    Image.effect_noise((640, 480), 40 + seed).convert("RGB").save(path, "JPEG")
    return str(path)


def holding(folder: Path, word: str) -> list[Path]:
    """The files below that hold a word in the clear."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 2, files
    return [file for file in files if word.encode() in file.read_bytes()]


async def finished_visit(store: Store, document: str, folder: Path, note: str) -> str:
    visit = await store.begin_visit(document, jawla.VisitKind.FOLLOW_UP)
    await store.save_part(document, visit, [text("site_state", "actif"), whole("progress_bp", 4_200), text("note", note)])
    await store.take_position(document, visit, 100)
    for seed in range(2):
        await store.add_photo(document, visit, photo(folder / f"{seed}.jpg", seed), jawla.PhotoRole.OVERVIEW)
    await store.finish_visit(document, visit)
    return visit


async def test_a_day_in_the_field(enrolled: Enrol, tmp_path: Path) -> None:
    keys = jawla.MemoryKeys()
    async with await enrolled("A", keys) as store:
        projects = [row async for row in store.every_project()]
        assert len(projects) > 3
        document = projects[0].document
        draft = await store.begin_visit(document, jawla.VisitKind.FOLLOW_UP)
        with pytest.raises(JawlaError.FixInput) as refused:
            await store.save_part(document, draft, [whole("progress_bp", 10_001)])
        assert (refused.value.code, refused.value.field) == ("value_out_of_bounds", "progress_bp")
        with pytest.raises(JawlaError.FixInput) as refused:
            await store.finish_visit(document, draft)
        assert refused.value.code == "rules_broken" and refused.value.violations
        assert all(one.sentence_ar for one in refused.value.violations)
        await store.delete_draft(document, draft)

        visit = await finished_visit(store, document, tmp_path, CANARY)
        assert visit in [one.visit for one in await store.outgoing()]
        steps = [step async for step in store.progress()]
        report = steps[-1]
        assert isinstance(report, jawla.SyncReport)
        assert report.outcome == jawla.SyncOutcome.COMPLETE
        assert report.progress.requests >= 1 and report.progress.bytes_up > 0 and report.took_ms > 0
        assert await store.outgoing() == []
        # While the store is open its write-ahead log is there too.
        assert any(file.name.endswith("-wal") for file in (tmp_path / "A").rglob("*"))
        assert not holding(tmp_path / "A", CANARY)
        form = await store.visit(document, visit)
        assert form.word == jawla.RecordWord.RECEIVED and len(form.photos) == 2
        own = [row async for row in store.every_visit(jawla.VisitFilter(own=True))]
        assert [row.visit.visit for row in own] == [visit]

        await store.save_project_field(document, "place", jawla.FieldValue.TEXT("Douar Aït Ali"))
        await store.leave(document)
        newest = (await store.history(document, jawla.PageRequest())).rows[0]
        assert newest.undoable
        await store.undo(document, newest.change)
    with pytest.raises(JawlaError.Closed):
        await store.status()

    async with await Store.open(tmp_path / "A", keys) as again:
        assert (await again.visit(document, visit)).word == jawla.RecordWord.RECEIVED
    assert not holding(tmp_path / "A", CANARY)
    with pytest.raises(JawlaError):
        await Store.open(tmp_path / "A", jawla.MemoryKeys())


async def test_two_phones_disagree_and_one_tap_settles(enrolled: Enrol) -> None:
    async with await enrolled("B") as one, await enrolled("C") as two:
        document = [row async for row in one.every_project()][1].document
        for store, name in ((one, "Douar Haut"), (two, "Douar Bas")):
            await store.save_project_field(document, "place", jawla.FieldValue.TEXT(name))
            await store.leave(document)
        for store in (one, two, one):
            await store.synchronise()
        row = (await one.disagreements(document, jawla.PageRequest())).rows[0]
        values = [one.value for one in row.values]
        assert {value.text for value in values if isinstance(value, jawla.FieldValue.TEXT)} == {"Douar Haut", "Douar Bas"}
        seen = [value.change for value in row.values]
        with pytest.raises(JawlaError.FixInput) as stale:
            await one.settle(document, row.path, row.values[0].value, seen[:1])
        assert stale.value.code == "changed"
        await one.settle(document, row.path, row.values[0].value, seen)
        for store in (one, two):
            await store.synchronise()
            assert (await store.disagreements(document, jawla.PageRequest())).total == 0


async def test_a_day_over_edge(enrolled: Enrol, slow_server: Server, tmp_path: Path) -> None:
    link = slow_server.link
    assert link is not None
    link.order("edge")
    async with await enrolled("H", at=slow_server) as store:
        document = (await store.projects(jawla.ProjectFilter(), jawla.PageRequest())).rows[0].document
        visit = await finished_visit(store, document, tmp_path, "Noté sans réseau, envoyé par EDGE")
        await store.set_network(jawla.NetworkKind.METERED)
        texts = await store.synchronise()
        assert texts.outcome == jawla.SyncOutcome.COMPLETE, texts
        assert (await store.visit(document, visit)).word == jawla.RecordWord.RECEIVED
        assert [one.why for one in await store.outgoing()] == [jawla.WhyWaiting.WAITS_FOR_FREE_LINK]
        # The link has a round trip of 600 ms: nothing here is faster than the emulator.
        assert texts.took_ms >= 600, texts
        link.order("lan")
        await store.set_network(jawla.NetworkKind.UNMETERED)
        async for step in store.progress():
            if isinstance(step, jawla.SyncProgress):
                link.order("cut")
        await store.synchronise()
        assert await store.outgoing() == []
        print(f"EDGE, texts and thumbnails of a visit: {texts.progress}, {texts.took_ms} ms; {link.order('count')}")


async def test_fifty_calls_at_once_and_cancelling(enrolled: Enrol) -> None:
    async with await enrolled("D") as store:
        document = (await store.projects(jawla.ProjectFilter(), jawla.PageRequest())).rows[0].document
        sheets = await asyncio.gather(*(store.project(document) for _ in range(50)))
        assert len({sheet.project.document for sheet in sheets}) == 1
        task = asyncio.create_task(store.synchronise())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async for _ in store.progress():
            break
        report = await store.synchronise()
        assert report.outcome == jawla.SyncOutcome.COMPLETE


async def test_changes_name_what_changed(enrolled: Enrol) -> None:
    store = await enrolled("E")
    document = (await store.projects(jawla.ProjectFilter(), jawla.PageRequest())).rows[0].document
    heard: list[str] = []

    async def listen() -> None:
        async for names in store.changes():
            heard.extend(names)
            if f"project:{document}" in heard:
                return

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    await store.save_project_field(document, "place", jawla.FieldValue.TEXT("Ici"))
    await store.leave(document)
    await asyncio.wait_for(listening, 30)
    await store.close()
    await store.close()


async def test_wrong_input_is_told(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "blank", jawla.FileKeys(tmp_path / "keys")) as store:
        with pytest.raises(JawlaError.FixInput) as refused:
            await store.enrol("rien", "F")
        assert refused.value.code == "not_an_invitation" and refused.value.sentence_ar
        with pytest.raises(JawlaError.EnrolAgain):
            await store.synchronise()
        with pytest.raises(JawlaError.FixInput):
            await store.project("zz")
        with pytest.raises(JawlaError.FixInput) as twice:
            await Store.open(tmp_path / "blank", jawla.MemoryKeys())
        assert twice.value.code == "already_open"
    assert oct((tmp_path / "keys").stat().st_mode)[-3:] == "700"


def test_the_example_of_the_readme_runs(server: Server, tmp_path: Path) -> None:
    """A process of its own, left with the store open: it must end in peace."""
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    example = re.search(r"```python\n(.*?)```", readme, re.S)
    assert example
    script = tmp_path / "example.py"
    script.write_text(example[1])
    done = subprocess.run(
        [sys.executable, script, tmp_path / "store", server.invitation("G")],
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d+ requests?, \d+ bytes", done.stdout), done.stdout
