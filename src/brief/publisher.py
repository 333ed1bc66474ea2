"""The one writer: whole files or none, never over a published one, and a receipt for each."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from brief import receipts
from brief.errors import BriefError, Place, Problem
from brief.model import Edition
from brief.receipts import Receipt

Action = Literal["published", "revised", "unchanged", "restored", "draft"]

PATIENCE = 30.0
"""Seconds to wait for another writer to finish."""

_TAKEN = "the name is taken, perhaps by a symbolic link that leads nowhere"
_TEMPORARY = re.compile(r"\.brief-.*\.tmp")


class LockedError(Exception):
    """Another process is publishing to the same folder, and didn't finish in time."""


class UnrecordedError(BriefError):
    """The file lies whole at `path`, but its receipt could not be written."""

    def __init__(self, path: Path, receipt: Path, error: OSError) -> None:
        self.path = path
        message = f"the receipt can't be written: {error.strerror or error}"
        hint = f"its file {path} was written; mend it and run the same command again, which completes it"
        super().__init__([Problem(Place(str(receipt)), message, hint=hint)])


@dataclass(frozen=True, slots=True)
class Finished:
    """A Word file ready to be published, with all that its receipt says of it."""

    edition: Edition
    data: bytes
    content: str
    inputs: Mapping[str, str]
    printed: Mapping[str, tuple[str, ...]]
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """Where an edition lies, and what was done: a draft has no receipt."""

    path: Path
    action: Action
    receipt: Receipt | None = None
    warnings: tuple[Problem, ...] = ()


def publish(finished: Finished, output: Path, state: Path) -> Published:
    """Put the file in its place below `output` and its receipt below `state`.

    What was published before is left as it is: the same inputs, or the same bytes, answer `unchanged`; others make the
    next revision. Raises `LockedError`, and `BriefError` where the disk refuses: `UnrecordedError` where only the receipt is
    missing.
    """
    with _refusals(output), _lock(state):
        return _Shelf(finished, output, state).put()


def publish_draft(finished: Finished, output: Path, state: Path) -> Published:
    """Put the file among the briefing's drafts, over an earlier draft of the same edition."""
    slug, date = finished.edition.briefing.slug, finished.edition.date
    path = output / slug / "drafts" / f"{date.isoformat()}-{slug}.docx"
    with _refusals(output), _lock(state):
        _sweep(path.parent)
        _write(path, finished.data, over=True)
    return Published(path, "draft")


def tool() -> str:
    """The name and version of this program, as receipts record it."""
    return f"brief {version('brief')}"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The revisions of one edition that lie in the output folder."""

    finished: Finished
    output: Path
    state: Path

    def put(self) -> Published:
        _sweep(self.folder)
        _sweep(self.state / self.slug)
        revision = max([*self.files(), *self.receipts()], default=0)
        receipt = self.receipt(revision)
        path = self.path(revision)
        if receipt is None and path.exists() and _sha256(path.read_bytes()) == self.sha256:
            return self.record(revision, "unchanged")  # a run was cut off between the file and its receipt
        if receipt is None or not self.is_same(receipt):
            return self.write(revision + 1)
        if path.exists():
            return Published(path, "unchanged", receipt, _tampering(path, receipt))
        if receipt.sha256 != self.sha256:  # the file is gone, and this version of the tool can't make it again
            return self.write(revision + 1)
        _write(path, self.finished.data)
        return Published(path, "restored", receipt)

    @property
    def slug(self) -> str:
        return self.finished.edition.briefing.slug

    @property
    def folder(self) -> Path:
        return self.output / self.slug

    @property
    def stem(self) -> str:
        return f"{self.finished.edition.date.isoformat()}-{self.slug}"

    @property
    def sha256(self) -> str:
        return _sha256(self.finished.data)

    def path(self, revision: int) -> Path:
        return self.folder / f"{self.stem}{receipts.suffix(revision)}.docx"

    def files(self) -> list[int]:
        return receipts.revisions(self.folder, re.escape(self.stem) + r"{}\.docx")

    def receipts(self) -> list[int]:
        date = self.finished.edition.date.isoformat()
        return receipts.revisions(self.state / self.slug, re.escape(date) + r"{}\.json")

    def receipt(self, revision: int) -> Receipt | None:
        """The receipt of a revision; none where it is missing or can't be read."""
        try:
            path = receipts.path_of(self.state, self.slug, self.finished.edition.date, revision)
            return Receipt.from_json(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def is_same(self, receipt: Receipt) -> bool:
        made_from = (receipt.content, dict(receipt.inputs))
        return made_from == (self.finished.content, dict(self.finished.inputs)) or receipt.sha256 == self.sha256

    def write(self, revision: int) -> Published:
        _write(self.path(revision), self.finished.data)
        return self.record(revision, "published" if revision == 1 else "revised")

    def record(self, revision: int, action: Action) -> Published:
        edition = self.finished.edition
        receipt = Receipt(
            briefing=self.slug,
            date=edition.date,
            revision=revision,
            number=edition.number,
            start=edition.start,
            end=edition.end,
            file=self.path(revision).relative_to(self.output).as_posix(),
            sha256=self.sha256,
            size=len(self.finished.data),
            tool=tool(),
            content=self.finished.content,
            inputs=self.finished.inputs,
            printed=self.finished.printed,
            left_out=edition.left_out,
            withheld=edition.withheld,
            layout=self.finished.layout,
        )
        path = receipts.path_of(self.state, self.slug, edition.date, revision)
        try:
            _write(path, receipt.to_json().encode(), over=True)
        except OSError as error:
            raise UnrecordedError(self.path(revision), path, error) from error
        return Published(self.path(revision), action, receipt)


def _tampering(path: Path, receipt: Receipt) -> tuple[Problem, ...]:
    """A warning where a published file is no longer what its receipt says."""
    found = _sha256(path.read_bytes())
    if found == receipt.sha256:
        return ()
    message = f"the published file was changed since it was published (its receipt says {receipt.sha256}, the file is {found})"
    hint = "it is left as it is; take it away and run the same command again to have the published one back"
    return (Problem(Place(str(path)), message, hint=hint, severity="warning"),)


@contextmanager
def _lock(state: Path) -> Iterator[None]:
    """Be the only writer; the lock is the system's own and ends with its holder."""
    state.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(state / "publish.lock", timeout=PATIENCE):
            yield
    except Timeout:
        raise LockedError(f"another process has been publishing to {state.parent} for {PATIENCE:g} seconds") from None


@contextmanager
def _refusals(output: Path) -> Iterator[None]:
    """Say in plain words what the disk refused."""
    try:
        yield
    except OSError as error:
        where = error.filename or output
        reason = error.strerror or str(error)
        hint = "nothing half-written was left; mend it and run the same command again"
        raise BriefError([Problem(Place(str(where)), f"can't be read or written: {reason}", hint=hint)]) from error


def _write(path: Path, data: bytes, *, over: bool = False) -> None:
    """Write a whole file or none: beside its place, to the disk, then under its name; `over` another only if asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".brief-{path.name}-{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if over:
            temporary.replace(path)
        else:
            _claim(temporary, path)
    except OSError as error:  # it may name the temporary file, which nobody knows
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
    _settle(path.parent)


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


def _sweep(folder: Path) -> None:
    """Remove what a run that was killed left half-written; the lock says that nobody is writing."""
    if folder.is_dir():
        for entry in folder.iterdir():
            if _TEMPORARY.fullmatch(entry.name):
                entry.unlink(missing_ok=True)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def last_published(state: Path, slug: str, before: dt.date) -> dt.date | None:
    """The date of the last edition published before a date."""
    return max((date for date in receipts.published_dates(state, slug) if date < before), default=None)
