"""The command line, as people and scripts meet it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result
from filelock import FileLock

from brief import LockedError, Published, issuer, publisher
from brief.cli import COMMANDS, cli
from brief.publisher import Finished
from conftest import BRIEFING, REPOSITORY, SEEDS, MakeDesk, write

PATH = "output/weekly/2025-03-10-weekly.docx"


def brief(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="brief")
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def desk(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_desk()
    monkeypatch.chdir(root)
    return root


def test_generate_prints_the_path_of_the_edition_and_nothing_else(desk: Path) -> None:
    result = brief("generate", "weekly", "--date", "2025-03-10")
    assert result.stdout == PATH + "\n"
    assert result.stderr == ""
    assert (desk / PATH).exists()


def test_generate_again_prints_the_path_and_says_unchanged(desk: Path) -> None:
    brief("generate", "weekly", "--date", "2025-03-10")
    result = brief("generate", "weekly", "--date", "2025-03-10")
    assert result.stdout == PATH + "\n"
    assert result.stderr == "weekly 2025-03-10: unchanged\n"


def test_generate_without_a_date_makes_the_edition_last_due(desk: Path) -> None:
    (done,) = json.loads(brief("generate", "weekly", "--json").stdout)
    date = dt.date.fromisoformat(done["date"])
    assert date.weekday() == 0
    assert dt.timedelta(0) <= dt.date.today() - date <= dt.timedelta(days=7)


def test_a_briefing_on_demand_is_of_today(desk: Path) -> None:
    write(desk / "briefings" / "dossier.yaml", "title: D\ntemplate: weekly.md.j2\ncovers: {days: 7}\ntimezone: UTC\n")
    (done,) = json.loads(brief("generate", "dossier", "--json").stdout)
    assert abs(dt.date.fromisoformat(done["date"]) - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


def test_an_edition_before_the_first_is_no_edition(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", BRIEFING.replace("2024-11-11", "2199-01-02"))
    result = brief("generate", "weekly", code=1)
    assert "no edition of weekly has been due yet; the first one is of 2199-01-07" in result.stderr


def test_a_briefing_that_is_not_due_yet_is_skipped_among_all(desk: Path) -> None:
    write(desk / "briefings" / "later.yaml", BRIEFING.replace("2024-11-11", "2199-01-07"))
    assert "later 2199-01-07: skipped, not due yet" in brief("generate", "--all").stderr
    later, weekly = json.loads(brief("generate", "--all", "--json").stdout)
    assert (later["action"], later["reason"], later["path"]) == ("skipped", "not due yet", None)
    assert weekly["action"] == "unchanged"


def test_all_briefings_of_a_desk_that_has_none_are_told_to_be_none(desk: Path) -> None:
    write(desk / "briefings" / "weekly.yaml", None)
    result = brief("generate", "--all", "--json")
    assert json.loads(result.stdout) == []
    assert "no briefings" in result.stderr


def test_one_faulty_briefing_does_not_keep_the_others_from_being_made(desk: Path) -> None:
    write(desk / "briefings" / "broken.yaml", "title: B\ntemplate: broken.md.j2\ncovers: {days: 7}\n")
    write(desk / "templates" / "broken.md.j2", "{{ nonsense }}\n")
    result = brief("generate", "--all", "--date", "2025-03-10", code=1)
    assert result.stdout == PATH + "\n"
    assert "templates/broken.md.j2:1: error: there is no name 'nonsense'" in result.stderr
    assert not (desk / "output" / "broken").exists()
    data = json.loads(brief("generate", "--all", "--date", "2025-03-10", "--json", code=1).stdout)
    assert {entry["briefing"]: entry["action"] for entry in data} == {"weekly": "unchanged", "broken": "failed"}
    made, failed = data
    assert list(made) == list(failed)
    assert failed["date"] == "2025-03-10"
    assert [failed[key] for key in ("path", "revision", "sha256", "reason")] == [None] * 4


@pytest.mark.parametrize(
    "words",
    [
        ("generate",),
        ("generate", "weekly", "--all"),
        ("generate", "weekly", "--date", "2026-02-30"),
        ("generate", "weekly", "--date", "yesterday"),
        ("generate", "weekly", "--date", "0001-01-01"),
        ("generate", "weekly", "--date", "9999-12-31"),
        ("vars", "weekly", "--date", "2201-01-01"),
        ("generte", "weekly"),
        ("vars",),
        ("schema", "seed"),
        ("--desk", "/nowhere/at/all", "list"),
    ],
)
def test_wrong_usage_ends_with_2(desk: Path, words: tuple[str, ...]) -> None:
    assert brief(*words, code=2).output


def test_a_mistyped_command_or_briefing_is_told_the_nearest(desk: Path) -> None:
    assert "did you mean 'generate'?" in brief("generte", "weekly", code=2).output
    assert "did you mean 'weekly'?" in brief("generate", "weekyl", "--date", "2025-03-10", code=1).output


def test_a_folder_that_is_no_desk_is_named_with_a_way_out(tmp_path: Path) -> None:
    assert "brief init" in brief("--desk", tmp_path, "list", code=2).output


def test_a_locked_desk_ends_with_75(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "PATIENCE", 0.1)
    (desk / "output" / ".brief").mkdir(parents=True)
    with FileLock(desk / "output" / ".brief" / "publish.lock"):
        assert "try again later" in brief("generate", "weekly", "--date", "2025-03-10", code=75).output


def test_what_was_published_before_the_lock_was_taken_is_told(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(desk / "briefings" / "another.yaml", BRIEFING)
    write(desk / "briefings" / "zulu.yaml", BRIEFING)

    def locked_later(finished: Finished, output: Path, state: Path) -> Published:
        if finished.receipt.briefing == "weekly":
            raise LockedError("somebody is publishing")
        return publisher.publish(finished, output, state)

    monkeypatch.setattr(issuer, "publish", locked_later)
    result = brief("generate", "--all", "--date", "2025-03-10", "--json", code=75)
    entries = [(entry["briefing"], entry["action"], entry["date"]) for entry in json.loads(result.stdout)]
    assert entries == [
        ("another", "published", "2025-03-10"),
        ("weekly", "locked", "2025-03-10"),
        ("zulu", "locked", "2025-03-10"),
    ]
    assert result.stderr == "brief: somebody is publishing; try again later\n"
    again = brief("generate", "--all", "--date", "2025-03-10", code=75)
    assert again.stdout == "output/another/2025-03-10-another.docx\n"


def test_a_file_without_its_receipt_is_not_called_not_made(desk: Path) -> None:
    write(desk / "output/.brief/weekly", "a file where a folder should be")
    result = brief("generate", "weekly", "--date", "2025-03-10", code=1)
    assert f"weekly: {PATH} was written, but not its receipt" in result.stderr
    assert "not made" not in result.stderr
    write(desk / "output/.brief/weekly", None)
    assert brief("generate", "weekly", "--date", "2025-03-10").stderr == "weekly 2025-03-10: unchanged\n"


def test_a_state_folder_that_cannot_be_read_is_a_located_problem(desk: Path) -> None:
    write(
        desk / "briefings" / "weekly.yaml",
        "title: W\ntemplate: weekly.md.j2\ncovers: {since: previous}\nfirst_edition: 2024-11-11\n",
    )
    state = desk / "output" / ".brief" / "weekly"
    state.parent.mkdir(parents=True)
    state.symlink_to("weekly")
    told = "output/.brief/weekly: error: the folder can't be read: Too many levels"
    listed = brief("list", code=1)
    assert told in listed.stderr
    assert "not known" in listed.stdout
    assert told in brief("generate", "weekly", "--date", "2025-03-10", code=1).stderr


def test_control_characters_are_shown_not_obeyed(desk: Path) -> None:
    assert "there is no briefing 'a\\x1b[31m\\nb'" in brief("generate", "a\x1b[31m\nb", code=1).stderr
    (desk / "a\x1b\u2028b").mkdir()
    assert "a\\x1b\\u2028b: error: this is no desk" in brief("--desk", "a\x1b\u2028b", "list", code=2).stderr


def run_into(stdout: int, *words: str | Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "brief", *map(str, words)]
    ended = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    return ended.returncode, ended.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device of a full disk is of Linux")
@pytest.mark.parametrize("words", [("vars", "weekly", "--json"), ("generate", "weekly", "--json"), ("--help",)])
def test_an_output_that_takes_no_more_is_told_in_a_line(desk: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        assert run_into(full.fileno(), *words) == (1, "brief: the output: No space left on device\n")


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2025-03-11", "schedule: no edition is due on 2025-03-11: this one has no number (due are 2025-03-10 and 2025-03-17)"),
        ("2024-11-04", "schedule: no edition is due on 2024-11-04: this one has no number (due are 2024-11-11)"),
        ("2199-03-11", "2199-03-11 lies ahead: what happens until then will be missing"),
    ],
)
def test_a_date_that_was_hardly_meant_is_doubted(desk: Path, date: str, told: str) -> None:
    result = brief("generate", "weekly", "--date", date)
    assert f"briefings/weekly.yaml:2:1: warning: {told}" in result.stderr
    assert (desk / result.stdout.strip()).exists()


def test_who_hears_nothing_is_served_all_the_same(desk: Path) -> None:
    write(desk / "briefings" / "other.yaml", BRIEFING)
    command = f"{sys.executable} -m brief generate --all --date 2025-03-10 2>&-"
    ended = subprocess.run(["/bin/sh", "-c", command], stdout=subprocess.PIPE, text=True, check=True)
    assert len(ended.stdout.splitlines()) == 2


SWALLOWED = """
import signal
from brief import cli
from brief.builder import Builder

def make(*_, **__):
    try:
        signal.raise_signal(signal.SIGTERM)
    except SystemExit:
        signal.raise_signal(signal.SIGTERM)  # at once: it is not heard
        return whole(*_, **__)

whole, Builder.make = Builder.make, make
cli.main()
"""


def test_a_signal_that_somebody_swallowed_is_known_at_the_end(desk: Path) -> None:
    command = [sys.executable, "-c", SWALLOWED, "generate", "weekly", "--date", "2025-03-10"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (143, "")
    assert (desk / ended.stdout.strip()).exists()


def test_a_reader_that_has_gone_is_told_in_a_line(desk: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert run_into(writing, "vars", "weekly") == (1, "brief: the output: Broken pipe\n")
    os.close(writing)


def test_schemas_for_a_folder_that_cannot_be_written_are_told_in_a_line(desk: Path) -> None:
    write(desk / "file", "")
    assert brief("schema", "--output", "file/below", code=1).stderr == "brief: file/below: Not a directory\n"


def test_check_is_silent_on_a_sound_desk_and_writes_nothing(desk: Path) -> None:
    before = sorted(desk.rglob("*"))
    assert brief("check").stdout == ""
    assert sorted(desk.rglob("*")) == before


def test_check_strict_takes_warnings_for_errors(desk: Path) -> None:
    write(desk / "seeds" / "seeds.yaml", SEEDS.replace("They **talked**.", "They <b>talked</b>."))
    result = brief("check")
    assert "seeds/seeds.yaml:15" in result.stdout
    assert "warning: " in result.stdout
    assert "error: " in brief("check", "--strict", code=1).stdout
    (problem, *_) = json.loads(brief("check", "--json").stdout)
    assert (problem["path"], problem["severity"], problem["key"]) == ("seeds/seeds.yaml", "warning", "summary")


def test_what_check_passes_generate_can_build(desk: Path) -> None:
    brief("check", "--strict")
    for day in ("2025-03-10", "2025-03-05", "2024-12-02"):
        brief("generate", "weekly", "--date", day)


def test_check_finds_the_fault_of_a_branch_that_no_edition_takes_yet(desk: Path) -> None:
    write(desk / "templates" / "weekly.md.j2", "{% for judgement in outlook %}{{ judgement.statment }}{% endfor %}\n")
    brief("generate", "weekly", "--date", "2025-03-10")
    result = brief("check", code=1)
    assert "templates/weekly.md.j2:1: error: a judgement has no key 'statment' (did you mean 'statement'?)" in result.stdout


def test_list_shows_what_is_due_and_what_was_published(desk: Path) -> None:
    assert "every week on monday at 07:00 Europe/Brussels" in brief("list").stdout
    brief("generate", "weekly", "--date", "2025-03-10")
    assert "1, last 2025-03-10" in brief("list").stdout
    (entry,) = json.loads(brief("list", "--json").stdout)
    assert (entry["briefing"], entry["published"]) == ("weekly", ["2025-03-10"])


def test_list_says_from_when_until_when_and_except_when_in_few_words(desk: Path) -> None:
    head = "title: T\ntemplate: weekly.md.j2\ncovers: {days: 7}\n"
    bounds = "not_before: 2025-01-01, until: 2025-12-31, except: [2025-05-01, 2025-12-25]"
    write(desk / "briefings" / "daily.yaml", f"{head}schedule: {{every: day, {bounds}}}\n")
    assert "every day at 00:00 UTC, from 2025-01-01, until 2025-12-31, except 2 days" in brief("list").stdout


def test_vars_shows_every_name_with_its_value(desk: Path) -> None:
    text = brief("vars", "weekly", "--date", "2025-03-10").stdout
    assert "edition.number = 18\n" in text
    assert "events[0].participants[0].title = Minister\n" in text
    assert "edition.previous = 2025-03-03\n" in text
    assert "  | markdown\n" in text
    assert "  table(rows, columns, style='')\n" in text
    data = json.loads(brief("vars", "weekly", "--date", "2025-03-10", "--json").stdout)
    assert set(data) == {"briefing", "edition", "events", "meetings", "upcoming", "background", "outlook"}
    assert data["events"][0]["date"] == {"start": "2025-03-05", "end": "2025-03-05"}
    assert "origin" not in json.dumps(data)


def test_the_schemas_are_valid_and_accept_the_shipped_files(tmp_path: Path) -> None:
    schemas = json.loads(brief("schema").stdout)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)

    def as_json(text: str) -> object:
        class Texts(yaml.SafeLoader):
            yaml_implicit_resolvers = {  # noqa: RUF012
                key: [pair for pair in pairs if "timestamp" not in pair[0] and not (key in "oO" and "bool" in pair[0])]
                for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
            }

        return yaml.load(text, Texts)

    for kind, pattern in (("seeds", "seeds/**/*.yaml"), ("briefing", "briefings/*.yaml"), ("desk", "brief.yaml")):
        validator = jsonschema.Draft202012Validator(schemas[kind])
        for path in REPOSITORY.glob(pattern):
            validator.validate(as_json(path.read_text("utf-8")))
    written = brief("schema", "--output", tmp_path / "schemas").stdout.split()
    assert [Path(path).name for path in written] == ["seeds.schema.json", "briefing.schema.json", "desk.schema.json"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schemas["briefing"]).validate({"titel": "W"})


def test_init_makes_a_desk_that_works_and_never_touches_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert brief("init", "mydesk").stdout == "mydesk\n"
    monkeypatch.chdir(tmp_path / "mydesk")
    brief("check", "--strict")
    assert brief("generate", "korea-europe-weekly", "--date", "2025-03-10").stdout.startswith("output/korea-europe-weekly/")
    before = sorted(Path().rglob("*"))
    assert "nothing was written" in brief("init", ".", code=2).output
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_command_is_a_guide_with_an_example(name: str) -> None:
    text = brief(name, "--help").output
    assert "Example" in text
    assert f"brief {name}" in text


def test_the_program_runs_as_a_module_too() -> None:
    ended = subprocess.run([sys.executable, "-m", "brief", "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout.startswith("brief ")
