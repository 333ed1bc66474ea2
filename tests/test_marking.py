"""The marking: in the header and the footer of every page, in its own colour on black, whatever the house."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.run import Run

from brief import Builder, load
from brief.document import Document, Paragraph, Properties, Text
from brief.model import MARKING_COLOURS, MARKINGS, Marking
from brief.word import House, read_house, to_word
from brief.word import warnings as warnings_of
from conftest import BRIEFING, MakeDesk
from readers import faults, libreoffice_pages

SHIPPED = Path(__file__).parent.parent / "templates" / "house.docx"
FIELD = "{{ briefing.marking }}"
BODY = Document((Paragraph((Text("The body."),)),))


def house_with(change: Callable[[WordDocument], object] = lambda _: None) -> House:
    word = docx.Document()
    change(word)
    word.add_paragraph("{{ body }}")
    file = io.BytesIO()
    word.save(file)
    return read_house("templates/house.docx", file.getvalue())


def written(house: House, marking: Marking | None = "TLP:AMBER", *, draft: bool = False) -> bytes:
    assert house.problems == ()
    properties = Properties("Weekly", "weekly/2025-03-10", "en-GB", dt.date(2025, 3, 10), marking=marking or "")
    fields = {field: (marking or "none") if field == FIELD else "x" for field in house.fields}
    return to_word(BODY, house, properties, fields=fields, draft=draft)


def opened(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def stories(word: WordDocument) -> list[Any]:
    """The header and footer of each kind of page that each section shows."""
    found = []
    for section in word.sections:
        found += [section.header, section.footer]
        if section.different_first_page_header_footer:
            found += [section.first_page_header, section.first_page_footer]
        if word.settings.odd_and_even_pages_header_footer:
            found += [section.even_page_header, section.even_page_footer]
    return found


def runs(story: Any) -> list[Run]:
    return [run for paragraph in story.paragraphs for run in paragraph.runs]


def marked(story: Any, marking: str) -> list[Run]:
    return [run for run in runs(story) if marking in run.text]


def is_boxed(run: Run, marking: Marking) -> bool:
    properties = run._r.rPr
    assert properties is not None
    shading = properties.find(qn("w:shd"))
    assert shading is not None
    return (
        run.text.strip() == marking
        and str(run.font.color.rgb) == MARKING_COLOURS[marking]
        and (shading.get(qn("w:val")), shading.get(qn("w:fill"))) == ("clear", "000000")
        and run.font.bold is True
        and run.font.no_proof is True
        and run.font.size is not None
        and run.font.size >= Pt(12)
    )


def unlink_all(word: WordDocument) -> None:
    """Three sections that differ in what their pages show, none of it with a marking."""
    word.settings.odd_and_even_pages_header_footer = True
    word.sections[0].header.paragraphs[0].text = "Own header"
    word.add_section().different_first_page_header_footer = True
    footer = word.add_section().footer
    footer.is_linked_to_previous = False
    footer.paragraphs[0].text = "Own footer"


@pytest.mark.parametrize("marking", MARKINGS)
@pytest.mark.parametrize("change", [lambda _: None, unlink_all], ids=["python-docx's own", "three sections"])
def test_every_page_of_any_house_shows_the_marking_in_header_and_footer(
    change: Callable[[WordDocument], object], marking: Marking
) -> None:
    for story in stories(opened(written(house_with(change), marking))):
        (run,) = marked(story, "TLP:")
        assert is_boxed(run, marking)


@pytest.mark.parametrize("marking", MARKINGS)
def test_the_shipped_house_shows_the_marking_in_its_colour_and_once_a_header(marking: Marking) -> None:
    house = read_house("templates/house.docx", SHIPPED.read_bytes())
    assert [problem.message for problem in warnings_of(BODY, house)] == []
    word = opened(written(house, marking))
    for story in stories(word):
        (run,) = marked(story, "TLP:")
        assert is_boxed(run, marking)
    assert all(is_boxed(run, marking) for run in marked(word, "TLP:"))


def test_the_colours_are_those_of_tlp_2() -> None:
    assert dict(MARKING_COLOURS) == {
        "TLP:RED": "FF2B2B",
        "TLP:AMBER+STRICT": "FFC000",
        "TLP:AMBER": "FFC000",
        "TLP:GREEN": "33FF00",
        "TLP:CLEAR": "FFFFFF",
    }


def test_an_added_marking_stands_at_the_right_before_the_header_and_after_the_footer() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "Own header"
        word.sections[0].footer.paragraphs[0].text = "Own footer"

    section = opened(written(house_with(change))).sections[0]
    assert [paragraph.text.strip() for paragraph in section.header.paragraphs] == ["TLP:AMBER", "Own header"]
    assert [paragraph.text.strip() for paragraph in section.footer.paragraphs] == ["Own footer", "TLP:AMBER"]
    for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[1]):
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_what_lacks_the_marking_is_told_with_its_place_and_the_remedy() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = FIELD
        word.sections[0].different_first_page_header_footer = True

    told = [str(problem) for problem in warnings_of(BODY, house_with(change)) if "marking" in problem.message]
    assert told == [
        f"templates/house.docx: warning: the marking is missing from {where}; it is added there (in Word, put {FIELD} there)"
        for where in ("the header of the first page", "the footer", "the footer of the first page")
    ]


def test_of_several_sections_the_first_that_shows_it_is_named() -> None:
    told = [problem.message.split("; ")[0] for problem in warnings_of(BODY, house_with(unlink_all))]
    assert [message.removeprefix("the marking is missing from ") for message in told if "marking" in message] == [
        "the header of section 1",
        "the header of even pages in section 1",
        "the header of the first page in section 2",
        "the footer of section 1",
        "the footer of even pages in section 1",
        "the footer of the first page in section 2",
        "the footer of section 3",
    ]


def test_a_header_that_no_page_shows_is_left_alone() -> None:
    def change(word: WordDocument) -> None:
        section = word.sections[0]
        section.header.paragraphs[0].text = section.footer.paragraphs[0].text = FIELD
        section.first_page_header.paragraphs[0].text = "Not shown"

    house = house_with(change)
    assert not any("marking" in problem.message for problem in warnings_of(BODY, house))
    assert [run.text for run in runs(opened(written(house)).sections[0].first_page_header)] == ["Not shown"]


@pytest.mark.parametrize("pieces", [[FIELD], ["{{briefing.marking}}"], ["{{ brief", "ing.mark", "ing }}"], ["\u00a0", FIELD]])
def test_a_house_may_write_the_field_as_word_happens_to_split_it(pieces: list[str]) -> None:
    def change(word: WordDocument) -> None:
        for story in (word.sections[0].header, word.sections[0].footer):
            for piece in pieces:
                story.paragraphs[0].add_run(piece)

    house = house_with(change)
    assert not any("marking" in problem.message for problem in warnings_of(BODY, house))
    properties = Properties("T", "i", "en", dt.date(2025, 3, 10), marking="TLP:GREEN")
    word = opened(to_word(BODY, house, properties, fields={house.fields[0]: "TLP:GREEN"}))
    (run,) = marked(word.sections[0].header, "TLP:GREEN")
    assert is_boxed(run, "TLP:GREEN")


def test_a_field_that_changes_the_marking_does_not_count() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].text = "{{ briefing.marking | lower }}"

    house = house_with(change)
    assert any("missing from the header;" in problem.message for problem in warnings_of(BODY, house))
    assert len(marked(opened(written(house)).sections[0].header, "TLP:AMBER")) == 1


def test_only_the_marking_is_boxed_where_a_run_shows_more() -> None:
    def change(word: WordDocument) -> None:
        run = word.sections[0].header.paragraphs[0].add_run(f"Weekly\t\u00a0{FIELD}\u00a0\tpage {FIELD} end")
        run.italic = True

    header = opened(written(house_with(change))).sections[0].header
    assert header.paragraphs[0].text.replace("\u2005", "") == "Weekly\tTLP:AMBER\tpage TLP:AMBER end"
    boxed = marked(header, "TLP:AMBER")
    assert [run.text for run in boxed] == ["\u2005TLP:AMBER\u2005", "TLP:AMBER"]
    assert all(is_boxed(run, "TLP:AMBER") for run in boxed)
    others = [run for run in runs(header) if "TLP" not in run.text]
    assert [run.text for run in others] == ["Weekly\t", "\tpage ", " end"]
    assert all(run.italic and run.font.color.rgb is None for run in others)


@pytest.mark.parametrize(("given", "expected"), [(None, 12), (8, 12), (12, 12), (20, 20)])
@pytest.mark.parametrize("by_style", [True, False])
def test_the_marking_is_never_smaller_than_12_points(given: int | None, expected: int, by_style: bool) -> None:
    def change(word: WordDocument) -> None:
        paragraph = word.sections[0].header.paragraphs[0]
        run = paragraph.add_run(FIELD)
        if given:
            (paragraph.style if by_style else run).font.size = Pt(given)

    (run,) = marked(opened(written(house_with(change))).sections[0].header, "TLP")
    assert run.font.size == Pt(expected)


def test_a_cover_that_shows_the_marking_alone_has_it_in_its_colour_and_a_sentence_does_not() -> None:
    def change(word: WordDocument) -> None:
        word.add_paragraph("Marking: ").add_run(FIELD)
        word.add_paragraph(f"This is {FIELD}, as agreed")

    paragraphs = opened(written(house_with(change))).paragraphs
    assert [run.text for run in paragraphs[0].runs if run.font.color.rgb] == ["TLP:AMBER"]
    assert is_boxed(paragraphs[0].runs[1], "TLP:AMBER")
    assert not any(run.font.color.rgb for run in paragraphs[1].runs)


def test_without_a_marking_the_house_stays_as_it_is() -> None:
    def change(word: WordDocument) -> None:
        word.sections[0].header.paragraphs[0].add_run(FIELD)

    section = opened(written(house_with(change), None)).sections[0]
    assert [run.text for run in runs(section.header)] == ["none"]
    assert not section.header.paragraphs[0].runs[0].font.color.rgb
    assert section.footer.is_linked_to_previous  # python-docx's word for: there is none


def test_a_draft_is_marked_too() -> None:
    header = opened(written(house_with(), draft=True)).sections[0].header
    assert [paragraph.text.strip() for paragraph in header.paragraphs] == ["DRAFT", "TLP:AMBER"]


def test_generate_warns_of_a_house_without_a_marking_and_adds_it(make_desk: MakeDesk) -> None:
    file = io.BytesIO()
    word = docx.Document()
    word.add_paragraph("{{ body }}")
    word.save(file)
    root = make_desk({"templates/house.docx": file.getvalue(), "briefings/weekly.yaml": BRIEFING + "marking: TLP:RED\n"})
    command = [sys.executable, "-m", "brief", "--desk", str(root), "generate", "weekly", "--date", "2025-03-10"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "templates/house.docx: warning: the marking is missing from the header; it is added there" in ended.stderr
    section = docx.Document(ended.stdout.strip()).sections[0]
    assert is_boxed(marked(section.header, "TLP")[0], "TLP:RED")
    assert is_boxed(marked(section.footer, "TLP")[0], "TLP:RED")


def test_marked_houses_are_valid_and_every_page_shows_the_marking(tmp_path: Path) -> None:
    def change(word: WordDocument) -> None:
        unlink_all(word)
        word.sections[2].header.paragraphs[0].text = f"A\t{FIELD} b"
        for _ in range(3):
            word.add_paragraph("text").add_run().add_break(WD_BREAK.PAGE)

    for name, house in {"plain": house_with(change), "shipped": read_house("x.docx", SHIPPED.read_bytes())}.items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(written(house, "TLP:AMBER+STRICT"))
        assert faults(path) == []
        pages = libreoffice_pages(path, tmp_path)
        assert pages
        assert [page for page in pages if len(re.findall(r"TLP:AMBER\+STRICT", page)) < 2] == []


def test_an_edition_carries_the_marking_of_its_briefing(make_desk: MakeDesk) -> None:
    root = make_desk({"briefings/weekly.yaml": BRIEFING + "marking: TLP:GREEN\n"})
    word = opened(Builder(load(root)).build("weekly", dt.date(2025, 3, 10)).data)
    found = list(chain.from_iterable(marked(story, "TLP") for story in stories(word)))
    assert found
    assert all(is_boxed(run, "TLP:GREEN") for run in found)
