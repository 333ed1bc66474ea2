"""`brief status`, over records left by the scheduler's own code."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from brief import load, locks
from brief.cli import cli
from brief.ledger import Entry, Ledger, path_of
from brief.scheduler import plan
from brief.scheduler.heartbeat import Heartbeat
from conftest import BRIEFING, MakeDesk, write

DUE = dt.datetime(2025, 3, 10, 6, 0, tzinfo=dt.UTC)
"""When the edition of 10 March is due: seven in the morning, in Brussels."""
DAY = DUE.date()
MINUTE = dt.timedelta(minutes=1)
WEEK = dt.timedelta(days=7)


def published(due: dt.datetime) -> dict[dt.date, Entry]:
    date = due.date()
    return {date: Entry(due, "published", due + MINUTE, file=f"weekly/{date}-weekly.docx", sha256="0", attempts=1)}


PUBLISHED = published(DUE - WEEK)


class World:
    """A desk, and the time it is there."""

    def __init__(self, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk, self.state = desk, desk / "output" / ".brief"
        self.now = DUE + 2 * MINUTE
        monkeypatch.setattr("brief.cli.status._now", lambda: self.now)

    def record(self, entries: Mapping[dt.date, Entry], slug: str = "weekly", looked: dt.datetime = DUE - MINUTE) -> Ledger:
        cadence = load(self.desk, whole=False).briefings[slug].cadence
        ledger = replace(Ledger.begun(slug, looked, cadence), since=DUE - 2 * WEEK, entries=entries)
        write(path_of(self.state, slug), ledger.to_json())
        for entry in entries.values():
            if entry.file:
                write(self.desk / "output" / entry.file, b"a Word file")
        return ledger

    def beat(self, ago: dt.timedelta, **more: Any) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        Heartbeat(self.now - ago, **{"mode": "service", **more}).write(self.state)


@pytest.fixture
def world(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> World:
    desk = make_desk()
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", "200")
    return World(desk, monkeypatch)


def brief(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="brief")
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def told(code: int = 0) -> Any:
    return json.loads(brief("status", "--json", code=code).stdout)


def briefing(code: int = 0) -> Any:
    (found,) = told(code)["briefings"]
    return found


def test_a_fresh_desk_is_in_order(world: World) -> None:
    result = brief("status")
    head, line, _, scheduler = result.stdout.splitlines()
    assert head.split("  ")[0] == "BRIEFING"
    assert [cell.strip() for cell in line.split("  ") if cell] == [
        "weekly",
        "none",
        "2025-03-17 07:00 +0100 Europe/Brussels",
        "not begun: no scheduler has looked yet",
    ]
    assert scheduler == "no scheduler has run yet"
    assert result.stderr == ""
    assert told()["scheduler"] == {"state": "none", "mode": None, "looked": None, "pid": None}


def test_the_json_holds_all_there_is_to_know(world: World) -> None:
    world.record(PUBLISHED, looked=DUE - MINUTE)
    world.now = DUE - 5 * MINUTE
    world.beat(dt.timedelta(seconds=12), files="abc")
    assert told() == {
        "at": "2025-03-10T05:55:00+00:00",
        "ok": True,
        "scheduler": {"state": "alive", "mode": "service", "looked": "2025-03-10T05:54:48+00:00", "pid": os.getpid()},
        "briefings": [
            {
                "briefing": "weekly",
                "title": "The Weekly",
                "state": "on time",
                "ok": True,
                "reason": None,
                "timezone": "Europe/Brussels",
                "last": {
                    "date": "2025-03-03",
                    "path": "output/weekly/2025-03-03-weekly.docx",
                    "revision": None,
                    "published_at": "2025-03-03T07:01:00+01:00",
                    "gone": False,
                },
                "next": {"date": "2025-03-10", "due": "2025-03-10T07:00:00+01:00"},
                "owed": [],
                "attempts": 0,
                "retry_at": None,
                "overdue_since": None,
            }
        ],
        "problems": [],
    }
    assert "scheduler: looked 12 seconds ago" in brief("status").stdout


def test_an_edition_is_due_at_its_instant_and_overdue_a_quarter_of_an_hour_later(world: World) -> None:
    world.record(PUBLISHED)
    world.now = DUE
    assert (briefing()["state"], briefing()["owed"], briefing()["overdue_since"]) == ("due", ["2025-03-10"], None)
    assert "due since 2025-03-10 07:00 +0100" in brief("status").stdout
    world.now = DUE + plan.ON_TIME
    assert briefing()["state"] == "due"
    world.now += dt.timedelta(seconds=1)
    found = briefing(code=1)
    assert (found["state"], found["ok"], found["overdue_since"]) == ("overdue", False, "2025-03-10T07:00:00+01:00")
    assert found["next"]["date"] == "2025-03-17"
    assert "  OVERDUE since 2025-03-10 07:00 +0100\n" in brief("status", code=1).stdout


@pytest.mark.parametrize("catch_up", ["latest", "all", "none"])
def test_an_edition_that_nobody_has_looked_at_is_overdue_however_it_would_be_caught_up(world: World, catch_up: str) -> None:
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING.replace('"07:00"', f'"07:00", catch_up: {catch_up}'))
    world.record(PUBLISHED)
    world.now = DUE + WEEK + dt.timedelta(hours=1)
    found = briefing(code=1)
    since = "2025-03-10" if catch_up == "all" else "2025-03-17"
    assert (found["state"], found["overdue_since"]) == ("overdue", f"{since}T07:00:00+01:00")
    assert found["owed"] == (["2025-03-10", "2025-03-17"] if catch_up == "all" else ["2025-03-17"])


def test_what_failed_tells_why_how_often_and_when_the_next_try_is(world: World) -> None:
    ledger = world.record(PUBLISHED)
    for attempt in range(3):
        ledger = plan.failed(ledger, plan.Due(DAY, DUE, attempt), DUE, "the disk is full", "f", is_passing=True)
    world.record(ledger.entries)
    found = briefing(code=1)
    assert (found["state"], found["reason"], found["attempts"]) == ("failed", "the disk is full", 3)
    assert (found["retry_at"], found["overdue_since"]) == ("2025-03-10T07:15:00+01:00", None)
    shown = "FAILED 2025-03-10 after 3 attempts, next try at 2025-03-10 07:15 +0100: the disk is full\n"
    assert shown in brief("status", code=1).stdout
    world.now = DUE + 16 * MINUTE
    assert briefing(code=1)["overdue_since"] == "2025-03-10T07:00:00+01:00"
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING + "audience: all\n")
    world.record(plan.failed(ledger, plan.Due(DAY, DUE), DUE, "no such name", "f", is_passing=False).entries)
    assert briefing(code=1)["retry_at"] is None
    assert "after 1 attempt, next try when the files change: no such name" in brief("status", code=1).stdout


def test_a_failure_is_over_when_its_edition_was_made_by_hand(world: World) -> None:
    ledger = world.record(PUBLISHED)
    world.record(plan.failed(ledger, plan.Due(DAY, DUE), DUE, "no such name", "f", is_passing=False).entries)
    brief("generate", "weekly", "--date", "2025-03-10")
    found = briefing()
    assert (found["state"], found["owed"], found["last"]["date"]) == ("on time", [], "2025-03-10")
    assert found["last"]["published_at"] is None


def test_the_last_edition_is_the_latest_revision_of_the_latest_date_also_when_made_by_hand(world: World) -> None:
    brief("generate", "weekly", "--date", "2025-03-03")
    brief("generate", "weekly", "--date", "2025-03-10")
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING.replace("The Weekly", "Another title"))
    brief("generate", "weekly", "--date", "2025-03-10")
    found = briefing()
    assert found["state"] == "not begun"
    assert (found["last"]["path"], found["last"]["revision"]) == ("output/weekly/2025-03-10-weekly-r2.docx", 2)
    assert "weekly    2025-03-10 (r2)  " in brief("status").stdout


@pytest.mark.parametrize("is_by_hand", [True, False])
def test_a_published_file_that_is_gone_is_a_warning_with_its_path(world: World, is_by_hand: bool) -> None:
    if is_by_hand:
        brief("generate", "weekly", "--date", "2025-03-10")
    else:
        world.record(published(DUE))
    assert brief("status").stderr == ""
    path = "output/weekly/2025-03-10-weekly.docx"
    (world.desk / path).unlink()
    result = brief("status")
    hint = "put it back, or run brief generate weekly --date 2025-03-10 to have it made again"
    assert result.stderr == f"{path}: warning: the published file is gone ({hint})\n"
    assert "2025-03-10, gone" in result.stdout
    (problem,) = told()["problems"]
    assert (problem["path"], problem["severity"]) == (path, "warning")
    assert briefing()["last"]["gone"] is True


def test_why_the_last_edition_was_skipped_is_told(world: World) -> None:
    world.record({DAY: Entry(DUE, "skipped", DUE, "nothing happened in its window")})
    assert briefing()["reason"] == "2025-03-10 was skipped: nothing happened in its window"
    assert "on time: 2025-03-10 was skipped: nothing happened" in brief("status").stdout


def test_a_faulty_briefing_goes_by_the_cadence_on_record(world: World) -> None:
    world.record(PUBLISHED)
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING.replace("every: week", "every: wek"))
    found = briefing(code=1)
    assert (found["state"], found["title"], found["owed"]) == ("faulty", None, ["2025-03-10"])
    assert found["next"]["due"] == "2025-03-17T07:00:00+01:00"
    assert found["reason"].startswith("briefings/weekly.yaml:")
    result = brief("status", code=1)
    assert "2025-03-03    2025-03-17 07:00 +0100 Europe/Brussels  FAULTY: briefings/weekly.yaml:" in result.stdout
    assert "error: schedule.every:" in result.stderr


def test_a_faulty_briefing_nobody_knows_counts_and_one_known_to_be_on_demand_does_not(world: World) -> None:
    write(world.desk / "briefings" / "dossier.yaml", "title: D\n")
    dossier, _ = told(code=1)["briefings"]
    assert (dossier["state"], dossier["next"], dossier["ok"]) == ("faulty", None, False)
    write(path_of(world.state, "dossier"), Ledger.begun("dossier", DUE, None).to_json())
    dossier, _ = told()["briefings"]
    assert (dossier["state"], dossier["ok"]) == ("faulty", True)


def test_a_briefing_on_demand_owes_nothing(world: World) -> None:
    world.record(PUBLISHED)
    world.now = DUE + WEEK
    write(world.desk / "briefings" / "weekly.yaml", "title: W\ntemplate: weekly.md.j2\ncovers: {days: 7}\n")
    found = briefing()
    assert (found["state"], found["next"], found["last"]["date"]) == ("on demand", None, "2025-03-03")


def test_a_briefing_whose_time_is_over_has_no_next_edition(world: World) -> None:
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING.replace('"07:00"', '"07:00", until: 2025-03-03'))
    world.record(PUBLISHED)
    assert (briefing()["state"], briefing()["next"]) == ("on time", None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"version": 99}', "the record was written by a later version of brief: its format is 99"),
        ('{"version": 1, "brief', "the record can't be used: "),
        ('{"version": 1}', "the record can't be used: "),
        (b"\xff\xfe\x00", "the record can't be used: "),
        (None, "the record can't be read: Is a directory"),
    ],
)
def test_a_record_that_cannot_be_used_is_told_and_the_other_briefings_go_on(
    world: World, content: str | bytes | None, reason: str
) -> None:
    write(world.desk / "briefings" / "other.yaml", BRIEFING)
    world.record(PUBLISHED, "other", looked=DUE + MINUTE)
    path = path_of(world.state, "weekly")
    if content is None:
        path.mkdir(parents=True)
    else:
        write(path, content)
    brief("generate", "weekly", "--date", "2025-03-10")
    result = brief("status", code=1)
    assert f"output/.brief/weekly/ledger.json: error: {reason}" in result.stderr
    other, weekly = told(code=1)["briefings"]
    assert other["state"] == "due"
    assert (weekly["state"], weekly["last"]["date"], weekly["next"]["date"]) == ("refused", "2025-03-10", "2025-03-17")
    assert f"REFUSED: {reason}" in result.stdout
    assert weekly["reason"].startswith(reason)


def test_receipts_that_cannot_be_read_are_told(world: World) -> None:
    world.state.mkdir(parents=True)
    (world.state / "weekly").symlink_to("weekly")
    assert briefing(code=1)["state"] == "refused"
    assert "output/.brief/weekly: error: the folder can't be read: Too many levels" in brief("status", code=1).stderr


SERVICE, ONCE = {"mode": "service"}, {"mode": "once"}


@pytest.mark.parametrize(
    ("sign", "ago", "state", "code", "line"),
    [
        (SERVICE, 12, "alive", 0, "scheduler: looked 12 seconds ago"),
        (SERVICE, 120, "alive", 0, "scheduler: looked 2 minutes ago"),
        (SERVICE, 121, "stale", 1, "scheduler: STALE, looked 2 minutes ago"),
        (SERVICE, 3 * 86400, "stale", 1, "scheduler: STALE, looked 3 days ago"),
        (SERVICE | {"stopped": True}, 3600, "stopped", 1, ", 60 minutes ago"),
        (SERVICE, -60, "alive", 0, "scheduler: looked 60 seconds from now, by this clock"),
        (SERVICE, -7200, "stale", 1, "scheduler: STALE, looked 2 hours from now, by this clock"),
        (ONCE | {"stopped": True}, 86400, "stopped", 0, "scheduler: last run 24 hours ago (brief schedule --once)"),
        (ONCE, 86400, "stopped", 0, "scheduler: last run 24 hours ago (brief schedule --once)"),
        (ONCE, 1, "alive", 0, "scheduler: last run 1 second ago (brief schedule --once)"),
        (ONCE, -86400, "stopped", 0, "scheduler: last run 24 hours from now"),
    ],
)
def test_a_scheduler_shows_by_its_last_sign_whether_it_lives(
    world: World, sign: dict[str, Any], ago: int, state: str, code: int, line: str
) -> None:
    world.beat(dt.timedelta(seconds=ago), **sign)
    data = told(code)
    assert (data["scheduler"]["state"], data["scheduler"]["mode"], data["ok"]) == (state, sign["mode"], code == 0)
    assert line in brief("status", code=code).stdout.splitlines()[-1]


def test_when_a_service_was_stopped_is_told(world: World) -> None:
    world.beat(MINUTE, stopped=True)
    at = (world.now - MINUTE).astimezone()
    assert f"scheduler: STOPPED {at:%Y-%m-%d %H:%M%z}, 60 seconds ago" in brief("status", code=1).stdout


def test_a_sign_of_life_that_cannot_be_read_is_no_sign_that_none_has_run(world: World) -> None:
    write(world.state / "heartbeat.json", "")
    assert told(code=1)["scheduler"]["state"] == "unknown"
    assert "scheduler: UNKNOWN, its sign of life can't be read" in brief("status", code=1).stdout


def test_a_record_of_a_clock_that_ran_ahead_owes_nothing_before_it_is_due(world: World) -> None:
    ahead = {DAY + WEEK: Entry(DUE + WEEK, "failed", DUE + WEEK, "the disk is full", attempts=1)}
    world.record(PUBLISHED | published(DUE) | ahead, looked=DUE + WEEK)
    found = briefing()
    assert (found["state"], found["owed"], found["next"]["date"]) == ("on time", [], "2025-03-17")


def test_a_cadence_edited_since_the_last_look_is_the_one_that_counts(world: World) -> None:
    world.record(PUBLISHED)
    edited = BRIEFING.replace("monday", "tuesday").replace("Europe/Brussels", "Asia/Seoul")
    write(world.desk / "briefings" / "weekly.yaml", edited)
    found = briefing()
    assert (found["state"], found["next"]) == ("on time", {"date": "2025-03-11", "due": "2025-03-11T07:00:00+09:00"})
    assert "2025-03-11 07:00 +0900 Asia/Seoul" in brief("status").stdout


def tree(root: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in [root, *root.rglob("*")]}


def test_nothing_is_written_and_nothing_needs_to_be_writable(world: World) -> None:
    world.record(PUBLISHED)
    world.beat(MINUTE)
    brief("generate", "weekly", "--date", "2025-03-10")
    folders = [path for path in [world.desk, *world.desk.rglob("*")] if path.is_dir()]
    before = tree(world.desk)
    try:
        for folder in folders:
            folder.chmod(0o555)
        assert briefing()["state"] == "on time"
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert tree(world.desk) == before


def test_status_does_not_wait_for_those_who_write(world: World) -> None:
    world.record(PUBLISHED)
    with locks.scheduling(world.state), locks.publishing(world.state, 0):
        assert briefing()["state"] == "due"


def test_names_and_titles_in_any_script_keep_the_columns_in_line(world: World) -> None:
    write(world.desk / "briefings" / "weekly.yaml", BRIEFING.replace("The Weekly", "한국–유럽 주간 \U0001f4f0"))
    write(world.desk / "briefings" / "주간.yaml", BRIEFING)  # not a name for a briefing: faulty
    weekly, faulty = told(code=1)["briefings"]
    assert (weekly["title"], faulty["briefing"]) == ("한국–유럽 주간 \U0001f4f0", "주간")
    head, *lines = brief("status", code=1).stdout.splitlines()[:3]
    for line, state in zip(lines, ("not begun", "FAULTY"), strict=True):
        assert cell_len(line[: line.index(state)]) == head.index("STATE")


def test_a_long_reason_is_shortened_in_the_table_and_told_whole_below_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "templates/weekly.md.j2:3: error: \x1b[31m" + "문장 " * 100
    world.record({DAY: Entry(DUE, "failed", DUE, reason, attempts=1)})
    for columns in (150, 80, 20):
        monkeypatch.setenv("COLUMNS", str(columns))
        line = brief("status", code=1).stdout.splitlines()[1]
        assert line.endswith("…")
        assert "FAILED 2025-03-10" in line
        assert "\x1b" not in line
        assert cell_len(line) <= max(columns, 110)
        assert ("문장 " * 100).strip() in brief("status", code=1).stdout
    assert briefing(code=1)["reason"] == reason


def test_a_desk_without_briefings_is_told_how_to_get_one(world: World) -> None:
    write(world.desk / "briefings" / "weekly.yaml", None)
    assert "no briefings" in brief("status").stderr
    assert told()["briefings"] == []


def test_a_folder_that_is_no_desk_is_wrong_usage(tmp_path: Path) -> None:
    assert "brief init" in brief("--desk", tmp_path, "status", code=2).stderr


def test_settings_that_cannot_be_read_leave_everything_unknown(world: World) -> None:
    write(world.desk / "brief.yaml", "stat: elsewhere\n")
    result = brief("status", code=1)
    assert "brief.yaml:1:1: error:" in result.stderr
    assert result.stdout == ""
    data = told(code=1)
    assert (data["ok"], data["scheduler"]["state"], data["briefings"]) == (False, "unknown", [])
    assert [problem["path"] for problem in data["problems"]] == ["brief.yaml"]


def test_the_state_is_looked_for_where_the_settings_say(world: World) -> None:
    write(world.desk / "brief.yaml", "state: elsewhere\n")
    world.state = world.desk / "elsewhere"
    world.beat(MINUTE)
    assert told()["scheduler"]["state"] == "alive"


def test_what_a_scheduler_leaves_behind_is_understood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime.now(dt.UTC)
    minute_ago = now - MINUTE
    daily = f"title: D\ntemplate: {{}}.md.j2\ncovers: {{{{days: 7}}}}\nschedule: {{{{every: day, at: '{minute_ago:%H:%M}'}}}}\n"
    write(world.desk / "briefings" / "weekly.yaml", daily.format("weekly"))
    write(world.desk / "briefings" / "broken.yaml", daily.format("broken"))
    write(world.desk / "templates" / "broken.md.j2", "{{ nonsense }}\n")
    ended = subprocess.run([sys.executable, "-m", "brief", "schedule", "--once"], capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    world.now = dt.datetime.now(dt.UTC)
    data = told(code=1)
    assert (data["scheduler"]["state"], data["scheduler"]["mode"]) == ("stopped", "once")
    broken, weekly = data["briefings"]
    assert (broken["state"], broken["attempts"], broken["retry_at"]) == ("failed", 1, None)
    assert "there is no name 'nonsense'" in broken["reason"]
    date = minute_ago.date().isoformat()
    assert (weekly["state"], weekly["last"]["date"], weekly["owed"]) == ("on time", date, [])
    assert dt.datetime.fromisoformat(weekly["last"]["published_at"]) >= now - dt.timedelta(seconds=1)
    assert (world.desk / weekly["last"]["path"]).exists()
