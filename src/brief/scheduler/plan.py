"""What is to be done about a briefing now: decided from its cadence, its record and the clock, without any effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from brief import cadence as cadences
from brief.classes import dataclass
from brief.ledger import Entry, Ledger
from brief.model import Cadence

ON_TIME = dt.timedelta(minutes=15)
"""An edition that is taken up so soon after it was due is not missed."""
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""The waits after the first, second, … attempt that failed; the last holds for all that follow."""

_OPEN = ("due", "failed")
"""States in which an edition may still be made."""
_STEP = dt.timedelta(days=2)
"""A clock that is wrong by more is one that was not set, as of a machine that has just started, rather than put right."""
_BELIEVED = dt.timedelta(days=7)
"""After running so long, a clock that was put far back is taken to be right, and to have been wrong before."""
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

    `owed` are all that are still to be made: also those that failed and wait for their next attempt.
    """

    ledger: Ledger
    due: tuple[Due, ...]
    owed: tuple[Due, ...]
    next: dt.datetime | None


def take_up(ledger: Ledger | None, slug: str, cadence: Cadence | None, now: dt.datetime) -> Ledger:
    """The record as of `now`, under the cadence that the briefing has now.

    A briefing seen for the first time, or on demand till now, owes nothing that was due before.
    """
    start = now - ON_TIME
    if ledger is None:
        return Ledger.begun(slug, start, cadence)
    if ledger.cadence is None and cadence is not None:
        return replace(Ledger.begun(slug, start, cadence), entries=ledger.entries)
    return replace(ledger, cadence=cadence)


def reconcile(ledger: Ledger, now: dt.datetime, files: str) -> Plan:
    """What is to be done, where the desk's files have the fingerprint `files`."""
    ledger = _judged(ledger, now)
    new = _new(ledger, now)
    entries = {**ledger.entries, **{date: Entry(due, "due", now) for date, due in new.items()}}
    owed = _owed(ledger.cadence, entries, now)
    for date, reason in _given_up(ledger.cadence, entries, owed, new, now).items():
        entries[date] = Entry(entries[date].due, "skipped", now, reason)
    dues = tuple(
        Due(date, entries[date].due, entries[date].attempts) for date in sorted(owed) if entries[date].state != "skipped"
    )
    ready = tuple(due for due in dues if _is_ready(entries[due.date], now, files))
    following = cadences.next_due(ledger.cadence, now) if ledger.cadence else None
    instants = [retry_at for due in dues if (retry_at := entries[due.date].retry_at)] + ([following[1]] if following else [])
    seen = replace(ledger, since=_since(ledger, now), looked=now, entries=entries)
    return Plan(seen, ready, dues, min(instants, default=None))


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


def kept(ledger: Ledger, before: Ledger, date: dt.date) -> Ledger:
    """The record in which one edition stands as it did before."""
    return replace(ledger, entries={**ledger.entries, date: before.entries[date]})


def told(ledger: Ledger, date: dt.date, reason: str) -> Ledger:
    """The record after somebody was told why an edition failed."""
    return replace(ledger, entries={**ledger.entries, date: replace(ledger.entries[date], told=reason)})


def rebuilt(
    slug: str, cadence: Cadence, files: Mapping[dt.date, tuple[str, str]], now: dt.datetime, looked: dt.datetime | None
) -> Ledger:
    """A record anew from the published `files`, their paths and sums by issue date, as far as they tell.

    `looked`: the last look, if that is known; what was due before it and has no file is taken to have been skipped.
    """
    reason, gone = "found when the record was rebuilt", "no file was found when the record was rebuilt"
    dues = {date: cadences.due_at(cadence, date) for date in sorted(files) if cadences.is_due(cadence, date)}
    entries = {date: Entry(due, "published", now, reason, *files[date]) for date, due in dues.items()}
    past = [due for due in dues.values() if due <= now]
    since = min(past, default=now - ON_TIME)
    until = min(looked or max(past, default=since), now)
    for date, due in cadences.dues_between(cadence, since, until):
        entries.setdefault(date, Entry(due, "skipped", now, gone))
    return replace(Ledger.begun(slug, until, cadence), since=since, entries=entries)


def _judged(ledger: Ledger, now: dt.datetime) -> Ledger:
    """The record with what the last look and this one tell of the clock."""
    if now < ledger.looked - _STEP:
        return replace(ledger, reached=(*ledger.reached, ledger.looked), put_back=now)
    if ledger.reached and ledger.looked > ledger.put_back + _BELIEVED:
        return replace(ledger, reached=())
    return ledger


def _since(ledger: Ledger, now: dt.datetime) -> dt.datetime:
    """From when editions are owed: earlier where the clock, at first sight, ran a little ahead."""
    return now if _STEP >= ledger.since - now > dt.timedelta(0) else ledger.since


def _new(ledger: Ledger, now: dt.datetime) -> dict[dt.date, dt.datetime]:
    """The editions that have come due since the last look, with the instants they were due.

    Those of the day of that look count whatever their hour: an edit of the cadence may have moved it to an earlier one.
    What a clock that ran ahead has put on record counts as little as looks at a clock that was far behind.
    """
    if ledger.cadence is None:
        return {}
    reached = max((look for look in ledger.reached if look - _STEP <= now), default=ledger.looked)
    was_behind = ledger.looked < reached - _STEP
    after, since = reached if was_behind else ledger.looked, _since(ledger, now)
    today = after.astimezone(ZoneInfo(ledger.cadence.timezone)).date()
    return {
        date: due
        for date, due in cadences.dues_between(ledger.cadence, after - _LOOK_BACK, now)
        if due > since and (due >= after or date >= today) and _is_void(ledger.entries.get(date), now)
    }


def _is_void(entry: Entry | None, now: dt.datetime) -> bool:
    """Whether there is nothing on record, or only what is said to have been decided well after now."""
    return entry is None or (entry.state != "published" and entry.at > now + ON_TIME)


def _owed(cadence: Cadence | None, entries: Mapping[dt.date, Entry], now: dt.datetime) -> set[dt.date]:
    """The editions that are still to be made: all that are open, or the newest of all if that is."""
    if cadence is None:
        return set()
    dates = [date for date, entry in entries.items() if entry.due <= now]
    if cadence.schedule.catch_up != "all":
        dates = [max(dates)] if dates else []
    return {date for date in dates if entries[date].state in _OPEN and cadences.is_due(cadence, date)}


def _given_up(
    cadence: Cadence | None,
    entries: Mapping[dt.date, Entry],
    owed: Collection[dt.date],
    new: Mapping[dt.date, dt.datetime],
    now: dt.datetime,
) -> dict[dt.date, str]:
    """The editions that will not be made, and why; those that failed stay so."""
    left = {date for date, entry in entries.items() if entry.state == "due" and entry.due <= now and date not in owed}
    newest = max((date for date, entry in entries.items() if entry.due <= now), default=None)
    changed, followed = "the schedule was changed, and it is due no more", f"missed, and followed by the edition of {newest}"
    reasons = {date: followed if cadence and cadences.is_due(cadence, date) else changed for date in left}
    if cadence and cadence.schedule.catch_up == "none":
        late = [date for date, due in new.items() if now - due > ON_TIME]
        reasons |= dict.fromkeys(late, "missed, and not to be made up for (catch_up: none)")
    return reasons


def _is_ready(entry: Entry, now: dt.datetime, files: str) -> bool:
    """Whether there is to be an attempt: the first, or another that may succeed where one failed."""
    if entry.state == "due" or entry.files != files:
        return True
    # A wait longer than the longest is one that a clock that ran ahead has left.
    return entry.retry_at is not None and not now < entry.retry_at <= now + RETRIES[-1]


def _with(ledger: Ledger, due: Due, entry: Entry) -> Ledger:
    return replace(ledger, entries={**ledger.entries, due.date: entry})
