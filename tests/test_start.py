"""A quick start: commands import only what they use, and runs keep for each other what takes long to make."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

import brief
from brief.cli import COMMANDS, cli
from conftest import REPOSITORY, MakeDesk

RUN = """
import sys
from brief.__main__ import main
sys.argv[0] = "brief"
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""
"""The command line, which tells at its end which modules it has imported."""


def imports(*words: str | Path, cache: Path) -> set[str]:
    """The modules that a run of the command line imports."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-c", RUN, *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return set(ended.stderr.split())


INTERRUPTED = """
import signal, sys
from importlib.abc import MetaPathFinder

class Interrupting(MetaPathFinder):
    def find_spec(self, name, *_):
        if name == "click":
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # which Python leaves out where we run in the background
sys.meta_path.insert(0, Interrupting())
from brief.__main__ import main
main()
"""


def test_who_is_interrupted_before_anything_began_ends_in_silence() -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED, "list"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("words", [("--help",), ("--version",), ()])
def test_the_help_imports_no_command_and_nothing_that_commands_use(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=False)
    found = set(ended.stderr.split())
    assert {"brief.cli", "click"} <= found
    assert not {"pydantic", "yaml", "jinja2", "docx", "lxml", "babel", "dateutil", "filelock", "rich"} & found
    assert {name for name in found if name.startswith("brief.")} == {"brief.__main__", "brief.cli", "brief.version"}


def test_the_help_says_what_each_command_does_also_when_all_are_imported() -> None:
    with cli.make_context("brief", ["list"]) as context:
        commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    assert [command and command.get_short_help_str(100) for command in commands] == [*COMMANDS.values()]
    text = CliRunner().invoke(cli, ["--help"], prog_name="brief").output
    assert re.findall(r"^  (\w+)  +(\S.*)$", text.split("Commands:")[1], re.M) == list(COMMANDS.items())


def test_the_version_is_the_one_of_the_package() -> None:
    assert CliRunner().invoke(cli, ["--version"], prog_name="brief").output == f"brief {brief.__version__}\n"
    assert re.fullmatch(r"[0-9]+(\.[0-9]+)+\S*", brief.__version__)


def test_the_list_needs_nothing_of_what_builds(make_desk: MakeDesk, tmp_path: Path) -> None:
    words = ("--desk", make_desk(), "list")
    imports(*words, cache=tmp_path / "cache")
    found = imports(*words, cache=tmp_path / "cache")
    assert not {"pydantic", "jinja2", "docx", "lxml", "babel", "filelock", "pyromark", "rich", "brief.builder"} & found


def test_a_second_run_prepares_no_house_and_makes_the_same_file(make_desk: MakeDesk, tmp_path: Path) -> None:
    words = ("--desk", make_desk(), "generate", "weekly", "--date", "2025-03-10", "--output")
    first = imports(*words, tmp_path / "first", cache=tmp_path / "cache")
    second = imports(*words, tmp_path / "second", cache=tmp_path / "cache")
    unkept = imports(*words, tmp_path / "third", cache=REPOSITORY / "README.md")  # no folder, so nothing is kept
    assert {"docx", "lxml"} <= first & unkept
    assert (
        not {"docx", "lxml", "filelock", "pypdf", "subprocess", "rich", "babel", "brief.layout", "importlib.metadata"} & second
    )
    files = [next(tmp_path.glob(f"{name}/weekly/*.docx")) for name in ("first", "second", "third")]
    assert len({sha256(file.read_bytes()).hexdigest() for file in files}) == 1


def test_another_house_of_the_same_name_is_prepared_anew(make_desk: MakeDesk, tmp_path: Path) -> None:
    root = make_desk()
    words = ("--desk", root, "generate", "weekly", "--date", "2025-03-10", "--draft", "--output", tmp_path / "out")
    imports(*words, cache=tmp_path / "cache")
    house = docx.Document(str(root / "templates" / "house.docx"))
    house.paragraphs[0].add_run("Another house")
    house.save(str(root / "templates" / "house.docx"))
    assert "docx" in imports(*words, cache=tmp_path / "cache")
    assert "Another house" in docx.Document(str(next(tmp_path.glob("out/weekly/drafts/*.docx")))).paragraphs[0].text
