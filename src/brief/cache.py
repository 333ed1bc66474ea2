"""Where what can be made again is kept between runs: a folder of the user's own for each desk and version of the program."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs

_NAME = 16
"""Hexadecimal digits of a sum that name a folder."""
_DAY = 24 * 60 * 60
_KEPT = 60 * _DAY
"""Seconds after which a folder that nobody has used may go."""


def folder(root: Path) -> Path | None:
    """The folder for the desk in `root`, made where there is none; nothing where it can't be one that others can't write to.

    What lies in it was made by this version of the program, with the libraries that are installed now.
    """
    base = platformdirs.user_cache_path("brief", appauthor=False)
    desk = base / _sum(os.path.realpath(root))
    path = desk / _version()
    try:
        if _is_private(path) and _is_private(base) and _is_private(desk):
            _use(path)
            return path
        if not base.is_absolute():  # there is no home
            return None
        for step in (base, desk, path):
            step.mkdir(mode=0o700, parents=step is base, exist_ok=True)
            if not _is_private(step):
                return None
        _tidy(base, path)
    except OSError:
        return None
    return path


def _is_private(path: Path) -> bool:
    """Whether it is a folder that belongs to the user, and to which nobody else may write."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _use(path: Path) -> None:
    """Note, once a day, that the folder is in use."""
    if time.time() - path.stat().st_mtime > _DAY:
        os.utime(path)


def _tidy(base: Path, used: Path) -> None:
    """Remove the folders of other versions and desks that nobody has used for long."""
    for desk in base.iterdir():
        with suppress(OSError):
            for path in desk.iterdir():
                if path != used and time.time() - path.stat().st_mtime > _KEPT:
                    import shutil

                    shutil.rmtree(path, ignore_errors=True)
            desk.rmdir()  # fails where something is left


def _version() -> str:
    """What decides whether something kept can be used: the interpreter, what is installed beside it, and our own code."""
    libraries = [(path, os.stat(path).st_mtime_ns) for path in sys.path if path.endswith("-packages") and Path(path).is_dir()]
    return _sum(repr((sys.version, libraries, sorted(_modules(str(Path(__file__).parent))))))


def _modules(package: str) -> Iterator[tuple[str, int, int]]:
    """The path, size and time of change of every module of a package and those below it."""
    with os.scandir(package) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found = entry.stat()
                yield entry.path, found.st_size, found.st_mtime_ns
            elif entry.name not in ("__pycache__", "sample") and entry.is_dir():
                yield from _modules(entry.path)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_NAME]
