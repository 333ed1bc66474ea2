"""The files of a desk: found below its folders, read whole, and kept from leading out of it."""

# ruff: noqa: PTH112, PTH113, PTH114, PTH123 (where a folder may not be entered os.path answers no, pathlib raises)
from __future__ import annotations

import os
import re
import stat
from itertools import islice
from pathlib import Path, PurePosixPath

from brief.classes import dataclass
from brief.desk.text import UndecodableError, decode, explain, position
from brief.errors import Place, Problem
from brief.patterns import regex

MAX_BYTES = 16 * 1024 * 1024
"""Of one file; a year's events take less than one of them."""
_SHOWN = 20
"""Forbidden characters told of one file."""
_CONTROL = regex("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What ends a line, commands a terminal or turns the direction of writing: in a message it would pass for something else."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its path relative to the desk, with forward slashes, and where that is.

    `state` is what the system says of it (see `state_of`) and changes with its content; it is empty where that isn't known.
    """

    name: str
    location: str
    state: tuple[int, ...] = ()

    @property
    def stem(self) -> str:
        """Its name without folder and ending."""
        return PurePosixPath(self.name).stem


def state_of(found: os.stat_result) -> tuple[int, ...]:
    """Size, times of change in nanoseconds, of content and of anything, and number of a file."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def find(root: Path, folder: str, *suffixes: str, deep: bool = True) -> tuple[list[File], list[Problem]]:
    """The files with one of the suffixes below a folder of the desk (or right in it), by name, and those refused.

    What is hidden, an editor's backup or a lock is passed over.
    """
    found: list[File] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    top = os.fspath(root / folder)
    pending = [(File(folder, top), os.path.isdir(top))]
    linked: list[tuple[File, bool]] = []
    while pending or linked:
        # Links last, and by name: what lies in several places is known by its own name, or by the same one everywhere.
        file, is_folder = pending.pop() if pending else linked.pop()
        if not is_folder and not file.name.lower().endswith(suffixes):
            continue
        if refusal := _refused(root, file, is_folder=is_folder):
            problems.append(refusal)
        elif not is_folder:
            found.append(file)
        elif (deep or not seen) and (real := os.path.realpath(file.location)) not in seen:
            seen.add(real)
            for child in _children(file, problems):
                (linked if child[1] and os.path.islink(child[0].location) else pending).append(child)
            linked.sort(key=lambda child: child[0].name, reverse=True)
    return sorted(found, key=lambda file: file.name), problems


def _children(folder: File, problems: list[Problem]) -> list[tuple[File, bool]]:
    """What lies in a folder, each with whether it is a folder itself."""
    try:
        with os.scandir(folder.location) as entries:
            return [_child(folder, entry) for entry in entries if _is_meant(entry.name)]
    except OSError as error:
        problems.append(_unreadable(folder, error))
        return []


def _is_meant(name: str) -> bool:
    return not name.startswith((".", "~", "#")) and not name.endswith("~")


def _child(folder: File, entry: os.DirEntry[str]) -> tuple[File, bool]:
    name = f"{folder.name}/{entry.name}"
    try:
        found = entry.stat()
    except OSError:  # a link that leads nowhere
        return File(name, entry.path), False
    is_folder = stat.S_ISDIR(found.st_mode)
    return File(name, entry.path, state_of(found) if stat.S_ISREG(found.st_mode) else ()), is_folder


def _refused(root: Path, file: File, *, is_folder: bool) -> Problem | None:
    """Why a file or folder is not to be read."""
    encodable = file.name.encode("utf-8", "backslashreplace").decode("utf-8")
    shown = encodable if encodable.isprintable() else _CONTROL.sub(lambda found: ascii(found[0])[1:-1], encodable)
    place = Place(shown)
    if encodable != file.name:
        return Problem(place, "the file's name is not UTF-8", hint="rename it")
    if place.path != encodable:
        return Problem(place, "the name holds a character that can't be seen", hint="rename it")
    if os.path.islink(file.location) and not Path(os.path.realpath(file.location)).is_relative_to(os.path.realpath(root)):
        return Problem(place, "the symbolic link leads out of the desk", hint="copy what it leads to into the desk")
    if not is_folder and not file.state and not os.path.isfile(file.location):
        return Problem(place, "this is no file that can be read", hint="remove it")
    return None


def read(file: File) -> bytes | Problem:
    """The bytes of a file, or why they can't be had."""
    try:
        with open(file.location, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(file, error)
    if len(data) > MAX_BYTES:
        return Problem(Place(file.name), f"the file is larger than {MAX_BYTES // 1024**2} MiB", hint="divide it into several")
    return data


def read_text(file: File) -> str | Problem:
    """The text of a file in UTF-8, or why it can't be had."""
    data = read(file)
    return data if isinstance(data, Problem) else text_of(file, data)


def text_of(file: File, data: bytes) -> str | Problem:
    """The text that the bytes of a file are in UTF-8, or why they are none."""
    try:
        return decode(data)
    except UndecodableError as error:
        return Problem(Place(file.name, error.line, error.column), str(error), hint="save the file as UTF-8")


def forbidden(characters: re.Pattern[str], name: str, text: str) -> list[Problem]:
    """The first of the characters in a file's text that are not to be in it."""
    return [
        Problem(Place(name, *position(text[: found.start()])), explain(found[0]), hint="leave it out")
        for found in islice(characters.finditer(text), _SHOWN)
    ]


def _unreadable(file: File, error: OSError) -> Problem:
    return Problem(Place(file.name), f"can't be read: {error.strerror or error}", passing=True)
