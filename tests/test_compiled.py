"""Compiled templates kept from run to run: quicker, and never anything but what compiling anew would give."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from brief import load, select
from brief.model import Edition
from brief.rendered import Rendered
from brief.renderer import Templates
from brief.renderer.environment import Environment
from conftest import MakeDesk

TEXTS = {
    "weekly.md.j2": "{% include 'part.md.j2' %}{% for event in events %}- {{ event.title }} ~ {{ loop.index }}\n{% endfor %}",
    "part.md.j2": "# {{ briefing.title }}\n",
}
FIELDS = ("{{ edition.date | date }}", "{{ briefing.title }}")


@pytest.fixture
def edition(make_desk: MakeDesk) -> Edition:
    return select(load(make_desk({f"templates/{name}": text for name, text in TEXTS.items()})), "weekly", dt.date(2025, 3, 10))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "compiled"
    made.mkdir()
    return made


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is compiled; that of a field of the house is its text."""
    found: list[str] = []
    compile_template = Environment.compile

    def counted(self: Environment, source: str, name: str | None = None, *args: object, **options: object) -> object:
        found.append(name or "")
        return compile_template(self, source, name, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Environment, "compile", counted)
    return found


def made(edition: Edition, folder: Path | None, **changed: str) -> Rendered:
    return Templates({**TEXTS, **changed}, folder).render(edition, FIELDS)


def damage(file: Path, how: str) -> None:
    whole = file.read_bytes()
    match how:
        case "cut":
            file.write_bytes(whole[: len(whole) // 2])
        case "empty":
            file.write_bytes(b"")
        case "changed":
            file.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
        case "foreign":
            file.write_bytes(b"\0" * len(whole))
        case "a folder":
            file.unlink()
            file.mkdir()


def test_what_was_compiled_before_is_not_compiled_again(edition: Edition, folder: Path, compiled: list[str]) -> None:
    first = made(edition, folder)
    assert sorted(compiled) == sorted([*TEXTS, *FIELDS])
    compiled.clear()
    assert made(edition, folder) == first == made(edition, None)
    assert sorted(compiled) == sorted([*TEXTS, *FIELDS])  # by the last, which keeps nothing
    compiled.clear()
    made(edition, folder)
    assert compiled == []


def test_a_changed_template_is_compiled_anew_and_what_includes_it_shows_the_change(
    edition: Edition, folder: Path, compiled: list[str]
) -> None:
    assert made(edition, folder).text.startswith("# ")
    compiled.clear()
    changed = made(edition, folder, **{"part.md.j2": "## New: {{ briefing.title }}\n"})
    assert changed.text.startswith("## New: ")
    assert compiled == ["part.md.j2"]
    assert made(edition, folder).text.startswith("# ")


@pytest.mark.parametrize("how", ["cut", "empty", "changed", "foreign", "a folder"])
def test_damaged_files_are_compiled_anew_without_a_word(edition: Edition, folder: Path, how: str) -> None:
    sound = made(edition, folder)
    for file in list(folder.iterdir()):
        damage(file, how)
    assert made(edition, folder) == sound
    assert made(edition, folder) == sound


def test_a_file_in_the_place_of_another_is_not_taken_for_it(edition: Edition, folder: Path) -> None:
    sound = made(edition, folder)
    files = sorted(folder.iterdir())
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, [*contents[1:], contents[0]], strict=True):
        file.write_bytes(content)
    assert made(edition, folder) == sound


def test_a_folder_that_is_missing_is_made_and_one_that_can_not_be_made_harms_nothing(edition: Edition, tmp_path: Path) -> None:
    sound = made(edition, None)
    assert made(edition, tmp_path / "new") == sound
    (tmp_path / "file").write_text("not a folder")
    assert made(edition, tmp_path / "file") == sound
    assert made(edition, tmp_path / "file" / "below") == sound


def test_faults_are_told_alike_whether_a_template_was_kept_or_not(edition: Edition, folder: Path) -> None:
    told = []
    for _ in range(2):
        with pytest.raises(Exception, match="tittle") as caught:
            made(edition, folder, **{"part.md.j2": "\n{{ briefing.tittle }}"})
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert "templates/part.md.j2:2" in told[0]
