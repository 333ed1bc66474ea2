"""Python's garbage collector, held back while an edition is built: that makes many objects, and next to none is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_OBJECTS = 50_000
"""So many new objects, some 5 MB of them, until the collector looks again."""

_lock = Lock()
_thresholds: list[tuple[int, int, int]] = []
"""The program's own, once for each that holds the collector back: threads may build at the same time."""


@contextmanager
def held_back() -> Iterator[None]:
    """Let the collector look seldom; a program that has it look as seldom, or never, keeps its own way."""
    with _lock:
        own = _thresholds[0] if _thresholds else gc.get_threshold()
        _thresholds.append(own)
        if 0 < own[0] < _OBJECTS:
            gc.set_threshold(_OBJECTS, *own[1:])
    try:
        yield
    finally:
        with _lock:
            if not _thresholds[1:]:
                gc.set_threshold(*own)
            _thresholds.pop()
