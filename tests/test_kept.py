"""Prepared houses in a folder: read back as they were, or not at all."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief.document import Document, Paragraph, Properties, Text
from brief.word import kept, read_house, to_word
from brief.word.prepare import prepare
from brief.word.template import Prepared
from conftest import REPOSITORY

DATA = (REPOSITORY / "templates" / "house.docx").read_bytes()
PREPARED = prepare(DATA)
DOCUMENT = Document((Paragraph((Text("Talks"),)),))
PROPERTIES = Properties(title="The Weekly", identifier="weekly/2025-03-10", language="en-GB", date=dt.date(2025, 3, 10))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("houses") / "house.json"
    kept.write(path, PREPARED)
    return path


def sealed(content: str, path: Path) -> Path:
    """A file of this content with its right sum."""
    path.write_text(f"{sha256(content.encode()).hexdigest()}\n{content}", "utf-8")
    return path


@pytest.mark.parametrize("is_draft", [False, True])
@pytest.mark.parametrize("is_marked", [False, True])
def test_a_prepared_house_is_read_back_as_it_was(tmp_path: Path, is_draft: bool, is_marked: bool) -> None:
    prepared = prepare(DATA, is_draft=is_draft, is_marked=is_marked)
    kept.write(tmp_path / "house.json", prepared)
    found = kept.read(tmp_path / "house.json")
    assert found == prepared
    assert found
    for field in fields(Prepared):
        assert type(getattr(found, field.name)) is type(getattr(prepared, field.name)), field.name
    assert list(found.parts) == list(prepared.parts)


def test_each_way_to_prepare_each_house_has_a_file_of_its_own(tmp_path: Path) -> None:
    ways = [(data, is_draft, is_marked) for data in (b"a", b"b") for is_draft in (False, True) for is_marked in (False, True)]
    assert len({kept.path_of(tmp_path, data, is_draft=draft, is_marked=marked) for data, draft, marked in ways}) == len(ways)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_none(written: Path, data: st.DataObject) -> None:
    whole = bytearray(written.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    damaged = (
        bytes(whole[:at]) if cut else bytes(whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :])
    )
    path = written.with_name("damaged.json")
    path.write_bytes(damaged)
    assert kept.read(path) is None


@pytest.mark.parametrize("name", [field.name for field in fields(Prepared)])
@pytest.mark.parametrize(
    "value", [None, 7, "x", [7], {"key": [7]}, [["x"]], {"x": [{"key": "a", "line": 1, "tab": "b"}]}], ids=repr
)
def test_a_file_of_another_shape_is_none_though_its_sum_is_right(written: Path, tmp_path: Path, name: str, value: Any) -> None:
    house = json.loads(written.read_bytes().split(b"\n", 1)[1])
    if isinstance(house[name], type(value)) and not isinstance(value, (list, dict)):
        value = [value]
    house[name] = value
    assert kept.read(sealed(json.dumps(house), tmp_path / "house.json")) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "7", "[" * 100_000, '{"parts": {}}', "{"])
def test_a_foreign_file_is_none_though_its_sum_is_right(tmp_path: Path, content: str) -> None:
    assert kept.read(sealed(content, tmp_path / "house.json")) is None


def test_a_missing_file_and_a_folder_in_its_place_are_none(tmp_path: Path) -> None:
    assert kept.read(tmp_path / "house.json") is None
    assert kept.read(tmp_path) is None


def test_a_folder_that_takes_no_file_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    house = read_house("templates/house.docx", DATA, tmp_path / "file" / "houses")
    assert not house.problems
    fields = dict.fromkeys(house.fields, "a field")
    unkept = read_house("templates/house.docx", DATA)
    assert to_word(DOCUMENT, house, PROPERTIES, fields=fields) == to_word(DOCUMENT, unkept, PROPERTIES, fields=fields)


def test_a_house_that_cannot_be_used_is_not_kept(tmp_path: Path) -> None:
    assert read_house("templates/house.docx", b"no zip file", tmp_path).problems
    assert not list(tmp_path.iterdir())
