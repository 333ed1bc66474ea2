"""On which page of a Word file each heading comes to stand: LibreOffice lays it out, in a folder and a profile of its own."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from brief.classes import dataclass

PATIENCE = 120.0
"""Seconds that LibreOffice may take."""
PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice", r"C:\Program Files\LibreOffice\program\soffice.com")
"""Where macOS and Windows keep it, which don't put it on the path."""

_FILTER = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"},'
    '"ExportBookmarks":{"type":"boolean","value":"false"},'
    '"IsSkipEmptyPages":{"type":"boolean","value":"false"}}'
)
"""Bookmarks with their pages, and the blank pages too, which count."""
_SHOWN = 200
"""So many characters of what LibreOffice says are told."""
_AGAIN = "run the same command again; if it goes on failing, mend LibreOffice or take contents_pages out"


class LayoutError(Exception):
    """The pages could not be laid out; `hint` says how to mend it."""

    def __init__(self, message: str, hint: str = _AGAIN) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Layout:
    """The page of each bookmark, counted from 1, and the program that laid them out (`LibreOffice 7.4.7.2`)."""

    pages: Mapping[str, int]
    program: str


def program() -> str:
    """The path of LibreOffice; raises `LayoutError` where it is not installed."""
    names = ("soffice", "libreoffice", *PLACES)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        hint = "install it (Debian: apt install libreoffice-writer-nogui) or take contents_pages out"
        raise LayoutError("page numbers in the contents need LibreOffice, which is not installed", hint)
    return found


def lay_out(data: bytes, bookmarks: Iterable[str]) -> Layout:
    """The pages of a Word file's bookmarks; raises `LayoutError` where they can't be found."""
    office = program()
    try:
        version = re.search(r"LibreOffice \S+", _run([office, "--version"]))
        with TemporaryDirectory(prefix="brief-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            found = _destinations(_converted(office, data, folder))
    except OSError as error:
        raise LayoutError(f"LibreOffice can't be started, or has no room: {error.strerror or error}") from error
    try:
        pages = {bookmark: found[_as_destination(bookmark)] for bookmark in bookmarks}
    except KeyError as error:
        raise LayoutError(f"LibreOffice shows no page for the heading marked {error}") from None
    return Layout(pages, version[0] if version else "LibreOffice")


def _converted(office: str, data: bytes, folder: Path) -> Path:
    """The PDF that LibreOffice makes of a Word file."""
    source, made = folder / "edition.docx", folder / "edition.pdf"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    told = _run([office, profile, "--headless", "--convert-to", _FILTER, "--outdir", str(folder), str(source)])
    if not made.exists():
        raise LayoutError(f"LibreOffice made no PDF to count the pages in: {_last_line(told)}")
    return made


def _run(command: list[str]) -> str:
    """What a program prints; it and all that it started are ended where it takes too long, or we are told to stop."""
    process = subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C.UTF-8"},  # or each reader's language would choose the fonts that stand in
        start_new_session=True,
    )
    with process:
        try:
            told, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            _end(process)
            raise LayoutError(f"LibreOffice did not finish within {PATIENCE:g} seconds, and was stopped") from None
        except BaseException:
            _end(process)
            raise
    if process.returncode:
        raise LayoutError(f"LibreOffice failed (exit code {process.returncode}): {_last_line(told)}")
    return told


def _end(process: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)  # the program itself is a child of the script that starts it


def _last_line(told: str) -> str:
    return (told.strip()[-_SHOWN:].splitlines() or ["it says nothing"])[-1]


def _destinations(pdf: Path) -> dict[str, int]:
    """The page of each named destination, counted from 1."""
    from pypdf import PdfReader  # only where a briefing asks for pages

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds is told below
    try:
        with PdfReader(pdf) as reader:
            places = reader.named_destinations
            numbers = {name.removeprefix("/"): reader.get_destination_page_number(place) for name, place in places.items()}
    except Exception as error:  # a damaged file can break any rule
        raise LayoutError(f"the PDF that LibreOffice made can't be read: {error}") from error
    return {name: number + 1 for name, number in numbers.items() if number is not None}


def _as_destination(bookmark: str) -> str:
    """How LibreOffice writes a bookmark's name into a PDF: all but letters, digits and hyphens as codes."""
    return re.sub("[^A-Za-z0-9-]", lambda found: f"{ord(found[0]):02X}", bookmark)
