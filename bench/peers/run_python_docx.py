"""python-docx: the document is put together object by object; links, for which it has no method, by their elements."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from serve import Item, serve


def load(events: list[Item], template: Path) -> Callable[[], bytes]:
    data = template.read_bytes()

    def run() -> bytes:
        document = docx.Document(io.BytesIO(data))
        for event in events:
            paragraph = document.add_paragraph()
            paragraph.add_run(event["title"]).bold = True
            paragraph.add_run(f": {event['summary']} ")
            _link(paragraph, event["publisher"], event["url"])
        rows = [("Date", "Event", "Place"), *((event["date"], event["title"], event["place"]) for event in events)]
        table = document.add_table(rows=len(rows), cols=3)
        for cell, text in zip(table._cells, chain.from_iterable(rows), strict=True):  # one by one they take far longer
            cell.text = text
        for event in events[::4]:
            document.add_paragraph(event["title"], style="List Bullet")
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return run


def _link(paragraph: Paragraph, text: str, url: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(paragraph.add_run(text)._r)
    paragraph._p.append(link)


serve(load)
