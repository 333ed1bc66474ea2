"""Made-up desks of any size, the same on every machine."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.environment import REPOSITORY

ISSUED = dt.date(2025, 3, 10)
FIRST = dt.date(2015, 3, 2)
TOPICS = 25
PEOPLE = 3
"""In each file."""
_WEEK = 7
_COMMON = 6
"""Background notes, judgements and planned events, in a desk of any size."""

_CLAUSES = (
    "Ministers reviewed the partnership on security and defence",
    "officials compared notes on shipping lanes and cables at sea",
    "both sides looked for ways to share warnings of attacks on networks",
    "the delegations spoke of munitions, spare parts and training",
    "a working group is to report on space surveillance by the autumn",
    "the talks touched on sanctions and on how they are evaded",
    "they agreed that the next round should include industry",
    "envoys described the state of the talks as useful and unhurried",
    "the text names no sum, but a timetable with four steps",
    "observers noted what the statement left out",
    "experts will meet each quarter to compare their assessments",
)
_PLACES = ("Brussels", "Seoul", "Warsaw", "Geneva", "Busan", "The Hague", "New York")
_KINDS = ("meeting", "visit", "agreement", "statement", "exercise")


def make(root: Path, *, events: int, files: int, told: int) -> Path:
    """A desk of so many held events over ten years, `told` of them in the week before ISSUED, the last of the last file."""
    for folder in ("seeds", "briefings"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    days = _days(events, told)
    each = -(-events // files)
    for number in range(files):
        first = number * each
        path = seeds_file(root, number)
        path.write_text("".join(_file(number, first, days[first : first + each])), "utf-8")
    (root / "seeds" / "common.yaml").write_text("".join(_common()), "utf-8")
    return root


def seeds_file(root: Path, number: int) -> Path:
    """The path of one of a desk's files."""
    return root / "seeds" / f"events-{number:04}.yaml"


def add_briefing(root: Path, slug: str, *, days: int = _WEEK, topics: tuple[str, ...] = ()) -> None:
    """A weekly briefing that looks back so many days at some topics, or at all."""
    chosen = f"select: {{topics: [{', '.join(topics)}]}}\n" if topics else ""
    (root / "briefings" / f"{slug}.yaml").write_text(
        f"title: Briefing {slug}\naudience: Those who follow it\ntemplate: weekly.md.j2\ntimezone: Europe/Brussels\n"
        f"marking: TLP:GREEN\ncovers: {{days: {days}}}\n{chosen}"
        'schedule: {every: week, on: monday, at: "07:00"}\nfirst_edition: 2024-11-11\n',
        "utf-8",
    )


def _days(events: int, told: int) -> list[dt.date]:
    week = ISSUED - dt.timedelta(_WEEK)
    earlier = events - told
    span = (week - FIRST).days
    before = [FIRST + dt.timedelta(number * span // earlier) for number in range(earlier)]
    return before + [week + dt.timedelta(number * _WEEK // told) for number in range(told)]


def _file(file: int, first: int, days: list[dt.date]) -> Iterator[str]:
    yield "people:\n"
    for number in range(PEOPLE):
        yield f"  - id: person-{file}-{number}\n    name: Person {file} {number}\n"
        yield f"    roles: [{{title: Director {number}, of: Office {file % 40}}}]\n"
    yield "sources:\n"
    for number, day in enumerate(days, first):
        yield f"  - id: source-{number}\n    publisher: Herald {number % 30}\n    title: {_clauses(number, 1)}\n"
        yield f"    published: {day}\n    url: https://example.org/{day.year}/{number}?a=1&b=2\n"
    yield "events:\n"
    for number, day in enumerate(days, first):
        yield from _event(number, day, f"person-{file}-{number % PEOPLE}")


def _event(number: int, day: dt.date, person: str) -> Iterator[str]:
    topics = ", ".join(dict.fromkeys(f"topic-{(number * step + step) % TOPICS}" for step in (1, 3, 7)))
    yield f"  - id: event-{number}\n    title: Round {number} of talks & visits\n    kind: {_KINDS[number % len(_KINDS)]}\n"
    yield f"    status: held\n    date: {day}\n    place: {_PLACES[number % len(_PLACES)]}\n"
    yield f"    participants: [{person}, Delegate {number % 90}]\n    topics: [{topics}]\n"
    yield f"    significance: {('high', 'medium')[number % 2]}\n"
    yield f"    summary: >-\n      {_clauses(number, 2)}.\n      In short: {_clauses(number + 5, 2)}.\n"
    if number % 3 == 0:
        yield f"    outcomes:\n      - {_clauses(number + 3, 1)}.\n      - {_clauses(number + 7, 1)}.\n"
    yield f"    sources: [source-{number}]\n"


def _clauses(number: int, how_many: int) -> str:
    chosen = [_CLAUSES[(number * 3 + each * 4) % len(_CLAUSES)] for each in range(how_many)]
    text = ", and ".join(chosen)
    return text[0].upper() + text[1:]


def _common() -> Iterator[str]:
    yield "sources:\n  - id: common\n    publisher: The Desk\n    title: What is known\n    published: 2024-11-04\n"
    yield "events:\n"
    for number in range(_COMMON):
        yield f"  - id: planned-{number}\n    title: Planned round {number}\n    kind: meeting\n    status: planned\n"
        yield f"    date: {ISSUED + dt.timedelta(3 + number)}\n    place: Seoul\n    topics: [topic-{number}]\n"
        yield f"    agenda: {_clauses(number, 2)}.\n    sources: [common]\n"
    yield "background:\n"
    for number in range(_COMMON):
        yield f"  - id: note-{number}\n    title: Note {number}\n    topics: [topic-{number}]\n    valid_from: 2024-11-04\n"
        yield f"    text: {_clauses(number, 3)}.\n    sources: [common]\n"
    yield "outlook:\n"
    for number in range(_COMMON):
        yield f"  - id: judgement-{number}\n    statement: {_clauses(number, 1)} again.\n    likelihood: likely\n"
        yield f"    confidence: moderate\n    made: 2025-03-03\n    by: {ISSUED + dt.timedelta(9 + number)}\n"
        yield f"    resolves_when: Either side reports it.\n    topics: [topic-{number}]\n    sources: [common]\n"
