"""The files themselves: the shipped editions, hostile seeds and every example of CommonMark, read back by other programs."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
import yaml
from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief import Builder, check, issue, load, parse, read_house, to_word
from brief.document import Blocks, Document, Image, Properties, walk
from brief.rendered import Rendered
from brief.trial import trials
from brief.word import picture
from conftest import REPOSITORY, MakeDesk, write
from readers import faults, headings, libreoffice_pages, pandoc, pandoc_nodes, pandoc_text, parts

EDITIONS = [
    ("korea-europe-weekly", dt.date(2024, 11, 11)),
    ("korea-europe-weekly", dt.date(2025, 3, 10)),
    ("korea-europe-weekly", dt.date(2025, 3, 17)),
    ("korea-europe-weekly", dt.date(2025, 3, 31)),
    ("korea-europe-dossier", dt.date(2025, 4, 7)),
]
SECTIONS = ["Background", "Key meetings", "Outlook", "Sources"]


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("editions")
    builder = Builder(load(REPOSITORY))
    made = {(slug, date.isoformat()): issue(builder, slug, date, output=folder).path for slug, date in EDITIONS}
    return {key: path for key, path in made.items() if path}


def section(path: Path, name: str) -> str:
    """The text of a level-1 section, its tables included, as pandoc reads it."""
    blocks, found = pandoc(path)["blocks"], []
    inside = False
    for block in blocks:
        if block["t"] == "Header" and block["c"][0] == 1:
            inside = pandoc_text(block["c"][2]) == name
        elif inside:
            found.append(pandoc_text(block))
    return "\n".join(found)


@pytest.mark.parametrize(("slug", "date"), EDITIONS)
def test_a_shipped_edition_is_valid_and_every_reader_finds_its_sections(
    editions: dict[tuple[str, str], Path], slug: str, date: dt.date, tmp_path: Path
) -> None:
    path = editions[slug, date.isoformat()]
    assert faults(path) == []
    assert [text for level, text in headings(path) if level == 1] == SECTIONS
    tree = pandoc(path)
    assert [pandoc_text(node["c"][2]) for node in pandoc_nodes(tree, "Header") if node["c"][0] == 1] == SECTIONS
    assert pandoc_nodes(tree, "Note")
    pages = libreoffice_pages(path, tmp_path)
    assert len(pages) >= 2
    assert all("TLP:GREEN" in page and f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_pandoc_reads_the_meetings_as_a_table_with_a_header_row(editions: dict[tuple[str, str], Path]) -> None:
    table = pandoc_nodes(pandoc(editions["korea-europe-weekly", "2025-03-10"]), "Table")[0]
    head, (body, *_) = table["c"][3], table["c"][4]
    assert [pandoc_text(cell) for cell in head[1][0][1]] == ["Date", "Meeting", "Participants", "Outcome"]
    rows = [[pandoc_text(cell) for cell in row[1]] for row in body[3]]
    assert len(rows) == 6
    assert any("Sikorski" in row[1] and "Radosław Sikorski (Foreign Minister, Poland)" in row[2] for row in rows)


def test_links_and_notes_come_back(make_desk: MakeDesk) -> None:
    seeds = """
    sources:
      - {id: s, publisher: The Herald, title: Meeting, published: 2025-03-08, url: "https://example.org/a?b=1&c=2"}
    events:
      - {id: e, title: E, kind: meeting, status: held, date: 2025-03-05, sources: [s], summary: "A [page](https://example.org/x)."}
    """
    built = Builder(load(make_desk({"seeds/seeds.yaml": seeds}))).build("weekly", dt.date(2025, 3, 10))
    path = make_desk(name="out") / "file.docx"
    path.write_bytes(built.data)
    tree = pandoc(path)
    assert [link["c"][2][0] for link in pandoc_nodes(tree, "Link")] == [
        "https://example.org/x",
        "https://example.org/a?b=1&c=2",
    ]
    (note,) = pandoc_nodes(tree, "Note")
    assert pandoc_text(note["c"]).strip() == "The Herald, “Meeting”, 8 March 2025."


def test_the_weekly_of_10_march_tells_what_was_held_and_looks_at_that_day(editions: dict[tuple[str, str], Path]) -> None:
    path = editions["korea-europe-weekly", "2025-03-10"]
    meetings, outlook = section(path, "Key meetings"), section(path, "Outlook")
    for name in ("Sikorski", "Kosiniak-Kamysz", "Duda", "Bonne", "Barrot"):
        assert name in meetings
    for name in ("Space Security Dialogue", "Indo-Pacific Dialogue"):
        assert name not in meetings
        assert name in outlook


def test_the_nato_meeting_is_planned_and_later_without_a_recorded_outcome(editions: dict[tuple[str, str], Path]) -> None:
    weekly = section(editions["korea-europe-weekly", "2025-03-31"], "Outlook")
    assert "2–4 April 2025" in weekly
    assert "NATO foreign ministers" in weekly
    dossier = section(editions["korea-europe-dossier", "2025-04-07"], "Key meetings")
    assert "NATO foreign ministers’ meeting" in dossier or "NATO foreign ministers' meeting" in dossier
    assert "outcome not recorded" in dossier


def test_the_file_says_what_it_is(editions: dict[tuple[str, str], Path]) -> None:
    properties = docx.Document(str(editions["korea-europe-weekly", "2025-03-10"])).core_properties
    assert properties.title == "Korea–Europe Security Weekly, 10 March 2025"
    assert properties.identifier == "korea-europe-weekly/2025-03-10"
    assert properties.language == "en-GB"
    assert properties.created
    assert properties.created.date() == dt.date(2025, 3, 10)


@pytest.mark.parametrize("slug", ["korea-europe-weekly", "korea-europe-dossier"])
def test_an_empty_edition_is_a_proper_document_that_says_so(slug: str, tmp_path: Path) -> None:
    builder = Builder(load(REPOSITORY))
    path = issue(builder, slug, dt.date(2024, 11, 2), output=tmp_path).path
    assert path
    assert faults(path) == []
    assert [text for level, text in headings(path) if level == 1] == SECTIONS
    assert "No event was recorded" in pandoc_text(pandoc(path)["blocks"])
    assert "No meeting or visit was held" in section(path, "Key meetings")


@pytest.mark.parametrize("slug", ["korea-europe-weekly", "korea-europe-dossier"])
def test_the_shipped_templates_tell_every_event_they_are_given(slug: str) -> None:
    builder = Builder(load(REPOSITORY))
    full = trials(builder.desk.briefings[slug], dt.date(2025, 3, 10))["full"]
    named = [replace(event, title=f"The {event.kind} that was {event.status}") for event in full.events]
    built = builder.make(replace(full, events=tuple(named)))
    text = "\n".join(in_order(echoed(built.data)))
    assert [event.title for event in named if event.title not in text] == []


HOSTILE = "# *a* | <b> {{ 7*7 }} {% raw %} & ]]> \\ [x](javascript:1) \u202e"
NASTY = [
    HOSTILE,
    "two\nlines\n\nand a third",
    "\ue000\uf8ff private \U000f0000 use",
    "한국과 유럽의 안보 협력",
    "العلاقات بين كوريا وأوروبا",
    "🚀👩‍👩‍👧‍👦🇰🇷",
    "   spaces   around   ",
    "\ttab\t",
    "&amp; &#65; <!-- --> <w:p/> ${x} %s {0}",
    "`code` **bold** ~~x~~ [^1] | --- |",
    "1. one",
    "- item",
    "> quote",
    "---",
    "    indented",
    "x" * 100_000,
]


def echoed(data: bytes) -> DocxDocument:
    return docx.Document(io.BytesIO(data))


def all_text(document: DocxDocument) -> list[str]:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


TEMPLATE = """
{% for event in events %}
T{{ event.title }}T

P{{ event.place }}P

{% for participant in event.participants %}
N{{ participant.name }}N

{% endfor %}
A{{ event.agenda }}A

S{{ event.summary }}S

B{{ event.bottom_line }}B

{% for outcome in event.outcomes %}
- O{{ outcome }}O
{% endfor %}

| head |
|---|
| C{{ event.title }}C |

# H{{ event.title }}H
{% endfor %}
"""


def hostile_desk(make_desk: MakeDesk, text: str, name: str = "desk") -> Path:
    event = {"id": "e", "kind": "meeting", "status": "held", "date": "2025-03-05", "sources": ["s"]}
    one_line = text.replace("\n", " ")
    event |= dict.fromkeys(("title", "place", "agenda", "summary"), text)
    event |= {"bottom_line": one_line, "participants": ["N " + text], "outcomes": [text]}
    source = {"id": "s", "publisher": text, "title": text, "published": "2025-03"}
    seeds = yaml.safe_dump({"sources": [source], "events": [event]}, allow_unicode=True)
    return make_desk({"seeds/seeds.yaml": seeds, "templates/weekly.md.j2": TEMPLATE}, name)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_hostile_text_in_every_field_comes_back_exactly_as_written(make_desk: MakeDesk, text: str) -> None:
    desk = load(hostile_desk(make_desk, text))
    assert not [problem for problem in desk.problems if problem.severity == "error"], desk.problems
    data = Builder(desk).build("weekly", dt.date(2025, 3, 10)).data
    found = all_text(echoed(data))
    for letter in "TPASOCH":
        assert f"{letter}{text}{letter}" in found, letter
    assert f"NN {text}N" in found
    assert f"B{text.replace(chr(10), ' ')}B" in found


@pytest.mark.parametrize("text", [HOSTILE, *NASTY[2:9]], ids=range(8))
def test_hostile_text_in_a_source_comes_back_from_its_note_and_from_the_list(make_desk: MakeDesk, text: str) -> None:
    root = hostile_desk(make_desk, text)
    write(root / "templates" / "weekly.md.j2", "Text{{ events[0] | cite }}\n\n{{ sources() }}\n")
    data = Builder(load(root)).build("weekly", dt.date(2025, 3, 10)).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        notes = parse_xml(archive.read("word/footnotes.xml"))
    expected = f"{text}, “{text}”, March 2025."
    assert any(str(paragraph.text).strip() == expected.strip() for paragraph in notes.iter(qn("w:p")))
    assert expected in [paragraph.text for paragraph in echoed(data).paragraphs]


def test_a_document_of_all_hostile_text_is_valid(make_desk: MakeDesk, tmp_path: Path) -> None:
    for number, text in enumerate([HOSTILE, "\n".join(NASTY[:-1])]):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(Builder(load(hostile_desk(make_desk, text, f"d{number}"))).build("weekly", dt.date(2025, 3, 10)).data)
        assert faults(path) == []


xml_text = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="".join(map(chr, [*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF]))
    )
    | st.sampled_from("\n\t*_`[]()<>&|#{}\\!~^:-+. 가a"),
    min_size=1,
    max_size=60,
)


@given(xml_text)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_a_title_comes_back(make_desk: MakeDesk, text: str) -> None:
    counter[0] += 1
    desk = load(hostile_desk(make_desk, text, f"desk{counter[0]}"))
    if desk.faulty:  # a title of spaces alone is refused
        assert not text.strip()
        return
    found = all_text(echoed(Builder(desk).build("weekly", dt.date(2025, 3, 10)).data))
    for letter in "TPCH":
        assert f"{letter}{text}{letter}" in found


counter = [0]

EXAMPLES = [
    example
    for example in json.loads((Path(__file__).parent / "commonmark" / "spec.json").read_text("utf-8"))
    if not any(finding.message.startswith(("raw HTML", "the tag")) for finding in parse(Rendered(example["markdown"], ()))[1])
]
PROPERTIES = Properties("CommonMark", "commonmark/2025-03-10", "en-GB", dt.date(2025, 3, 10))

PIXEL = picture(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
)


def written(blocks: Blocks) -> bytes:
    house = read_house("templates/house.docx", (REPOSITORY / "templates" / "house.docx").read_bytes())
    document = Document(blocks)
    images = {node.path: PIXEL for node in walk(blocks) if isinstance(node, Image)}
    return to_word(document, house, PROPERTIES, fields=dict.fromkeys(house.fields, "-"), pictures=images)


def tree_text(blocks: Blocks) -> str:
    found = []
    for node in walk(blocks):
        text = getattr(node, "text", "")
        found.append(text if isinstance(text, str) else "")
    return "".join("".join(found).split())


def test_every_example_of_commonmark_is_the_same_text_in_word() -> None:
    assert len(EXAMPLES) >= 570
    empty = "".join("".join(all_text(echoed(written(())))).split())
    for example in EXAMPLES:
        blocks = parse(Rendered(example["markdown"], ()))[0].blocks
        found = "".join("".join(in_order(echoed(written(blocks)))).split())
        assert found == empty + tree_text(blocks), example


def in_order(document: DocxDocument) -> list[str]:
    """The text of the paragraphs, those of tables where they stand."""
    return [paragraph.text for paragraph in document.element.body.iter(qn("w:p"))]


def test_all_examples_of_commonmark_make_valid_documents(tmp_path: Path) -> None:
    for start in range(0, len(EXAMPLES), 100):
        blocks = [parse(Rendered(example["markdown"], ()))[0].blocks for example in EXAMPLES[start : start + 100]]
        path = tmp_path / f"{start}.docx"
        path.write_bytes(written(tuple(block for some in blocks for block in some)))
        assert faults(path) == []


def test_a_document_needs_no_network_and_runs_nothing(editions: dict[tuple[str, str], Path]) -> None:
    for path in editions.values():
        names = parts(path)
        assert not any("vba" in name.lower() or "embed" in name.lower() for name in names)
        for name, data in names.items():
            if name.endswith(".rels"):
                assert b"attachedTemplate" not in data
                assert b"file:" not in data


def test_the_shipped_desk_has_no_problem() -> None:
    assert check(load(REPOSITORY)) == ()
