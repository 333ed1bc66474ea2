"""Reading YAML: what PyYAML's safe loader reads, safe from what brings it down."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import brief.desk.yaml as reader
from brief.desk.yaml import Flaw, Map, Spot, UnreadableError, documents, spots


def read(text: str) -> Any:
    (document,) = documents(text)
    return document.value


@pytest.fixture(params=["c", "python"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with the C parser and with PyYAML's own."""
    if request.param == "c":
        pytest.importorskip("yaml._yaml", reason="PyYAML was installed without its C parser")
    else:
        monkeypatch.setattr(reader, "_Loader", yaml.SafeLoader)


def read_or_fault(text: str) -> Any:
    try:
        return read(text)
    except UnreadableError as fault:
        return fault


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = "- &a {k: v}\n" + "".join(
    f"- &b{n} {{k{n}: [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]}}\n" for n in range(12)
)
CHAIN = "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 100))


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("[" * 200_000, 1, 51, "nested more than 50 deep"),
        ("- " * 200_000, 1, 101, "nested more than 50 deep"),
        ("{a: " * 200_000, 1, 201, "nested more than 50 deep"),
        ("".join(" " * depth + "a:\n" for depth in range(3000)), 51, 51, "nested more than 50 deep"),
        ("? " * 200_000, 1, 3, "a key must be a single word"),
        (BOMB, 6, 32, "the aliases of this file stand for more than 500,000 values"),
        (MERGE_BOMB, 7, 23, "the aliases of this file stand for more than 500,000 values"),
        (CHAIN, 51, 9, "nested more than 50 deep"),
    ],
)
def test_hostile_files_end_in_a_located_fault_within_a_second(text: str, line: int, column: int, message: str) -> None:
    begun = time.process_time()
    with pytest.raises(UnreadableError) as fault:
        list(documents(text))
    assert time.process_time() - begun < 1
    assert (fault.value.line, fault.value.column, fault.value.message) == (line, column, message)


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: *a}", "&a {b: [{c: *a}]}", "&a\n<<: *a\n"])
def test_a_value_that_contains_itself_is_a_flaw(text: str) -> None:
    value = read(text)
    while isinstance(value, dict | list):
        (value,) = value.values() if isinstance(value, dict) else value
    assert value == Flaw("*a stands for a value that contains it")


@pytest.mark.parametrize("escape", [r"\0", r"\x07", r"\e", r"\ufdd0", r"\ufdef", r"\ufffe", r"\uffff"])
def test_an_escape_brings_in_no_forbidden_character(escape: str) -> None:
    assert isinstance(read(f'"a{escape}b"'), Flaw)


@pytest.mark.parametrize("escape", [r"\ud800", r"\U00110000", r"\UFFFFFFFF", r"\q", r"\x0"])
def test_an_escape_that_names_no_character_is_a_fault(escape: str) -> None:
    assert isinstance(read_or_fault(f'"{escape}"'), UnreadableError | Flaw)


def test_keys_are_always_text() -> None:
    assert read("{on: 1, no: 2, 3: 4, 2025-03-10: 5, ~: 6}") == {"on": 1, "no": 2, "3": 4, "2025-03-10": 5, "~": 6}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("no", False),
        ("Yes", True),
        ("9:30", 570),
        ("07:00", "07:00"),
        ("007", 7),
        ("0x1f", 31),
        ("1_000", 1000),
        ("1e3", "1e3"),
        ("1.5", 1.5),
        ("2025-03-10", dt.date(2025, 3, 10)),
        ("2025-03", "2025-03"),
        ("~", None),
        ("", None),
        ("=", "="),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("1" * 5000, "1" * 5000),
        (":".join(["1"] + ["59"] * 5000), ":".join(["1"] + ["59"] * 5000)),
    ],
)
def test_scalars_are_read_as_in_yaml_1_1(raw: str, value: object) -> None:
    assert read(f"a: {raw}") == {"a": value}


@pytest.mark.parametrize("raw", ["2026-02-30", "2025-13-01", "2025-03-10 25:00:00", "!!int x", "!!bool maybe", "!!timestamp x"])
def test_a_scalar_that_names_nothing_is_a_flaw(raw: str) -> None:
    assert isinstance(read(f"a: {raw}")["a"], Flaw)


def test_merged_keys_yield_to_those_given_and_the_first_lender_wins() -> None:
    value = read("- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- {<<: [*a, *b], x: 3}\n- {<<: *a}\n")
    assert value[2] == {"x": 3, "y": 1, "z": 2}
    assert value[3] == {"x": 1, "y": 1}
    assert value[2].borrowed == {"y": value[0], "z": value[1]}


def test_mappings_and_documents_know_where_they_start() -> None:
    first, second = documents("# one\na:\n  - b: 1\n  -   {c: 2}\n---\n- x\n")
    assert (first.line, first.column, second.line, second.column) == (2, 1, 6, 1)
    assert [(item.line, item.column) for item in first.value["a"]] == [(3, 5), (4, 7)]
    assert isinstance(first.value, Map)


def test_a_file_without_documents_has_none() -> None:
    assert list(documents("# nothing\n")) == []


def test_spots_tell_where_keys_and_values_are_written() -> None:
    text = "- {a: 1}\n- b: [x, {c: no}]\n  'd': |\n    text\n"
    found = spots(text, 2, 3, {("b", 1, "c"), ("d",), ("e",), ()})
    assert found == {
        (): Spot(2, 3, 2, 3),
        ("b", 1, "c"): Spot(2, 14, 2, 11, "no", ""),
        ("d",): Spot(3, 8, 3, 3, "text\n", "|"),
    }


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("abc", min_size=1), inner)), max_leaves=20
)


@settings(deadline=None, max_examples=100)
@given(value=VALUES, flow=st.sampled_from([None, True, False]))
def test_what_the_safe_loader_reads_is_read_the_same(value: object, flow: bool | None) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert read(text) == yaml.safe_load(text)
