"""The record of one briefing at hand: read once, kept in memory, written whenever something was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from brief import atomic, receipts
from brief import cadence as cadences
from brief import ledger as ledgers
from brief.errors import Problem
from brief.ledger import Ledger, NewerError
from brief.model import Cadence
from brief.publisher import Proof, Published, file_dates, find, survey
from brief.scheduler import plan
from brief.scheduler.plan import Due

ADOPTED = "was published already"

_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC)
_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class RefusedError(Exception):
    """The record is there, but can't be used; says why and how to mend it."""


class Book:
    """A briefing's ledger, and what is under way.

    `wakes_at` is when there will be something to decide, `at_work` the edition that is being made, `problems` are those of the
    last attempt that failed. Up to `recorded_to` what was due is on record and written down, in a file that tells of the look
    `written_to`.
    """

    def __init__(self, slug: str, output: Path, state: Path, proof: Callable[[str, bytes], bool]) -> None:
        self.slug = slug
        self.output, self.state = output, state
        self.wakes_at = _ALWAYS
        self.at_work: Due | None = None
        self.problems: tuple[Problem, ...] = ()
        self.is_unsaved = self.is_new = True
        self._proof = proof
        self._ledger: Ledger

    def open(
        self,
        cadence: Cadence | None,
        now: dt.datetime,
        *,
        is_sound: bool = True,
        looked: tuple[dt.datetime, dt.datetime] | None = None,
    ) -> str:
        """Read the record, and bring it under the cadence the briefing has now; of one that is not sound that isn't known.

        `looked`: the last look that the record tells of, and the last there was, as far as known otherwise. What is damaged is
        set aside, and made anew from the published files: then the answer says so. Raises `RefusedError`, and `OSError`.
        """
        told, path = "", ledgers.path_of(self.state, self.slug)
        try:
            found = ledgers.read(self.state, self.slug)
        except NewerError as error:
            hint = "use that version, or move the file away to begin a new record"
            raise RefusedError(f"{path} was written by a later version of brief: {error} ({hint})") from error
        except ValueError as error:
            if not is_sound:
                raise RefusedError(f"{path}: {error}; it is made anew once the briefing is mended") from error
            found, told = self._rebuilt(cadence, now, looked[1] if looked else None, error)
        if not is_sound:
            if found is None:
                raise RefusedError("its cadence isn't known: it was never read without problems")
            cadence = found.cadence
        if found and not told:
            last = looked[1] if looked and looked[0] == found.looked else found.looked  # else it is another's record
            found = self._completed(found, cadence, now, last)
        self.is_new = found is None and not told
        self._ledger = plan.take_up(found, self.slug, cadence, now)
        self.recorded_to = self.written_to = self._ledger.looked
        self.is_unsaved = True
        return told

    @property
    def ledger(self) -> Ledger:
        """The record as it is; to be saved once something was decided: that we looked is no decision."""
        return self._ledger

    @ledger.setter
    def ledger(self, ledger: Ledger) -> None:
        self.is_unsaved |= replace(ledger, looked=self._ledger.looked) != self._ledger
        self._ledger = ledger
        if not self.is_unsaved:
            self.recorded_to = ledger.looked

    @property
    def is_failing(self) -> bool:
        """Whether the last edition due has failed: others go first."""
        last = max(self.ledger.entries, default=None)
        return last is not None and self.ledger.entries[last].state == "failed"

    def follow(self, cadence: Cadence | None, now: dt.datetime) -> bool:
        """Bring the record under another cadence; says whether it is another."""
        before = self.ledger.cadence
        self.ledger = plan.take_up(self.ledger, self.slug, cadence, now)
        return before != cadence

    def is_for(self, now: dt.datetime) -> bool:
        """Whether there is something to decide now."""
        return now >= self.wakes_at

    def last_published(self, before: dt.date) -> dt.date | None:
        """The date of the last edition published before another, by the receipts and by this record."""
        recorded = {date for date, entry in self.ledger.entries.items() if entry.state == "published"}
        return max(
            (date for date in recorded.union(receipts.published_dates(self.state, self.slug)) if date < before), default=None
        )

    def missing(self) -> list[str]:
        """The names of the files of published editions that are there no more, oldest first."""
        entries = [entry for _, entry in sorted(self.ledger.entries.items()) if entry.state == "published"]
        there = set(receipts.names(self.output / self.slug))
        return [entry.file for entry in entries if PurePosixPath(entry.file).name not in there]

    def wake(self) -> None:
        """Have everything decided anew at the next look."""
        self.wakes_at = _ALWAYS

    def sleep(self, until: dt.datetime | None) -> None:
        """Nothing is to be decided before then."""
        self.wakes_at = until or _NEVER

    def pass_time(self, now: dt.datetime) -> None:
        """Nothing has come due until now, so that a cadence that changes from now on owes nothing before."""
        if not self.is_for(now) and now > self._ledger.looked:
            self._ledger = replace(self._ledger, looked=now)
            self.recorded_to = self.recorded_to if self.is_unsaved else now

    def save(self) -> None:
        """Write the record if something was decided since it was written last; raises `OSError`."""
        is_worth_it = self.ledger.cadence is not None or self.ledger.entries
        if self.is_unsaved and is_worth_it:
            atomic.write(ledgers.path_of(self.state, self.slug), self.ledger.to_json().encode(), over=True)
            self.written_to = self.ledger.looked
        self.is_unsaved, self.recorded_to = False, self.ledger.looked

    def published(self, date: dt.date) -> Published | None:
        """The edition, if it stands published, whoever made it; raises `BriefError`."""
        return find(self.slug, date, self.output, self.state, proof=self.proof(date))

    def proof(self, date: dt.date) -> Proof:
        """What tells whether the bytes of a Word file are those of the edition."""
        return partial(self._proof, f"{self.slug}/{date.isoformat()}")

    def _completed(self, ledger: Ledger, cadence: Cadence | None, now: dt.datetime, looked: dt.datetime) -> Ledger:
        """The record with what was published before a scheduler was cut off, and could not say so any more."""
        ledger = replace(ledger, looked=looked)
        entries, made = ledger.entries, file_dates(self.slug, self.output)
        closed = {date for date in made if date in entries and entries[date].state in ("failed", "skipped")}
        unknown = set(made) - entries.keys() - set(receipts.published_dates(self.state, self.slug))
        for date in sorted(closed | unknown):
            if cadence and cadences.is_due(cadence, date) and (done := self.published(date)):
                due = entries[date].due if date in entries else cadences.due_at(cadence, date)
                if due > looked and date in unknown:
                    continue  # it will be found due, and have its receipt written
                ledger = plan.published(ledger, Due(date, due), now, *self.place(done), ADOPTED)
        return ledger

    def place(self, done: Published) -> tuple[str, str]:
        """Where an edition lies in the output folder, and its sum, for the record."""
        return done.path.relative_to(self.output).as_posix(), done.receipt.sha256 if done.receipt else ""

    def _rebuilt(
        self, cadence: Cadence | None, now: dt.datetime, looked: dt.datetime | None, error: ValueError
    ) -> tuple[Ledger | None, str]:
        """The record made anew; the damaged one is kept, and stays in its place until it is written over."""
        path = ledgers.path_of(self.state, self.slug)
        aside = path.with_name(f"ledger-damaged-{now:%Y%m%dT%H%M%SZ}.json")
        files = survey(self.slug, self.output, self.state, proof=self._proof)
        ledger = plan.rebuilt(self.slug, cadence, files, now, looked) if cadence else None
        atomic.write(aside, path.read_bytes(), over=True)
        return ledger, f"{path}: {error}; it was set aside as {aside.name} and made anew from {len(files)} published editions"
