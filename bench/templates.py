"""The Word templates of the peers: brief's own file, emptied, so that all have one look, with the tags of each engine."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

HEADS = ("Date", "Event", "Place")


def docxtpl(house: bytes) -> bytes:
    """Tags that stand for whole paragraphs and rows are marked with p and tr."""

    def fill(document: Document) -> None:
        document.add_paragraph("{%p for e in events %}")
        _told(document, "{{ e.title }}", ": {{ e.summary }} ", "{{r e.link }}")
        document.add_paragraph("{%p endfor %}")
        _table(document, ("{%tr for e in events %}",), ("{{ e.date }}", "{{ e.title }}", "{{ e.place }}"), ("{%tr endfor %}",))
        _bullets(document, "{%p for e in fourths %}", "{{ e.title }}", "{%p endfor %}")

    return _made(house, fill)


def docxtemplater(house: bytes) -> bytes:
    """The paragraph of an event is raw XML; in the table a loop begins in the first cell and ends in the last."""

    def fill(document: Document) -> None:
        for text in ("{#events}", "{@paragraph}", "{/events}"):
            document.add_paragraph(text)
        _table(document, ("{#events}{date}", "{title}", "{place}{/events}"))
        _bullets(document, "{#fourths}", "{title}", "{/fourths}")

    return _made(house, fill)


def easy_template_x(house: bytes) -> bytes:
    """As docxtemplater's, with a tag for the link."""

    def fill(document: Document) -> None:
        document.add_paragraph("{#events}")
        _told(document, "{title}", ": {summary} ", "{link}")
        document.add_paragraph("{/events}")
        _table(document, ("{#events}{date}", "{title}", "{place}{/events}"))
        _bullets(document, "{#fourths}", "{title}", "{/fourths}")

    return _made(house, fill)


def docx_templates(house: bytes) -> bytes:
    """Commands between +++, each loop in paragraphs or rows of its own."""

    def fill(document: Document) -> None:
        document.add_paragraph("+++FOR e IN events+++")
        link = "+++LINK ({ url: $e.url, label: $e.publisher })+++"
        _told(document, "+++INS $e.title+++", ": +++INS $e.summary+++ ", link)
        document.add_paragraph("+++END-FOR e+++")
        cells = ("+++INS $r.date+++", "+++INS $r.title+++", "+++INS $r.place+++")
        _table(document, ("+++FOR r IN events+++",), cells, ("+++END-FOR r+++",))
        _bullets(document, "+++FOR f IN fourths+++", "+++INS $f.title+++", "+++END-FOR f+++")

    return _made(house, fill)


def carbone(house: bytes) -> bytes:
    """What is repeated is written twice, for the item and for the next; so are the relationships of links."""

    def fill(document: Document) -> None:
        for index in ("i", "i+1"):
            paragraph = _told(document, f"{{d.events[{index}].title}}", f": {{d.events[{index}].summary}} ")
            identifier = f"{{d.events[{index}].id}}"
            document.part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, f"{{d.events[{index}].url}}", identifier, is_external=True)
            _link(paragraph, identifier, f"{{d.events[{index}].publisher}}")
        rows = (tuple(f"{{d.events[{index}].{key}}}" for key in ("date", "title", "place")) for index in ("i", "i+1"))
        _table(document, *rows)
        for index in ("i", "i+1"):
            document.add_paragraph(f"{{d.fourths[{index}].title}}", style="List Bullet")

    return _with_end_tags(_made(house, fill))


def empty(house: bytes) -> bytes:
    """Nothing but the look."""
    return _made(house, lambda document: None)  # noqa: ARG005


def _made(house: bytes, fill: Callable[[Document], None]) -> bytes:
    document = docx.Document(io.BytesIO(house))
    for element in document.element.body[:-1]:
        document.element.body.remove(element)
    for key in [key for key, relationship in document.part.rels.items() if relationship.is_external]:
        del document.part.rels[key]
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _with_end_tags(data: bytes) -> bytes:
    """The template with an end tag for each relationship: Carbone repeats no element that lacks one."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/_rels/document.xml.rels":
                part = part.replace(b' TargetMode="External"/>', b' TargetMode="External"></Relationship>')
            new.writestr(name, part)
    return out.getvalue()


def _told(document: Document, title: str, *texts: str) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.add_run(title).bold = True
    for text in texts:
        paragraph.add_run(text)
    return paragraph


def _link(paragraph: Paragraph, relationship: str, text: str) -> None:
    run = f"<w:r><w:t>{escape(text)}</w:t></w:r>"
    paragraph._p.append(parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{relationship}">{run}</w:hyperlink>'))


def _table(document: Document, *rows: tuple[str, ...]) -> None:
    table = document.add_table(rows=0, cols=len(HEADS))
    for texts in (HEADS, *rows):
        for cell, text in zip(table.add_row().cells, texts, strict=False):
            cell.text = text


def _bullets(document: Document, each: str, text: str, end: str) -> None:
    document.add_paragraph(each)
    document.add_paragraph(text, style="List Bullet")
    document.add_paragraph(end)


def edition(house: bytes) -> bytes:
    """What `peers/one_edition.py` fills."""

    def fill(document: Document) -> None:
        document.add_paragraph("{{ title }}", style="Title")
        document.add_paragraph("{{ date }}")
        document.add_paragraph("Background", style="Heading 1")
        document.add_paragraph("{%p for note in background %}")
        _told(document, "{{ note.title }}", ": {{ note.text }}")
        document.add_paragraph("{%p endfor %}")
        document.add_paragraph("Key meetings", style="Heading 1")
        row = ("{{ e.date }}", "{{ e.title }} {{ e.names }} {{ e.summary }}", "{{ e.place }}")
        _table(document, ("{%tr for e in events %}",), row, ("{%tr endfor %}",))
        document.add_paragraph("Outlook", style="Heading 1")
        document.add_paragraph("{%p for j in outlook %}")
        _told(document, "{{ j.likelihood }}", ": {{ j.statement }} ", "({{ j.by }})")
        document.add_paragraph("{%p endfor %}")

    return _made(house, fill)
