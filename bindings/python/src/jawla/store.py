"""A store as Python uses it."""
from __future__ import annotations

import asyncio
import atexit
import os
import weakref
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING

from . import _core

# The calls of the library are found by name at run time; type checkers see them as inherited.
if TYPE_CHECKING:
    _Calls = _core.FieldStore
else:
    _Calls = object

_PAGE = 200
_open_stores: weakref.WeakSet[Store] = weakref.WeakSet()


def text(key: str, value: str) -> _core.FieldWritten:
    """A field to be written: lines, notes, codes, days."""
    return _core.FieldWritten(key=key, value=_core.FieldValue.TEXT(value))


def whole(key: str, value: int) -> _core.FieldWritten:
    """A field to be written: whole numbers, in the unit that the field's name ends with."""
    return _core.FieldWritten(key=key, value=_core.FieldValue.WHOLE(value))


class Store(_Calls):
    """A device's store, open for as long as the ``async with`` lasts.

    Every call of the library is one of this object too, with the same name and arguments
    (``await store.finish_visit(document, visit)``); what follows are the calls that Python makes
    shorter. One store per folder and process.
    """

    def __init__(self, core: _core.FieldStore) -> None:
        self.core = core
        _open_stores.add(self)

    @classmethod
    async def open(  # type: ignore[override]
        cls,
        folder: str | os.PathLike[str],
        keys: _core.KeyStore,
        *,
        exchange: _core.ExchangeMode = _core.ExchangeMode.WHEN_ASKED,
        language: _core.Language | None = None,
        reference_json: str | None = None,
        network: _core.NetworkSource | None = None,
        position: _core.PositionSource | None = None,
    ) -> Store:
        """Opens the store in ``folder``, or makes it. Raises ``JawlaError``."""
        options = _core.OpenOptions(
            folder=os.fspath(folder),
            exchange=exchange,
            language=language,
            reference_json=reference_json,
        )
        platform = _core.PlatformServices(keys=keys, network=network, position=position)
        return cls(await _core.FieldStore.open(options, platform))

    async def __aenter__(self) -> Store:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the store; a second time does nothing."""
        _open_stores.discard(self)
        if not self.core.is_closed():
            await self.core.close_store()

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            return getattr(self.core, name)

    async def every_project(
        self, filter: _core.ProjectFilter | None = None
    ) -> AsyncIterator[_core.ProjectSummary]:
        """Every project that passes, read page by page."""
        chosen = filter if filter is not None else _core.ProjectFilter()
        offset: int | None = 0
        while offset is not None:
            window = _core.PageRequest(offset=offset, limit=_PAGE)
            page = await self.core.projects(chosen, window)
            for row in page.rows:
                yield row
            offset = page.next_offset

    async def every_visit(
        self, filter: _core.VisitFilter | None = None
    ) -> AsyncIterator[_core.VisitWithProject]:
        """Every visit that passes, read page by page."""
        chosen = filter if filter is not None else _core.VisitFilter()
        offset: int | None = 0
        while offset is not None:
            window = _core.PageRequest(offset=offset, limit=_PAGE)
            page = await self.core.visits(chosen, window)
            for row in page.rows:
                yield row
            offset = page.next_offset

    async def synchronise(  # type: ignore[override]
        self,
        *,
        time_ms: int | None = None,
        bytes: int | None = None,
        tries: int | None = None,
    ) -> _core.SyncReport:
        """One synchronisation within a budget. Requests, bytes and time stand in the answer.
        Cancelling the task cancels it; what arrived stays."""
        budget = _core.SyncBudget(time_ms=time_ms, bytes=bytes, tries=tries)
        return await self.core.synchronise(budget)

    async def progress(
        self, budget: _core.SyncBudget | None = None
    ) -> AsyncIterator[_core.SyncProgress | _core.SyncReport]:
        """A synchronisation as it goes: its progress and, as the last item, its report. Leaving
        the loop early cancels it."""
        run = await self.core.begin_synchronisation(budget or _core.SyncBudget())
        try:
            while (step := await run.next()) is not None:
                yield step
            yield await run.finish()
        finally:
            run.cancel()

    async def changes(self) -> AsyncIterator[list[str]]:
        """The names of what changed, from now on, until the store is closed."""
        serial = self.core.change_serial()
        while True:
            try:
                changed = await self.core.changes_after(serial)
            except _core.JawlaError.Closed:
                return
            serial = changed.serial
            yield changed.names


@atexit.register
def _close_all() -> None:
    """A thread of the library must not call into an interpreter that is ending."""
    left = list(_open_stores)
    if left:
        async def close() -> None:
            for store in left:
                await store.close()

        asyncio.run(close())
