"""Documents as Word files: every node, and how readers that aren't ours take it."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brief.document import (
    Align,
    Band,
    Block,
    Blocks,
    Box,
    Callout,
    CalloutKind,
    Citation,
    Code,
    CodeBlock,
    Contents,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    List,
    Moment,
    Paragraph,
    Properties,
    Quote,
    Rule,
    Sources,
    Strikethrough,
    Strong,
    Table,
    Text,
    Tick,
    Timeline,
)
from brief.errors import Place, Problem
from brief.model import Source
from brief.word import House, picture, read_house, to_word, warnings

REPOSITORY = Path(__file__).parent.parent
HOUSE = read_house("templates/house.docx", (REPOSITORY / "templates" / "house.docx").read_bytes())
COVER = [paragraph.text for paragraph in docx.Document(io.BytesIO(HOUSE.data)).paragraphs].index("{{ body }}")
"""Paragraphs of the shipped house ahead of the text."""
FIELDS = dict.fromkeys(HOUSE.fields, "filled")
PROPERTIES = Properties("Weekly", "weekly/2025-03-10", "en-GB", dt.date(2025, 3, 10), "subject", "author", "keywords")


def png(width: int, height: int, dpi: int = 0) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    per_metre = round(dpi / 0.0254)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + (chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)) if dpi else b"")
        + chunk(b"IDAT", zlib.compress((b"\0" + b"\x80" * width) * height))
        + chunk(b"IEND", b"")
    )


PICTURES = {"wide.png": picture(png(2000, 200)), "small.png": picture(png(96, 48)), "tall.png": picture(png(100, 4000))}


def text(characters: str) -> tuple[Inline, ...]:
    return (Text(characters),)


def paragraph(characters: str, style: str = "") -> Paragraph:
    return Paragraph(text(characters), style)


def bytes_of(*blocks: Block, house: House = HOUSE, **options: Any) -> bytes:
    fields = dict.fromkeys(house.fields, "filled")
    return to_word(Document(blocks), house, PROPERTIES, fields=fields, pictures=PICTURES, **options)


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def body(data: bytes) -> list[WordParagraph]:
    """The paragraphs that come from the document, behind those of the house."""
    return opened(data).paragraphs[COVER:]


def style_of(one: WordParagraph) -> str:
    assert one.style is not None
    return str(one.style.name)


def numbering_of(one: WordParagraph) -> tuple[int, int]:
    """Number instance and level of a list's paragraph."""
    number, level = (value_of(one, f"numPr/{name}") for name in ("numId", "ilvl"))
    assert number is not None
    assert level is not None
    return int(number), int(level)


def value_of(one: WordParagraph, path: str) -> str | None:
    """The value of a paragraph's property."""
    element = one._p.find("/".join(qn(f"w:{name}") for name in ("pPr", *path.split("/"))))
    assert element is not None, f"{one.text!r} has no {path}"
    value = element.get(qn("w:val"))
    return None if value is None else str(value)


def left_of(one: WordParagraph) -> float:
    indent = one.paragraph_format.left_indent
    assert indent is not None
    return float(indent.twips)


# Text

LEGAL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\ufffe", "\uffff"])
) | st.text(st.sampled_from("\t\n\r a<&>\"']]>\u202e\ue000\U0001f680한글اب12 {}%"))


@settings(deadline=None, max_examples=150)
@given(LEGAL, LEGAL)
@example("# *a* | <b> {{ 7*7 }} {% raw %} & ]]> \\ [x](javascript:1) \u202e", "\ue000\uf8ff\ufdd00\ufdd1 조태열 السلام 🚀")
@example(" leading and trailing ", "\r\n\t ")
@example("x" * 100_000, "조" * 100_000)
def test_any_text_comes_back_exactly(first: str, second: str) -> None:
    cell = (paragraph(first), CodeBlock(second))
    data = bytes_of(
        Heading(1, text(first)),
        Paragraph((Strong(text(first)), Link("https://example.org", text(second)), Code(first))),
        List(((paragraph(second),),), start=3),
        Table(((paragraph(second),),), ((cell,),), ("left",)),
        Quote((paragraph(first),)),
        Paragraph((Footnote((paragraph(second),)),)),
    )
    result = body(data)
    assert [p.text for p in result[:3]] == [first, first + second + first, second]
    assert result[3].text == first
    table = opened(data).tables[0]
    assert table.rows[0].cells[0].text == second
    assert [p.text for p in table.rows[1].cells[0].paragraphs] == [first, second]


def test_line_breaks_and_tabs_are_words_own() -> None:
    xml = part(bytes_of(Paragraph((Text("a\nb\tc\rd"), LineBreak(), Text("e")))))
    assert xml.count("<w:br/>") == 2
    assert "<w:tab/>" in xml
    assert "c&#13;d" in xml


def test_what_xml_forbids_never_breaks_the_file() -> None:
    assert body(bytes_of(paragraph("a\x00b\x0bc\ufffe\ud800")))[0].text == "a\ufffdb\ufffdc\ufffd\ufffd"


def test_marks_within_each_other_add_up() -> None:
    node = Paragraph((Strong((Text("b"), Emphasis((Text("bi"), Strikethrough(text("bis")))))), Text("plain")))
    runs = [(r.text, bool(r.bold), bool(r.italic), bool(r.font.strike)) for r in body(bytes_of(node))[0].runs]
    assert runs == [
        ("b", True, False, False),
        ("bi", True, True, False),
        ("bis", True, True, True),
        ("plain", False, False, False),
    ]


def test_code_in_a_line_has_its_style() -> None:
    run = body(bytes_of(Paragraph((Code("x = 1"),))))[0].runs[0]
    assert run.style is not None
    assert run.style.name == "Verbatim Char"


def test_east_asian_text_is_marked_as_such_and_nothing_else_is() -> None:
    one = body(bytes_of(paragraph("Cho Tae-yul (조태열) and ひらがな “x”")))[0]
    hinted = [run.text for run in one.runs if run._r.find(f".//{qn('w:rFonts')}[@{qn('w:hint')}='eastAsia']") is not None]
    assert hinted == ["조태열", "ひらがな"]
    languages = [lang.get(qn("w:eastAsia")) for lang in one._p.iter(qn("w:lang"))]
    assert languages == ["ko-KR", "ja-JP"]


def test_right_to_left_text_keeps_its_spaces_and_turns_its_paragraph() -> None:
    arabic, mixed = body(bytes_of(paragraph("السلام عليكم 123 نص."), paragraph("He said שלום עולם twice.")))
    turned = [run.text for run in arabic.runs if run._r.find(f".//{qn('w:rtl')}") is not None]
    assert turned == ["السلام عليكم 123 نص"]
    assert arabic._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None
    assert [run.text for run in mixed.runs if run._r.find(f".//{qn('w:rtl')}") is not None] == ["שלום עולם"]
    assert mixed._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is None


# Headings, links, contents


def test_headings_have_their_styles_and_a_bookmark_each() -> None:
    shared = Heading(2, text("Twice"))
    data = bytes_of(*(Heading(level, text(f"H{level}")) for level in range(1, 7)), shared, shared)
    assert [style_of(p) for p in body(data)][:6] == [f"Heading {level}" for level in range(1, 7)]
    found = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="(_Toc\d+)"/>', part(data))
    assert len({number for number, _ in found}) == len({name for _, name in found}) == 8


def test_a_heading_of_another_style_still_counts_as_one() -> None:
    one = body(bytes_of(Heading(2, text("x"), style="subtitle")))[0]
    assert style_of(one) == "Subtitle"
    assert one._p.find(f".//{qn('w:outlineLvl')}[@{qn('w:val')}='1']") is not None


def test_a_link_to_an_anchor_reaches_the_heading_also_one_further_down() -> None:
    link = Paragraph((Link("#outlook", text("see")), Link("#nowhere", text("plain"))))
    data = bytes_of(link, Quote((Heading(1, text("Outlook"), anchor="outlook"),)))
    (target,) = re.findall(r'<w:hyperlink w:anchor="([^"]+)"', part(data))
    assert f'w:name="{target}"' in part(data)
    assert body(data)[0].text == "seeplain"


def test_a_link_to_a_bookmark_of_the_house_is_one() -> None:
    word = docx.Document()
    start = word.add_paragraph("Disclaimer")._p
    start.insert(0, docx.oxml.parse_xml(f'<w:bookmarkStart xmlns:w="{start.nsmap["w"]}" w:id="90" w:name="Disclaimer"/>'))
    start.append(docx.oxml.parse_xml(f'<w:bookmarkEnd xmlns:w="{start.nsmap["w"]}" w:id="90"/>'))
    xml = part(bytes_of(Paragraph((Link("#Disclaimer", text("d")),)), Heading(1, text("H")), house=house_of(word)))
    assert '<w:hyperlink w:anchor="Disclaimer"' in xml
    assert '<w:bookmarkStart w:id="91"' in xml


def house_of(word: WordDocument) -> House:
    word.add_paragraph("{{ body }}")
    file = io.BytesIO()
    word.save(file)
    house = read_house("h.docx", file.getvalue())
    assert house.problems == ()
    return house


def test_one_address_is_one_relationship_of_the_part_that_links_to_it() -> None:
    address = "https://example.org/?a=1&b=2"
    link = Link(address, text("x"), title='A "title"\n& more')
    data = bytes_of(Paragraph((link, link, Footnote((Paragraph((link, link)),)))))
    hyperlinks = body(data)[0].hyperlinks
    assert [h.address for h in hyperlinks] == [address] * 2
    for name in ("word/_rels/document.xml.rels", "word/_rels/footnotes.xml.rels"):
        assert part(data, name).count("https://example.org/?a=1&amp;b=2") == 1
    assert "A &quot;title&quot;&#10;&amp; more" in part(data)


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/조?q=<x>#é", "https://example.org/%EC%A1%B0?q=%3Cx%3E#%C3%A9"),
        ("mailto:desk@example.org?subject=a b", "mailto:desk@example.org?subject=a%20b"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("report.pdf", "report.pdf"),
        ("", None),
        ("https://한국.kr/뉴스", "https://xn--3e0b707e.kr/%EB%89%B4%EC%8A%A4"),
        ("https://user@BÜCHER.example:80/A", "https://user@xn--bcher-kva.example:80/A"),
        ("https://straße.de/", None),  # it would become that of strasse.de
        ("http://a b/", None),
        ("http://u@v@host/", None),
        ("https://a..b/", None),
        ("https://-/", None),
        ("https://[1:2]/", None),
        ("c:\\x", None),
        ("mailto:a@b..c", None),
        ("mailto:a@é.com", None),
        ("http://[::1", None),
        ("http://example.org:99999/", None),
        ("mailto:a@b@c", None),
        ("https://example.org/" + "x" * 3_000, None),
    ],
)
def test_an_address_is_made_one_that_word_can_open_or_left_out(target: str, address: str | None) -> None:
    one = body(bytes_of(Paragraph((Link(target, text("label")),))))[0]
    assert one.text == "label"
    assert [h.address for h in one.hyperlinks] == ([] if address is None else [address])


ADDRESSES = st.builds(
    str.__add__,
    st.sampled_from(["https://", "http://a", "http://u@", "ftp://", "mailto:a", "mailto:a@b", "x:", "//", ""]),
    st.text(st.sampled_from("abé한ß٣\u0301.:/@?#[]%-_ \\|\n"), max_size=12),
)


def test_no_address_is_one_that_word_refuses(tmp_path: Path) -> None:
    @settings(deadline=None, max_examples=5)
    @given(st.lists(ADDRESSES, min_size=100, max_size=100))
    def check(targets: list[str]) -> None:
        data = bytes_of(*(Paragraph((Link(target, text("x")),)) for target in targets))
        relationships = "word/_rels/document.xml.rels"
        assert errors_by_the_open_xml_sdk(data, tmp_path) == []
        kept = part((tmp_path / "check.docx").read_bytes(), relationships)
        assert targets_in(kept) == targets_in(part(data, relationships))  # it rewrites those that it refuses

    check()


def targets_in(relationships: str) -> set[str]:
    return set(re.findall(r'Target="([^"]*)" TargetMode="External"', relationships))


def test_an_address_that_can_be_no_link_is_told_once() -> None:
    link = Link("https://a..b/", text("x"))
    document = Document((Paragraph((link, Footnote((Paragraph((link, Link("https://a.b/", ()), Link("#nowhere", ()))),)))),))
    told = "the address 'https://a..b/' can't be a link in Word; it is printed as text"
    assert warnings(document, HOUSE) == (Problem(Place(HOUSE.path), told, severity="warning"),)
    assert [str(problem.place) for problem in warnings(document, HOUSE, Place("templates/weekly.md.j2"))] == [
        "templates/weekly.md.j2"
    ]


def test_a_link_within_a_link_is_text() -> None:
    one = body(bytes_of(Paragraph((Link("https://a.org", (Text("a"), Link("https://b.org", text("b")))),))))[0]
    assert [(h.address, h.text) for h in one.hyperlinks] == [("https://a.org", "ab")]


def test_contents_are_written_linked_and_clean() -> None:
    data = bytes_of(
        Contents(2),
        Heading(1, (Text("One\nand"), Emphasis(text(" a half")), Footnote((paragraph("note"),)))),
        Heading(3, text("Too deep")),
        Table(((Heading(2, text("In a table")),),), (), ("left",)),
        Heading(1, ()),
    )
    entries = body(data)[:2]
    assert [(style_of(p), p.text) for p in entries] == [("toc 1", "One and a half"), ("toc 2", "In a table")]
    targets = re.findall(r'<w:hyperlink w:anchor="([^"]+)"', part(data))
    assert [part(data).count(f'w:name="{target}"') for target in targets] == [1, 1]
    kinds = re.findall(r'w:fldCharType="(\w+)"(/?)', part(data))
    assert [kind for kind, _ in kinds] == ["begin", "separate", "end"]
    assert "w:dirty" not in part(data)
    assert "updateFields" not in part(data, "word/settings.xml")


def test_contents_of_a_document_without_headings_are_nothing() -> None:
    assert [p.text for p in body(bytes_of(Contents(), paragraph("x")))] == ["x"]


# Lists


def deep(levels: int, start: int | None) -> List:
    inner: Blocks = (paragraph(f"{levels}"),)
    return List(((*inner, deep(levels - 1, start)),) if levels > 1 else (inner,), start)


def test_lists_nest_to_nine_levels_and_stay_there() -> None:
    found = [numbering_of(p) for p in body(bytes_of(deep(11, None)))]
    assert [level for _, level in found] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 8]


def test_each_numbered_list_begins_anew_at_its_own_number() -> None:
    item = (paragraph("x"),)
    data = bytes_of(
        List((item, item), start=1), List((item,), start=7), List(((paragraph("y"), List((item,), start=3)), item), start=1)
    )
    instances = [numbering_of(p)[0] for p in body(data)]
    assert len(set(instances)) == 4
    assert instances[0] == instances[1]
    assert instances[3] == instances[5]  # an outer list goes on after an inner one
    numbering = part(data, "word/numbering.xml")
    for instance, level, start in ((instances[0], 0, 1), (instances[2], 0, 7), (instances[4], 1, 3)):
        override = f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        assert re.search(rf'<w:num w:numId="{instance}"><w:abstractNumId w:val="\d+"/>{override}</w:num>', numbering)


def test_a_number_too_large_for_word_is_its_largest() -> None:
    assert '<w:startOverride w:val="32767"/>' in part(
        bytes_of(
            List(
                (),
            ),
            List(((paragraph("x"),),), start=999_999_999),
        ),
        "word/numbering.xml",
    )


def test_number_instances_go_on_after_those_of_the_house() -> None:
    word = docx.Document()
    taken = {int(number) for number in re.findall(r'<w:num w:numId="(\d+)"', _saved(word, "word/numbering.xml"))}
    data = bytes_of(List(((paragraph("x"),),)), List(((paragraph("y"),),), start=1), house=house_of(word))
    used = {numbering_of(p)[0] for p in opened(data).paragraphs}
    assert not used & taken
    assert len(used) == 2


def _saved(word: WordDocument, name: str) -> str:
    file = io.BytesIO()
    word.save(file)
    return part(file.getvalue(), name)


def test_an_item_goes_on_at_its_indent_with_blocks_of_any_kind() -> None:
    data = bytes_of(
        List(
            ((paragraph("first"), paragraph("second"), CodeBlock("code"), Quote((paragraph("quote"),)), paragraph("end")),),
            start=1,
        )
    )
    first, second, code, quote, end = body(data)
    assert [style_of(p) for p in (first, second, code, quote, end)] == [
        "List Number", "List Continue", "Source Code", "Quote", "List Continue",
    ]  # fmt: skip
    assert left_of(second) == left_of(end) == 360
    assert left_of(code) > 360
    assert left_of(quote) > 360
    assert numbering_of(first)[1] == 0
    assert second._p.pPr is not None
    assert second._p.pPr.numPr is None


def test_an_item_without_a_paragraph_of_its_own_keeps_its_mark() -> None:
    table = Table(((paragraph("h"),),), (), ("left",))
    data = bytes_of(
        List(((), (Heading(2, text("h")),), (CodeBlock("c"),), (table,), (List(((paragraph("inner"),),)),)), start=1)
    )
    marked = [(p.text, numbering_of(p)[1]) for p in body(data)]
    assert marked == [("", 0), ("h", 0), ("c", 0), ("", 0), ("", 0), ("inner", 1)]


def test_tight_lists_are_close_and_loose_ones_are_not() -> None:
    item = (paragraph("x"),)
    tight, loose = body(bytes_of(List((item,)), List((item,), tight=False)))
    assert value_of(tight, "contextualSpacing") is None
    assert value_of(loose, "contextualSpacing") == "0"


# Quotes, callouts, code, rules


def test_quotes_nest() -> None:
    outer, inner = body(bytes_of(Quote((paragraph("a"), Quote((paragraph("b"),))))))
    assert style_of(outer) == style_of(inner) == "Quote"
    assert left_of(inner) == 960


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_a_callout_has_its_style_and_its_word(kind: CalloutKind) -> None:
    callout = Callout(kind, (paragraph("text"), List(((paragraph("item"),),))))
    label, content, item = body(bytes_of(callout, labels={kind: "Słowo"}))
    assert [p.text for p in (label, content, item)] == ["Słowo", "text", "item"]
    assert {style_of(p) for p in (label, content, item)} == {f"Callout {kind.capitalize()}"}
    assert body(bytes_of(callout))[0].text == kind.capitalize()


def test_a_callout_with_deep_content_is_one_box() -> None:
    data = bytes_of(Callout("tip", (paragraph("a"), CodeBlock("c"), Table(((paragraph("h"),),), (), ("left",)))))
    cell = opened(data).tables[0].rows[0].cells[0]
    assert [p.text for p in cell.paragraphs] == ["Tip", "a", "c", ""]
    assert [table.rows[0].cells[0].text for table in cell.tables] == ["h"]
    assert cell._tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}[@{qn('w:fill')}='E9F5EE']") is not None


def test_a_block_of_code_keeps_its_spaces_lines_and_tabs() -> None:
    code = "def f():\n\treturn  1   # two  spaces\n\n"
    one = body(bytes_of(CodeBlock(code, "python")))[0]
    assert (one.text, style_of(one)) == (code, "Source Code")


def test_a_thematic_break_is_a_line() -> None:
    assert style_of(body(bytes_of(Rule()))[0]) == "Horizontal Line"


def test_a_named_style_is_used_wherever_a_paragraph_stands() -> None:
    data = bytes_of(paragraph("x", "subtitle"), List(((paragraph("y", "Subtitle"),),)), paragraph("z", "no such style"))
    assert [style_of(p) for p in body(data)] == ["Subtitle", "Subtitle", "Normal"]


# Tables


def table_of(data: bytes) -> WordTable:
    return opened(data).tables[0]


def widths_of(table: WordTable) -> list[int]:
    return [int(column.get(qn("w:w"), "0")) for column in table._tbl.iter(qn("w:gridCol"))]


TEXT_WIDTH = 11906 - 2 * 1304


def test_a_table_repeats_its_header_and_keeps_its_rows_whole() -> None:
    table = table_of(
        bytes_of(Table(((paragraph("A"),), (paragraph("B"),)), ((((paragraph("1"),), ()),) * 3), ("left", "right")))
    )
    rows = [[child.tag.split("}")[1] for child in row._tr.trPr] for row in table.rows if row._tr.trPr is not None]
    assert rows == [["cantSplit", "tblHeader"], ["cantSplit"], ["cantSplit"], ["cantSplit"]]
    assert table.style is not None
    assert table.style.name == "Briefing Table"
    assert [cell.text for cell in table.rows[1].cells] == ["1", ""]
    assert str(table.rows[1].cells[1].paragraphs[0].alignment) == "RIGHT (2)"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(max_size=120), min_size=3, max_size=3), max_size=6), st.booleans())
def test_columns_fill_the_text_width_exactly(rows: list[list[str]], given_widths: bool) -> None:
    widths = (0.1, 0.3, 0.6) if given_widths else ()
    cells = tuple(tuple((paragraph(cell),) for cell in row) for row in rows)
    head = tuple((paragraph(title),) for title in ("Date", "Meeting", "Outcome"))
    found = widths_of(table_of(bytes_of(Table(head, cells, ("left",) * 3, widths))))
    assert sum(found) == TEXT_WIDTH
    assert min(found) > 200
    if given_widths:
        assert found == [
            round(TEXT_WIDTH * 0.1),
            round(TEXT_WIDTH * 0.4) - round(TEXT_WIDTH * 0.1),
            TEXT_WIDTH - round(TEXT_WIDTH * 0.4),
        ]


def test_a_column_of_dates_is_not_broken_by_a_column_of_prose() -> None:
    row = ((paragraph("10 March 2025"),), (paragraph("word " * 100),), (paragraph("prose " * 200),))
    head = ((paragraph("Date"),), (paragraph("Meeting"),), (paragraph("Outcome"),))
    date, meeting, outcome = widths_of(table_of(bytes_of(Table(head, (row,), ("left",) * 3))))
    assert date >= 13 * 100
    assert outcome > meeting > date


def test_cells_hold_blocks_of_any_kind_and_end_with_a_paragraph() -> None:
    inner = Table(((paragraph("inner"),),), (), ("left",))
    cells: tuple[Blocks, ...] = ((inner,), (List(((paragraph("item"), inner),)),), (Quote((inner,)),), (Contents(),), ())
    data = bytes_of(Table(cells, (cells,), ("left",) * 5))
    for cell in table_of(data)._tbl.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p")


@pytest.mark.parametrize(("columns", "severities"), [(63, []), (64, ["error"])])
def test_a_table_of_more_columns_than_word_has_is_an_error(columns: int, severities: list[str]) -> None:
    left: Align = "left"
    wide = Table(((paragraph("h"),),) * columns, (), (left,) * columns)
    found = warnings(Document((Quote((wide,)),)), HOUSE)
    assert [problem.severity for problem in found] == severities
    assert all(f"{columns} columns" in problem.message for problem in found)


def test_tables_that_follow_each_other_stay_two() -> None:
    table = Table(((paragraph("h"),),), (), ("left",))
    for blocks in ((table, table), (Quote((table,)), table), (Callout("note", (CodeBlock("x"),)), table)):
        elements = [child.tag.split("}")[1] for child in opened(bytes_of(*blocks)).element.body]
        assert elements[COVER:] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_tables_stay_apart_from_those_of_the_house() -> None:
    word = docx.Document()
    word.add_table(1, 1)
    house_file = io.BytesIO()
    word.add_paragraph("{{ body }}")
    word.add_table(1, 1)
    word.save(house_file)
    house = read_house("h.docx", house_file.getvalue())
    elements = [
        child.tag.split("}")[1]
        for child in opened(bytes_of(Table(((paragraph("h"),),), (), ("left",)), house=house)).element.body
    ]
    assert elements == ["tbl", "p", "tbl", "p", "tbl", "sectPr"]


# Pictures


def drawings(data: bytes) -> list[Any]:
    return [shape._inline for shape in opened(data).inline_shapes]


def test_a_picture_has_its_natural_size_or_as_much_as_the_page_has_room_for() -> None:
    nodes = [Paragraph((Image(name, "alt"),)) for name in ("small.png", "wide.png", "tall.png")]
    small, wide, tall = ((d.extent.cx, d.extent.cy) for d in drawings(bytes_of(*nodes)))
    assert small == (914400, 457200)
    assert wide == (TEXT_WIDTH * 635, round(TEXT_WIDTH * 63.5))
    section = docx.Document(io.BytesIO(HOUSE.data)).sections[0]
    page, top, bottom = section.page_height, section.top_margin, section.bottom_margin
    assert page and top and bottom  # noqa: PT018
    assert abs(tall[1] - (page - top - bottom) * 0.9) < 1_000  # and room for a caption
    assert drawings(bytes_of(Quote((nodes[1],))))[0].extent.cx < TEXT_WIDTH * 635


def test_a_pictures_resolution_is_heeded() -> None:
    assert picture(png(300, 300, 300)).dpi == pytest.approx(300, abs=0.5)
    assert picture(png(300, 300, 72)).dpi == 96


def test_a_picture_is_stored_once_and_each_drawing_is_its_own() -> None:
    image = Image("small.png", 'The "alt" & text', "A title")
    data = bytes_of(Paragraph((image, image)), Paragraph((Footnote((Paragraph((image,)),)),)))
    media = [name for name in names(data) if name.startswith("word/media/")]
    assert len(media) == 1
    assert re.fullmatch(r"word/media/[0-9a-f]{20}\.png", media[0])
    ids = re.findall(r'<wp:docPr id="(\d+)"', part(data) + part(data, "word/footnotes.xml"))
    assert len(ids) == len(set(ids)) == 3
    assert drawings(data)[0].docPr.get("descr") == 'The "alt" & text'
    assert drawings(data)[0].docPr.get("title") == "A title"


def test_drawings_are_numbered_after_those_of_the_house() -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(png(5, 5)))
    data = bytes_of(Paragraph((Image("small.png", "a"),)), house=house_of(word))
    header = next(name for name in names(data) if name.startswith("word/header"))
    ids = re.findall(r'<wp:docPr id="(\d+)"', part(data, header) + part(data))
    assert len(ids) == len(set(ids)) == 2


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\x00\x02scan\xff\xd9"


GIF = b"GIF89a\x28\x00\x1e\x00\x00\x00\x00" + b",\x00\x00\x00\x00\x28\x00\x1e\x00\x00\x02\x00;"
JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x02\x00\x64\x00\x64\x00\x00"
FRAME = b"\xff\xc2\x00\x0b\x08\x00\x1e\x00\x28\x01\x01\x11\x00"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (jpeg(JFIF, FRAME), ("jpeg", 40, 30, 254.0)),
        (jpeg(b"\xff\xee\x00\x04xx", b"\xff\xff" + FRAME[1:]), ("jpeg", 40, 30, 96.0)),
        (GIF, ("gif", 40, 30, 96.0)),
    ],
)
def test_jpeg_and_gif_tell_their_size(data: bytes, expected: tuple[object, ...]) -> None:
    found = picture(data)
    assert (found.format, found.width, found.height, found.dpi) == pytest.approx(expected)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        b"BM......",
        png(0, 5),
        png(1, 1)[:20],
        png(1, 1)[:24],
        png(1, 1)[:-12],
        png(1, 1).replace(struct.pack(">I", 1), struct.pack(">I", 2), 1),
        b"\x89PNG\r\n\x1a\n" + b"rubbish" * 9,
        jpeg(JFIF),
        jpeg(JFIF, FRAME)[:-2],
        jpeg(JFIF, FRAME)[:-6],
        jpeg(b"rubbish", FRAME),
        b"GIF89a\0",
        b"GIF89a\0\0\0\0",
        GIF[:10],
        GIF[:-1],
    ],
)
def test_what_is_no_picture_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match="picture"):
        picture(data)


def test_a_picture_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=r"gone\.png"):
        bytes_of(Paragraph((Image("gone.png", "x"),)))


# Notes


def test_notes_are_real_and_numbered_in_reading_order() -> None:
    data = bytes_of(
        Paragraph((Text("a"), Footnote((paragraph("first"),)))),
        Table(((Paragraph((Footnote((paragraph("second"),)),)),),), (), ("left",)),
        Heading(1, (Footnote((paragraph("third"),)),)),
    )
    assert re.findall(r'<w:footnoteReference w:id="(\d+)"/>', part(data)) == ["1", "2", "3"]
    assert notes_of(data) == [" first", " second", " third"]
    for kind in ("separator", "continuationSeparator"):
        assert f'w:type="{kind}"' in part(data, "word/footnotes.xml")
    assert '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>' in part(data, "word/settings.xml")


def notes_of(data: bytes) -> list[str]:
    """What each note says."""
    xml = part(data, "word/footnotes.xml")
    found = re.findall(r'<w:footnote w:id="\d+">(.*?)</w:footnote>', xml, re.DOTALL)
    return ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", note)) for note in found]


def test_a_note_holds_blocks_and_the_notes_within_it() -> None:
    inner = Footnote((Paragraph((Text("inner"), Footnote((paragraph("innermost"),)))),))
    note = Footnote(
        (List(((paragraph("item"),),)), Paragraph((Text("outer"), inner)), Table(((paragraph("t"),),), (), ("left",)))
    )
    data = bytes_of(Paragraph((note, Footnote(()))))
    assert notes_of(data) == ["itemouter*t* inner**** innermost", ""]
    assert part(data, "word/footnotes.xml").count("</w:tbl><w:p>") == 1


def test_notes_go_on_after_those_of_the_house() -> None:
    from test_house import add_footnote

    word = docx.Document()
    add_footnote(word)
    data = bytes_of(Paragraph((Footnote((Paragraph((Link("https://example.org", text("mine")),)),)),)), house=house_of(word))
    xml = part(data, "word/footnotes.xml")
    assert re.findall(r'w:id="(-?\d+)"', xml) == ["-1", "0", "7", "8"]
    assert '<w:footnoteReference w:id="8"/>' in part(data)
    assert "https://example.org" in part(data, "word/_rels/footnotes.xml.rels")


# The file


@pytest.mark.parametrize(
    "node", [Sources(), Paragraph((Citation(Source("s", "p", "t", None, "", "", "TLP:CLEAR", Place("x"))),))]
)
def test_what_an_earlier_stage_replaces_is_a_type_error(node: Block) -> None:
    with pytest.raises(TypeError, match="must be replaced"):
        bytes_of(node)


def test_an_empty_document_is_the_house_alone() -> None:
    assert body(bytes_of()) == []
    assert len(opened(bytes_of()).paragraphs) == COVER


ITEMS = List(((paragraph("item"),), (paragraph("another"),)))
SMALL = Table(((paragraph("h"),),), (), ("left",))
CALLOUTS: tuple[CalloutKind, ...] = ("note", "tip", "important", "warning", "caution")
EVERY_INLINE = Paragraph(
    (
        Text("Plain, "),
        Strong(text("bold, ")),
        Emphasis((Text("italic "), Strong(text("and bold")))),
        Strikethrough(text("no")),
        Code("x = 1"),
        LineBreak(),
        Link("https://example.org/a?b=1&c=2", text("a link"), "Title"),
        Link("#meetings", text("inside")),
        Footnote((Paragraph((Text("A note with "), Link("https://example.org/note", text("a link")))),)),
        Text(" 조태열 السلام 🚀\ttab"),
    )
)
TIMELINE = Timeline(
    (
        Moment(dt.date(2025, 3, 3), dt.date(2025, 3, 3), "3 Mar", "Talks & <more> 회담", is_strong=True),
        Moment(dt.date(2025, 3, 5), dt.date(2025, 3, 7), "5–7 Mar", "زيارة", is_firm=False),
    ),
    (Tick(dt.date(2025, 3, 3), "Mon 3"), Tick(dt.date(2025, 3, 7), "Fri 7")),
    "A timeline of two events",
)
EVERY_BLOCK: Blocks = (
    Contents(3),
    Heading(1, text("Background"), anchor="background"),
    EVERY_INLINE,
    paragraph("السلام عليكم"),
    Heading(2, text("Lists"), style="subtitle"),
    List(
        (
            (paragraph("one"), List(((paragraph("a"),), (CodeBlock("c"),)), start=4)),
            (),
            (paragraph("two"), paragraph("more")),
        ),
        tight=False,
    ),
    deep(10, 1),
    Quote((paragraph("quoted"), Quote((paragraph("again"), ITEMS)))),
    *(Callout(kind, (paragraph("text"), ITEMS)) for kind in CALLOUTS),
    Callout("note", (CodeBlock("boxed"), SMALL)),
    CodeBlock("code\n\tblock & <tag>\n"),
    Rule(),
    Heading(1, text("Key meetings"), anchor="meetings"),
    Table(
        ((paragraph("Date"),), (paragraph("Meeting"),), (paragraph("Outcome"),)),
        (
            ((paragraph("5 March 2025"),), (Paragraph((Footnote((paragraph("In a cell."),)),)),), (paragraph("agreed"),)),
            ((paragraph("6 March 2025"),), (ITEMS,), ()),
        ),
        ("left", "center", "right"),
    ),
    Table(((paragraph("A"),), (paragraph("B"),)), (), ("left", "left"), (0.25, 0.75)),
    Paragraph((Image("wide.png", "Wide", "Title"), Image("small.png", ""))),
    Paragraph((Footnote((Paragraph((Image("small.png", "small"),)),)),)),
    *(Heading(level, text(f"Level {level}")) for level in range(3, 7)),
    Box("In brief", (ITEMS,)),
    Box("In brief", (paragraph("text"), Heading(6, text("Inside")), Table(((paragraph("A"),),), (), ("left",))), "Callout-Tip"),
    Paragraph((TIMELINE,), "Figure"),
    List(((Paragraph((TIMELINE,)),), (Paragraph((Band(55, 80, "likely: 55–80%"), Text(" likely"))),))),
    Table(((paragraph("Likelihood"),),), (((paragraph("likely"), Paragraph((Band(55, 80, "likely: 55–80%"),))),),), ("left",)),
    Paragraph((Footnote((ITEMS, Paragraph((Footnote((paragraph("nested"),)),)))),)),
)


def plain_house() -> House:
    """A house as python-docx makes it, with little of what we ask for, and pages of every kind."""
    word = docx.Document()
    word.settings.odd_and_even_pages_header_footer = True
    word.add_paragraph("{{ briefing.title }}", style="Title")
    word.add_section().different_first_page_header_footer = True
    word.add_table(1, 1)
    return house_of(word)


def through_libreoffice(data: bytes, folder: Path, kind: str) -> bytes:
    """A file converted by LibreOffice."""
    (folder / "in.docx").write_bytes(data)
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(folder / "in.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (out / f"in.{kind.split(':')[0]}").read_bytes()


def errors_by_the_open_xml_sdk(data: bytes, folder: Path) -> object:
    modules = Path(os.environ.get("BRIEF_NODE_MODULES", REPOSITORY / "node_modules"))
    validator = modules / ".bin" / "ooxml-validator"
    if not validator.exists():
        pytest.skip("the Open XML validator is not installed (npm install)")
    file = folder / "check.docx"
    file.write_bytes(data)
    found = subprocess.run([str(validator), str(file)], check=False, capture_output=True, text=True, timeout=120)
    return json.loads(found.stdout)["errors"]


needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not installed")


@pytest.mark.parametrize("draft", [False, True])
def test_every_block_is_valid_in_the_shipped_house(tmp_path: Path, draft: bool) -> None:
    assert errors_by_the_open_xml_sdk(bytes_of(*EVERY_BLOCK, draft=draft), tmp_path) == []


@pytest.mark.parametrize("draft", [False, True])
def test_every_block_is_valid_in_a_house_that_lacks_our_styles(tmp_path: Path, draft: bool) -> None:
    assert errors_by_the_open_xml_sdk(bytes_of(*EVERY_BLOCK, house=plain_house(), draft=draft), tmp_path) == []


@needs_libreoffice
def test_every_block_is_valid_in_a_house_saved_by_libreoffice(tmp_path: Path) -> None:
    house = read_house("h.docx", through_libreoffice(HOUSE.data, tmp_path, "docx:MS Word 2007 XML"))
    assert house.problems == ()
    assert house.fields == HOUSE.fields
    assert errors_by_the_open_xml_sdk(bytes_of(*EVERY_BLOCK, house=house, draft=True), tmp_path) == []


@needs_libreoffice
def test_libreoffice_lays_every_block_out(tmp_path: Path) -> None:
    assert through_libreoffice(bytes_of(*EVERY_BLOCK), tmp_path, "pdf").startswith(b"%PDF")


@needs_pandoc
def test_pandoc_reads_headings_tables_links_and_notes_back(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(bytes_of(*EVERY_BLOCK))
    found = subprocess.run(["pandoc", str(tmp_path / "x.docx"), "-t", "json"], check=True, capture_output=True, timeout=60)
    nodes = list(_nodes(json.loads(found.stdout)))
    levels = [node["c"][0] for node in nodes if node["t"] == "Header"]
    assert [level for level in levels if level != 2] == [1, 1, 3, 4, 5, 6, 6]
    tables = [node for node in nodes if node["t"] == "Table"]
    heads = [[_plain(cell) for row in table["c"][3][1] for cell in row[1]] for table in tables]
    assert ["Date", "Meeting", "Outcome"] in heads
    assert "https://example.org/a?b=1&c=2" in [node["c"][2][0] for node in nodes if node["t"] == "Link"]
    said = [_plain(node["c"]) for node in nodes if node["t"] == "Note"]
    assert "A note with a link" in said
    assert "In a cell." in said
    starts = [node["c"][0][0] for node in nodes if node["t"] == "OrderedList"]
    assert starts[0] == 4


def _nodes(tree: object) -> Any:
    if isinstance(tree, dict):
        if "t" in tree:
            yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _plain(tree: object) -> str:
    return "".join(
        node["c"] if node["t"] == "Str" else " " for node in _nodes(tree) if node["t"] in {"Str", "Space", "SoftBreak"}
    )


SCRIPT = """
import sys, pathlib
sys.path.insert(0, {tests!r})
import test_word
pathlib.Path(sys.argv[1]).write_bytes(test_word.bytes_of(*test_word.EVERY_BLOCK, draft=True))
"""


def test_the_same_document_is_the_same_bytes_on_any_machine(tmp_path: Path) -> None:
    here = bytes_of(*EVERY_BLOCK, draft=True)
    for index, surroundings in enumerate(
        (
            {"TZ": "Asia/Seoul", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
            {"TZ": "America/Lima", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"},
        )
    ):
        folder = tmp_path / f"folder {index}"
        folder.mkdir()
        environment: Mapping[str, str] = {**os.environ, **surroundings}
        script = SCRIPT.format(tests=str(Path(__file__).parent))
        subprocess.run([sys.executable, "-c", script, "out.docx"], check=True, cwd=folder, env=environment, timeout=60)
        assert (folder / "out.docx").read_bytes() == here


def test_the_zip_file_tells_nothing_of_its_making() -> None:
    entries = zipfile.ZipFile(io.BytesIO(bytes_of(*EVERY_BLOCK))).infolist()
    assert entries[0].filename == "[Content_Types].xml"
    assert [e.filename for e in entries[1:]] == sorted(e.filename for e in entries[1:])
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(e.create_system, e.external_attr, e.extra, e.comment) for e in entries} == {(0, 0o600 << 16, b"", b"")}


def test_the_zip_file_is_one_as_python_writes_it() -> None:
    data = bytes_of(*EVERY_BLOCK)
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as ours, zipfile.ZipFile(again, "w") as theirs:
        assert ours.testzip() is None
        for entry in ours.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.create_system = 0
            info.compress_type = entry.compress_type
            theirs.writestr(info, ours.read(entry), compresslevel=6)
    assert again.getvalue() == data


def test_properties_come_from_the_edition() -> None:
    properties = opened(bytes_of()).core_properties
    assert (properties.subject, properties.author, properties.keywords) == ("subject", "author", "keywords")
    assert (properties.identifier, properties.language, properties.last_modified_by) == ("weekly/2025-03-10", "en-GB", "")
    assert properties.created == dt.datetime(2025, 3, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize("name", ["small.png", "wide.png"])
def test_a_picture_may_have_a_share_of_the_width(name: str) -> None:
    (drawing,) = drawings(bytes_of(Paragraph((Image(name, "alt", share=0.5),))))
    assert abs(drawing.extent.cx - TEXT_WIDTH * 635 / 2) < 1_000


def test_boxes_that_follow_each_other_stay_two() -> None:
    box = Box("Title", (paragraph("inside"),))
    texts = [one.text for one in body(bytes_of(box, box, Callout("note", (paragraph("x"),))))]
    assert texts == ["Title", "inside", "", "Title", "inside", "", "Note", "x"]


def test_the_title_of_a_box_is_written_in_its_script() -> None:
    title, inside = body(bytes_of(Box("שלום", (paragraph("עולם"),))))
    for one in (title, inside):
        assert one._p.pPr is not None
        assert one._p.pPr.find(qn("w:bidi")) is not None
        assert one.runs[0]._r.find(f"{qn('w:rPr')}/{qn('w:rtl')}") is not None
    assert title.runs[0].style.name == "Box Title"


def test_a_column_of_bands_is_wide_enough_for_them() -> None:
    rows = tuple(
        ((paragraph("A long statement " * 9),), (Paragraph((Band(5, 20, "very unlikely: 5–20%"),)),)) for _ in range(3)
    )
    (table,) = opened(bytes_of(Table(((paragraph("Judgement"),), (paragraph("%"),)), rows, ("left", "left")))).tables
    assert 1_200 * 635 < table.columns[1].width < 2_000 * 635


def test_a_box_in_a_list_is_one_box() -> None:
    data = bytes_of(List(((Box("Title", (paragraph("inside"),)),),)))
    (table,) = opened(data).tables
    assert table.cell(0, 0).text == "Title\ninside"


def test_a_list_of_sources_is_styled_by_what_the_house_has(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(HOUSE.data))
    document.styles["Bibliography"].delete()
    file = io.BytesIO()
    document.save(file)
    house = read_house("templates/house.docx", file.getvalue())
    sources = List(((Paragraph(text("A source"), "Bibliography"),),), start=1)
    data = bytes_of(sources, house=house)
    assert style_of(body(data)[0]) == "List Number"
    (warning,) = warnings(Document((sources,)), house)
    assert "the style 'Bibliography' is missing; 'List Number' is used" in str(warning)


def test_a_page_without_room_for_text_is_refused() -> None:
    document = docx.Document(io.BytesIO(HOUSE.data))
    document.sections[0].left_margin = document.sections[0].page_width
    file = io.BytesIO()
    document.save(file)
    (problem,) = read_house("templates/house.docx", file.getvalue()).problems
    assert "leave no room for text" in str(problem)
