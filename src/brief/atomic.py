"""Files that appear whole or not at all, whenever the power fails."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

from brief.interrupts import deferred
from brief.patterns import regex

_TAKEN = "the name is taken, perhaps by a symbolic link that leads nowhere"
_AS_A_FILE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
_SEAL = 65
"""Bytes before what is kept: its SHA-256 sum in hexadecimal digits, and a line feed."""
_TEMPORARY = regex(r"\.brief-.*-([0-9]+)\.tmp")


def write(path: Path, data: bytes, *, over: bool = False, lasting: bool = True) -> None:
    """Write a whole file or none: beside its place, to the disk, then under its name; signals wait until it is done.

    `over`: replace another of that name, which otherwise raises `FileExistsError`. `lasting`: wait until the disk has it.
    Raises `OSError`, which names `path`.
    """
    with deferred():
        _write(path, data, over=over, lasting=lasting)


def _write(path: Path, data: bytes, *, over: bool, lasting: bool) -> None:
    is_new = not path.parent.is_dir()
    temporary = path.with_name(f".brief-{path.name}-{threading.get_ident()}-{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if over:
            temporary.replace(path)
        else:
            _claim(temporary, path)
    except OSError as error:  # it may name the temporary file, which nobody knows
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        with suppress(OSError):  # it isn't there, or can't be
            temporary.unlink()
    if lasting:
        _settle(path.parent)
        if is_new:
            _settle(path.parent.parent)


def keep(path: Path, data: bytes) -> None:
    """Write what could be made again, with its sum; or don't, where the folder takes no file."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)  # none above it: a cache that was removed is not ours to make anew
        write(path, _seal(data) + data, over=True, lasting=False)


def kept(path: Path) -> bytes | None:
    """What was kept in a file; none where nothing was, or not this."""
    try:
        with open(path, "rb", opener=_open_file) as file:
            content = file.read()
    except OSError:
        return None
    data = content[_SEAL:]
    return data if content[:_SEAL] == _seal(data) else None


def _open_file(path: str, flags: int) -> int:
    """The descriptor of what is a file, and no pipe, for which it would wait."""
    descriptor = os.open(path, flags | _AS_A_FILE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a file", path)
    return descriptor


def _seal(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode() + b"\n"


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left half-written; only who holds the folder's lock may do so."""
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208  (faster, and there may be thousands)
    for found in filter(None, map(_TEMPORARY.fullmatch, names)):
        if not _is_alive(int(found[1])):
            (folder / found[0]).unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    """Whether another process of this machine has the number."""
    if process == os.getpid() or os.name == "nt":
        return False  # of an earlier start, as we don't sweep while we write; and on Windows nobody may ask
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _claim(temporary: Path, path: Path) -> None:
    """Give the file its name unless the name is taken: a hard link can't replace a file, as a renaming would."""
    try:
        path.hardlink_to(temporary)
    except OSError:  # the name is taken, or the file system has no hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, _TAKEN) from None
        temporary.replace(path)


def _settle(folder: Path) -> None:
    """Make the folder's new entry outlast a power cut, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
