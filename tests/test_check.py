"""Desks of mistakes: every one told at once, where it was made and how to mend it, as their `report.txt` says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from brief import Problem, check, load
from brief.renderer import run
from conftest import BRIEFING, REPOSITORY, MakeDesk

DESKS = Path(__file__).parent / "desks"


@pytest.mark.parametrize("name", ["mistakes", "unreadable"])
def test_every_mistake_is_told_at_once_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    desk = tmp_path / name
    shutil.copytree(DESKS / name, desk)
    shutil.copy(REPOSITORY / "templates" / "house.docx", desk / "templates")
    (desk / "output").mkdir()
    command = [sys.executable, "-m", "brief", "--desk", str(desk)]
    ended = subprocess.run([*command, "check"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 1
    assert ended.stdout == (desk / "report.txt").read_text("utf-8")
    assert re.fullmatch(r"\d+ errors(, \d+ warnings?)?\n", ended.stderr)
    made = subprocess.run([*command, "generate", "--all", "--date", "2025-03-10"], capture_output=True, text=True, check=False)
    assert made.returncode == 1
    assert "Traceback" not in made.stderr
    assert list((desk / "output").rglob("*.docx")) == []


def test_the_desk_of_mistakes_has_at_least_forty_kinds_each_with_its_place() -> None:
    lines = (DESKS / "mistakes" / "report.txt").read_text("utf-8").splitlines()
    places = [re.match(r"([a-z]+/[^:]+)(:\d+)?(:\d+)?: (error|warning): ", line) for line in lines]
    assert all(places)
    exact = [match for match in places if match and match[2]]
    assert len(exact) >= 40
    assert {match[1].partition("/")[0] for match in places if match} == {"seeds", "briefings", "templates"}


OLDER = """
events:
  - {id: older, title: Older talks, kind: meeting, status: held, date: 2024-12-03, topics: [france], sources: [herald],
     summary: %s, agenda: %s}
"""
LINE = "# Events\n{% for e in events %}\n- {{ e.title }}: {{ e.summary | markdown }}\n{% endfor %}\n"
AGENDAS = "# Agendas\n{% for e in upcoming %}\n- {{ e.title }}: {{ e.agenda | markdown }}\n{% endfor %}\n"


def found(make_desk: MakeDesk, template: str, older: str = "", briefing: str = BRIEFING) -> list[Problem]:
    files = {"templates/weekly.md.j2": template, "seeds/older.yaml": older, "briefings/weekly.yaml": briefing}
    return list(check(load(make_desk(files, name=f"desk{len(briefing)}"))))


@pytest.mark.parametrize(
    ("template", "summary", "agenda", "message"),
    [
        (LINE, "One.\n\nTwo.", "", "several paragraphs"),
        (LINE, "![A map](images/none.png)", "", "no such file"),
        (AGENDAS, "One.", "One.\n\nTwo.", "several paragraphs"),
    ],
)
def test_a_text_that_only_an_older_edition_prints_is_tried_too(
    make_desk: MakeDesk, template: str, summary: str, agenda: str, message: str
) -> None:
    (problem,) = found(make_desk, template, OLDER % (json.dumps(summary), json.dumps(agenda)))
    assert message in problem.message
    assert (problem.place.path, problem.place.line) == ("seeds/older.yaml", 4)
    assert problem.key == ("agenda" if agenda else "summary")


def test_a_text_that_the_briefing_never_selects_is_not_tried(make_desk: MakeDesk) -> None:
    older = OLDER % (json.dumps("One.\n\nTwo."), '""')
    assert found(make_desk, LINE, older, BRIEFING + "select: {not: {topics: [france]}}\n") == []


def test_what_would_be_too_much_for_one_edition_is_no_fault(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "STEPS", 2_000)
    events = "".join(
        f"  - {{id: e{n}, title: T, kind: vote, status: held, date: {2000 + n}-01-02, summary: S, sources: [herald]}}\n"
        for n in range(20)
    )
    template = "# Pairs\n{% for a in events %}{% for b in events %}{{ a.title }}{% endfor %}{% endfor %}\n"
    assert found(make_desk, template, "events:\n" + events) == []


@pytest.mark.parametrize("written", ["{{ day.year }}", "{% if day %}{{ day.month + 0 }}{% endif %}"])
def test_sources_of_vague_dates_are_among_the_trials(make_desk: MakeDesk, written: str) -> None:
    each = f"{{% for source in e.sources %}}{{% set day = source.published %}}{written} {{% endfor %}}"
    template = f"# Sources\n{{% for e in events %}}{each}{{% endfor %}}\n"
    problem = found(make_desk, template)[0]
    assert (problem.place.path, problem.place.line, problem.severity) == ("templates/weekly.md.j2", 2, "error")


EVENTS = "\n".join(
    f"  - {{id: t{n}, title: T, kind: vote, status: held, date: 2025-03-0{n}, topics: [%s], summary: S, sources: [herald]}}"
    for n in range(1, 5)
)


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [("natto", "nato"), ("nto", "nato"), ("naot", "nato"), ("nate", "nato"), ("finance", ""), ("otan", "")],
)
def test_a_topic_that_is_a_slip_away_from_another_is_a_warning(make_desk: MakeDesk, mistyped: str, meant: str) -> None:
    problems = found(make_desk, LINE, "events:\n" + EVENTS % ("nato", "nato, france", mistyped, "france"))
    told = [(problem.place.line, problem.message, problem.hint) for problem in problems]
    assert told == ([(4, f"no other item has the topic {mistyped!r}", f"did you mean {meant!r}?")] if meant else [])


def test_that_a_topic_is_the_only_one_is_not_told_while_items_are_faulty(make_desk: MakeDesk) -> None:
    events = (EVENTS % ("nato", "nato", "natto", "natto")).replace("id: t4", "id: t4, kindd: x")
    problems = found(make_desk, LINE, "events:\n" + events)
    assert any("kindd" in str(problem) for problem in problems)
    assert not any("no other item" in problem.message for problem in problems)


def test_that_a_briefing_covers_nothing_yet_is_a_warning(make_desk: MakeDesk) -> None:
    (problem,) = found(make_desk, LINE, briefing=BRIEFING.replace("{days: 7}", "{since: 2099-01-01}"))
    assert (problem.severity, problem.key) == ("warning", "covers.since")
    assert "nothing has happened since 2099-01-01" in problem.message


def test_an_item_that_no_edition_has_is_told_once(make_desk: MakeDesk) -> None:
    (problem,) = found(make_desk, "# T\n\n{{ events[99].title }}\n")
    assert "the list has no item 99 (it holds 1)" in str(problem)


def test_an_empty_edition_is_not_tried_where_it_would_be_skipped(make_desk: MakeDesk) -> None:
    template = "# {{ events[0].title }}\n"
    assert found(make_desk, template) != []
    assert found(make_desk, template, briefing=BRIEFING + "when_empty: skip\n") == []


def test_the_picture_of_a_made_up_item_is_not_missed_but_that_of_a_real_one_is(make_desk: MakeDesk) -> None:
    picture = '![A photograph](images/{{ e.id }}.png)\n{{ image("images/" ~ e.id ~ ".png", "A photograph") }}\n'
    template = f"# Pictures\n{{% for e in events %}}\n\n{picture}{{% endfor %}}\n"
    messages = {problem.message for problem in found(make_desk, template)}
    assert messages == {"the picture 'images/talks.png': there is no such file in the desk"}
