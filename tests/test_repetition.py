"""Lines that a template repeats are parsed and written once, and nobody can tell: the file is the same to the byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief import markdown
from brief.document import Citation, Document, Image, List, Paragraph, Properties, Series, Table, Text, walk
from brief.errors import Finding, Place
from brief.markdown import parse, repetition
from brief.model import Source
from brief.rendered import Markdown, Rendered, Value, token
from brief.word import House, read_house, to_word, warnings

HOUSE = Path(__file__).parent.parent / "templates" / "house.docx"
PROPERTIES = Properties("T", "weekly/2025-03-10", "en-GB", dt.date(2025, 3, 10))
SOURCE = Source("s", "Herald", "Title", None, "", "", "TLP:CLEAR", Place("seeds/a.yaml"))
T = token(0)
LINES = (
    f"**{T}**: {T} [{T}]({T})\n\n",
    f"| {T} | {T} |\n",
    f"- {T}\n",
    f"* {T} and *{T}* at 5 %\n",
    f"{T}\n\n",
    f"{T}\n",
    f"[{T}]({T}) {T}\n\n",
    f"[{T}](https://example.org/{T})\n\n",
    f"- [x] {T}\n",
    f"- - {T}\n",
    f"1. {T}\n",
    f"# {T}\n\n",
    f"> {T}\n",
    f"  {T}\n",
    f"- {T}\n\n",
    f"![{T}]({T})\n\n",
    f"שלום {T} שלום\n\n",
    f"한국 {T}\n\n",
    f'a "r:id={T}" ~~{T}~~ \\{T}\n\n',
)
BETWEEN = (
    "| a | b |\n|---|---|\n", "\n", "\n\n", "text\n", "  indented\n\n", "- item\n", "# Heading\n\n", "> quote\n", "***\n",
    "```\n", "<b>x</b>\n", "[^1]: note\n\n", "[x]: http://x.y\n\n", "    code\n\n", f"{T} ",
)  # fmt: skip
WORDS = ("word", "Two words & <more>", "한국", "naïve – “quoted”", "שלום", "a\nb\tc", "x" * 30, "100 %", "| * _ [x](y)")
ADDRESSES = (
    "https://example.org/1?a=1&b=2",
    "http://a.b",
    "https://ÄÖ.example/ü",
    "mailto:a@b.c",
    "#Heading",
    "javascript:x",
    "no",
)
OTHERS: tuple[Value, ...] = ("", " ", Markdown("*seed*"), (Citation(SOURCE),), (Text("node"),))


@pytest.fixture(scope="module")
def house() -> House:
    return read_house("templates/house.docx", HOUSE.read_bytes())


def numbered(text: str, values: tuple[Value, ...]) -> Rendered:
    """The text with a token of its own for each, and as many of the values, which begin anew where they end."""
    before, *others = text.split(T)
    told = "".join([before, *(token(number) + other for number, other in enumerate(others))])
    return Rendered(told, tuple(values[number % len(values)] for number in range(len(others))))


def whole(rendered: Rendered) -> tuple[Document, tuple[Finding, ...]]:
    """What is parsed where nothing folds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetition, "fold", lambda _rendered: None)
        return parse(rendered)


def both(rendered: Rendered) -> tuple[Document, Document]:
    """The document with series and that without, of a text without fault."""
    folded, expected = parse(rendered), whole(rendered)
    assert folded[1] == expected[1] == ()
    return folded[0], expected[0]


def series(document: Document) -> list[Series]:
    entries: list[Any] = []
    for block in document.blocks:
        entries += block.rows if isinstance(block, Table) else block.items if isinstance(block, List) else (block,)
    return [entry for entry in entries if isinstance(entry, Series)]


def written(document: Document, house: House) -> bytes:
    return to_word(document, house, PROPERTIES, fields=dict.fromkeys(house.fields, "filled"))


def test_paragraphs_rows_and_items_become_series(house: House) -> None:
    text = f"{LINES[0] * 100}| a | b |\n|---|---|\n{LINES[1] * 100}\n{LINES[2] * 100}"
    plain = numbered(text, ("One & two", "http://a.b"))
    values = tuple(
        f"https://e.org/{n}?a&b" if n % 4 == 3 and n < 400 else f"{value} {n}" for n, value in enumerate(plain.values)
    )
    folded, expected = both(Rendered(plain.text, values))
    assert [len(found.texts) for found in series(folded)] == [100, 100, 100]
    assert series(expected) == []
    assert written(folded, house) == written(expected, house)
    assert warnings(folded, house) == warnings(expected, house) == ()


def test_a_series_gives_what_stands_there_each_time() -> None:
    folded, expected = both(numbered(LINES[0] * 100, ("title", "text", "publisher", "https://example.org/1")))
    (found,) = folded.blocks
    assert isinstance(found, Series)
    assert tuple(block for time in range(100) for block in found.at(time)) == expected.blocks


def test_few_or_short_texts_are_parsed_as_they_are() -> None:
    assert series(parse(numbered(LINES[0] * 15, ("a", "b", "c", "https://d.e")))[0]) == []
    assert series(parse(numbered((LINES[4] * 15 + "between\n\n") * 20, ("a",)))[0]) == []


@pytest.mark.parametrize(
    "line",
    [
        f"{T}\n",
        f"1. {T}\n",
        f"# {T}\n\n",
        f"> {T}\n\n",
        f"[a](https://x.y/{T})\n\n",
        f"[]({T})\n\n",
        f"![a]({T})\n\n",
        f"`{T}`\n\n",
    ],
)
def test_what_is_no_plain_repetition_is_parsed_as_it_is(line: str) -> None:
    rendered = numbered(line * 250, ("https://example.org/a",))
    assert series(parse(rendered)[0]) == []
    assert parse(rendered) == whole(rendered)


@pytest.mark.parametrize("odd", ["", " ", Markdown("*a*"), (Citation(SOURCE),)])
def test_one_value_that_is_more_than_words_is_enough_to_parse_each_line(odd: Value) -> None:
    plain = numbered(LINES[4] * 250, ("word",))
    rendered = Rendered(plain.text, (*plain.values[:-1], odd))
    assert parse(rendered) == whole(rendered)


@pytest.mark.parametrize(
    "address", ["https://ÄÖ.example/ü", "javascript:x", "#nowhere", " https://x.y", "https://x_.y:0/", "no"]
)
def test_an_address_that_may_be_none_is_looked_at(address: str) -> None:
    plain = numbered(f"[{T}]({T})\n\n" * 125, ("word", "https://example.org/a"))
    rendered = Rendered(plain.text, (*plain.values[:-1], address))
    assert parse(rendered) == whole(rendered)


def test_a_fault_elsewhere_is_told_at_its_place() -> None:
    rendered = numbered(f"{LINES[4] * 250}[a](javascript:x)\n", ("word",))
    document, (finding,) = parse(rendered)
    assert finding.where == rendered.text.index("[a](")
    assert len(document.blocks) == 251


def test_a_picture_is_looked_for_by_its_place() -> None:
    rendered = numbered(f"{LINES[4] * 250}![a](a.png)\n", ("word",))
    (picture,) = (node for node in walk(parse(rendered)[0].blocks) if isinstance(node, Image))
    assert picture.where == rendered.text.index("![a]")


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LINES), st.integers(1, 40), st.sampled_from(BETWEEN) | st.sampled_from(("\n", "\n", BETWEEN[0]))
        ),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.sampled_from(WORDS) | st.sampled_from(WORDS) | st.sampled_from(ADDRESSES), min_size=1, max_size=12),
    st.sampled_from((None, None, None, *OTHERS)),
)
def test_no_byte_tells_whether_lines_were_folded(
    house: House, parts: list[tuple[str, int, str]], values: list[str], odd: Value | None
) -> None:
    text = "".join(between + line * times for line, times, between in parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "MANY", 2)
        patch.setattr(repetition, "FEWEST_LINES", 2)
        rendered = numbered(text, (*values, *([] if odd is None else [odd])))
        (folded, told), (expected, known) = parse(rendered), whole(rendered)
        assert told == known
        if any(isinstance(node, Citation | Image) for node in walk(expected.blocks)):
            assert folded == expected
        else:
            assert written(folded, house) == written(expected, house)
            assert warnings(folded, house) == warnings(expected, house)


def test_a_paragraph_is_what_a_series_of_paragraphs_is_made_of() -> None:
    (found,) = parse(numbered(LINES[4] * 250, ("word",)))[0].blocks
    assert isinstance(found, Series)
    assert [type(block) for block in found] == [Paragraph]
    assert len(found) == 1


@pytest.mark.parametrize(
    "text", ["\ufdd0", f"{T}\ufdd1", f"{T}\ufdd0 5", "\ufdd0" + "9" * 5000 + "\ufdd1", token(10**9), token(7)]
)
def test_damaged_tokens_are_told_as_ever(text: str) -> None:
    rendered = Rendered(f"{text}\n\n" * 300, ("word",))
    assert parse(rendered) == whole(rendered)


@pytest.mark.parametrize("value", ["\ufdd40.0\ufdd5", "\ufdd49.0\ufdd5", "\ufdd40.9\ufdd5"])
def test_a_value_that_looks_like_a_mark_is_a_value(value: str) -> None:
    rendered = Rendered(f"{token(0)}\n\n" * 300 + f"# a\n\n{token(1)}\n\n", ("word", value))
    assert parse(rendered) == whole(rendered)
    many = Rendered(f"{token(0)} {token(1)}\n\n" * 300, ("word", value))
    (found,) = parse(many)[0].blocks
    assert isinstance(found, Series)
    assert found.at(299) == whole(many)[0].blocks[:1]
