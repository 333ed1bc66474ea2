"""The calendar of what would be published: `brief schedule --dry-run`."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import icalendar
import pytest
from click.testing import CliRunner, Result

from brief import Builder, issue, locks
from brief.cadence import number
from brief.cli import cli, schedule
from brief.desk import load
from brief.ledger import Entry, Ledger, State, path_of
from conftest import MakeDesk, write

NOW = dt.datetime(2025, 3, 12, 9, tzinfo=dt.UTC)
DAILY = 'title: D\ntemplate: weekly.md.j2\ncovers: {days: 1}\ntimezone: UTC\nschedule: {every: day, at: "07:00"}\n'
MARCH = ("--from", "2025-03-01", "--to", "2025-03-31")


@pytest.fixture
def desk(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(schedule, "_now", lambda: NOW)
    root = make_desk()
    monkeypatch.chdir(root)
    return root


def dry_run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["schedule", "--dry-run", *words], prog_name="brief")
    assert result.exit_code == code, result.output
    return result


def rows(*words: str, code: int = 0) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(dry_run("--format", "json", *words, code=code).stdout)
    return data


def ics(*words: str) -> bytes:
    return dry_run("--format", "ics", *words).stdout_bytes


def events(data: bytes) -> list[icalendar.Event]:
    return [event for event in icalendar.Calendar.from_ical(data).walk("VEVENT") if isinstance(event, icalendar.Event)]


def with_title(title: str) -> str:
    return DAILY.replace("title: D", f"title: {json.dumps(title, ensure_ascii=False)}")


def test_the_table_shows_each_edition_at_its_local_time(desk: Path) -> None:
    result = dry_run("--from", "2025-03-24", "--to", "2025-03-31")
    assert result.stdout.splitlines() == [
        "DUE (Europe/Brussels)        EDITION     NO.  BRIEFING  STATE",
        "Mon 2025-03-24 07:00 +01:00  2025-03-24  20   weekly",
        "Mon 2025-03-31 07:00 +02:00  2025-03-31  21   weekly",
    ]
    assert result.stderr == ""


def test_each_line_names_its_zone_where_there_are_several(desk: Path) -> None:
    write(desk / "briefings" / "lima.yaml", DAILY.replace("UTC", "America/Lima"))
    lines = dry_run("--from", "2025-03-24", "--to", "2025-03-24").stdout.splitlines()
    assert lines[0].startswith("DUE    ")
    assert lines[1].startswith("Mon 2025-03-24 07:00 +01:00 Europe/Brussels  2025-03-24")
    assert lines[2].startswith("Mon 2025-03-24 07:00 -05:00 America/Lima     2025-03-24")


def test_editions_are_in_the_order_they_are_due_then_by_briefing(desk: Path) -> None:
    for slug, zone in {"b": "UTC", "a": "UTC", "seoul": "Asia/Seoul", "york": "America/New_York"}.items():
        write(desk / "briefings" / f"{slug}.yaml", DAILY.replace("UTC", zone))
    found = [row["briefing"] for row in rows("--from", "2025-03-10", "--to", "2025-03-10")]
    assert found == ["seoul", "weekly", "a", "b", "york"]


def test_the_days_run_from_today_in_each_zone_to_thirty_days_later(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_now", lambda: dt.datetime(2025, 3, 31, 23, tzinfo=dt.UTC))
    write(desk / "briefings" / "seoul.yaml", DAILY.replace("UTC", "Asia/Seoul"))
    write(desk / "briefings" / "york.yaml", DAILY.replace("UTC", "America/New_York"))
    seoul, york = ([row["date"] for row in rows(slug)] for slug in ("seoul", "york"))
    assert (seoul[0], seoul[-1], len(seoul)) == ("2025-04-01", "2025-05-01", 31)
    assert (york[0], york[-1], len(york)) == ("2025-03-31", "2025-04-30", 31)
    assert [row["date"] for row in rows("york", "--to", "2025-04-01")] == ["2025-03-31", "2025-04-01"]
    assert rows("york", "--from", "2025-06-01")[-1]["date"] == "2025-07-01"


def test_a_time_that_a_clock_change_skips_or_repeats_is_shown_as_clocks_show_it(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", DAILY.replace("UTC", "Europe/Brussels").replace("07:00", "02:30"))
    (gap,) = rows("--from", "2025-03-30", "--to", "2025-03-30")
    (overlap,) = rows("--from", "2025-10-26", "--to", "2025-10-26")
    assert (gap["due"], gap["due_utc"]) == ("2025-03-30T03:30:00+02:00", "2025-03-30T01:30:00+00:00")
    assert (overlap["due"], overlap["due_utc"]) == ("2025-10-26T02:30:00+02:00", "2025-10-26T00:30:00+00:00")


@pytest.mark.parametrize(
    "cadence",
    [
        "every: day, except: [2025-03-02, 2025-03-15, 2026-01-01]",
        "every: weekday, except: [2025-03-02, 2025-03-14]",
        "every: two weeks, on: friday, not_before: 2025-02-01",
        "every: month, on: 31",
        "every: month, on: last friday, until: 2025-12-31",
    ],
)
def test_editions_bear_the_numbers_of_their_cadence(desk: Path, cadence: str) -> None:
    text = DAILY.replace("every: day", cadence) + "first_edition: 2025-01-06\n"
    write(desk / "briefings" / "weekly.yaml", text)
    briefing = load(desk).briefings["weekly"]
    found = rows("--from", "2025-03-01", "--to", "2026-03-01")
    assert len(found) > 9
    assert briefing.cadence
    assert [row["number"] for row in found] == [number(briefing.cadence, dt.date.fromisoformat(row["date"])) for row in found]


def test_without_a_first_edition_there_are_no_numbers(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", DAILY)
    assert {row["number"] for row in rows()} == {None}
    assert str(events(ics())[0]["summary"]) == "D"


def test_ten_years_of_a_daily_briefing_have_every_day(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", DAILY + "first_edition: 2020-01-01\n")
    found = rows("--from", "2025-01-01", "--to", "2034-12-31")
    assert len(found) == 3652
    assert found[-1]["number"] == 5479


def test_what_became_of_past_editions_is_shown(desk: Path) -> None:
    entries = {}
    for day, state in zip((3, 10, 17), get_args(State)[1:], strict=True):
        due = dt.datetime(2025, 3, day, 6, tzinfo=dt.UTC)
        entries[due.date()] = Entry(due, state, due, reason="so it was" if state != "published" else "")
    ledger = replace(Ledger.begun("weekly", NOW, load(desk).briefings["weekly"].cadence), entries=entries)
    write(path_of(desk / "output/.brief", "weekly"), ledger.to_json())
    found = [(row["state"], row["reason"]) for row in rows(*MARCH)]
    assert found == [("published", None), ("skipped", "so it was"), ("failed", "so it was"), (None, None), (None, None)]
    assert [line.split()[-1] for line in dry_run(*MARCH).stdout.splitlines()[1:4]] == ["published", "skipped", "failed"]
    assert "It was skipped." in str(events(ics(*MARCH))[1]["description"])


def test_an_edition_made_by_hand_is_published_though_no_scheduler_has_seen_it(desk: Path) -> None:
    issue(Builder(load(desk)), "weekly", dt.date(2025, 3, 10))
    assert [row["state"] for row in rows(*MARCH)] == [None, "published", None, None, None]


@pytest.mark.parametrize("text", ["{", '{"version": 99}', "[]", b"\xff"])
def test_a_record_that_cannot_be_read_takes_nothing_from_the_calendar(desk: Path, text: str | bytes) -> None:
    write(path_of(desk / "output/.brief", "weekly"), text)
    result = dry_run(*MARCH)
    assert len(result.stdout.splitlines()) == 6
    assert "ledger.json: warning: what became of the editions of weekly isn't known" in result.stderr


def test_a_faulty_briefing_is_told_and_the_others_are_shown(desk: Path) -> None:
    write(desk / "briefings" / "broken.yaml", "title: B\ntemplate: weekly.md.j2\ncovers: {days: 7}\nschedule: {every: wek}\n")
    result = dry_run(*MARCH, code=1)
    assert "briefings/broken.yaml:4" in result.stderr
    assert result.stdout.count("  weekly") == 5
    assert dry_run("weekly", *MARCH).stderr == ""


def test_faults_of_seeds_leave_the_calendar_alone(desk: Path) -> None:
    write(desk / "seeds" / "seeds.yaml", "events: [")
    assert len(rows(*MARCH)) == 5


def test_settings_that_cannot_be_read_are_told(desk: Path) -> None:
    write(desk / "brief.yaml", "timezone: [")
    result = dry_run(*MARCH, code=1)
    assert "brief.yaml:" in result.stderr
    assert result.stdout == ""


def test_only_the_briefings_named_are_shown_and_a_mistyped_one_is_told_the_nearest(desk: Path) -> None:
    write(desk / "briefings" / "daily.yaml", DAILY)
    assert {row["briefing"] for row in rows("daily", "daily", *MARCH)} == {"daily"}
    assert len(rows("daily", "daily", *MARCH)) == 31
    result = dry_run("daly", "weekly", *MARCH, code=1)
    assert "there is no briefing 'daly' (did you mean 'daily'?)" in result.stderr
    assert result.stdout.count("  weekly") == 5


def test_where_nothing_is_due_a_sentence_says_so(desk: Path) -> None:
    write(desk / "briefings" / "dossier.yaml", re.sub("schedule.*\n", "", DAILY))
    result = dry_run("--from", "2025-03-11", "--to", "2025-03-16")
    assert result.stdout == ""
    assert result.stderr == "brief: no edition is due in these days; made on demand only: dossier\n"
    assert rows("--from", "2025-03-11", "--to", "2025-03-16") == []
    assert dry_run("weekly", "--from", "2000-01-01").stderr == "brief: no edition is due in these days\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("weekly",), "add --dry-run"),
        (("--from", "2025-03-01"), "add --dry-run"),
        (("--to", "2025-03-01"), "add --dry-run"),
        (("--format", "table"), "add --dry-run"),
        (("--dry-run", "--once"), "give one of them"),
        (("--dry-run", "--from", "2025-03-02", "--to", "2025-03-01"), "lies before the first day, 2025-03-02"),
        (("--dry-run", "--to", "2025-03-01"), "lies before the first day, 2025-03-11"),
        (("--dry-run", "--from", "1900-01-01", "--to", "2001-01-01"), "100 years at most"),
        (("--dry-run", "--from", "2025-02-30"), "there is no day 2025-02-30"),
        (("--dry-run", "--to", "tomorrow"), "write it as 2025-03-10"),
        (("--dry-run", "--format", "xml"), "is not one of"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(desk: Path, words: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(cli, ["schedule", *words], prog_name="brief")
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_dry_run_writes_nothing_and_waits_for_no_scheduler(desk: Path) -> None:
    with locks.scheduling(desk / "output/.brief"):
        before = sorted(desk.rglob("*"))
        assert len(rows(*MARCH)) == 5
        assert len(events(ics(*MARCH))) == 5
        assert sorted(desk.rglob("*")) == before


def test_an_event_has_its_instant_no_length_and_keeps_nobody_busy(desk: Path) -> None:
    (event,) = events(ics("--from", "2025-03-31", "--to", "2025-03-31"))
    assert event.start == event.end == dt.datetime(2025, 3, 31, 5, tzinfo=dt.UTC)
    assert str(event["summary"]) == "The Weekly, No. 21"
    assert str(event["description"]) == "The edition of 2025-03-31 covers 2025-03-24 to 2025-03-30."
    assert str(event["transp"]) == "TRANSPARENT"


def test_where_each_edition_begins_is_not_foretold_of_a_briefing_that_goes_on_from_the_one_before(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", DAILY.replace("{days: 1}", "{since: previous}"))
    assert "covers what is new since the one before." in str(events(ics())[0]["description"])


HOSTILE = [
    "Trade, tariffs; and \\ backslashes \\n",
    "One line\nand another\n\tindented",
    "Korea 🇰🇷 한국과 유럽의 안보 주간 브리핑 " * 6,
    "END:VEVENT\nBEGIN:VALARM: \"quoted\" 'both'",
    "x" * 300,
    "é" * 150,
]


@pytest.mark.parametrize("title", HOSTILE)
def test_whatever_a_title_holds_the_file_is_valid_and_gives_it_back(desk: Path, title: str) -> None:
    title = title.strip()
    write(desk / "briefings" / "weekly.yaml", with_title(title))
    data = ics("--to", "2025-03-13")
    assert [str(event["summary"]) for event in events(data)] == [title, title]
    assert read_by_hand(data) == [title, title]
    assert_is_in_form(data)


def test_a_character_that_calendars_forbid_is_marked(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", DAILY.replace("title: D", 'title: "A\\x7fB"'))
    assert read_by_hand(ics("--to", "2025-03-12")) == ["A�B"]


def test_the_same_calendar_has_the_same_bytes_on_another_day(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ics(*MARCH)
    monkeypatch.setattr(schedule, "_now", lambda: NOW + dt.timedelta(days=300, hours=3))
    assert ics(*MARCH) == first
    assert_is_in_form(first)


def test_an_edition_keeps_its_identity_from_calendar_to_calendar(desk: Path) -> None:
    write(desk / "briefings" / "daily.yaml", DAILY)
    uids = [str(event["uid"]) for event in events(ics(*MARCH))]
    assert len(set(uids)) == len(uids) == 36
    assert {str(event["uid"]) for event in events(ics("daily", "--from", "2025-03-05", "--to", "2025-03-09"))} < set(uids)


def test_a_calendar_in_which_nothing_is_due_is_valid_too(desk: Path) -> None:
    data = ics("--from", "2000-01-01")
    assert events(data) == []
    assert icalendar.Calendar.from_ical(data).subcomponents  # RFC 5545, 3.6: at least one
    assert_is_in_form(data)


def assert_is_in_form(data: bytes) -> None:
    """Lines end as RFC 5545 says (3.1), none is longer than it allows, none is cut within a character."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)
        line.decode()


def read_by_hand(data: bytes) -> list[str]:
    """The summaries, by a reader of a few lines that knows only RFC 5545, 3.1 and 3.3.11."""
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    summaries = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
    return [re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], summary) for summary in summaries]
