"""Readers that share no line of code find the same headings, table cells, notes and links in each shipped edition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from brief import Builder, issue, load
from brief.trial import trials
from conftest import REPOSITORY, MakeDesk
from readers import Contents, faults, headings, mammoth, pandoc, pandoc_nodes, pandoc_text, plain
from test_documents import EDITIONS


def by_python_docx(path: Path) -> Contents:
    document = docx.Document(str(path))
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    notes: list[Any] = [note for note in parse_xml(part.blob).findall(qn("w:footnote")) if note.get(qn("w:type")) is None]
    return Contents(
        headings=[(level, plain(text)) for level, text in headings(path)],
        tables=[[[plain(cell.text) for cell in row.cells] for row in table.rows] for table in document.tables],
        notes=[plain(" ".join(Paragraph(p, document).text for p in note.iter(qn("w:p")))) for note in notes],
        links=[
            *_links_of(document.element.body, document.part.rels, document),
            *(link for note in notes for link in _links_of(note, part.rels, document)),
        ],
    )


def _links_of(element: Any, relationships: Any, document: Any) -> Iterator[tuple[str, str]]:
    for each in element.iter(qn("w:hyperlink")):
        link = Hyperlink(each, document)
        target = relationships[each.rId].target_ref if each.rId else ""
        yield target + (f"#{link.fragment}" if link.fragment else ""), plain(link.text)


def by_pandoc(path: Path) -> Contents:
    tree = pandoc(path)
    notes = pandoc_nodes(tree, "Note")
    in_notes = [id(link) for note in notes for link in pandoc_nodes(note, "Link")]
    links = pandoc_nodes(tree, "Link")
    in_order = [link for link in links if id(link) not in in_notes] + [link for link in links if id(link) in in_notes]
    return Contents(
        headings=[(node["c"][0], plain(pandoc_text(node["c"][2]))) for node in pandoc_nodes(tree, "Header")],
        tables=[[[_in_cell(cell) for cell in row[1]] for row in _rows(table)] for table in pandoc_nodes(tree, "Table")],
        notes=[_in_cell(["", "", "", "", note["c"]]) for note in notes],
        links=[(link["c"][2][0], plain(pandoc_text(link["c"][1]))) for link in in_order],
    )


def _rows(table: Any) -> list[Any]:
    _, _, _, head, bodies, _ = table["c"]
    return [*head[1], *(row for body in bodies for row in (*body[2], *body[3]))]


def _in_cell(cell: Any) -> str:
    return plain(" ".join(pandoc_text(block) for block in cell[4]))


def alike(contents: Contents) -> Contents:
    """Without what each reader names in its own way: the targets of links within the document."""
    contents.links = [("#" if target.startswith("#") else target, text) for target, text in contents.links]
    return contents


@pytest.fixture(scope="module")
def builder() -> Builder:
    return Builder(load(REPOSITORY))


def agreed(path: Path) -> Contents:
    """What every reader finds in a file."""
    expected = alike(by_python_docx(path))
    for read in (by_pandoc, mammoth):
        found = alike(read(path))
        assert found.headings == expected.headings
        assert found.tables == expected.tables
        assert found.notes == expected.notes
        assert found.links == expected.links
    return expected


@pytest.mark.parametrize(("slug", "date"), EDITIONS)
def test_every_reader_finds_the_same_in_a_shipped_edition(builder: Builder, slug: str, date: dt.date, tmp_path: Path) -> None:
    path = issue(builder, slug, date, output=tmp_path).path
    assert path
    found = agreed(path)
    assert found.headings
    assert found.tables
    assert found.notes


@pytest.mark.parametrize("slug", ["korea-europe-weekly", "korea-europe-dossier"])
def test_every_reader_finds_the_same_where_every_key_is_given(builder: Builder, slug: str, tmp_path: Path) -> None:
    full = trials(builder.desk.briefings[slug], dt.date(2025, 3, 10))["full"]
    path = tmp_path / "full.docx"
    path.write_bytes(builder.make(full).data)
    found = agreed(path)
    addresses = {source.url for event in full.events for source in event.sources} - {""}
    assert addresses
    assert addresses <= {target for target, _ in found.links}


LINKS = """
# One [link](https://example.org/?a=1&b=2 "tip"), *two*

A [local one](#one-link-two), **[bold](https://example.org/b)** and [two][x][words][y].[^1]

| a | b |
|---|---|
| [in a cell](https://example.org/c) | `code`[^2] |

###### The lowest heading

- [in a list](mailto:a@example.org)
  > [in a quote](https://example.org/ü#part)

[^1]: A note with a [link](https://example.org/note) and **stress**.
[^2]: A second one.

    In two paragraphs.

[x]: https://example.org/x
[y]: https://example.org/y
"""


def test_every_reader_finds_links_wherever_they_stand(make_desk: MakeDesk) -> None:
    root = make_desk({"templates/weekly.md.j2": LINKS})
    path = root / "links.docx"
    path.write_bytes(Builder(load(root)).build("weekly", dt.date(2025, 3, 10)).data)
    found = agreed(path)
    assert found.headings == [(1, "One link, two"), (6, "The lowest heading")]
    assert found.tables == [[["a", "b"], ["in a cell", "code"]]]
    assert found.notes == ["A note with a link and stress.", "A second one. In two paragraphs."]
    assert [text for _, text in found.links] == [
        "link",
        "local one",
        "bold",
        "two",
        "words",
        "in a cell",
        "in a list",
        "in a quote",
        "link",
    ]


def test_every_reader_finds_the_same_in_every_block(builder: Builder, tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "templates.md").read_text("utf-8").split("## Recipes")[0]
    texts = [text for text in re.findall(r"^```jinja\n(.*?)^```$", page, re.M | re.S) if "image(" not in text]
    templates = {**builder.desk.templates, "weekly.md.j2": "\n\n".join(texts)}
    built = Builder(replace(builder.desk, templates=templates)).build("korea-europe-weekly", dt.date(2025, 3, 10))
    path = tmp_path / "blocks.docx"
    path.write_bytes(built.data)
    found = agreed(path)
    assert len(found.tables) >= 3
    assert found.notes
    assert faults(path) == []
