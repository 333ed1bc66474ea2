"""Reading a desk: what is sound becomes nouns, what is wrong is told where it stands."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief.desk import load, pinpoint
from brief.errors import BriefError, Origin, Place, Problem
from brief.model import (
    Covers,
    Desk,
    Exclusion,
    Horizon,
    PartialDate,
    Participant,
    Period,
    Prose,
    Role,
    Schedule,
    Select,
)

SOURCES = """\
sources:
  - {id: herald, publisher: The Korea Herald, title: Ties drawn closer, published: 2025-03-11}
people:
  - id: cho-tae-yul
    name: Cho Tae-yul
    native: 조태열
    roles: [{title: Foreign Minister, of: Republic of Korea, from: 2024-01-12}]
"""
EVENT = """\
events:
  - id: dialogue
    title: First dialogue
    kind: meeting
    status: held
    date: 2025-03-10
    topics: [space]
    summary: They met.
    sources: [herald]
"""
BRIEFING = """\
title: Weekly
template: weekly.md.j2
covers: {days: 7}
"""
MARK = "¶"
"""Stands before the place where a problem is expected."""


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def desk_of(root: Path, **seeds: str) -> Desk:
    """A desk with one sound briefing and the seeds files given by their stems."""
    files = {f"seeds/{name}.yaml": text for name, text in seeds.items()}
    return load(write(root, {"briefings/weekly.yaml": BRIEFING, "templates/weekly.md.j2": "x", "templates/house.docx": b"x", **files}))


def marked(text: str) -> tuple[str, int, int]:
    """A text without its mark, and the line and column where that stood."""
    before, _, after = text.partition(MARK)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def at(desk: Desk, path: str, line: int, column: int) -> list[Problem]:
    return [problem for problem in desk.problems if problem.place == Place(path, line, column)]


def event(changed: str) -> str:
    """The sound event with the lines of `changed` in place of those with the same key."""
    lines = EVENT.splitlines()
    for line in changed.splitlines():
        key = line.replace(MARK, "").split(":")[0].strip()
        same = [index for index, old in enumerate(lines) if old.split(":")[0].strip() == key]
        lines[same[0] : same[0] + 1] = ["    " + line] if same else [lines[same[0]]]
    return "\n".join(lines) + "\n"


# --------------------------------------------------------------------------------------------------------- what is sound


def test_an_event_is_read_with_its_sources_and_people_resolved(tmp_path: Path) -> None:
    desk = desk_of(
        tmp_path,
        all=SOURCES
        + """\
events:
  - id: dialogue
    title: "First dialogue: space"
    kind: meeting
    status: held
    date: {from: 2025-03-10, to: "2025-03-11"}
    place: Brussels
    participants: [cho-tae-yul, Marjolijn van Deelen]
    topics: [space, eu-rok]
    significance: high
    agenda: Opening.
    summary: |
      They met.

      They parted.
    bottom_line: A start.
    outcomes: [One., Two.]
    sources: [herald]
    marking: TLP:GREEN
""",
    )
    assert desk.problems == ()
    (found,) = desk.events
    assert found.title == "First dialogue: space"
    assert found.date == Period(dt.date(2025, 3, 10), dt.date(2025, 3, 11))
    assert found.participants == (
        Participant("Cho Tae-yul", "조태열", "Foreign Minister", "Republic of Korea", "cho-tae-yul"),
        Participant("Marjolijn van Deelen"),
    )
    assert found.topics == ("space", "eu-rok")
    assert (found.significance, found.marking, found.kind, found.status) == ("high", "TLP:GREEN", "meeting", "held")
    assert found.summary == "They met.\n\nThey parted.\n"
    assert found.outcomes == ("One.", "Two.")
    assert found.origin == Place("seeds/all.yaml", 9, 5)
    assert found.summary.origin == Origin(found.origin, "summary")
    assert found.outcomes[1].origin == Origin(found.origin, "outcomes[1]")
    assert found.sources == desk.sources
    assert desk.sources[0].published == PartialDate(2025, 3, 11)


def test_what_is_absent_is_empty_or_none(tmp_path: Path) -> None:
    desk = desk_of(
        tmp_path,
        all=EVENT
        + """\
sources:
  - {id: herald, publisher: P, title: T}
people:
  - {id: cho, name: Cho}
background:
  - {id: note, title: N, text: T}
outlook:
  - {id: forecast, statement: S, likelihood: likely, confidence: low, made: 2025-03-01, by: 2025-04-01}
""",
    )
    assert desk.problems == ()
    found, source, person = desk.events[0], desk.sources[0], desk.people[0]
    note, judgement = desk.background[0], desk.outlook[0]
    assert (found.place, found.participants, found.agenda, found.bottom_line, found.outcomes) == ("", (), "", "", ())
    assert isinstance(found.agenda, Prose)
    assert (found.significance, found.marking) == ("medium", "TLP:CLEAR")
    assert (source.published, source.url, source.reliability, source.marking) == (None, "", "", "TLP:CLEAR")
    assert (person.native, person.roles) == ("", ())
    assert (note.valid_from, note.valid_to, note.sources, note.topics) == (None, None, (), ())
    assert (judgement.outcome, judgement.resolves_when, judgement.sources) == (None, "", ())


def test_an_optional_key_without_a_value_counts_as_absent(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, all=SOURCES + event("topics:\nsummary: x") + "    place:\n    outcomes: ~\nbackground:\n")
    assert desk.problems == ()
    assert (desk.events[0].place, desk.events[0].topics, desk.events[0].outcomes) == ("", (), ())


def test_lists_may_be_spread_over_files_folders_and_documents(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "seeds/2025/march/events.yml": EVENT,
            "seeds/a.yaml": "# nothing\n",
            "seeds/documents.yaml": SOURCES + "---\n" + EVENT.replace("id: dialogue", "id: second") + "---\n---\nbackground: []\n",
            "seeds/.hidden.yaml": "[",
            "seeds/~lock.yaml": "[",
            "seeds/events.yaml~": "[",
            "seeds/.git/x.yaml": "[",
            "seeds/#events.yaml": "[",
            "seeds/notes.txt": "[",
        },
    )
    desk = load(tmp_path)
    assert desk.problems == ()
    assert [found.id for found in desk.events] == ["dialogue", "second"]
    assert desk.events[1].origin == Place("seeds/documents.yaml", 10, 5)
    assert set(desk.texts) == {"seeds/2025/march/events.yml", "seeds/a.yaml", "seeds/documents.yaml"}


def test_dates_may_be_quoted_and_sources_partly_dated(tmp_path: Path) -> None:
    text = SOURCES + event('date: "2025-03-10"')
    for written, known in {
        "2025": PartialDate(2025),
        '"2025"': PartialDate(2025),
        "2025-03": PartialDate(2025, 3),
        '"2025-03-11"': PartialDate(2025, 3, 11),
    }.items():
        desk = desk_of(tmp_path, all=text.replace("published: 2025-03-11", f"published: {written}"))
        assert desk.problems == ()
        assert desk.sources[0].published == known
        assert desk.events[0].date == Period(dt.date(2025, 3, 10), dt.date(2025, 3, 10))


@pytest.mark.parametrize(
    ("last_day", "office"),
    [("2023-12-31", ""), ("2024-01-01", "Envoy"), ("2024-06-30", "Minister"), ("2024-07-01", "Envoy"), ("2026-01-01", "Envoy")],
)
def test_a_participant_bears_the_office_held_on_the_events_last_day(tmp_path: Path, last_day: str, office: str) -> None:
    people = """\
people:
  - id: cho
    name: Cho
    roles:
      - {title: Minister, of: Korea, from: 2024-03-01, to: 2024-06-30}
      - {title: Envoy, of: Korea, from: 2024-01-01}
"""
    text = people + SOURCES.partition("people:")[0] + event(f"date: {{from: 2023-01-01, to: {last_day}}}") + "    participants: [cho]\n"
    desk = desk_of(tmp_path, all=text)
    assert desk.events[0].participants[0].title == office
    assert desk.people[0].roles[1] == Role("Envoy", "Korea", dt.date(2024, 1, 1), None)


def test_a_note_and_a_judgement_are_read(tmp_path: Path) -> None:
    text = """\
background:
  - {id: n, title: T, topics: [space], text: "**x**", sources: [herald], valid_from: 2025-01-01, valid_to: 2025-12-31}
outlook:
  - id: j
    statement: They meet again.
    likelihood: very likely
    confidence: moderate
    made: 2025-03-31
    by: 2025-04-04
    resolves_when: Either says so.
    topics: [space]
    sources: [herald]
    outcome: {result: did not happen, on: 2025-04-05, event: dialogue, note: Put off.}
"""
    desk = desk_of(tmp_path, all=SOURCES + EVENT + text)
    assert desk.problems == ()
    note, judgement = desk.background[0], desk.outlook[0]
    assert (note.text, note.valid_from, note.valid_to) == ("**x**", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert (judgement.made, judgement.by, judgement.confidence) == (dt.date(2025, 3, 31), dt.date(2025, 4, 4), "moderate")
    assert judgement.outcome is not None
    assert (judgement.outcome.result, judgement.outcome.on, judgement.outcome.event) == (
        "did not happen",
        dt.date(2025, 4, 5),
        "dialogue",
    )
    assert judgement.outcome.note.origin == Origin(judgement.origin, "outcome.note")


def test_a_briefing_is_read_with_every_key(tmp_path: Path) -> None:
    text = """\
title: Weekly
audience: The desk
template: parts/weekly.md.j2
house: looks/house.docx
language: ko-KR
timezone: Asia/Seoul
marking: TLP:GREEN
covers: {since: previous}
horizon: {months: 2}
select: {topics: [space], kinds: [vote], not: {topics: [space], kinds: [market]}, significance: high, limit: 5, order: newest first}
schedule: {every: week, on: monday, at: "07:00", catch_up: all}
first_edition: 2024-11-11
when_empty: skip
scale: phia
"""
    write(tmp_path, {"briefings/w.yaml": text, "templates/parts/weekly.md.j2": "x", "templates/looks/house.docx": b"PK"})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    assert desk.problems == ()
    found = desk.briefings["w"]
    assert (found.slug, found.audience, found.template, found.house) == ("w", "The desk", "parts/weekly.md.j2", "looks/house.docx")
    assert (found.language, found.timezone, found.marking) == ("ko-KR", "Asia/Seoul", "TLP:GREEN")
    assert found.covers == Covers(since_previous=True)
    assert found.horizon == Horizon(months=2)
    assert found.select == Select(("space",), ("vote",), Exclusion(("space",), ("market",)), "high", 5, "newest first")
    assert found.schedule == Schedule("week", "monday", dt.time(7), "all")
    assert (found.first_edition, found.when_empty, found.scale) == (dt.date(2024, 11, 11), "skip", "phia")
    assert found.origin == Place("briefings/w.yaml", 1, 1)


def test_a_briefing_takes_what_it_does_not_say_from_the_desk(tmp_path: Path) -> None:
    write(tmp_path, {"brief.yaml": "timezone: Europe/Brussels\nlanguage: fr\nmarking: TLP:AMBER\nstate: ../state\n"})
    desk = desk_of(tmp_path)
    found = desk.briefings["weekly"]
    assert (found.timezone, found.language, found.marking) == ("Europe/Brussels", "fr", "TLP:AMBER")
    assert (found.house, found.audience, found.scale, found.when_empty) == ("house.docx", "", "icd203", "publish")
    assert (found.horizon, found.select, found.schedule, found.first_edition) == (Horizon(days=30), Select(), None, None)
    assert (desk.output, desk.state) == (tmp_path / "output", tmp_path / "../state")


def test_without_settings_the_defaults_hold(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    found = desk.briefings["weekly"]
    assert (found.timezone, found.language, found.marking) == ("UTC", "en-GB", "TLP:CLEAR")
    assert desk.state == tmp_path / "output" / ".brief"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{every: day}", Schedule("day")),
        ("{every: weekday, at: '06:30'}", Schedule("weekday", None, dt.time(6, 30))),
        ("{every: two weeks, on: friday, catch_up: none}", Schedule("two weeks", "friday", dt.time(0), "none")),
        ("{every: month, on: 31}", Schedule("month", 31)),
        ("{every: month, on: last friday}", Schedule("month", "last friday")),
    ],
)
def test_schedules_of_every_kind_are_read(tmp_path: Path, written: str, read: Schedule) -> None:
    write(tmp_path, {"briefings/s.yaml": BRIEFING + f"schedule: {written}\nfirst_edition: 2024-11-11\n"})
    desk = desk_of(tmp_path)
    assert desk.problems == ()
    assert desk.briefings["s"].schedule == read


def test_templates_and_houses_are_read_by_their_paths(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "templates/parts/head.j2": b"\xef\xbb\xbfhello",
            "templates/looks/other.docx": b"PK\x00",
            "templates/~$house.docx": b"lock",
            "templates/readme.txt": "x",
        },
    )
    desk = desk_of(tmp_path)
    assert desk.templates == {"weekly.md.j2": "x", "parts/head.j2": "hello"}
    assert desk.houses == {"house.docx": b"x", "looks/other.docx": b"PK\x00"}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + (SOURCES + event(f"status: {MARK}hold")).replace("\n", "\r\n")
    text, line, column = marked(text)
    desk = desk_of(tmp_path, all=text)
    assert len(at(desk, "seeds/all.yaml", line, column)) == len(desk.problems) == 1


def test_unusual_characters_are_kept_exactly(tmp_path: Path) -> None:
    title = "# *a* | <b> {{ 7*7 }} ]]> \\ \u202e \ue000 \U000f0000 조태열 العربية 🇰🇷 \u2028 é e\u0301"
    text = EVENT.replace("title: First dialogue", f"title: '{title}'")
    desk = desk_of(tmp_path, all=SOURCES + text.replace("\u2028", " "))
    assert desk.events[0].title == title.replace("\u2028", " ")


def test_anchors_and_merges_are_followed_and_a_borrowed_text_knows_its_own_place(tmp_path: Path) -> None:
    text = """\
events:
  - &base
    id: one
    title: One
    kind: vote
    status: held
    date: 2025-03-10
    summary: Voted.
    sources: &rests [herald]
  - <<: *base
    id: two
    sources: *rests
"""
    desk = desk_of(tmp_path, all=SOURCES + text)
    assert desk.problems == ()
    second = desk.events[1]
    assert (second.title, second.sources) == ("One", desk.sources)
    assert second.summary.origin is not None
    assert pinpoint(desk, second.summary.origin) == Place("seeds/all.yaml", 15, 14)


def test_a_thousand_events_are_read(tmp_path: Path) -> None:
    events = "".join(EVENT.removeprefix("events:\n").replace("id: dialogue", f"id: event-{number}") for number in range(1000))
    desk = desk_of(tmp_path, all=SOURCES + "events:\n" + events)
    assert desk.problems == ()
    assert len(desk.events) == 1000
    assert desk.events[999].origin.line == SOURCES.count("\n") + 2 + 999 * 8
