"""The pictures a document shows, read from the desk and from nowhere else."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

LARGEST = 32 * 1024 * 1024
"""Bytes of the largest picture read."""


def read(root: Path, path: str) -> bytes:
    """The bytes of the picture at `path` below the desk `root`.

    Raises `ValueError`, with a reason for the author, where the path leads out of the desk or to no readable file.
    """
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts or "\\" in path or ":" in path or "\0" in path:
        raise ValueError("a picture's path is relative to the desk, with forward slashes and without '..'")
    try:
        found = (root / inside).resolve(strict=True)
    except (OSError, RuntimeError):
        raise ValueError("there is no such file in the desk") from None
    if not found.is_relative_to(root.resolve()):
        raise ValueError("this is a symbolic link out of the desk")
    if not found.is_file():
        raise ValueError("this is not a file")
    if found.stat().st_size > LARGEST:
        raise ValueError(f"this is larger than {LARGEST // 1024 // 1024} MiB")
    try:
        return found.read_bytes()
    except OSError as error:
        raise ValueError(f"this can't be read: {error.strerror}") from None
