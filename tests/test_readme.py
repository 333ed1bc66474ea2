"""What the README tells, tried: each command runs, each example holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from brief import load
from conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```$", README, re.M | re.S) for line in block.splitlines()]
BIN = Path(sys.executable).parent
MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # these tests may themselves be run by make
OURS = {name: value for name, value in os.environ.items() if name not in MAKE}
ENVIRONMENT = {**OURS, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, as a newcomer has it."""
    root = tmp_path_factory.mktemp("clone") / "brief"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "node_modules", "output", "build", ".*cache*", ".hypothesis", "__pycache__"
    )
    shutil.copytree(REPOSITORY, root, ignore=ignored)
    return root


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        stdin=subprocess.DEVNULL,
    )


def test_every_command_of_the_readme_runs_in_its_order(clone: Path) -> None:
    folder = clone
    for command in COMMANDS:
        words = command.split()
        if words[0] == "cd":
            folder = folder / words[1]
        elif words[0] == "brief":
            run(command.split(), folder)
        else:
            assert words[0] == "make", command  # these two are tried below
    assert folder != clone
    assert (folder / ".schemas" / "seeds.schema.json").exists()
    assert (folder / "output" / "korea-europe-weekly" / "drafts").exists()


def test_the_first_command_prints_the_path_of_the_briefing_and_nothing_else(clone: Path) -> None:
    assert COMMANDS[0] == "make briefing"
    ready = [f"--assume-old=venv/{name}" for name in (".ready", "bin/python")]
    (clone / "venv" / "bin").mkdir(parents=True)
    (clone / "venv" / ".ready").touch()
    for name in ("python", "brief"):
        (clone / "venv" / "bin" / name).symlink_to(BIN / name)
    ended = run(["make", "VENV=venv", *ready, "briefing"], clone)
    assert ended.stdout == "output/korea-europe-weekly/2025-03-10-korea-europe-weekly.docx\n"
    assert (clone / ended.stdout.strip()).stat().st_size > 10_000


def test_the_second_command_is_the_one_that_runs_these_tests(clone: Path) -> None:
    assert COMMANDS[1] == "make test"
    assert "python -m pytest" in run(["make", "--dry-run", "test"], clone).stdout
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text("utf-8")


def test_make_help_lists_every_target(clone: Path) -> None:
    text = run(["make", "help"], clone).stdout
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M)
    assert all(f"make {target} " in text for target in targets)


def test_the_example_for_developers_runs(clone: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    assert "Sikorski" in run([sys.executable, "-c", code], clone).stdout


def test_the_yaml_examples_are_sound(tmp_path: Path) -> None:
    seeds, briefing = re.findall(r"^```yaml\n(.*?)^```$", README, re.M | re.S)
    for part in ("briefings", "templates"):
        (tmp_path / part).mkdir()
    shutil.copytree(REPOSITORY / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("events", "outlook.yaml"))
    (tmp_path / "seeds" / "example.yaml").write_text(seeds, "utf-8")
    (tmp_path / "briefings" / "example.yaml").write_text(briefing, "utf-8")
    shutil.copytree(REPOSITORY / "templates", tmp_path / "templates", dirs_exist_ok=True)
    desk = load(tmp_path)
    assert [str(problem) for problem in desk.problems if problem.severity == "error"] == []
    assert [event.id for event in desk.events] == ["eu-rok-space-security-dialogue-1"]


def test_the_problems_shown_are_those_that_check_prints() -> None:
    report = (REPOSITORY / "tests" / "desks" / "mistakes" / "report.txt").read_text("utf-8")
    for line in re.findall(r"^seeds/.*$", README, re.M):
        assert line in report


def test_every_file_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPOSITORY / target).exists(), target
