"""The files of a desk: found below its folders, read whole, and kept from leading out of it."""

# ruff: noqa: PTH112, PTH113, PTH114, PTH208 (where a folder may not be entered os.path answers no, pathlib raises)
from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from brief.desk.text import UndecodableError, decode, explain, position
from brief.errors import Place, Problem

MAX_BYTES = 16 * 1024 * 1024
"""Of one file; a year's events take less than one of them."""
_SHOWN = 20
"""Forbidden characters told of one file."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What ends a line, commands a terminal or turns the direction of writing: in a message it would pass for something else."""


@dataclass(frozen=True, slots=True)
class File:
    """A file and its path relative to the desk, with forward slashes."""

    name: str
    path: Path


def find(root: Path, folder: str, *suffixes: str, deep: bool = True) -> tuple[list[File], list[Problem]]:
    """The files with one of the suffixes below a folder of the desk (or right in it), by name, and those refused.

    What is hidden, an editor's backup or a lock is passed over.
    """
    found: list[File] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    pending = [File(folder, root / folder)]
    while pending:
        file = pending.pop()
        is_folder = os.path.isdir(file.path)
        if not is_folder and not file.name.lower().endswith(suffixes):
            continue
        if refusal := _refused(root, file):
            problems.append(refusal)
        elif not is_folder:
            found.append(file)
        elif (deep or not seen) and (real := os.path.realpath(file.path)) not in seen:
            seen.add(real)
            pending += _children(file, problems)
    return sorted(found, key=lambda file: file.name), problems


def _children(folder: File, problems: list[Problem]) -> list[File]:
    try:
        names = os.listdir(folder.path)
    except OSError as error:
        problems.append(_unreadable(folder, error))
        return []
    kept = (name for name in names if not name.startswith((".", "~", "#")) and not name.endswith("~"))
    return [File(f"{folder.name}/{name}", folder.path / name) for name in kept]


def _refused(root: Path, file: File) -> Problem | None:
    """Why a file or folder is not to be read."""
    encodable = file.name.encode("utf-8", "backslashreplace").decode("utf-8")
    place = Place(_CONTROL.sub(lambda found: ascii(found[0])[1:-1], encodable))
    if encodable != file.name:
        return Problem(place, "the file's name is not UTF-8", hint="rename it")
    if place.path != encodable:
        return Problem(place, "the name holds a character that can't be seen", hint="rename it")
    if os.path.islink(file.path) and not Path(os.path.realpath(file.path)).is_relative_to(os.path.realpath(root)):
        return Problem(place, "the symbolic link leads out of the desk", hint="copy what it leads to into the desk")
    if not os.path.isdir(file.path) and not os.path.isfile(file.path):
        return Problem(place, "this is no file that can be read", hint="remove it")
    return None


def read(file: File) -> bytes | Problem:
    """The bytes of a file, or why they can't be had."""
    try:
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _unreadable(file, error)
    if len(data) > MAX_BYTES:
        return Problem(Place(file.name), f"the file is larger than {MAX_BYTES // 1024**2} MiB", hint="divide it into several")
    return data


def read_text(file: File) -> str | Problem:
    """The text of a file in UTF-8, or why it can't be had."""
    data = read(file)
    if isinstance(data, Problem):
        return data
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
