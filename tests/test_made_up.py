"""Editions with nothing, little and much to tell: whole, valid, and read alike."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx
import made_up
import pytest
from docx.oxml.ns import qn

from brief import Builder, load
from brief.language import short_period
from brief.trial import trials
from readers import faults, libreoffice_pages
from test_readers_agree import agreed

SIZES = (0, 1, 15, 60)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("editions")
    paths = {}
    for size in SIZES:
        desk = load(made_up.make(folder / str(size), size))
        assert desk.problems == ()
        paths[size] = folder / f"{size}.docx"
        paths[size].write_bytes(Builder(desk).build(made_up.SLUG, made_up.DATE).data)
    return paths


@pytest.mark.parametrize("size", SIZES)
def test_an_edition_of_any_size_is_valid_and_read_alike(editions: dict[int, Path], size: int) -> None:
    assert faults(editions[size]) == []
    found = agreed(editions[size])
    assert [text for level, text in found.headings if level == 1] == ["Background", "Key meetings", "Outlook", "Sources"]


@pytest.mark.parametrize("size", SIZES)
def test_each_page_bears_its_marking_twice_and_its_number(editions: dict[int, Path], size: int, tmp_path: Path) -> None:
    pages = libreoffice_pages(editions[size], tmp_path)
    for number, page in enumerate(pages, 1):
        assert page.count("TLP:AMBER+STRICT") >= 2
        assert f"Page {number} of {len(pages)}" in page


@pytest.mark.parametrize("size", SIZES)
def test_an_edition_of_any_size_has_no_empty_paragraph_and_no_row_that_breaks(editions: dict[int, Path], size: int) -> None:
    body = docx.Document(str(editions[size])).element.body
    for paragraph in body.iter(qn("w:p")):
        assert (
            "".join(paragraph.itertext()).strip() or paragraph.find(f".//{qn('w:drawing')}") is not None or _is_gap(paragraph)
        )
    for row in body.iter(qn("w:tr")):
        assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


def _is_gap(paragraph: object) -> bool:
    """Whether a paragraph is a cell's only one: Word asks for that."""
    parent = paragraph.getparent()  # type: ignore[attr-defined]
    return bool(parent.tag == qn("w:tc") and len(parent.findall(qn("w:p"))) == 1)


def test_every_event_of_a_full_week_is_told_in_text_and_picture(editions: dict[int, Path]) -> None:
    with zipfile.ZipFile(editions[60]) as archive:
        xml = archive.read("word/document.xml").decode()
    timelines = [group for group in re.findall("<mc:Choice.*?</mc:Choice>", xml, re.DOTALL) if "txbxContent" in group]
    assert len(timelines) == 3
    boxes = [box for group in timelines for box in re.findall("<wps:txbx>.*?</wps:txbx>", group, re.DOTALL)]
    labels = [re.sub("<[^>]*>", "", box) for box in boxes]
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(editions[60].read_bytes())).paragraphs)
    events = [event for event in load(editions[60].parent / "60").events if event.status != "planned"]
    assert len(events) == 60
    for event in events:
        begins = f"{short_period(event.date, 'en-GB')}\N{NO-BREAK SPACE} {event.title.split()[0]}"
        assert any(label.startswith(begins) for label in labels)
        assert event.kind in ("meeting", "visit") or event.title in text
    dated = re.compile("[0-9–]+ Mar\u00a0 ")
    assert sum(bool(dated.match(label)) for label in labels) == 60


def test_a_made_up_trial_is_valid_as_well(editions: dict[int, Path], tmp_path: Path) -> None:
    desk = load(editions[1].parent / "1")
    for name, edition in trials(desk.briefings[made_up.SLUG], made_up.DATE).items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(Builder(desk).make(edition).data)
        assert faults(path) == []
