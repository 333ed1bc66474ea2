"""The calendar of a desk: which editions are due when, and what became of those past; the one owner of icalendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from brief import cadence as cadences
from brief import edition as editions
from brief import ledger as ledgers
from brief import receipts
from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem
from brief.ledger import Entry
from brief.model import Briefing, Cadence, Desk

USUAL = dt.timedelta(days=30)
"""From the first day of a calendar to the last, where none is given."""

_FATES = {"published": "It was published.", "skipped": "It was skipped.", "failed": "It could not be made yet."}


@dataclass(frozen=True, slots=True)
class Slot:
    """An edition and the instant it is due, in UTC; `entry` is what became of it, none where nothing is on record."""

    briefing: Briefing
    date: dt.date
    due: dt.datetime
    number: int | None
    entry: Entry | None = None

    @property
    def local(self) -> dt.datetime:
        """When it is due by the clocks of its briefing's zone."""
        return self.due.astimezone(ZoneInfo(self.briefing.timezone))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The editions due in some days, by the instant they are due, then by briefing; `on_demand` are briefings that have none.

    `problems` keep a briefing out, or are warnings: then only what became of its editions isn't known.
    """

    slots: tuple[Slot, ...]
    on_demand: tuple[str, ...]
    problems: tuple[Problem, ...]


def calendar(
    desk: Desk, slugs: Iterable[str], now: dt.datetime, *, start: dt.date | None = None, end: dt.date | None = None
) -> Calendar:
    """What is due from the day `start` to the day `end`, in each briefing's zone, of the briefings named (none: of all).

    Without `start` the first day is today, without `end` the last is that of a usual span.
    """
    slots: list[Slot] = []
    on_demand: list[str] = []
    problems = [*desk.fatal]
    for slug in dict.fromkeys(slugs) or sorted({*desk.briefings, *desk.faulty_briefings}):
        try:
            briefing = editions.briefing_of(desk, slug)
        except BriefError as error:
            problems += error.problems
            continue
        cadence = briefing.cadence
        if cadence is None:
            on_demand.append(slug)
            continue
        entries, warnings = _entries(desk, slug, cadence)
        problems += warnings
        first = start or now.astimezone(ZoneInfo(briefing.timezone)).date()
        slots += _slots(briefing, cadence, first, end or first + USUAL, entries)
    slots.sort(key=lambda slot: (slot.due, slot.briefing.slug))
    return Calendar(tuple(slots), tuple(on_demand), tuple(dict.fromkeys(problems)))


def as_table(slots: Sequence[Slot]) -> str:
    """A line an edition, in columns; the zone stands in the head where they share one."""
    zones = {slot.briefing.timezone for slot in slots}
    zone = f" ({zones.pop()})" if len(zones) == 1 else ""
    lines = [(f"DUE{zone}", "EDITION", "NO.", "BRIEFING", "STATE")]
    for slot in slots:
        local = slot.local.isoformat(" ", "minutes")
        due = f"{slot.local:%a} {local[:16]} {local[16:]}{'' if zone else ' ' + slot.briefing.timezone}"
        state = slot.entry.state if slot.entry else ""
        lines.append((due, slot.date.isoformat(), str(slot.number or ""), slot.briefing.slug, state))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def as_json(slots: Iterable[Slot]) -> list[dict[str, object]]:
    """The same as plain data."""
    return [
        {
            "briefing": slot.briefing.slug,
            "title": slot.briefing.title,
            "date": slot.date.isoformat(),
            "number": slot.number,
            "due": slot.local.isoformat(),
            "due_utc": slot.due.isoformat(),
            "timezone": slot.briefing.timezone,
            "state": slot.entry and slot.entry.state,
            "reason": (slot.entry and slot.entry.reason) or None,
        }
        for slot in slots
    ]


def as_ics(slots: Sequence[Slot]) -> bytes:
    """The same as an iCalendar file (RFC 5545): an event without length for each, the same bytes for the same editions."""
    import icalendar  # slow to import, and rarely needed

    written = icalendar.Calendar()
    written.add("version", "2.0")
    written.add("prodid", "-//brief//schedule//EN")
    if not slots:  # a file must hold something (RFC 5545, 3.6)
        written.add_component(icalendar.Timezone.from_tzid("UTC"))
    for slot in slots:
        event = icalendar.Event()
        event.add("uid", _uid(slot))
        event.add("dtstamp", slot.due)
        event.add("dtstart", slot.due)
        event.add("summary", _summary(slot))
        event.add("description", _description(slot))
        event.add("transp", "TRANSPARENT")
        written.add_component(event)
    data: bytes = written.to_ical()
    return data


def _slots(
    briefing: Briefing, cadence: Cadence, start: dt.date, end: dt.date, entries: Mapping[dt.date, Entry]
) -> Iterator[Slot]:
    number = None
    for date in cadences.dues(cadence, start, end):
        number = number + 1 if number else cadences.number(cadence, date)  # without gaps along the due dates
        yield Slot(briefing, date, cadences.due_at(cadence, date), number, entries.get(date))


def _entries(desk: Desk, slug: str, cadence: Cadence) -> tuple[Mapping[dt.date, Entry], tuple[Problem, ...]]:
    """What is on record of a briefing, and why nothing is where that can't be read; a receipt is record enough."""
    try:
        ledger, published = ledgers.read(desk.state, slug), receipts.published_dates(desk.state, slug)
        entries = dict(ledger.entries) if ledger else {}
        for date in published:
            if date not in entries or entries[date].state != "published":
                due = cadences.due_at(cadence, date)
                entries[date] = Entry(due, "published", due)
        return entries, ()
    except BriefError as error:
        return {}, error.problems
    except (ValueError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"what became of the editions of {slug} isn't known: {reason or error}"
        return {}, (Problem(Place(str(ledgers.path_of(desk.state, slug))), message, severity="warning"),)


def _uid(slot: Slot) -> str:
    """The same for an edition in every calendar, so that one that is imported again takes the place of the earlier."""
    return f"{slot.date}-{slot.briefing.slug}@brief"


def _summary(slot: Slot) -> str:
    title = slot.briefing.title.replace("\x7f", "�")  # of what titles may hold, all that RFC 5545 forbids
    return f"{title}, No. {slot.number}" if slot.number else title


def _description(slot: Slot) -> str:
    """The edition in a sentence, and what became of it in another."""
    window = editions.window(slot.briefing, slot.date)
    covers = f"{window.start} to {window.end}"
    if slot.briefing.covers.since_previous:  # known only when it is made
        covers = "what is new since the one before"
    fate = f" {_FATES[slot.entry.state]}" if slot.entry else ""
    return f"The edition of {slot.date} covers {covers}.{fate}"
