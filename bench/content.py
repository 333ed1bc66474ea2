"""The content every contestant tells: events, and what a finished document says, read back."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.oxml.ns import qn

PUBLISHER = "The Herald"
_WORDS = 53
"""Of a summary, so that it has about the 330 characters of the shipped ones."""
_SEEDS = Path(__file__).parent.parent / "seeds"
_TEXTS = (qn("w:t"), qn("w:tab"), qn("w:br"))
_ADDRESS = re.compile(r'HYPERLINK\s+"([^"]+)"')


def write_events(path: Path, number: int) -> None:
    """So many events as JSON, each with a summary of its own, whose words are those of the shipped ones."""
    words = _words()
    path.write_text(json.dumps([_event(each, words) for each in range(number)]), "utf-8")


def _words() -> list[str]:
    """The words of the shipped summaries, each as often as it stands there."""
    files = [yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in sorted(_SEEDS.rglob("*.yaml"))]
    return [word for file in files for event in file.get("events", ()) for word in event.get("summary", "").split()]


def _event(number: int, words: list[str]) -> dict[str, str]:
    told = random.Random(number).choices(words, k=_WORDS)
    day = dt.date(2025, 3, 1 + number % 28)
    return {
        "id": f"event-{number}",
        "title": f"Meeting {number} of ministers & others",
        "summary": " ".join(told),
        "day": day.isoformat(),
        "date": f"{day.day} March {day.year}",
        "place": "Brussels",
        "publisher": PUBLISHER,
        "url": f"https://example.org/{number}?a=1&b=2",
    }


@dataclass(frozen=True)
class Told:
    """What a document says: of each paragraph its bold text, its text, and the text and address of its link."""

    paragraphs: tuple[tuple[str, str, str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    bullets: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.paragraphs)} paragraphs, {len(self.rows)} rows, {len(self.bullets)} bullets"


def expected(events: list[dict[str, str]]) -> Told:
    """What a document of these events says."""
    return Told(
        tuple((e["title"], f"{e['title']}: {e['summary']} {e['publisher']}", e["publisher"], e["url"]) for e in events),
        tuple((e["date"], e["title"], e["place"]) for e in events),
        tuple(e["title"] for e in events[::4]),
    )


def difference(found: Told, wanted: Told) -> str:
    """The first thing in which two documents differ, or nothing."""
    for name in ("paragraphs", "rows", "bullets"):
        here, there = getattr(found, name), getattr(wanted, name)
        if len(here) != len(there):
            return f"{len(here)} {name} instead of {len(there)}"
        for number, (one, other) in enumerate(zip(here, there, strict=True)):
            if one != other:
                return f"{name}, number {number}: {one!r} instead of {other!r}"
    return ""


def read_back(data: bytes) -> Told:
    """What a Word file says, read by python-docx."""
    document = docx.Document(io.BytesIO(data))
    body = document.element.body
    links = {key: relation.target_ref for key, relation in document.part.rels.items() if relation.is_external}
    tables = [[tuple(map(_text, row.iter(qn("w:tc")))) for row in table.iter(qn("w:tr"))] for table in body.iter(qn("w:tbl"))]
    rows = next((table[1:] for table in tables if table and table[0] == ("Date", "Event", "Place")), [])
    paragraphs, bullets = [], []
    for paragraph in body.iter(qn("w:p")):
        if paragraph.getparent().tag == qn("w:tc"):
            continue
        text = _text(paragraph)
        if _is_bullet(paragraph):
            bullets.append(text)
        elif text.endswith(PUBLISHER):
            paragraphs.append((_bold(paragraph), text, *_link(paragraph, links)))
    return Told(tuple(paragraphs), tuple(rows), tuple(bullets))


def _text(element: Any) -> str:
    return "".join(node.text or "" if node.tag == _TEXTS[0] else " " for node in element.iter(*_TEXTS))


def _bold(paragraph: Any) -> str:
    return "".join(_text(run) for run in paragraph.iter(qn("w:r")) if any(_is_bold(mark) for mark in run.iter(qn("w:rPr"))))


def _is_bold(properties: Any) -> bool:
    style = properties.find(qn("w:rStyle"))
    return properties.find(qn("w:b")) is not None or (style is not None and style.get(qn("w:val")) == "Strong")


def _link(paragraph: Any, links: dict[str, str]) -> tuple[str, str]:
    """Text and address of the one link, which is an element with a relationship or a field; both empty where there is none."""
    found = [*_elements(paragraph, links), *_fields(paragraph)]
    return found[0] if len(found) == 1 else ("", "")


def _elements(paragraph: Any, links: dict[str, str]) -> Iterator[tuple[str, str]]:
    for link in paragraph.iter(qn("w:hyperlink")):
        yield _text(link), links.get(link.get(qn("r:id")), "")


def _fields(paragraph: Any) -> Iterator[tuple[str, str]]:
    for field in paragraph.iter(qn("w:fldSimple")):
        if address := _ADDRESS.search(field.get(qn("w:instr"), "")):
            yield _text(field), address[1]


def _is_bullet(paragraph: Any) -> bool:
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        return False
    style = properties.find(qn("w:pStyle"))
    return properties.find(qn("w:numPr")) is not None or (style is not None and style.get(qn("w:val"), "").startswith("List"))
