"""What is to be done about a briefing now: decided from its cadence, its record and the clock, without any effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from brief import cadence as cadences
from brief.ledger import Entry, Ledger
from brief.model import Cadence

ON_TIME = dt.timedelta(minutes=15)
"""An edition that is taken up so soon after it was due is not missed."""
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""The waits after the first, second, … attempt that failed; the last holds for all that follow."""

_LOOK_BACK = dt.timedelta(days=2)
"""Surely holds the whole day, in any zone, on which the last look fell."""


@dataclass(frozen=True, slots=True)
class Due:
    """An edition that is to be made now, and the instant it was due."""

    date: dt.date
    at: dt.datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The record with what is decided, what is to be made now (oldest first), and when there will be more to do.

    `overdue` are the editions that are neither published nor skipped, with the instants they were due; of each the record may
    say why it failed.
    """

    ledger: Ledger
    due: tuple[Due, ...]
    overdue: tuple[Due, ...]
    next: dt.datetime | None


def take_up(ledger: Ledger | None, slug: str, cadence: Cadence | None, now: dt.datetime) -> Ledger:
    """The record as of `now`, under the cadence that the briefing has now.

    A briefing seen for the first time, or on demand till now, owes nothing that was due before.
    """
    start = now - ON_TIME
    if ledger is None:
        return Ledger(slug, start, start, cadence)
    if ledger.cadence is None and cadence is not None:
        return replace(ledger, since=start, looked=start, cadence=cadence)
    return replace(ledger, cadence=cadence)


def reconcile(ledger: Ledger, now: dt.datetime, files: str) -> Plan:
    """What is to be done, where the desk's files have the fingerprint `files`."""
    ledger = _not_ahead(ledger, now)
    cadence = ledger.cadence
    if cadence is None:
        return Plan(replace(ledger, looked=now), (), (), None)
    new = _new(ledger, cadence, now)
    open_ones, missed = _chosen(ledger, cadence, new, now)
    entries = {**ledger.entries, **missed}
    overdue = tuple(Due(date, due, entries[date].attempts if date in entries else 0) for date, due in sorted(open_ones.items()))
    waiting = [entries[edition.date] for edition in overdue if edition.date in entries]
    ready = tuple(edition for edition in overdue if edition.date in new or _is_ready(entries[edition.date], now, files))
    following = cadences.next_due(cadence, now)
    instants = [entry.retry_at for entry in waiting if entry.retry_at] + ([following[1]] if following else [])
    looked = min([now, *(edition.at for edition in overdue if edition.date in new)])
    return Plan(replace(ledger, looked=looked, entries=entries), ready, overdue, min(instants, default=None))


def published(ledger: Ledger, due: Due, now: dt.datetime, file: str, sha256: str, reason: str = "") -> Ledger:
    """The record after an edition was published; `reason` where it was not we who did so."""
    attempts = due.attempts if reason else due.attempts + 1
    return _with(ledger, due, Entry(due.at, "published", now, reason, file, sha256, attempts))


def skipped(ledger: Ledger, due: Due, now: dt.datetime, reason: str) -> Ledger:
    """The record after an edition was found not worth a file."""
    return _with(ledger, due, Entry(due.at, "skipped", now, reason))


def failed(ledger: Ledger, due: Due, now: dt.datetime, reason: str, files: str, *, is_passing: bool) -> Ledger:
    """The record after an attempt failed: the next follows after a while if that may help, else when the files change."""
    before = ledger.entries.get(due.date)
    attempts = due.attempts + 1
    retry_at = now + RETRIES[min(attempts, len(RETRIES)) - 1] if is_passing else None
    entry = Entry(due.at, "failed", now, reason, attempts=attempts, retry_at=retry_at, files=files)
    return _with(ledger, due, replace(entry, told=before.told if before else ""))


def told(ledger: Ledger, date: dt.date, reason: str) -> Ledger:
    """The record after somebody was told why an edition failed."""
    return replace(ledger, entries={**ledger.entries, date: replace(ledger.entries[date], told=reason)})


def rebuilt(slug: str, cadence: Cadence, files: Mapping[dt.date, tuple[str, str]], now: dt.datetime) -> Ledger:
    """A record anew from the published `files`, their paths and sums by issue date, as far as they tell."""
    found = {date: files[date] for date in sorted(files) if cadences.latest(cadence, date) == date}
    dues = {date: cadences.due_at(cadence, date) for date in found}
    if not dues:
        return take_up(None, slug, cadence, now)
    reason = "found when the record was rebuilt"
    entries = {date: Entry(dues[date], "published", now, reason, *of_file) for date, of_file in found.items()}
    for date in cadences.dues(cadence, min(found), max(found)):
        gone = Entry(cadences.due_at(cadence, date), "skipped", now, "no file was found when the record was rebuilt")
        entries.setdefault(date, gone)
    return Ledger(slug, min(dues.values()), min(max(dues.values()), now), cadence, entries)


def _not_ahead(ledger: Ledger, now: dt.datetime) -> Ledger:
    """The record without what a clock that ran ahead put into it: what is not yet due has been neither skipped nor failed."""
    kept = {date: entry for date, entry in ledger.entries.items() if entry.due <= now or entry.state == "published"}
    entries = ledger.entries if len(kept) == len(ledger.entries) else kept
    return replace(ledger, since=min(ledger.since, now), looked=min(ledger.looked, now), entries=entries)


def _new(ledger: Ledger, cadence: Cadence, now: dt.datetime) -> dict[dt.date, dt.datetime]:
    """The editions that came due and have no entry yet.

    Those of the day of the last look count whatever their hour: an edit of the cadence may have moved it to an earlier one.
    """
    today = ledger.looked.astimezone(ZoneInfo(cadence.timezone)).date()
    return {
        date: due
        for date, due in cadences.dues_between(cadence, ledger.looked - _LOOK_BACK, now)
        if due > ledger.since and (due >= ledger.looked or date >= today) and date not in ledger.entries
    }


def _chosen(
    ledger: Ledger, cadence: Cadence, new: Mapping[dt.date, dt.datetime], now: dt.datetime
) -> tuple[dict[dt.date, dt.datetime], dict[dt.date, Entry]]:
    """Of the editions that are not published: those still to be made, with the instants they were due, and those given up."""
    if cadence.schedule.catch_up == "all":
        return {**_failures(ledger, cadence, ledger.entries), **new}, {}
    newest = max([*new, *(date for date, entry in ledger.entries.items() if entry.due <= now)], default=dt.date.min)
    to_make = {newest: new[newest]} if newest in new else _failures(ledger, cadence, [newest])
    followed = f"missed, and followed by the edition of {newest}"
    missed = {date: Entry(due, "skipped", now, followed) for date, due in new.items() if date != newest}
    if cadence.schedule.catch_up == "none":
        late = "missed, and not to be made up for (catch_up: none)"
        missed |= {date: Entry(due, "skipped", now, late) for date, due in new.items() if now - due > ON_TIME}
    return {date: due for date, due in to_make.items() if date not in missed}, missed


def _failures(ledger: Ledger, cadence: Cadence, dates: Iterable[dt.date]) -> dict[dt.date, dt.datetime]:
    """Those of the editions that failed and are due by the cadence still."""
    known = {date: ledger.entries[date] for date in dates if date in ledger.entries}
    failed = {date: entry.due for date, entry in known.items() if entry.state == "failed"}
    return {date: due for date, due in failed.items() if cadences.latest(cadence, date) == date}


def _is_ready(entry: Entry, now: dt.datetime, files: str) -> bool:
    """Whether another attempt may succeed where one failed."""
    if entry.files != files:
        return True
    # A wait longer than the longest is one that a clock that ran ahead has left.
    return entry.retry_at is not None and not now < entry.retry_at <= now + RETRIES[-1]


def _with(ledger: Ledger, due: Due, entry: Entry) -> Ledger:
    return replace(ledger, entries={**ledger.entries, due.date: entry})
