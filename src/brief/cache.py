"""Where what can be made again is kept between runs: a folder of the user's own for each desk and version of the program."""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_DAY = 24 * 60 * 60
_KEPT = 60 * _DAY
"""Seconds after which a folder that nobody has used may go."""


def folder(root: Path) -> Path | None:
    """The folder for the desk in `root`, made where there is none; nothing where it can't be one that others can't write to.

    What lies in it was made by this version of the program, with the libraries that are installed now.
    """
    try:
        wanted, real = _base(), os.path.realpath(root)
        base = Path(os.path.realpath(wanted.parent), wanted.name)
        if not all(map(_is_firm, base.parents)):
            return None
        desk = base / f"{Path(real).name[:60]}-{_sum(real)}"
        path = desk / _sum(_version())
        if _is_private(path) and _is_private(base) and _is_private(desk):
            _use(path)
            return path
        for step in (base, desk, path):
            step.mkdir(mode=0o700, parents=step is base, exist_ok=True)
            if not _is_private(step):
                return None
        _tidy(base, path)
    except (OSError, RuntimeError):  # the latter where there is no home
        return None
    return path


def _base() -> Path:
    """The folder for all desks."""
    if sys.platform == "linux":  # platformdirs says the same, but takes long to import
        home = os.environ.get("XDG_CACHE_HOME", "")
        return Path(home if home.startswith("/") else Path("~/.cache").expanduser(), "brief")
    import platformdirs

    return platformdirs.user_cache_path("brief", appauthor=False)


def _is_private(path: Path) -> bool:
    """Whether it is a folder that belongs to the user, and to which nobody else may write."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _is_firm(path: Path) -> bool:
    """Whether nobody else can put another folder in the place of one in it, or it isn't there yet."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return True
    if os.name != "posix":
        return True
    others = stat.S_IWOTH if found.st_gid == found.st_uid else stat.S_IWGRP | stat.S_IWOTH  # the former: a group of one's own
    is_open = bool(found.st_mode & others) and not found.st_mode & stat.S_ISVTX
    return found.st_uid in (0, os.geteuid()) and not is_open


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
    # Beside the usual ones, a folder that somebody has added: what is kept compiled depends on Jinja's version.
    installed = [Path(path) for path in sys.path if path.endswith("-packages") or os.path.isdir(os.path.join(path, "jinja2"))]  # noqa: PTH112, PTH118
    libraries = [(str(path), path.stat().st_mtime_ns) for path in installed if path.is_dir()]
    return repr((sys.version, libraries, sorted(_modules(str(Path(__file__).parent)))))


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
    data = text.encode("utf-8", "surrogateescape")
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}"
