"""The nouns of a desk: what curators, editors and operators wrote, checked, resolved and frozen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal, Protocol

from brief.classes import dataclass
from brief.errors import Origin, Place, Problem
from brief.scales import Scale

Kind = Literal["meeting", "visit", "agreement", "statement", "deployment", "vote", "exercise", "market", "other"]
Status = Literal["planned", "held", "cancelled", "postponed"]
Significance = Literal["high", "medium", "low"]
Confidence = Literal["high", "moderate", "low"]
Result = Literal["happened", "did not happen", "overtaken", "void"]
Every = Literal["day", "weekday", "week", "two weeks", "month"]
CatchUp = Literal["latest", "all", "none"]
Order = Literal["oldest first", "newest first", "most significant first"]
WhenEmpty = Literal["publish", "skip"]
Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]

SIGNIFICANCES: tuple[Significance, ...] = ("low", "medium", "high")
"""From the least to the most significant."""
MARKINGS: tuple[Marking, ...] = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""From the most open to the most closed (TLP 2.0)."""
MARKING_COLOURS: Mapping[Marking, str] = {
    "TLP:CLEAR": "FFFFFF",
    "TLP:GREEN": "33FF00",
    "TLP:AMBER": "FFC000",
    "TLP:AMBER+STRICT": "FFC000",
    "TLP:RED": "FF2B2B",
}
"""The colour of each marking's text, on black (TLP 2.0), as red, green and blue."""


class Prose(str):
    """A text of the desk that may be read as Markdown, and that knows where it was written."""

    __slots__ = ("origin",)
    origin: Origin | None

    def __new__(cls, text: str = "", origin: Origin | None = None) -> Prose:  # noqa: D102
        prose = super().__new__(cls, text)
        prose.origin = origin
        return prose


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` to `end`, both included."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date of which the day, or the month too, may not be known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def earliest(self) -> dt.date:
        """The first day it can mean."""
        return dt.date(self.year, self.month or 1, self.day or 1)


@dataclass(frozen=True, slots=True)
class Source:
    """A document that events, notes and judgements rest on."""

    id: str
    publisher: str
    title: str
    published: PartialDate | None
    url: str
    reliability: str
    marking: Marking
    origin: Place


@dataclass(frozen=True, slots=True)
class Role:
    """An office and the days it was held; an open end is none."""

    title: str
    of: str
    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part in events."""

    id: str
    name: str
    native: str
    roles: tuple[Role, ...]
    marking: Marking
    origin: Place


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody at an event, with the office held on its last day; only `name` is sure to be there."""

    name: str
    native: str = ""
    title: str = ""
    of: str = ""
    person: str = ""
    marking: Marking = "TLP:CLEAR"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or is expected to."""

    id: str
    title: str
    kind: Kind
    status: Status
    date: Period
    place: str
    participants: tuple[Participant, ...]
    topics: tuple[str, ...]
    significance: Significance
    agenda: Prose
    summary: Prose
    bottom_line: Prose
    outcomes: tuple[Prose, ...]
    sources: tuple[Source, ...]
    marking: Marking
    origin: Place


@dataclass(frozen=True, slots=True)
class Note:
    """A background note, true from `valid_from` to `valid_to` (open ends: none)."""

    id: str
    title: str
    topics: tuple[str, ...]
    text: Prose
    sources: tuple[Source, ...]
    valid_from: dt.date | None
    valid_to: dt.date | None
    marking: Marking
    origin: Place


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a judgement ended; `event` is the id of the event that settled it, or empty."""

    result: Result
    on: dt.date
    event: str
    note: Prose


@dataclass(frozen=True, slots=True)
class Judgement:
    """A forecast: how likely something is to have happened by a date, and what would settle it."""

    id: str
    statement: Prose
    likelihood: str
    confidence: Confidence
    made: dt.date
    by: dt.date
    resolves_when: Prose
    topics: tuple[str, ...]
    sources: tuple[Source, ...]
    outcome: Outcome | None
    marking: Marking
    origin: Place


@dataclass(frozen=True, slots=True)
class Faulty:
    """An item that can't be used, with what is known of it: enough to tell which briefings it stops.

    `group` is the list it stands in (`events`, `background`, …); none of `topics`, `period` or `marking` means: not known,
    so that it could be selected by any briefing.
    """

    group: str
    id: str
    topics: tuple[str, ...] | None
    period: Period | None
    marking: Marking | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Covers:
    """How far back an edition looks: exactly one of the four is given."""

    days: int | None = None
    months: int | None = None
    since: dt.date | None = None
    since_previous: bool = False


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead an edition looks, the sum of both."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """When editions are due, in civil time of the briefing's zone.

    `on` is a weekday (`monday`), a day of the month (`1`), or a weekday of the month (`last friday`), as `every` asks.
    Nothing is due before `not_before`, after `until` or on one of the `exceptions`.
    """

    every: Every
    on: str | int | None = None
    at: dt.time = dt.time(0, 0)
    catch_up: CatchUp = "latest"
    not_before: dt.date | None = None
    until: dt.date | None = None
    exceptions: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Cadence:
    """When editions are due: a schedule in a zone, from a first edition on."""

    schedule: Schedule
    timezone: str
    first: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a briefing leaves out."""

    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Select:
    """Which events a briefing tells.

    Those with any of `topics` and any of `kinds` (empty: all), of at least `significance`, at most `limit` of them.
    """

    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    exclude: Exclusion = field(default_factory=Exclusion)
    significance: Significance = "low"
    limit: int | None = None
    order: Order = "oldest first"


@dataclass(frozen=True, slots=True)
class Briefing:
    """A series of editions: what it tells, to whom, in which form and when.

    `contents_pages`: a table of contents gives the page of each heading. `words` stand for those of `brief.words`, by name.
    """

    slug: str
    title: str
    audience: str
    template: str
    house: str
    language: str
    timezone: str
    marking: Marking
    covers: Covers
    horizon: Horizon
    select: Select
    schedule: Schedule | None
    first_edition: dt.date | None
    when_empty: WhenEmpty
    scale: Scale
    origin: Place
    contents_pages: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def cadence(self) -> Cadence | None:
        """When its editions are due; none on demand."""
        return Cadence(self.schedule, self.timezone, self.first_edition) if self.schedule else None


@dataclass(frozen=True, slots=True)
class Items:
    """What the seeds tell, checked and resolved: each list in the order of its files."""

    sources: tuple[Source, ...] = ()
    people: tuple[Person, ...] = ()
    events: tuple[Event, ...] = ()
    background: tuple[Note, ...] = ()
    outlook: tuple[Judgement, ...] = ()

    def everything(self) -> Items:
        """All of them."""
        return self

    def within(self, days: Period) -> Items:  # noqa: ARG002
        """Those that may matter on some of the days: here all of them."""
        return self


class Archive(Protocol):
    """The items of a desk, wherever they are kept."""

    def everything(self) -> Items:
        """All of them."""

    def within(self, days: Period) -> Items:
        """At least the events, notes and judgements whose own days touch those given, with the sources they rest on."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder of seeds, briefings and templates, read whole.

    `templates` maps names below `templates/` to text, `houses` to the bytes of Word files; `texts` holds the YAML files,
    so that a fault found late can be traced to its line. `problems` are all that loading found; `fatal` those of them
    that stop every briefing; `faulty` and `faulty_briefings` the items and briefings that can't be used. `on_failure` is a
    command, in words, that is told of each failure of the scheduler.
    """

    root: Path
    output: Path
    state: Path
    archive: Archive
    briefings: Mapping[str, Briefing]
    templates: Mapping[str, str]
    houses: Mapping[str, bytes]
    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    fatal: tuple[Problem, ...] = ()
    faulty: tuple[Faulty, ...] = ()
    faulty_briefings: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    on_failure: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources."""
        return self.archive.everything().sources

    @property
    def people(self) -> tuple[Person, ...]:
        """All people."""
        return self.archive.everything().people

    @property
    def events(self) -> tuple[Event, ...]:
        """All events."""
        return self.archive.everything().events

    @property
    def background(self) -> tuple[Note, ...]:
        """All background notes."""
        return self.archive.everything().background

    @property
    def outlook(self) -> tuple[Judgement, ...]:
        """All judgements."""
        return self.archive.everything().outlook


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that matched a briefing but is not in the edition, and why."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What one briefing has to say on one date, as of that date.

    `start` and `end` are the window's first and last day; `number` is none off the cadence; `withheld` counts the items
    whose marking is above the briefing's.
    """

    briefing: Briefing
    date: dt.date
    number: int | None
    start: dt.date
    end: dt.date
    previous: dt.date | None
    events: tuple[Event, ...]
    upcoming: tuple[Event, ...]
    background: tuple[Note, ...]
    outlook: tuple[Judgement, ...]
    left_out: tuple[LeftOut, ...] = ()
    withheld: int = 0

    @property
    def meetings(self) -> tuple[Event, ...]:
        """The meetings and visits that were held."""
        return tuple(event for event in self.events if event.status == "held" and event.kind in ("meeting", "visit"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in the window."""
        return not self.events
