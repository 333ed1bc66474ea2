"""The one writer: whole files or none, never over a published one, and a receipt for each."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from brief import atomic, receipts
from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.locks import publishing
from brief.receipts import Receipt

Action = Literal["published", "revised", "unchanged", "restored", "adopted", "draft"]

PATIENCE = 30.0
"""Seconds to wait for another writer to finish."""

Proof = Callable[[bytes], bool]
"""Whether the bytes of a file are those of the edition meant, as told by the file itself."""


class UnrecordedError(BriefError):
    """The file lies whole at `path`, but its receipt could not be written."""

    def __init__(self, path: Path, receipt: Path, error: OSError) -> None:
        self.path = path
        message = f"the receipt can't be written: {error.strerror or error}"
        hint = f"its file {path} was written; mend it and run the same command again, which completes it"
        super().__init__([Problem(Place(str(receipt)), message, hint=hint, passing=True)])


@dataclass(frozen=True, slots=True)
class Finished:
    """A Word file ready to be published; its receipt lacks what only publishing tells: `revision` and `file`."""

    receipt: Receipt
    data: bytes


@dataclass(frozen=True, slots=True)
class Published:
    """Where an edition lies, and what was done: a draft has no receipt, nor need one that was adopted."""

    path: Path
    action: Action
    receipt: Receipt | None = None
    warnings: tuple[Problem, ...] = ()


def publish(
    finished: Finished,
    output: Path,
    state: Path,
    *,
    proof: Proof | None = None,
    given_up: Callable[[], bool] | None = None,
) -> Published:
    """Put the file in its place below `output` and its receipt below `state`.

    What was published before is left as it is: the same inputs, or the same bytes, answer `unchanged`; others make the
    next revision. With a `proof` nothing is revised: an edition that stands already is answered `unchanged`, or `adopted`
    where it has no receipt but proves itself. Waits for another writer until `given_up`.
    Raises `LockedError`, and `BriefError` where the disk refuses: `UnrecordedError` where only the receipt is missing.
    """
    shelf = _Shelf(finished.receipt.briefing, finished.receipt.date, output, state)
    with _refusals(output), publishing(state, PATIENCE, given_up=given_up):
        return shelf.put(finished, proof)


def publish_draft(finished: Finished, output: Path, state: Path) -> Published:
    """Put the file among the briefing's drafts, over an earlier draft of the same edition."""
    slug, date = finished.receipt.briefing, finished.receipt.date
    path = output / slug / "drafts" / f"{date.isoformat()}-{slug}.docx"
    with _refusals(output), publishing(state, PATIENCE):
        atomic.sweep(path.parent)
        atomic.write(path, finished.data, over=True)
    return Published(path, "draft")


def find(slug: str, date: dt.date, output: Path, state: Path, *, proof: Proof | None = None) -> Published | None:
    """The edition as it stands published, by its receipt or, with a `proof`, because its file proves itself."""
    with _refusals(output):
        return _Shelf(slug, date, output, state).standing(proof)


def survey(slug: str, output: Path, state: Path, *, proof: Callable[[str, bytes], bool]) -> dict[dt.date, tuple[str, str]]:
    """The editions of a briefing whose files lie in the output folder: path within it and sum, by issue date.

    Those without a receipt count where `proof` says that they are the edition named `slug/date`.
    """
    dates = {*receipts.published_dates(state, slug), *file_dates(slug, output)}
    found = {date: find(slug, date, output, state, proof=partial(proof, f"{slug}/{date.isoformat()}")) for date in dates}
    return {
        date: (done.path.relative_to(output).as_posix(), done.receipt.sha256 if done.receipt else "")
        for date, done in found.items()
        if done and done.path.exists()
    }


def file_dates(slug: str, output: Path) -> list[dt.date]:
    """The dates in the names of the files in a briefing's folder, oldest first; raises `BriefError` where it can't be read."""
    return receipts.dates(output / slug, "{}-" + re.escape(slug) + r"(?:-r[0-9]+)?\.docx")


def tidy(output: Path, state: Path) -> None:
    """Remove what runs that were killed have left half-written; raises `LockedError` where somebody is writing."""
    with _refusals(output), publishing(state, 0):
        for folder in {output, state, *_folders(output), *_folders(state)}:
            atomic.sweep(folder)


def _folders(parent: Path) -> list[Path]:
    return [entry for entry in parent.iterdir() if entry.is_dir()] if parent.is_dir() else []


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The revisions of one edition that lie in the output folder."""

    slug: str
    date: dt.date
    output: Path
    state: Path

    def put(self, finished: Finished, proof: Proof | None) -> Published:
        atomic.sweep(self.folder)
        atomic.sweep(self.state / self.slug)
        revision = max([*self.files(), *self.receipts()], default=0)
        receipt = self.receipt(revision)
        path = self.path(revision)
        if receipt is None and path.exists() and _sha256(path.read_bytes()) == finished.receipt.sha256:
            return self.record(finished, revision, "unchanged")  # a run was cut off between the file and its receipt
        if proof and (standing := self.standing(proof)):
            return standing
        if receipt is None or not _is_same(receipt, finished.receipt):
            return self.write(finished, revision + 1)
        if path.exists():
            return Published(path, "unchanged", receipt, _tampering(path, receipt))
        if receipt.sha256 != finished.receipt.sha256:  # the file is gone, and this version of the tool can't make it again
            return self.write(finished, revision + 1)
        atomic.write(path, finished.data)
        return Published(path, "restored", receipt)

    def standing(self, proof: Proof | None) -> Published | None:
        """What was published of the edition, the latest revision of it."""
        for revision in reversed(self.receipts()):
            if receipt := self.receipt(revision):
                path = self.path(revision)
                return Published(path, "unchanged", receipt, _tampering(path, receipt) if path.exists() else _absence(path))
        for path in map(self.path, reversed(self.files() if proof else [])):
            if proof and path.is_file() and proof(path.read_bytes()):
                return Published(path, "adopted")
        return None

    @property
    def folder(self) -> Path:
        return self.output / self.slug

    @property
    def stem(self) -> str:
        return f"{self.date.isoformat()}-{self.slug}"

    def path(self, revision: int) -> Path:
        return self.folder / f"{self.stem}{receipts.suffix(revision)}.docx"

    def files(self) -> list[int]:
        return receipts.revisions(self.folder, self.stem, ".docx")

    def receipts(self) -> list[int]:
        return receipts.revisions(self.state / self.slug, self.date.isoformat(), ".json")

    def receipt(self, revision: int) -> Receipt | None:
        """The receipt of a revision; none where it is missing or can't be read."""
        try:
            path = receipts.path_of(self.state, self.slug, self.date, revision)
            return Receipt.from_json(path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def write(self, finished: Finished, revision: int) -> Published:
        atomic.write(self.path(revision), finished.data)
        return self.record(finished, revision, "published" if revision == 1 else "revised")

    def record(self, finished: Finished, revision: int, action: Action) -> Published:
        file = self.path(revision).relative_to(self.output).as_posix()
        receipt = replace(finished.receipt, revision=revision, file=file)
        path = receipts.path_of(self.state, self.slug, self.date, revision)
        try:
            atomic.write(path, receipt.to_json().encode(), over=True)
        except OSError as error:
            raise UnrecordedError(self.path(revision), path, error) from error
        return Published(self.path(revision), action, receipt)


def _is_same(old: Receipt, new: Receipt) -> bool:
    return (old.content, dict(old.inputs)) == (new.content, dict(new.inputs)) or old.sha256 == new.sha256


def _tampering(path: Path, receipt: Receipt) -> tuple[Problem, ...]:
    """A warning where a published file is no longer what its receipt says."""
    found = _sha256(path.read_bytes())
    if found == receipt.sha256:
        return ()
    message = f"the published file was changed since it was published (its receipt says {receipt.sha256}, the file is {found})"
    hint = "it is left as it is; take it away and run the same command again to have the published one back"
    return (Problem(Place(str(path)), message, hint=hint, severity="warning"),)


def _absence(path: Path) -> tuple[Problem, ...]:
    """A warning that a published file is gone."""
    hint = "put it back, or run brief generate with its date to have it made again"
    return (Problem(Place(str(path)), "the published file is gone", hint=hint, severity="warning"),)


@contextmanager
def _refusals(output: Path) -> Iterator[None]:
    """Say in plain words what the disk refused."""
    try:
        yield
    except OSError as error:
        where = error.filename or output
        reason = error.strerror or str(error)
        hint = "nothing half-written was left; mend it and run the same command again"
        raise BriefError(
            [Problem(Place(str(where)), f"can't be read or written: {reason}", hint=hint, passing=True)]
        ) from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def last_published(state: Path, slug: str, before: dt.date) -> dt.date | None:
    """The date of the last edition published before a date, by the receipts and by the scheduler's ledger."""
    from brief import ledger as ledgers  # only for briefings that begin where the last one ended

    dates = {*receipts.published_dates(state, slug), *ledgers.published_dates(state, slug)}
    return max((date for date in dates if date < before), default=None)
