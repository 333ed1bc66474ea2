"""The floor: the very parts of brief's file, written as f-strings with escaping and zipped with the same compression.

What doesn't depend on the events is cut out of brief's file beforehand.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

from serve import Item, serve

LEVEL = 6
"""As brief compresses."""
DOCUMENT, RELATIONSHIPS = "word/document.xml", "word/_rels/document.xml.rels"


def load(events: list[Item], template: Path) -> Callable[[], bytes]:
    """`template` is the file that brief makes of the same events."""
    with ZipFile(template) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        kinds = {entry.filename: entry.compress_type for entry in archive.infolist()}
    model, last = parts[DOCUMENT].decode(), events[-1]
    first_link = int(re.findall(r'<w:hyperlink r:id="rId(\d+)"', model)[0])
    widths = re.findall(r'<w:gridCol w:w="(\d+)"/>', model)
    before, rest = _cut(model, _paragraph(events[0], first_link))
    _, rest = _cut(rest, _paragraph(last, first_link + len(events) - 1)) if len(events) > 1 else ("", rest)
    before_rows, rest = _cut(rest, _row(events[0], widths))
    _, rest = _cut(rest, _row(last, widths)) if len(events) > 1 else ("", rest)
    before_bullets, rest = _cut(rest, _bullet(events[0], FIRST))
    _, after = _cut(rest, _bullet(events[::4][-1])) if len(events) > 4 else ("", rest)
    before_links, rest = _cut(parts[RELATIONSHIPS].decode(), _relationship(events[0], first_link))
    after_links = "</Relationships>"

    def run() -> bytes:
        paragraphs = "".join([_paragraph(event, number) for number, event in enumerate(events, first_link)])
        rows = "".join([_row(event, widths) for event in events])
        bullets = "".join([_bullet(event) for event in events[4::4]])
        document = f"{before}{paragraphs}{before_rows}{rows}{before_bullets}{_bullet(events[0], FIRST)}{bullets}{after}"
        links = "".join([_relationship(event, number) for number, event in enumerate(events, first_link)])
        new = {DOCUMENT: document.encode(), RELATIONSHIPS: f"{before_links}{links}{after_links}".encode()}
        return _zipped({**parts, **new}, kinds)

    return run


def _paragraph(event: Item, number: int) -> str:
    return (
        f'<w:p><w:r><w:rPr><w:b/><w:bCs/></w:rPr><w:t xml:space="preserve">{escape(event["title"])}</w:t></w:r>'
        f'<w:r><w:t xml:space="preserve">: {escape(event["summary"])} </w:t></w:r>'
        f'<w:hyperlink r:id="rId{number}" w:history="1"><w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(event["publisher"])}</w:t></w:r></w:hyperlink></w:p>'
    )


def _row(event: Item, widths: list[str]) -> str:
    cells = f"{_cell(widths[0], event['date'])}{_cell(widths[1], event['title'])}{_cell(widths[2], event['place'])}"
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(width: str, text: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
    )


FIRST = '<w:spacing w:before="160"/>'
"""The first item of a list stands off from what is before it."""


def _bullet(event: Item, spacing: str = "") -> str:
    return (
        '<w:p><w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
        f'{spacing}<w:contextualSpacing/></w:pPr><w:r><w:t xml:space="preserve">{escape(event["title"])}</w:t></w:r></w:p>'
    )


def _relationship(event: Item, number: int) -> str:
    return (
        f'<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
        f' Target="{escape(event["url"], {chr(34): "&quot;"})}" TargetMode="External"/>'
    )


def _cut(text: str, piece: str) -> tuple[str, str]:
    before, found, after = text.partition(piece)
    if not found:
        sys.exit(f"brief writes something else than the floor's {piece}")
    return before, after


def _zipped(parts: dict[str, bytes], kinds: dict[str, int]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, compress_type=kinds[name], compresslevel=LEVEL)
    return file.getvalue()


serve(load)
