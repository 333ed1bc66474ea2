"""Desks of mistakes: every one told at once, where it was made and how to mend it, as their `report.txt` says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY

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
