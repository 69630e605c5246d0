"""Where the keys of a store lie."""
from __future__ import annotations

import os
from pathlib import Path

from . import _core


class MemoryKeys(_core.KeyStore):
    """Keys that end with the process: for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def save(self, name: str, bytes: bytes) -> None:
        self._kept[name] = bytes

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)


class FileKeys(_core.KeyStore):
    """Keys in files of mode 600, in a folder that must not be that of the store: who copies a
    store must not copy its key along. For scripts; an app keeps keys in the platform's key store."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / "".join(c for c in name if c.isalnum() or c in ".-")

    def load(self, name: str) -> bytes | None:
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise _core.PlatformFault.Failed(fault.strerror or "unreadable") from fault

    def save(self, name: str, bytes: bytes) -> None:
        fresh = self._file(name).with_suffix(".new")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(bytes)
                out.flush()
                os.fsync(out.fileno())
            os.replace(fresh, self._file(name))
        except OSError as fault:
            raise _core.PlatformFault.Failed(fault.strerror or "unwritable") from fault

    def remove(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)
