"""The offline-first core of Jawla, for Python.

Everything that reads or writes is a coroutine; what a call answered is on disk. Errors are those of
:class:`JawlaError`, sorted by what can be done. Records, enums and the whole of the calls stand in
the documentation of the library; :class:`Store` adds what is natural in Python.
"""
from ._core import *  # noqa: F403 - the records and enums of the library, listed in its __all__
from ._core import __all__ as _core_names
from .keys import FileKeys, MemoryKeys
from .store import Store, text, whole

__all__ = [*_core_names, "FileKeys", "MemoryKeys", "Store", "text", "whole"]
