"""The calls that the Rust side made and wrote down (``bindings/contract/calls.json``), made again."""
from __future__ import annotations

import base64
import enum
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jawla
from jawla import _core

from conftest import Server

ROOT = Path(os.environ["JAWLA_ROOT"])
VARIANTS: Any = _core.FieldValue
ERRORS: Any = _core.JawlaError


class Valley(jawla.PositionSource):
    """Where the vectors are made: always in the same place."""

    def current(self, wait_ms: int) -> jawla.GeoPosition | None:
        return jawla.GeoPosition(latitude_e7=328_860_000, longitude_e7=-69_060_000, accuracy_m=12)


def word(kind: type[enum.Enum], text: str | None) -> Any:
    return None if text is None else kind[text.upper()]


def value(given: Any) -> Any:
    """A value of a field: by what it holds."""
    if "text" in given:
        return VARIANTS.TEXT(given["text"])
    return VARIANTS.WHOLE(given["number"]) if "number" in given else VARIANTS.FLAG(given["yes"])


def projects(given: dict[str, Any]) -> Any:
    return _core.ProjectFilter(
        text=given.get("text", ""),
        scopes=given.get("scopes", []),
        reporting_states=[word(_core.ReportingState, one) for one in given.get("reporting_states", [])],
        sort=word(_core.ProjectSort, given.get("sort")),
        direction=word(_core.SortDirection, given.get("direction")),
    )


def visits(given: dict[str, Any]) -> Any:
    words = [word(_core.RecordWord, one) for one in given.get("words", [])]
    return _core.VisitFilter(words=words, own=given.get("own", False), own_drafts=given.get("own_drafts", False))


def request(given: dict[str, Any]) -> Any:
    headers = [_core.HttpHeader(**one) for one in given["headers"]]
    body = given["body"]
    return _core.HttpRequest(
        method=given["method"], path=given["path"], headers=headers, body=None if body is None else body.encode()
    )


def argument(call: str, name: str, given: Any) -> Any:
    """What an argument of this name is made of. A new sort of argument is a new line here."""
    made: dict[str, Callable[[], Any]] = {
        "page": lambda: _core.PageRequest(**given),
        "budget": lambda: _core.SyncBudget(**given),
        "filter": lambda: projects(given) if call == "projects" else visits(given),
        "kind": lambda: word(_core.NetworkKind if call == "set_network" else _core.VisitKind, given),
        "role": lambda: word(_core.PhotoRole, given),
        "value": lambda: value(given),
        "fields": lambda: [_core.FieldWritten(key=one["key"], value=value(one["value"])) for one in given],
        "settings": lambda: _core.Settings(**{**given, "language": word(_core.Language, given["language"])}),
        "request": lambda: request(given),
    }
    return made[name]() if name in made else given


def seen(found: Any) -> Any:
    """An answer as JSON: structures by their fields, words of enums in small letters, variants that
    hold something by what they hold."""
    if found is None or isinstance(found, (bool, int, str)) and not isinstance(found, enum.Enum):
        return found
    if isinstance(found, enum.Enum):
        return found.name.lower()
    if isinstance(found, bytes):
        return found.decode(errors="replace")
    if isinstance(found, list):
        return [seen(one) for one in found]
    fields = vars(found)
    return {name: seen(one) for name, one in fields.items()} if fields else type(found).__name__.lower()


def refusal(error: Any) -> dict[str, Any]:
    sort = re.sub(r"(?<!^)([A-Z])", r"_\1", type(error).__name__.split(".")[-1]).lower()
    said: dict[str, Any] = {"sort": sort}
    for name in ("code", "sentence_fr", "sentence_ar", "field", "violations", "retry_after_ms"):
        if hasattr(error, name):
            said[name] = getattr(error, name)
    if "violations" in said:
        said["violations"] = [one.rule for one in said["violations"]]
    return said


def at(path: str, found: Any) -> Any:
    """What stands at a path: ``rows.0.word``, ``rows.#`` for the count, nothing for the whole."""
    for step in filter(None, path.split(".")):
        found = len(found) if step == "#" else found[int(step)] if step.isdigit() else found[step]
    return found


def filled(given: Any, kept: dict[str, str]) -> Any:
    """Puts what earlier steps kept in the place of its name."""
    if isinstance(given, str):
        for name in sorted(kept, key=len, reverse=True):
            given = given.replace("$" + name, kept[name])
        return given
    if isinstance(given, list):
        return [filled(one, kept) for one in given]
    return {key: filled(one, kept) for key, one in given.items()} if isinstance(given, dict) else given


async def play(store: jawla.Store, call: str, given: dict[str, Any]) -> Any:
    if call == "field_schema":
        return seen(_core.field_schema())
    made = getattr(store.core, call)(**{name: argument(call, name, one) for name, one in given.items()})
    found = await made if hasattr(made, "__await__") else made
    return "" if found is None else seen(found)


async def test_every_call_answers_what_the_vectors_say(own_server: Server, tmp_path: Path) -> None:
    vectors = json.loads((ROOT / "bindings/contract/calls.json").read_text())
    for name, text in vectors["files"].items():
        (tmp_path / name).write_bytes(base64.b64decode(text))
    kept = {"folder": str(tmp_path), "invitation": own_server.invitation("Vecteurs")}
    store = await jawla.Store.open(tmp_path / "store", jawla.MemoryKeys(), position=Valley())
    for step in vectors["steps"]:
        name = step["name"]
        try:
            answer = await play(store, step["call"], filled(step["arguments"], kept))
        except ERRORS as error:
            assert refusal(error) == step.get("error"), name
            continue
        assert "answer" in step, f"{name}: was not refused, answered {answer}"
        kept.update({key: at(path, answer) for key, path in step.get("keep", {}).items()})
        for path, texts in step.get("has", {}).items():
            assert all(text in at(path, answer) for text in texts), name
        for path, wanted in step["answer"].items():
            assert at(path, answer) == filled(wanted, kept), f"{name}: {path}"
    assert len(vectors["steps"]) >= 60
