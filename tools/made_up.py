"""Desks of any size with everything that is hard to lay out: long titles, many participants, days full of events."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parent.parent
SLUG = "made-up"
DATE = dt.date(2025, 3, 10)

_SENTENCE = (
    "Ministers of South Korea and the European Union review their partnership on security and defence and look at ways of "
    "working together on space, cyber, shipping lanes, supplies of munitions and the training of officers"
)
_WORDS = _SENTENCE.split()
_KINDS = ("meeting", "visit", "agreement", "statement", "meeting", "exercise", "vote", "meeting", "market", "deployment")
_TERMS = ("almost no chance", "very unlikely", "unlikely", "roughly even chance", "likely", "very likely", "almost certain")
_SOURCES = 9
_PEOPLE = 12


def make(root: Path, events: int) -> Path:
    """A desk in the folder `root` with a weekly edition on DATE that tells so many `events`."""
    for folder in ("seeds", "briefings"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    _write(root / "seeds" / "seeds.yaml", _seeds(events))
    _write(
        root / "briefings" / f"{SLUG}.yaml",
        {
            "title": f"Weekly of {events} events",
            "audience": "All who want to see how pages look when there is much, or nothing, to tell",
            "template": "weekly.md.j2",
            "timezone": "Europe/Brussels",
            "marking": "TLP:AMBER+STRICT",
            "covers": {"days": 7},
            "schedule": {"every": "week", "on": "monday", "at": "07:00"},
            "first_edition": "2024-11-11",
        },
    )
    return root


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def _text(start: int, words: int) -> str:
    chosen = [_WORDS[(start * 7 + number) % len(_WORDS)].strip(",") for number in range(words)]
    return " ".join(chosen).capitalize()


def _title(number: int) -> str:
    """A title: of 200 characters, where the number is divisible by five."""
    if number % 5:
        return _text(number, 3 + number % 6)
    return f"{_text(number, 40)[:196]} {number:03}"


def _seeds(events: int) -> dict[str, Any]:
    people = [
        {
            "id": f"person-{number}",
            "name": f"Person {_text(number, 2)}",
            "roles": [{"title": _text(number, 1 + number % 4), "of": "Republic of Korea" if number % 2 else "European Union"}],
        }
        for number in range(_PEOPLE)
    ]
    sources = [
        {
            "id": f"source-{number}",
            "publisher": f"Publisher {number}",
            "title": _text(number, 4 + number),
            "published": "2025-03-09",
            "url": f"https://example.org/{number}",
            "reliability": "B2",
        }
        for number in range(_SOURCES)
    ]
    return {
        "sources": sources,
        "people": people,
        "events": [*_events(events), *_planned(min(events, 8))],
        "background": [
            {
                "id": f"note-{number}",
                "title": _text(number, 5),
                "text": f"{_text(number, 60)}.",
                "sources": [f"source-{number}"],
            }
            for number in range(min(events, 4))
        ],
        "outlook": [
            {
                "id": f"judgement-{number}",
                "statement": f"{_text(number, 12)}.",
                "likelihood": _TERMS[number % len(_TERMS)],
                "confidence": ("high", "moderate", "low")[number % 3],
                "made": "2025-03-05",
                "by": "2025-03-31",
                "resolves_when": f"{_text(number, 9)}.",
                "sources": [f"source-{number % _SOURCES}"],
            }
            for number in range(min(events, 7))
        ],
    }


def _events(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        day = dt.date(2025, 3, 3 + number % 7)
        is_long = number % 6 == 5 and day.day > 4
        yield {
            "id": f"event-{number}",
            "title": _title(number),
            "kind": _KINDS[number % len(_KINDS)],
            "status": ("held", "held", "held", "held", "cancelled", "postponed")[number % 6],
            "date": {"from": str(day - dt.timedelta(days=2)), "to": str(day)} if is_long else str(day),
            "place": "Brussels" if number % 3 else "",
            "participants": [f"person-{(number + each) % _PEOPLE}" for each in range(10 if number % 4 == 0 else 2)],
            "significance": ("high", "medium", "low")[number % 3],
            "agenda": f"{_text(number, 20)}.",
            "summary": f"{_text(number, 14)}. {_text(number + 1, 40)}.",
            "outcomes": [f"{_text(number + each, 12)}." for each in range(number % 4)],
            "sources": [f"source-{number % _SOURCES}"],
        }


def _planned(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "id": f"planned-{number}",
            "title": _title(number + 1),
            "kind": "meeting",
            "status": "planned",
            "date": str(DATE + dt.timedelta(days=3 * number)),
            "place": "Seoul",
            "agenda": f"{_text(number, 25)}.",
            "sources": [f"source-{number % _SOURCES}"],
        }
