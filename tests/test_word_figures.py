"""Figures in Word files: native drawings that carry their words, and how readers that aren't ours take them."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, Twips
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from brief.document import (
    Band,
    Block,
    Blocks,
    Document,
    Footnote,
    Image,
    Moment,
    Paragraph,
    Properties,
    Quote,
    Table,
    Text,
    Tick,
    Timeline,
)
from brief.figures import Drawing, Label, Shape, Stroke
from brief.word import House, missing_styles, picture, read_house, to_word
from readers import REPOSITORY, faults, libreoffice_pages, mammoth_html, pandoc, pandoc_nodes, pandoc_text

SHIPPED = (REPOSITORY / "templates" / "house.docx").read_bytes()
PROPERTIES = Properties("Weekly", "weekly/2025-03-10", "en-GB", dt.date(2025, 3, 10))
NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
}
FIRST = dt.date(2025, 3, 3)
TITLES = ("Kickoff", 'Space <dialogue> & "security" ]]>', "조태열 장관 회담", "Défense européenne", "短い会議", "Élysée visit")


def house(data: bytes = SHIPPED) -> House:
    found = read_house("templates/house.docx", data)
    assert not found.problems
    return found


def made(change: Callable[[WordDocument], object]) -> House:
    """A house of python-docx's own look, changed."""
    document = docx.Document()
    change(document)
    document.add_paragraph("{{ body }}")
    file = io.BytesIO()
    document.save(file)
    return house(file.getvalue())


def bytes_of(*blocks: Block, style: House | None = None) -> bytes:
    style = style or house()
    return to_word(Document(blocks), style, PROPERTIES, fields=dict.fromkeys(style.fields, "filled"), pictures=PICTURES)


def root_of(data: bytes, part: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(part))


def found(data: bytes, path: str, part: str = "word/document.xml") -> list[etree._Element]:
    result = root_of(data, part).xpath(path, namespaces=NAMESPACES)
    assert isinstance(result, list)
    return [each for each in result if isinstance(each, etree._Element)]


def words_in(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def drawn(data: bytes) -> list[str]:
    """The labels of the native drawings."""
    return [words_in(box) for box in found(data, "//mc:Choice//wps:txbx")]


def png() -> bytes:
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" * 72)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


PICTURES = {"logo.png": picture(png())}


def timeline(count: int, alt: str = "A timeline") -> Timeline:
    """Moments on the days from FIRST on, every fourth of several days, all with words of their own."""
    moments = []
    for number in range(count):
        start = FIRST + dt.timedelta(days=number)
        end = start + dt.timedelta(days=2 * (number % 4 == 3))
        text = f"{TITLES[number % len(TITLES)]} {number}"
        moments.append(Moment(start, end, f"{start.day} March", text, number % 3 != 2, number % 5 == 0))
    days = range(0, count, 7)
    return Timeline(tuple(moments), tuple(Tick(FIRST + dt.timedelta(days=day), f"Tick {day}") for day in days), alt)


def moment(text: str, when: str = "3 March") -> Timeline:
    return Timeline((Moment(FIRST, FIRST, when, text),), (), "A timeline")


def paragraph(*content: str | Timeline | Band | Image | Footnote) -> Paragraph:
    return Paragraph(tuple(Text(node) if isinstance(node, str) else node for node in content))


def cells(*content: str | Band) -> tuple[Blocks, ...]:
    return tuple((paragraph(each),) for each in content)


BANDS = Table(
    head=cells("Statement", "Likelihood"),
    rows=tuple(cells(f"Statement {low}", Band(low, high, f"{low} to {high} %")) for low, high in ((0, 1), (20, 45), (95, 100))),
    aligns=("left", "left"),
)
NOTE = paragraph("Noted", Footnote((paragraph(timeline(2, "A timeline in a note")),)))


@pytest.mark.parametrize("count", [0, 1, 3, 12, 40])
def test_a_document_with_figures_is_valid(tmp_path: Path, count: int) -> None:
    path = tmp_path / "figures.docx"
    blocks = (paragraph("Before"), paragraph(timeline(count)), BANDS, Quote((paragraph(timeline(count)),)), NOTE)
    path.write_bytes(bytes_of(*blocks))
    assert faults(path) == []


EVERYTHING = Drawing(
    200,
    100,
    (
        Stroke(0, 10, 200, 10, 1.5, "line"),
        Stroke(50, 80, 20, 60, 0.5, "grey"),
        Shape("rectangle", 10, 20, 30, 8, "tint", "grey"),
        Shape("bar", 10, 30, 30, 8, "ink"),
        Shape("ellipse", 10, 40, 8, 8, None, "ink", 2),
        Label(60, 20, 100, 12, (("Bold", True), (" & plain", False)), 9, "left", "grey"),
        Label(60, 40, 100, 12, (("Right", False),), 9, "right"),
    ),
    "Everything",
)


def test_every_sort_of_shape_has_its_place_its_form_and_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brief.word.inline.draw", lambda *_: EVERYTHING)
    path = tmp_path / "everything.docx"
    path.write_bytes(data := bytes_of(paragraph(timeline(1))))
    assert faults(path) == []

    _, *shapes = found(data, "//wpg:wgp/wps:wsp/wps:spPr")  # the first one is as large as the whole
    forms = [shape.find("a:prstGeom", NAMESPACES) for shape in shapes]
    assert [None if form is None else form.get("prst") for form in forms] == [
        "line", "line", "rect", "roundRect", "ellipse", "rect", "rect"
    ]  # fmt: skip
    places = [(each.get("x"), each.get("y")) for each in found(data, "//wps:spPr/a:xfrm/a:off")[1:]]
    corners = [(0, 10), (20, 60), (10, 20), (10, 30), (10, 40), (60, 20), (60, 40)]
    assert places == [(str(Pt(x)), str(Pt(y))) for x, y in corners]
    (rising,) = found(data, "//a:xfrm[@flipH='1' and @flipV='1']/a:ext")
    assert (rising.get("cx"), rising.get("cy")) == (str(Pt(30)), str(Pt(20)))
    assert [each.get("w") for each in found(data, "//wps:wsp[wps:spPr/a:prstGeom[@prst='ellipse']]//a:ln")] == [str(Pt(2))]
    assert [each.get(f"{{{NAMESPACES['w']}}}val") for each in found(data, "//mc:Choice//w:jc")] == ["left", "right"]
    assert len(found(data, "//mc:Fallback//v:group/*[not(self::v:oval[v:textbox])]")) == 7  # the first one, and an anchor


def test_a_figure_on_a_tiny_page_is_valid_and_no_higher_than_the_page(tmp_path: Path) -> None:
    def tiny(document: WordDocument) -> None:
        section = document.sections[0]
        section.page_height, section.page_width = Twips(2_000), Twips(2_000)
        section.top_margin = section.bottom_margin = Twips(800)
        section.left_margin = section.right_margin = Twips(900)

    data = bytes_of(paragraph(timeline(40)), style=made(tiny))
    (extent,) = found(data, "//wp:extent")
    assert int(extent.get("cy", "")) <= Twips(400)
    path = tmp_path / "tiny.docx"
    path.write_bytes(data)
    assert faults(path) == []


def test_a_figure_says_in_words_what_it_shows() -> None:
    alt = 'Two <moments> & a "line"'
    data = bytes_of(paragraph(timeline(2, alt)), paragraph(Band(20, 45, "20 to 45 %")))
    assert [each.get("descr") for each in found(data, "//wp:docPr")] == [alt, "20 to 45 %"]
    assert [each.get("alt") for each in found(data, "//mc:Fallback//v:group")] == [alt, "20 to 45 %"]


def test_no_two_shapes_of_a_file_have_the_same_number() -> None:
    blocks = (paragraph(timeline(3)), paragraph(Image("logo.png", "Logo")), BANDS, paragraph(timeline(3)), NOTE)
    data = bytes_of(*blocks, paragraph(Image("logo.png", "Logo")))
    path = "//wp:docPr | //wps:cNvPr"
    numbers = [each.get("id") for part in ("word/document.xml", "word/footnotes.xml") for each in found(data, path, part)]
    assert len(numbers) > 30
    assert len(set(numbers)) == len(numbers)


def test_the_words_of_a_timeline_stand_in_its_native_drawing_and_in_that_for_older_readers() -> None:
    data = bytes_of(paragraph(timeline(12)))
    labels = drawn(data)
    assert len(labels) >= 12
    for number in range(12):
        assert any(label.endswith(f"{TITLES[number % len(TITLES)]} {number}") for label in labels)
    assert [words_in(box) for box in found(data, "//mc:Fallback//v:textbox")] == labels


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_words_make_a_file_that_can_be_read(words: str) -> None:
    data = bytes_of(paragraph(Timeline((Moment(FIRST, FIRST, words, words),), (Tick(FIRST, words),), words)))
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", words)
    assert [each.get("descr") for each in found(data, "//wp:docPr")] == [shown]
    assert docx.Document(io.BytesIO(data)).paragraphs


def test_what_matters_most_is_bold_and_every_script_is_told() -> None:
    data = bytes_of(paragraph(moment("조태열 장관")))
    runs = found(data, "//mc:Choice//w:txbxContent//w:r")
    bold = {words_in(run).strip(): run.find("w:rPr/w:b", NAMESPACES) is not None for run in runs}
    assert bold == {"3 March": True, "조태열": False, "장관": False, "": False}
    assert len(found(data, "//mc:Choice//w:r[w:rPr/w:lang/@w:eastAsia='ko-KR']/w:rPr/w:rFonts[@w:hint='eastAsia']")) == 2


def test_a_label_from_right_to_left_keeps_to_its_marker_and_leaves_the_paragraph_around_it_alone() -> None:
    data = bytes_of(paragraph(moment("اجتماع الوزراء", "٣ مارس")))
    (properties,) = found(data, "//mc:Choice//w:txbxContent//w:pPr[w:bidi]")
    alignment = properties.find("w:jc", NAMESPACES)
    assert alignment is not None
    assert alignment.get(f"{{{NAMESPACES['w']}}}val") == "right"  # where such a line ends: at the left
    assert not found(data, "//w:body/w:p/w:pPr/w:bidi")


def test_the_colours_of_a_figure_are_those_of_the_house() -> None:
    data = bytes_of(paragraph(timeline(3)), paragraph(Band(20, 45, "")))
    native = found(data, "//mc:Choice//a:solidFill/*")
    assert {etree.QName(colour).localname for colour in native} == {"schemeClr"}
    assert {"tx2", "bg1", "bg2"} <= {colour.get("val") for colour in native}
    assert found(data, "//mc:Choice//w:color[@w:themeColor='text1']")


def test_a_house_without_colours_of_its_own_has_figures_in_the_usual_ones(tmp_path: Path) -> None:
    def without_theme(document: WordDocument) -> None:
        part = document.part
        for name, relationship in list(part.rels.items()):
            if relationship.reltype.endswith("/theme"):
                del part.rels[name]

    data = bytes_of(paragraph(timeline(3)), style=made(without_theme))
    native = found(data, "//mc:Choice//a:solidFill/*")
    assert {etree.QName(colour).localname for colour in native} == {"srgbClr"}
    assert not found(data, "//w:txbxContent//w:color[@w:themeColor]")
    path = tmp_path / "plain.docx"
    path.write_bytes(data)
    assert faults(path) == []


def with_text_of(size: float | None, base: float | None = None) -> Callable[[WordDocument], None]:
    def change(document: WordDocument) -> None:
        style = document.styles.add_style("Figure Text", 1)
        style.base_style = document.styles["Normal"]
        style.font.size = None if size is None else Pt(size)
        document.styles["Normal"].font.size = None if base is None else Pt(base)

    return change


@pytest.mark.parametrize(
    ("size", "base", "shown"), [(7.0, None, "14"), (None, 12.0, "24"), (None, None, "22"), (200.0, 9.0, "22")]
)
def test_the_text_of_a_figure_has_the_size_that_the_house_gives_it(size: float | None, base: float | None, shown: str) -> None:
    data = bytes_of(paragraph(moment("Kickoff")), style=made(with_text_of(size, base)))
    sizes = {each.get(f"{{{NAMESPACES['w']}}}val") for each in found(data, "//mc:Choice//w:txbxContent//w:sz")}
    assert sizes == {shown}


def test_a_house_that_lacks_the_style_of_figures_is_told() -> None:
    plain = made(lambda document: None)
    (problem,) = missing_styles(Document((paragraph(timeline(1)),)), plain)
    assert "'Figure Text' is missing" in problem.message
    assert missing_styles(Document((paragraph(timeline(1)),)), made(with_text_of(8.0))) == ()
    assert missing_styles(Document((paragraph(Band(20, 45, "")),)), plain) == ()


def test_the_same_figures_give_the_same_bytes() -> None:
    assert bytes_of(paragraph(timeline(12)), BANDS) == bytes_of(paragraph(timeline(12)), BANDS)


@pytest.fixture
def around(tmp_path: Path) -> Path:
    """A file with figures amid text: in a paragraph of their own, in a line, in a table and in a note."""
    path = tmp_path / "around.docx"
    line = paragraph("In a line ", Band(20, 45, "20 to 45 %"), " of text")
    path.write_bytes(bytes_of(paragraph("Before"), paragraph(timeline(3)), paragraph("Between"), line, BANDS, NOTE))
    return path


SHOWN = ["Before", "Between", "In a line", "of text", "Statement 20", "Noted"]
"""What readers of text must find around the figures."""
HIDDEN = ["Kickoff", "dialogue", "조태열", "Tick"]
"""The words of the figures: no text of the document."""


def test_python_docx_reads_the_text_around_figures_only(around: Path) -> None:
    document = docx.Document(str(around))
    words = [each.text for each in document.paragraphs] + [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert [each.strip() for each in words if each.startswith(("Before", "Between", "In a line", "Noted"))] == [
        "Before", "Between", "In a line  of text", "Noted"
    ]  # fmt: skip
    assert [word for word in HIDDEN if word in "".join(words)] == []


def test_pandoc_reads_the_text_around_figures_only(around: Path) -> None:
    tree = pandoc(around)
    words = pandoc_text(tree["blocks"])
    assert [word for word in SHOWN if word not in words] == []
    assert [word for word in HIDDEN if word in json.dumps(tree, ensure_ascii=False)] == []
    assert len(pandoc_nodes(tree, "Note")) == 1


def test_mammoth_reads_the_text_around_figures_only(around: Path) -> None:
    html = mammoth_html(around)
    assert [word for word in SHOWN if word not in html] == []
    assert [word for word in HIDDEN if word in html] == []
    assert "<p>Before</p><p>Between</p>" in html


def test_libreoffice_shows_the_words_of_figures(tmp_path: Path) -> None:
    path = tmp_path / "shown.docx"
    cell = ((paragraph("In a cell"),), (paragraph(moment("Reception")),))
    table = Table(head=cells("Place", "When"), rows=(cell,), aligns=("left", "left"), widths=(0.3, 0.7))
    path.write_bytes(bytes_of(paragraph("Before"), paragraph(timeline(12)), table))
    pages = "\n".join(libreoffice_pages(path, tmp_path))
    for words in (*(f"{TITLES[number % len(TITLES)]} {number}" for number in range(12)), "Reception", "Tick 0", "Tick 7"):
        assert "".join(words.split()) in "".join(pages.split())


def test_a_picture_higher_than_the_page_has_smaller_letters_as_well() -> None:
    def large(document: WordDocument) -> None:
        document.styles.add_style("Figure Text", WD_STYLE_TYPE.PARAGRAPH).font.size = Pt(24)

    data = bytes_of(paragraph(timeline(40)), style=made(large))
    (extent,) = found(data, "//wp:extent")
    section: Any = docx.Document(io.BytesIO(data)).sections[0]
    assert int(extent.get("cy", "")) <= (section.page_height - section.top_margin - section.bottom_margin) * 0.901
    sizes = {size.get(qn("w:val")) for size in found(data, "//mc:Choice//w:txbxContent//w:sz")}
    assert max(int(str(size)) for size in sizes) < 40
