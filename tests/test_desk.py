"""Reading a desk: what is sound becomes nouns, what is wrong is told where it stands."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief.desk import load, pinpoint
from brief.errors import BriefError, Origin, Place, Problem
from brief.model import (
    Cadence,
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


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def desk_of(root: Path, **seeds: str) -> Desk:
    """A desk with one sound briefing and the seeds files given by their stems."""
    files = {f"seeds/{name}.yaml": text for name, text in seeds.items()}
    return load(
        write(root, {"briefings/weekly.yaml": BRIEFING, "templates/weekly.md.j2": "x", "templates/house.docx": b"x", **files})
    )


def marked(text: str) -> tuple[str, int, int]:
    """A text without its mark, and the line and column where that stood."""
    before, _, after = text.partition(MARK)
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def at(desk: Desk, path: str, line: int, column: int) -> list[Problem]:
    return [problem for problem in desk.problems if problem.place == Place(path, line, column)]


def event(changed: str) -> str:
    """The sound event with `changed` in place of the line with the same key, or at its end."""
    key = changed.replace(MARK, "").partition(":")[0]
    lines = EVENT.splitlines()
    for index, line in enumerate(lines[1:], 1):
        if line[4:].startswith(f"{key}:"):
            return "\n".join([*lines[:index], line[:4] + changed, *lines[index + 1 :]]) + "\n"
    return EVENT + f"    {changed}\n"


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
    desk = desk_of(tmp_path, all=SOURCES + event("topics:") + "    place:\n    outcomes: ~\nbackground:\n")
    assert desk.problems == ()
    assert (desk.events[0].place, desk.events[0].topics, desk.events[0].outcomes) == ("", (), ())


def test_lists_may_be_spread_over_files_folders_and_documents(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "seeds/2025/march/events.yml": EVENT,
            "seeds/a.yaml": "# nothing\n",
            "seeds/documents.yaml": SOURCES
            + "---\n"
            + EVENT.replace("id: dialogue", "id: second")
            + "---\n---\nbackground: []\n",
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
    text = (
        people
        + SOURCES.partition("people:")[0]
        + event(f"date: {{from: 2023-01-01, to: {last_day}}}")
        + "    participants: [cho]\n"
    )
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
select:
  {topics: [space], kinds: [vote], not: {topics: [space], kinds: [market]}, significance: high, limit: 5, order: newest first}
schedule: {every: week, on: monday, at: "07:00", catch_up: all}
first_edition: 2024-11-11
when_empty: skip
scale: phia
"""
    write(tmp_path, {"briefings/w.yaml": text, "templates/parts/weekly.md.j2": "x", "templates/looks/house.docx": b"PK"})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    assert desk.problems == ()
    found = desk.briefings["w"]
    assert (found.slug, found.audience, found.template, found.house) == (
        "w",
        "The desk",
        "parts/weekly.md.j2",
        "looks/house.docx",
    )
    assert (found.language, found.timezone, found.marking) == ("ko-KR", "Asia/Seoul", "TLP:GREEN")
    assert found.covers == Covers(since_previous=True)
    assert found.horizon == Horizon(months=2)
    assert found.select == Select(("space",), ("vote",), Exclusion(("space",), ("market",)), "high", 5, "newest first")
    assert found.schedule == Schedule("week", "monday", dt.time(7), "all")
    assert (found.first_edition, found.when_empty, found.scale.id) == (dt.date(2024, 11, 11), "skip", "phia")
    assert found.origin == Place("briefings/w.yaml", 1, 1)


def test_a_briefing_takes_what_it_does_not_say_from_the_desk(tmp_path: Path) -> None:
    write(tmp_path, {"brief.yaml": "timezone: Europe/Brussels\nlanguage: fr\nmarking: TLP:AMBER\nstate: ../state\n"})
    desk = desk_of(tmp_path)
    found = desk.briefings["weekly"]
    assert (found.timezone, found.language, found.marking) == ("Europe/Brussels", "fr", "TLP:AMBER")
    assert (found.house, found.audience, found.scale.id, found.when_empty) == ("house.docx", "", "icd203", "publish")
    assert (found.horizon, found.select, found.schedule, found.first_edition) == (Horizon(days=30), Select(), None, None)
    assert (desk.output, desk.state) == (tmp_path / "output", tmp_path / "../state")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("mail -s 'brief has failed' desk@example.org", ("mail", "-s", "brief has failed", "desk@example.org")),
        ("[page, two words, '']", ("page", "two words", "")),
        (">-\n  page\n  --all\n", ("page", "--all")),
    ],
)
def test_a_command_for_failures_is_read_as_words(tmp_path: Path, written: str, words: tuple[str, ...]) -> None:
    write(tmp_path, {"brief.yaml": f"on_failure: {written}\n"})
    desk = desk_of(tmp_path)
    assert (desk.problems, desk.on_failure) == ((), words)


def test_without_settings_the_defaults_hold(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    found = desk.briefings["weekly"]
    assert (found.timezone, found.language, found.marking) == ("UTC", "en-GB", "TLP:CLEAR")
    assert desk.on_failure == ()
    assert desk.state == tmp_path / "output" / ".brief"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{every: day}", Schedule("day")),
        ("{every: weekday, at: '06:30'}", Schedule("weekday", None, dt.time(6, 30))),
        ("{every: two weeks, on: friday, catch_up: none}", Schedule("two weeks", "friday", dt.time(0), "none")),
        ("{every: month, on: 31}", Schedule("month", 31)),
        ("{every: month, on: last friday}", Schedule("month", "last friday")),
        (
            "{every: day, not_before: 2024-12-01, until: '2025-12-31', except: ['2025-05-01', 2024-12-25]}",
            Schedule(
                "day",
                not_before=dt.date(2024, 12, 1),
                until=dt.date(2025, 12, 31),
                exceptions=(dt.date(2024, 12, 25), dt.date(2025, 5, 1)),
            ),
        ),
        ("{every: day, not_before: , until: , except: }", Schedule("day")),
    ],
)
def test_schedules_of_every_kind_are_read(tmp_path: Path, written: str, read: Schedule) -> None:
    write(tmp_path, {"briefings/s.yaml": BRIEFING + f"schedule: {written}\nfirst_edition: 2024-11-11\n"})
    desk = desk_of(tmp_path)
    assert desk.problems == ()
    found = desk.briefings["s"]
    assert found.schedule == read
    assert found.cadence == Cadence(read, "UTC", dt.date(2024, 11, 11))
    assert desk.briefings["weekly"].cadence is None


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


# ---------------------------------------------------------------------------------------------------------- what is wrong

EVENT_MISTAKES = [
    # what replaces a line of the sound event, the key told, words of the message and hint
    ("¶titel: x", "titel", "not known", "'title'"),
    ("¶titel: {a: b}", "titel", "not known", "'title'"),
    ("title: ¶no", "title", "reads no without quotes as false", '"no"'),
    ("title: ¶9:30", "title", "counting in sixties: 570", '"9:30"'),
    ("title: ¶2025", "title", "reads 2025 without quotes as a number", '"2025"'),
    ("title: ¶007", "title", "as a number 7", '"007"'),
    ("title: ¶12.50", "title", "as a number 12.5", '"12.50"'),
    ("title: ¶2025-03-10", "title", "as a date", '"2025-03-10"'),
    ("title: ¶2026-02-30", "title", "that month has 28 days", "quotes"),
    ("title: ¶~", "title", "reads ~ as nothing", ""),
    ("title:¶", "title", "nothing is written here", ""),
    ('title: ¶"  "', "title", "not empty", ""),
    ("title: ¶[a]", "title", "here is a list; expected a text", ""),
    ("title: ¶{a: b}", "title", "here are keys with values; expected a text", "colon"),
    ('title: ¶"a \\x07 bell"', "title", "U+0007", "leave it out"),
    ('title: ¶"\\ufdd0"', "title", "U+FDD0", "leave it out"),
    ('title: ¶"\\uffff"', "title", "U+FFFF", "leave it out"),
    ("title: ¶!!python/name:os.system x", "title", "the tag !!python/name:os.system is not supported", "quotes"),
    ("title: ¶!note [a]", "title", "the tag !note is not supported", "quotes"),
    ("title: ¶!!int x", "title", "'x' is no int", ""),
    ("title: ¶*nothing", "title", "nothing above is named &nothing", "quotes"),
    ("topics: &t [space, ¶*t]", "topics[1]", "contains it", ""),
    ("title: one\n    ¶title: two", "title", "given twice; the first is in line 10", "keep one"),
    ("id: ¶Dialogue 1", "id", "lower-case letters, digits and hyphens", "'dialogue-1'"),
    ("id: ¶" + "x" * 101, "id", "more than 100 characters", "shorten"),
    ("id: ¶10", "id", "as a number", '"10"'),
    ("kind: ¶meting", "kind", "'meting' is not known", "'meeting'"),
    ("kind: ¶on", "kind", "reads on without quotes as true; expected one of meeting", ""),
    ("status: ¶done", "status", "'done' is not known", "planned"),
    ("significance: ¶mediun", "significance", "'mediun'", "'medium'"),
    ("marking: ¶TLP:WHITE", "marking", "now called TLP:CLEAR", "TLP:CLEAR"),
    ("marking: ¶tlp green", "marking", "'tlp green'", "'TLP:GREEN'"),
    ("marking:¶", "marking", "nothing is written here", ""),
    ("date: ¶10 March 2025", "date", "this is no day; expected such as 2025-03-10", ""),
    ("date: ¶2025-02-29", "date", "that month has 28 days", ""),
    ('date: ¶"2025-13-01"', "date", "a year has 12 months", ""),
    ('date: ¶"0000-01-01"', "date", "a year between 1900 and 2200 is expected", ""),
    ("date: ¶2025", "date", "reads 2025 without quotes as a number; expected a day", ""),
    ("date: ¶2025-03-10 09:00:00", "date", "as a day with a time; expected a day", ""),
    ("date: ¶{from: 2025-04-04, to: 2025-04-02}", "date", "before it begins", "exchange"),
    ("date: ¶{from: 2025-04-04}", "date.to", "is required", "to: "),
    ("date: {from: 2025-04-04, to: ¶2025-04-31}", "date.to", "that month has 30 days", ""),
    ("date: {from: 2025-04-04, to: 2025-04-05, ¶until: x}", "date.until", "not known", "from, to"),
    ("topics: ¶space", "topics", "'space' is a text; expected a list", "[space]"),
    ("topics: [space, ¶EU ROK]", "topics[1]", "lower-case", "'eu-rok'"),
    ("topics: [¶no]", "topics[0]", "reads no without quotes as false", "quotes"),
    ("participants: [Mark Rutte, ¶cho-tae-yull]", "participants[1]", "no person has the id", "'cho-tae-yul'"),
    ("participants: [¶12]", "participants[0]", "as a number", '"12"'),
    ("summary: ¶12.5", "summary", "as a number", ""),
    ('summary: ¶""', "summary", "required while an event is held", ""),
    ("summary:¶", "summary", "required while an event is held", ""),
    ("bottom_line: ¶|\n      one\n      two", "bottom_line", "one line", ">-"),
    ("outcomes: [¶a: b]", "outcomes[0]", "here are keys with values; expected a text", "colon"),
    ("sources: ¶[]", "sources", "the list is empty", "at least one"),
    ("sources: [herald, ¶heral]", "sources[1]", "no source has the id 'heral'", "'herald'"),
    ("sources: ¶herald", "sources", "expected a list", "[herald]"),
    ("sources:¶", "sources", "nothing is written here; expected a list", ""),
]


@pytest.mark.parametrize(("changed", "key", "message", "hint"), EVENT_MISTAKES)
def test_a_mistake_in_an_event_is_told_where_it_stands(tmp_path: Path, changed: str, key: str, message: str, hint: str) -> None:
    text, line, column = marked(SOURCES + event(changed))
    desk = desk_of(tmp_path, all=text)
    (problem,) = at(desk, "seeds/all.yaml", line, column)
    assert (problem.key, problem.severity) == (key, "error")
    assert message in problem.message
    assert hint in problem.hint
    assert desk.events == ()
    assert [faulty.group for faulty in desk.faulty] == ["events"]
    assert desk.fatal == ()


@pytest.mark.parametrize("key", ["id", "title", "kind", "status", "date", "summary", "sources"])
def test_a_key_that_an_event_lacks_is_told_where_the_event_begins(tmp_path: Path, key: str) -> None:
    lines = [line for line in EVENT.splitlines() if not line.replace("-", " ").strip().startswith(f"{key}:")]
    if key == "id":
        lines[1] = lines[1].replace("    ", "  - ", 1)
    desk = desk_of(tmp_path, all=SOURCES + "\n".join(lines))
    (problem,) = at(desk, "seeds/all.yaml", SOURCES.count("\n") + 2, 5)
    assert problem.key == key
    assert "is required" in problem.message


@pytest.mark.parametrize(
    ("status", "given", "key"),
    [
        ("planned", "summary", "agenda"),
        ("held", "agenda", "summary"),
        ("cancelled", "", "summary"),
        ("postponed", "", "summary"),
    ],
)
def test_the_text_an_event_needs_depends_on_its_status(tmp_path: Path, status: str, given: str, key: str) -> None:
    text = SOURCES + EVENT.replace("held", status).replace("    summary: They met.\n", f"    {given}: x\n" if given else "")
    desk = desk_of(tmp_path, all=text)
    assert [problem.key for problem in desk.problems] == [key]
    either = "agenda" if given == "" else key
    desk = desk_of(tmp_path, all=text + f"    {either}: They meet.\n")
    assert desk.problems == ()


FORECAST = """\
outlook:
  - id: j
    statement: S
    likelihood: likely
    confidence: low
    made: 2025-03-01
    by: 2025-04-01
"""
SEED_MISTAKES = [
    ("sources:\n  - {id: s, publisher: P, title: T, url: ¶htp://x.org}", "url", "no web address", "https://"),
    ("sources:\n  - {id: s, publisher: P, title: T, url: ¶'https://'}", "url", "no web address", ""),
    ("sources:\n  - {id: s, publisher: P, title: T, url: ¶'https://[::1'}", "url", "no web address", ""),
    ("sources:\n  - {id: s, publisher: P, title: T, url: ¶'https://a b'}", "url", "no web address", "spaces"),
    ("sources:\n  - {id: s, publisher: P, title: T, reliability: ¶G7}", "reliability", "Admiralty", ""),
    ("sources:\n  - {id: s, publisher: P, title: T, published: ¶2025-13}", "published", "12 months", ""),
    (
        "sources:\n  - {id: s, publisher: P, title: T, published: ¶1899}",
        "published",
        "a year between 1900 and 2200 is expected",
        "",
    ),
    (
        "sources:\n  - {id: s, publisher: P, title: T, published: ¶2201-01}",
        "published",
        "a year between 1900 and 2200 is expected",
        "",
    ),
    (
        "people:\n  - {id: p, name: P, roles: [{title: T, from: ¶0001-01-01}]}",
        "roles[0].from",
        "a year between 1900 and 2200 is expected",
        "",
    ),
    (
        "background:\n  - {id: n, title: T, text: T, valid_to: ¶9999-12-31}",
        "valid_to",
        "a year between 1900 and 2200 is expected",
        "",
    ),
    (FORECAST.replace("2025-04-01", "¶9999-12-31"), "by", "a year between 1900 and 2200 is expected", ""),
    ("sources:\n  - {id: s, publisher: P, title: T, published: ¶March}", "published", "this is no date", ""),
    ("sources:\n  - {id: s, publisher: P, title: T, published: ¶25}", "published", "as a number", ""),
    ("sources:\n  - ¶{id: s, title: T}", "publisher", "is required", "publisher: "),
    ("sources:\n  - {id: s, publisher: P, title: T}\n  - ¶just a text", "sources[1]", "expected keys with values", ""),
    ("people:\n  - {id: p, name: P, roles: ¶{title: T}}", "roles", "expected a list", ""),
    ("people:\n  - {id: p, name: P, roles: [¶Minister]}", "roles[0]", "expected keys with values", ""),
    ("people:\n  - {id: p, name: P, roles: [¶{of: K}]}", "roles[0].title", "is required", ""),
    ("people:\n  - {id: p, name: P, roles: [{title: T, ¶form: 2025-01-01}]}", "roles[0].form", "not known", "'from'"),
    ("people:\n  - {id: p, name: P, roles: [{title: T, from: ¶soon}]}", "roles[0].from", "this is no day", ""),
    (
        "people:\n  - id: p\n    name: P\n    roles:\n    - ¶title: T\n      from: 2025-02-01\n      to: 2025-01-01",
        "roles[0]",
        "before it begins",
        "exchange",
    ),
    ("background:\n  - {id: n, title: T, text: ¶5}", "text", "as a number", '"5"'),
    (
        "background:\n  - {id: n, title: T, text: T, valid_from: 2025-02-01, valid_to: ¶2025-01-01}",
        "valid_to",
        "before valid_from, 2025-02-01",
        "exchange",
    ),
    ("background:\n  - {id: n, title: T, text: T, sources: [¶x-y]}", "sources[0]", "no source has the id", ""),
    (FORECAST.replace("likely", "¶probably"), "likelihood", "no scale", "'probable'"),
    (FORECAST.replace("low", "¶medium"), "confidence", "'medium'", "moderate"),
    (FORECAST.replace("2025-04-01", "¶2025-02-01"), "by", "before made, 2025-03-01", ""),
    (FORECAST + "    outcome: {result: ¶happend, on: 2025-03-05}", "outcome.result", "'happend'", "'happened'"),
    (FORECAST + "    outcome: {result: void, on: ¶2025-02-28}", "outcome.on", "before made, 2025-03-01", ""),
    (FORECAST + "    outcome: {result: void, on: 2025-03-05, event: ¶dialog}", "outcome.event", "no event has", "'dialogue'"),
]


@pytest.mark.parametrize(("written", "key", "message", "hint"), SEED_MISTAKES)
def test_a_mistake_in_any_item_is_told_where_it_stands(tmp_path: Path, written: str, key: str, message: str, hint: str) -> None:
    text, line, column = marked(written + "\n")
    desk = desk_of(tmp_path, all=SOURCES + EVENT, other=text)
    (problem,) = desk.problems
    assert problem.place == Place("seeds/other.yaml", line, column)
    assert problem.key == key
    assert message in problem.message
    assert hint in problem.hint
    assert [faulty.group for faulty in desk.faulty] == [written.partition(":")[0]]


FATAL_MISTAKES = [
    ("¶event:\n  - x", "not known", "'events'"),
    ("¶judgements: []", "not known", "did you mean 'outlook'?"),
    ("¶Judgments: []", "not known", "did you mean 'outlook'?"),
    ("¶forecasts: []", "not known", "did you mean 'outlook'?"),
    ("¶notes: []", "not known", "did you mean 'background'?"),
    ("¶persons: []", "not known", "did you mean 'people'?"),
    ("¶participants: []", "not known", "did you mean 'people'?"),
    ("¶from: []", "not known", "expected one of background, events, outlook, people, sources"),
    ("events: ¶x", "'x' is a text; expected a list", ""),
    ("¶- a\n- b", "here is a list; expected keys with values", ""),
    ("¶text", "'text' is a text; expected keys with values", ""),
    ("events:\n  - id: x\n    title: EU¶: Korea", "not valid YAML", "quotes"),
    ("events:\n  - id: x\n¶\ttitle: y", "tab", "spaces"),
    ("events:\n¶\t- id: x", "tab", "spaces"),
    ('events:\n  - id: x\n    title: ¶"EU\n    kind: vote\n', "not valid YAML", "closing quote"),
    ("events:\n  - id: x\n    topics: [a, b\n    title¶: y", "not valid YAML", "]"),
    ("events: ¶@x", "can't begin with '@'", "quotes"),
    ("events: ¶`x`", "can't begin with '`'", "quotes"),
    ("events: ¶%x", "can't begin with '%'", "quotes"),
    ("events: ¶**x**", "not valid YAML", "quotes"),
    ('events: "¶\\q"', "unknown escape", "backslash"),
    ('events: "\\u¶d800"', "Unicode", ""),
    ("events: []\n? ¶[a]\n: b", "a key must be a single word", ""),
    ("events: []\n...\n¶x: y: z", "not valid YAML", ""),
    ("events:\n  - title: a¶\x07b", "U+0007", "leave it out"),
    ("events: # a¶\x85\x9f".replace("\x85", ""), "U+009F", "leave it out"),
    ("events: # ¶\ufdd0", "U+FDD0", "leave it out"),
    ("¶<<: x", "takes over the keys of a mapping", ""),
]


@pytest.mark.parametrize(("written", "message", "hint"), FATAL_MISTAKES)
def test_what_belongs_to_no_item_stops_every_briefing(tmp_path: Path, written: str, message: str, hint: str) -> None:
    text, line, column = marked(written)
    desk = desk_of(tmp_path, all=SOURCES + EVENT, other=text)
    (problem, *_) = desk.fatal
    assert problem.place == Place("seeds/other.yaml", line, column)
    assert message in problem.message
    assert hint in problem.hint
    assert len(desk.events) == 1


BRIEFING_MISTAKES = [
    # a whole file, but for `template: weekly.md.j2`
    ("¶titel: W\ncovers: {days: 7}\n", None, "titel", "not known", "'title'"),
    ("¶covers: {days: 7}\n", None, "title", "is required", "title: "),
    ("¶title: W\n", None, "covers", "is required", "covers: {days: 7}"),
    ("title: W\ncovers: ¶{}\n", None, "covers", "exactly one of days, months, since", "days"),
    ("title: W\ncovers: ¶{days: 7, months: 1}\n", None, "covers", "exactly one", ""),
    ("title: W\ncovers: {days: ¶0}\n", None, "covers.days", "1 at least", ""),
    ("title: W\ncovers: {days: ¶99999999999999999999999}\n", None, "covers.days", "36525 at most", ""),
    ('title: W\ncovers: {days: ¶"7"}\n', None, "covers.days", "'7' is a text; expected a whole number", "leave out the quotes"),
    ("title: W\ncovers: {days: ¶7.5}\n", None, "covers.days", "expected a whole number", ""),
    ("title: W\ncovers: {days: ¶1e3}\n", None, "covers.days", "'1e3' is a text; expected a whole number", ""),
    ("title: W\ncovers: {since: ¶last}\n", None, "covers.since", "'last' is neither a day nor the word previous", ""),
    ("title: W\ncovers: {since: ¶previuos}\n", None, "covers.since", "'previuos' is neither", "did you mean 'previous'?"),
    ("title: W\ncovers: {since: ¶2025}\n", None, "covers.since", "or the word previous", ""),
    ("title: W\ncovers: {¶weeks: 1}\n", None, "covers.weeks", "not known", "days, months, since"),
    ("¶title: W\ncovers: {since: previous}\n", None, "first_edition", "is required without a schedule", "first_edition: "),
    ("template: ¶weekly\n", "title: W\ncovers: {days: 7}\n", "template", "no template 'weekly'", "'weekly.md.j2'"),
    ("template: ¶Wekly.md.j2\n", "title: W\ncovers: {days: 7}\n", "template", "no template", "'weekly.md.j2'"),
    ("template: ¶nope.md.j2\n", "title: W\ncovers: {days: 7}\n", "template", "no template 'nope.md.j2'", "save it there"),
    ("house: ¶house.docm\n", BRIEFING, "house", "no Word file", "'house.docx'"),
    ("house: ¶letters.docx\n", BRIEFING, "house", "no Word file", "save it there"),
    ("house: ¶hause.docx\n", BRIEFING, "house", "no Word file 'hause.docx'", "'house.docx'"),
    ("house: ¶weekly.md.j2\n", BRIEFING, "house", "no Word file", ""),
    ("language: ¶english\n", BRIEFING, "language", "no language", "en-GB"),
    ("language: ¶en_GB\n", BRIEFING, "language", "no language", "en-GB"),
    ("language: ¶xx-XX\n", BRIEFING, "language", "no language", "en-GB"),
    ("language: ¶no\n", BRIEFING, "language", "reads no without quotes as false", '"no"'),
    ("timezone: ¶Europe/Brusels\n", BRIEFING, "timezone", "no time zone", "'Europe/Brussels'"),
    ("timezone: ¶localtime\n", BRIEFING, "timezone", "no time zone", ""),
    ("timezone: ¶../etc/passwd\n", BRIEFING, "timezone", "no time zone", ""),
    ('timezone: ¶""\n', BRIEFING, "timezone", "no time zone", ""),
    ("timezone: ¶Europe\n", BRIEFING, "timezone", "no time zone", ""),
    ("marking: ¶TLP:GREN\n", BRIEFING, "marking", "'TLP:GREN'", "'TLP:GREEN'"),
    ("title: W\ncovers: {months: ¶36600}\n", None, "covers.months", "1200 at most", ""),
    ("title: W\ncovers: {since: ¶9999-12-31}\n", None, "covers.since", "a year between 1900 and 2200 is expected", ""),
    ("first_edition: ¶0001-01-01\n", BRIEFING, "first_edition", "a year between 1900 and 2200 is expected", ""),
    ("horizon: {months: ¶1201}\n", BRIEFING, "horizon.months", "1200 at most", ""),
    ("horizon: {days: ¶36526}\n", BRIEFING, "horizon.days", "36525 at most", ""),
    ("horizon: {days: ¶-1}\n", BRIEFING, "horizon.days", "0 at least", ""),
    ("horizon: ¶30\n", BRIEFING, "horizon", "expected keys with values", ""),
    ("select: {significance: ¶hi}\n", BRIEFING, "select.significance", "'hi'", "'high'"),
    ("select: {limit: ¶0}\n", BRIEFING, "select.limit", "1 at least", ""),
    ("select: {kinds: [¶meetings]}\n", BRIEFING, "select.kinds[0]", "'meetings'", "'meeting'"),
    ("select: {order: ¶newest}\n", BRIEFING, "select.order", "'newest'", "'newest first'"),
    ("select: {not: {¶topic: [x]}}\n", BRIEFING, "select.not.topic", "not known", "'topics'"),
    ("schedule: ¶{on: monday}\n", BRIEFING, "schedule.every", "is required", "two weeks"),
    ("schedule: {every: ¶weekly}\n", BRIEFING, "schedule.every", "'weekly'", "'week"),
    ("schedule: ¶{every: week}\n", BRIEFING, "schedule.on", "is required", "monday"),
    ("schedule: {every: week, on: ¶mondy}\n", BRIEFING, "schedule.on", "no weekday", "'monday'"),
    ("schedule: {every: week, on: ¶1}\n", BRIEFING, "schedule.on", "1 is no weekday", "monday"),
    ("schedule: {every: week, on: ¶[monday]}\n", BRIEFING, "schedule.on", "expected a weekday", ""),
    ("schedule: {every: month, on: ¶monday}\n", BRIEFING, "schedule.on", "several", "first monday"),
    ("schedule: {every: month, on: ¶32}\n", BRIEFING, "schedule.on", "no day of a month", "last friday"),
    ("schedule: {every: month, on: ¶fifth monday}\n", BRIEFING, "schedule.on", "no day of a month", "monday"),
    ("schedule: {every: day, ¶on: monday}\n", BRIEFING, "schedule.on", "no day of their own", "leave it out"),
    ("schedule: {every: day, at: ¶12:00}\n", BRIEFING, "schedule.at", "counting in sixties: 720", '"12:00"'),
    ('schedule: {every: day, at: ¶"24:00"}\n', BRIEFING, "schedule.at", "no time of day", '"07:00"'),
    (
        "schedule: {every: day, catch_up: ¶no}\n",
        BRIEFING,
        "schedule.catch_up",
        "reads no without quotes as false; expected one of latest, all, none",
        "",
    ),
    ("schedule: {every: day, until: ¶soon}\n", BRIEFING, "schedule.until", "no day; expected such as 2025-03-10", ""),
    ("schedule: {every: day, except: ¶2025-12-29}\n", BRIEFING, "schedule.except", "expected a list", "[2025-12-29]"),
    ("schedule: {every: day, except: [¶2025-02-29]}\n", BRIEFING, "schedule.except[0]", "28 days", ""),
    (
        "schedule: {every: day, not_before: 2025-02-01, until: ¶2025-01-31}\n",
        BRIEFING,
        "schedule.until",
        "2025-01-31 lies before not_before, 2025-02-01",
        "exchange the two",
    ),
    (
        "schedule: {every: day, until: ¶'2024-11-10'}\nfirst_edition: 2024-11-11\n",
        BRIEFING,
        "schedule.until",
        "2024-11-10 lies before first_edition, 2024-11-11",
        "exchange the two",
    ),
    (
        "¶schedule: {every: week, on: monday, until: 2024-11-17}\nfirst_edition: 2024-11-12\n",
        BRIEFING,
        "schedule",
        "no edition is ever due",
        "a later `until` the first is due on 2024-11-18",
    ),
    (
        "¶schedule: {every: week, on: monday, until: 2024-11-20, except: [2024-11-18]}\nfirst_edition: 2024-11-12\n",
        BRIEFING,
        "schedule",
        "no edition is ever due",
        "the first is due on 2024-11-25",
    ),
    ("¶schedule: {every: two weeks, on: monday}\n", None, "first_edition", "which weeks", "first_edition: "),
    ("first_edition: ¶2024-11-31\n", BRIEFING, "first_edition", "30 days", ""),
    ("when_empty: ¶drop\n", BRIEFING, "when_empty", "'drop'", "publish, skip"),
    ("scale: ¶icd\n", BRIEFING, "scale", "'icd'", "'icd203'"),
    ("¶title: again\n", BRIEFING, "title", "given twice; the first is in line 1", ""),
    ("---\n¶title: x\n", BRIEFING, "", "a second document", ""),
    ("x: ¶: y\n", BRIEFING, "", "not valid YAML", ""),
]


@pytest.mark.parametrize(("written", "base", "key", "message", "hint"), BRIEFING_MISTAKES)
def test_a_mistake_in_a_briefing_is_told_where_it_stands(
    tmp_path: Path, written: str, base: str | None, key: str, message: str, hint: str
) -> None:
    text, line, column = marked(base + written if base else written + "template: weekly.md.j2\n")
    write(tmp_path, {"briefings/other.yaml": text})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    (problem,) = (problem for problem in at(desk, "briefings/other.yaml", line, column) if problem.key == key)
    assert problem.severity == "error"
    assert message in problem.message
    assert hint in problem.hint
    assert problem in desk.faulty_briefings["other"]
    assert set(desk.briefings) == {"weekly"}
    assert desk.fatal == ()


@pytest.mark.parametrize(
    ("written", "key", "message", "hint"),
    [
        ("timezone: ¶Mars/Olympus\n", "timezone", "no time zone", "Europe/Brussels"),
        ("language: ¶klingon\n", "language", "no language", "en-GB"),
        ("marking: ¶GREEN\n", "marking", "'GREEN'", "TLP:GREEN"),
        ("state: ¶5\n", "state", "as a number", '"5"'),
        ("¶langage: fr\n", "langage", "not known", "'language'"),
        ("¶- timezone\n", "", "here is a list; expected keys with values", ""),
        ("on_failure: ¶mail 'desk\n", "on_failure", "can't be split into words: no closing quotation", "list of words"),
        ("on_failure: ¶''\n", "on_failure", "names no program", "leave out the key"),
        ("on_failure: ¶[]\n", "on_failure", "names no program", "leave out the key"),
        ("on_failure: ¶['', x]\n", "on_failure", "names no program", "leave out the key"),
        ("on_failure: [sleep, ¶5]\n", "on_failure[1]", "reads 5 without quotes as a number; expected a text", '"5"'),
        ("on_failure: ¶true\n", "on_failure", "expected a command", ""),
        ("timezone: UTC\n---\n¶language: fr\n", "", "a second document", ""),
        ("timezone: ¶[UTC\n", "", "not valid YAML", "]"),
        ("timezone: ¶\x07\n", "", "U+0007", ""),
    ],
)
def test_a_mistake_in_the_settings_stops_every_briefing(
    tmp_path: Path, written: str, key: str, message: str, hint: str
) -> None:
    text, line, column = marked(written)
    write(tmp_path, {"brief.yaml": text})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    problem = desk.fatal[0]
    assert (problem.place, problem.key) == (Place("brief.yaml", line, column), key)
    assert message in problem.message
    assert hint in problem.hint
    assert desk.fatal == desk.problems


def test_all_problems_of_all_files_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"brief.yaml": "language: klingon\n", "templates/x.j2": b"\xff", "briefings/other.yaml": "title: no\n"})
    faulty = event("kind: meting\nstatus: ok\ndate: soon\ntitel: x")
    desk = desk_of(tmp_path, all=SOURCES + faulty, broken="[", third=SOURCES.replace("herald", "Herald"))
    paths = [problem.place.path for problem in desk.problems]
    assert paths == sorted(paths)
    assert set(paths) == {
        "brief.yaml",
        "templates/x.j2",
        "briefings/other.yaml",
        *(f"seeds/{name}.yaml" for name in ("all", "broken", "third")),
    }
    assert len(desk.problems) == len(set(desk.problems)) > 5


def test_several_faults_of_one_event_are_told_together(tmp_path: Path) -> None:
    text = SOURCES + EVENT.replace("meeting", "meting").replace("2025-03-10", "soon").replace("summary", "sumary").replace(
        "[herald]", "[x]"
    )
    desk = desk_of(tmp_path, all=text)
    assert sorted(problem.key for problem in desk.problems) == ["date", "kind", "sources[0]", "sumary", "summary"]


# ------------------------------------------------------------------------------------------------ what a fault stops


def test_an_id_given_twice_is_told_at_both_places(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, all=SOURCES + EVENT, other=EVENT, third="background: [{id: dialogue, title: T, text: T}]")
    first, second = desk.problems
    assert first.place == Place("seeds/all.yaml", 9, 9)
    assert "seeds/other.yaml:2:5" in first.message
    assert second.place == Place("seeds/other.yaml", 2, 9)
    assert "seeds/all.yaml:9:5" in second.message
    assert desk.events == ()
    assert len(desk.background) == 1


@pytest.mark.parametrize(
    ("wrong", "right"), [("publisher: The Korea Herald", "publisher: 1"), ("title: Foreign Minister", "title: no")]
)
def test_an_event_that_names_a_faulty_source_or_person_is_faulty_too(tmp_path: Path, wrong: str, right: str) -> None:
    text = SOURCES.replace(wrong, right) + EVENT + "    participants: [cho-tae-yul]\n"
    desk = desk_of(tmp_path, all=text)
    (problem,) = desk.problems
    thing, found = desk.faulty
    assert found.group == "events"
    assert thing.problems == found.problems == (problem,)
    assert desk.events == ()


def test_of_a_faulty_item_is_kept_what_tells_which_briefings_might_select_it(tmp_path: Path) -> None:
    text = (
        event("kind: x\n    marking: TLP:RED")
        + event("date: soon").replace("dialogue", "b").removeprefix("events:\n")
        + """\
  - {id: c, date: {from: 2025-01-01, to: 2025-01-03}, marking: TLP:PINK}
  - {id: d, topcis: [space]}
  - plain
background:
  - {id: n, topics: [a], valid_from: 2025-01-01}
outlook:
  - {id: j, made: 2025-01-01, by: 2025-02-01}
"""
    )
    desk = desk_of(tmp_path, all=SOURCES + text)
    known = {faulty.id: (faulty.group, faulty.topics, faulty.period, faulty.marking) for faulty in desk.faulty}
    day = dt.date(2025, 3, 10)
    assert known == {
        "dialogue": ("events", ("space",), Period(day, day), "TLP:RED"),
        "b": ("events", ("space",), None, "TLP:CLEAR"),
        "c": ("events", (), Period(dt.date(2025, 1, 1), dt.date(2025, 1, 3)), None),
        "d": ("events", None, None, "TLP:CLEAR"),
        "": ("events", None, None, None),
        "n": ("background", ("a",), Period(dt.date(2025, 1, 1), dt.date.max), "TLP:CLEAR"),
        "j": ("outlook", (), Period(dt.date(2025, 1, 1), dt.date(2025, 2, 1)), "TLP:CLEAR"),
    }


def test_ids_in_a_file_that_cannot_be_read_are_not_taken_for_missing(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, events=EVENT + "    participants: [cho-tae-yul]\n", sources=SOURCES + "  x: y: z\n")
    (problem,) = desk.problems
    assert desk.fatal == (problem,)
    assert desk.events == ()
    assert desk.faulty[0].problems == (problem,)


@pytest.mark.parametrize(
    ("exceptions", "message", "hint"),
    [
        ("[2025-12-29, ¶2025-12-28]", "no edition is due on 2025-12-28, a Sunday", "due on 2025-12-29"),
        ("[¶'2026-12-24']", "no edition is due on 2026-12-24, a Thursday", "due on 2026-12-21"),
        ("[¶2024-11-04]", "no edition is due on 2024-11-04, a Monday", "due on 2024-11-11"),
        ("[2025-12-29, 2025-12-22, ¶2025-12-29]", "2025-12-29 is given twice", "keep one"),
    ],
)
def test_an_exception_that_leaves_out_nothing_is_a_warning(tmp_path: Path, exceptions: str, message: str, hint: str) -> None:
    schedule = f"schedule: {{every: week, on: monday, until: 2026-12-23, except: {exceptions}}}\nfirst_edition: 2024-11-11\n"
    text, line, column = marked(BRIEFING + schedule)
    write(tmp_path, {"briefings/other.yaml": text})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    (problem,) = desk.problems
    assert (problem.severity, problem.place) == ("warning", Place("briefings/other.yaml", line, column))
    assert message in problem.message
    assert hint in problem.hint
    assert "other" in desk.briefings


def test_a_schedule_is_held_against_its_days_only_where_it_is_sound(tmp_path: Path) -> None:
    files = {
        "briefings/a.yaml": "schedule: {every: two weeks, on: monday, except: [2025-12-28]}\n",
        "briefings/b.yaml": "schedule: {every: week, on: 3, except: [2025-12-28]}\n",
        "briefings/c.yaml": "schedule: {every: week, except: [2025-12-28]}\n",
    }
    desk = desk_of(write(tmp_path, {name: BRIEFING + text for name, text in files.items()}), all=SOURCES + EVENT)
    assert [problem.key for problem in desk.problems] == ["first_edition", "schedule.on", "schedule.on"]


def test_a_topic_that_no_item_has_is_a_warning(tmp_path: Path) -> None:
    text, line, column = marked(BRIEFING + "select: {topics: [space, ¶spce], not: {topics: [x]}}\n")
    write(tmp_path, {"briefings/topical.yaml": text})
    desk = desk_of(tmp_path, all=SOURCES + EVENT)
    first, second = desk.problems
    assert (first.severity, first.place, first.key) == (
        "warning",
        Place("briefings/topical.yaml", line, column),
        "select.topics[1]",
    )
    assert "'space'" in first.hint
    assert second.key == "select.not.topics[0]"
    assert desk.briefings["topical"].select.topics == ("space", "spce")


# ------------------------------------------------------------------------------------------------ files and folders


def test_a_folder_that_is_no_desk_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere", write(tmp_path, {"brief.yaml": ""}) / "brief.yaml"):
        with pytest.raises(BriefError) as error:
            load(path)
        assert "brief init" in error.value.problems[0].hint


def test_one_of_seeds_and_briefings_makes_a_desk(tmp_path: Path) -> None:
    assert len(load(write(tmp_path / "a", {"seeds/a.yaml": SOURCES})).sources) == 1
    assert (
        load(
            write(tmp_path / "b", {"briefings/b.yaml": BRIEFING, "templates/weekly.md.j2": "", "templates/house.docx": ""})
        ).problems
        == ()
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Weekly", "can't be named"),
        ("week ly", "can't be named"),
        ("-w", "can't be named"),
        ("wöchentlich", "can't be named"),
        ("con", "device"),
        ("lpt1", "device"),
        ("w" * 65, "more than 64"),
    ],
)
def test_a_briefing_needs_a_name_that_every_system_can_store(tmp_path: Path, name: str, message: str) -> None:
    desk = load(write(tmp_path, {f"briefings/{name}.yaml": BRIEFING, "templates/weekly.md.j2": "", "templates/house.docx": ""}))
    (problem,) = desk.faulty_briefings[name]
    assert problem.place == Place(f"briefings/{name}.yaml")
    assert message in problem.message


@pytest.mark.parametrize("other", ["weekly.yml", "WEEKLY.yaml"])
def test_two_briefings_of_one_name_are_both_refused(tmp_path: Path, other: str) -> None:
    write(tmp_path, {f"briefings/{other}": BRIEFING})
    desk = desk_of(tmp_path)
    if len(list((tmp_path / "briefings").iterdir())) == 1:
        pytest.skip("this file system does not tell the names apart")
    assert desk.briefings == {}
    assert any("briefings/weekly.yaml names the same" in problem.message for problem in desk.problems)
    assert any(f"briefings/{other} names the same" in problem.message for problem in desk.problems)


def test_an_empty_briefing_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"briefings/empty.yaml": "# later\n"})
    (problem,) = desk_of(tmp_path).faulty_briefings["empty"]
    assert "empty" in problem.message


def test_a_briefing_whose_template_cannot_be_used_is_stopped_for_that_reason(tmp_path: Path) -> None:
    write(tmp_path, {"briefings/b.yaml": BRIEFING.replace("weekly", "b"), "templates/b.md.j2": b"one\ntw\xff"})
    desk = desk_of(tmp_path)
    (problem,) = desk.problems
    assert problem.place == Place("templates/b.md.j2", 2, 3)
    assert "0xFF is not UTF-8" in problem.message
    assert desk.faulty_briefings == {"b": (problem,)}


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufdd0", "\uffff"])
def test_characters_that_no_word_file_can_hold_are_refused_in_templates(tmp_path: Path, character: str) -> None:
    write(tmp_path, {"templates/other.j2": f"one\ntwo {character}"})
    (problem,) = desk_of(tmp_path).problems
    assert problem.place == Place("templates/other.j2", 2, 5)


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"events:\n  - id: caf\xe9\n", 2, 12, "0xE9 is not UTF-8"),
        (b"\xef\xbb\xbfa: \xff\n", 1, 4, "0xFF is not UTF-8"),
        ("events: []".encode("utf-16"), 1, 1, "UTF-16"),
        (b"a" * (16 * 1024 * 1024 + 1), 0, 0, "larger than 16 MiB"),
    ],
)
def test_a_file_that_is_no_text_is_told(tmp_path: Path, data: bytes, line: int, column: int, message: str) -> None:
    write(tmp_path, {"seeds/odd.yaml": data})
    desk = desk_of(tmp_path)
    assert desk.fatal == desk.problems
    assert desk.problems[0].place == Place("seeds/odd.yaml", line, column)
    assert message in desk.problems[0].message


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_what_lies_in_several_places_has_its_own_name(tmp_path: Path, names: tuple[str, str]) -> None:
    (tmp_path / "seeds" / "real").mkdir(parents=True)
    (tmp_path / "briefings").mkdir()
    (tmp_path / "seeds" / "real" / "one.yaml").write_text("events: 1\n")
    (tmp_path / "outside" / "within").mkdir(parents=True)
    (tmp_path / "outside" / "within" / "two.yaml").write_text("events: 1\n")
    for name in names:
        (tmp_path / "seeds" / name).symlink_to("real")
        (tmp_path / "seeds" / f"{name}-{name}").symlink_to("../outside/within")
    (tmp_path / "seeds" / "m").symlink_to("../outside")
    assert [problem.place.path for problem in load(tmp_path).problems] == ["seeds/a-a/two.yaml", "seeds/real/one.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_links_are_followed_within_the_desk_and_refused_out_of_it(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"x.yaml": SOURCES, "t.j2": "x", "w.yaml": BRIEFING, "more/y.yaml": EVENT})
    root = write(tmp_path / "desk", {"shared/s.yaml": SOURCES, "seeds/events.yaml": EVENT})
    (root / "seeds" / "inside.yaml").symlink_to("../shared/s.yaml")
    (root / "seeds" / "round").symlink_to(".")
    (root / "seeds" / "outside.yaml").symlink_to(outside / "x.yaml")
    (root / "seeds" / "folder").symlink_to(outside / "more")
    (root / "seeds" / "dangling.yaml").symlink_to("nowhere")
    desk = desk_of(root)
    assert [found.id for found in desk.events] == ["dialogue"]
    assert [(problem.place.path, "out of the desk" in problem.message) for problem in desk.fatal] == [
        ("seeds/dangling.yaml", False),
        ("seeds/folder", True),
        ("seeds/outside.yaml", True),
    ]
    (root / "templates" / "out.j2").symlink_to(outside / "t.j2")
    (root / "briefings" / "out.yaml").symlink_to(outside / "w.yaml")
    (root / "brief.yaml").symlink_to(outside / "x.yaml")
    desk = load(root)
    assert desk.fatal[0].place == Place("brief.yaml")
    assert set(desk.templates) == {"weekly.md.j2"}
    assert set(desk.faulty_briefings) == {"out"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    os.mkfifo(tmp_path / "seeds" / "pipe.yaml")
    assert "no file that can be read" in desk_of(tmp_path).fatal[0].message


@pytest.mark.skipif(os.name == "nt", reason="names are always Unicode on Windows")
def test_a_file_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    try:
        (tmp_path / "seeds" / "caf\udce9.yaml").write_text(SOURCES)
    except OSError:
        pytest.skip("this file system refuses such names")
    desk = desk_of(tmp_path)
    assert desk.fatal[0].place == Place("seeds/caf\\udce9.yaml")
    str(desk.fatal[0]).encode()


@pytest.mark.skipif(os.name == "nt", reason="such names can't be given on Windows")
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("seeds/a\n1: error: b.yaml", "seeds/a\\n1: error: b.yaml"),
        ("seeds/\x1b[2J/more.yaml", "seeds/\\x1b[2J"),
        ("briefings/a\x85b.yaml", "briefings/a\\x85b.yaml"),
        ("templates/a\u2028b.j2", "templates/a\\u2028b.j2"),
        ("templates/a\u202e/b.docx", "templates/a\\u202e"),
    ],
)
def test_a_name_with_a_character_that_would_disturb_a_message_is_refused(tmp_path: Path, name: str, told: str) -> None:
    write(tmp_path, {name: EVENT})
    desk = desk_of(tmp_path)
    (problem,) = desk.problems
    assert (problem.place, problem.hint) == (Place(told), "rename it")
    assert str(problem).isprintable()
    assert (desk.events, set(desk.briefings), set(desk.templates)) == ((), {"weekly"}, {"weekly.md.j2"})


# ------------------------------------------------------------------------------------------------ tracing a late fault


@pytest.mark.parametrize(
    ("written", "key", "line"),
    [
        ("summary: ¶They met.", "summary", 1),
        ('summary: ¶"They\\nmet."', "summary", 2),
        ("summary: ¶>\n      They\n\n      met.", "summary", 2),
        ("summary: |\n      ¶They\n      met.", "summary", 1),
        ("summary: |\n      They\n      ¶met.", "summary", 2),
        ("summary: |-\n\n      They\n        ¶met.", "summary", 3),
        ("outcomes:\n      - One\n      - ¶Two", "outcomes[1]", 1),
        ("outcomes:\n      - One\n      - |\n        Two\n        ¶three", "outcomes[1]", 2),
        ("outcomes: [One, ¶Two]", "outcomes[1]", 1),
    ],
)
def test_a_text_is_traced_to_the_line_it_was_written_in(tmp_path: Path, written: str, key: str, line: int) -> None:
    text, *expected = marked(SOURCES + event(written))
    desk = desk_of(tmp_path, all=text)
    assert desk.problems == ()
    prose = desk.events[0].summary if key == "summary" else desk.events[0].outcomes[1]
    assert prose.origin is not None
    assert prose.origin.key == key
    assert pinpoint(desk, prose.origin, line) == Place("seeds/all.yaml", *expected)


def test_an_item_on_one_line_with_others_is_traced_too(tmp_path: Path) -> None:
    text, line, column = marked(
        'background: [{id: a, title: A, text: "x, {y}"}, {id: b, title: B, text: ¶z}, {id: c, title: C, text: z}]\n'
    )
    desk = desk_of(tmp_path, all=text)
    origin = desk.background[1].text.origin
    assert origin is not None
    assert pinpoint(desk, origin) == Place("seeds/all.yaml", line, column)


def test_the_note_of_an_outcome_is_traced(tmp_path: Path) -> None:
    text, line, column = marked(
        "outlook:\n  - id: j\n    statement: S\n    likelihood: likely\n    confidence: low\n    made: 2025-01-01\n"
        "    by: 2025-02-01\n    outcome:\n      result: void\n      on: 2025-01-05\n      note: ¶N\n"
    )
    desk = desk_of(tmp_path, all=text)
    outcome = desk.outlook[0].outcome
    assert outcome is not None
    assert outcome.note.origin is not None
    assert pinpoint(desk, outcome.note.origin) == Place("seeds/all.yaml", line, column)


# ------------------------------------------------------------------------------------------------ whatever there is


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
    name=st.sampled_from(["seeds/x.yaml", "briefings/x.yaml", "brief.yaml", "templates/x.j2"]),
)
def test_any_bytes_end_in_a_desk(tmp_path: Path, data: bytes, name: str) -> None:
    write(tmp_path, {"seeds/a.yaml": SOURCES, "briefings/b.yaml": BRIEFING, "brief.yaml": "", "templates/weekly.md.j2": ""})
    write(tmp_path, {"seeds/x.yaml": "", "briefings/x.yaml": "", "templates/x.j2": "", name: data})
    for problem in load(tmp_path).problems:
        str(problem).encode()


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.sampled_from(["", "x", "2025-02-30", "previous"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        *(
            "id",
            "title",
            "kind",
            "status",
            "date",
            "topics",
            "sources",
            "participants",
            "summary",
            "agenda",
            "outcome",
            "outcomes",
        ),
        *(
            "roles",
            "made",
            "by",
            "likelihood",
            "marking",
            "valid_from",
            "from",
            "to",
            "event",
            "on",
            "published",
            "url",
            "covers",
        ),
        *(
            "days",
            "since",
            "select",
            "not",
            "schedule",
            "every",
            "at",
            "not_before",
            "until",
            "except",
            "on_failure",
            "horizon",
            "first_edition",
            "template",
            "house",
            "language",
        ),
    ]
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_values_under_any_keys_end_in_a_desk(tmp_path: Path, data: st.DataObject) -> None:
    item = st.dictionaries(KEYS, st.one_of(VALUES, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=8)
    lists = st.sampled_from(["sources", "people", "events", "background", "outlook"])
    seeds = data.draw(st.dictionaries(lists, st.lists(st.one_of(item, VALUES), max_size=3)))
    files = {"seeds/x.yaml": dump(seeds), "briefings/x.yaml": dump(data.draw(item)), "brief.yaml": dump(data.draw(item))}
    for problem in load(write(tmp_path, files)).problems:
        assert problem.place.line >= 1
        str(problem).encode()


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip() and sayable(text))


def sayable(text: str) -> bool:
    return not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]", text)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=ANY_TEXT, summary=ANY_TEXT, style=st.sampled_from([None, '"', "'", "|", ">"]), raw=st.booleans())
def test_any_text_comes_back_exactly(tmp_path: Path, title: str, summary: str, style: str | None, raw: bool) -> None:
    if raw:  # as it is, U+0085 is a line break to YAML like any other
        title, summary = title.replace("\x85", "-"), summary.replace("\x85", "-")
    written = {"id": "n", "title": title, "text": summary}
    text = yaml.safe_dump({"background": [written]}, default_style=style, allow_unicode=raw)
    (note,) = load(write(tmp_path, {"seeds/n.yaml": text})).background
    assert (note.title, note.text) == (title, summary)


def dump(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True)
