"""Whether the files of a desk have changed, and have come to rest since: a half-written file is left alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

_SUFFIXES = (".yaml", ".yml", ".j2", ".docx", ".png", ".jpg", ".jpeg", ".gif")
"""Of all that an edition can be made from. A log that is written in the desk's folder is not to keep it from coming to rest."""


def fingerprint(root: Path, *outputs: Path) -> str:
    """A sum of the names, sizes and times of the files that editions are made from, those in `outputs` aside.

    Times are only compared with each other, never with the clock: that may be wrong, and so may they.
    """
    sums = hashlib.sha256()
    for line in sorted(_lines(os.fspath(root), "", os.path.realpath(root), {os.path.realpath(path) for path in outputs})):
        sums.update(line.encode("utf-8", "surrogateescape"))
    return sums.hexdigest()[:16]


def _lines(folder: str, name: str, root: str, seen: set[str]) -> Iterator[str]:
    """A line for each file below `folder`, which is called `name` within the desk; not below those folders `seen` before."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield f"{name}\0{error.errno}\n"
        return
    for entry in entries:
        inside = f"{name}/{entry.name}"
        if entry.name.startswith((".", "~", "#")) or inside == "/node_modules":
            continue
        try:
            if entry.is_dir():
                real = os.path.realpath(entry.path)
                if real not in seen and real.startswith(root + os.sep):
                    seen.add(real)
                    yield from _lines(entry.path, inside, root, seen)
            elif entry.name.lower().endswith(_SUFFIXES):
                found = entry.stat()
                yield f"{inside}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_ctime_ns}\n"
        except OSError as error:  # it has just gone, or leads nowhere
            yield f"{inside}\0{error.errno}\n"


class Watch:
    """Looks at a desk's files from time to time; `clock` counts seconds and never goes back."""

    def __init__(self, look: Callable[[], str], rest: float, clock: Callable[[], float], *, known: str = "") -> None:
        self._look, self._rest, self._clock = look, rest, clock
        self.fingerprint = known
        self._seen = clock() - rest

    def look(self) -> float:
        """Look again; gives the seconds until the files will have been at rest for long enough, 0 where they have."""
        found, now = self._look(), self._clock()
        if found != self.fingerprint:
            self.fingerprint, self._seen = found, now
        return max(0.0, self._rest - (now - self._seen))
