"""What an editor left in the paragraph of the body beside its field, put into paragraphs of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree

from brief.word.fields import PASSED_OVER
from brief.word.package import W, is_on

_KEPT = frozenset(
    {
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
        *(f"{W}{name}" for name in ("drawing", "pict", "object", "footnoteReference", "endnoteReference")),
    }
)
_FLAT = etree.Element(f"{W}spacing", {f"{W}before": "0", f"{W}after": "0", f"{W}line": "240", f"{W}lineRule": "auto"})
"""Together with a tiny mark, as much room as the paragraph's content takes, and hardly any for a break."""
_TINY = "2"


def set_apart(body: etree._Element) -> None:
    """Leave the paragraph of the body its field and bookmarks alone.

    Breaks after the field and the end of a section get paragraphs after it; all else one before it, since that is where
    a page break, a picture anchored to the paragraph, or a note to its text show.
    """
    before, after = _sorted(body)
    properties = body.find(f"{W}pPr")
    breaks_page = properties is not None and is_on(properties, "pageBreakBefore")
    if properties is not None and properties.find(f"{W}sectPr") is not None:
        body.addnext(_end_of_section(properties))
    if after:
        body.addnext(_paragraph(properties, after, ("pStyle",)))
    if before or breaks_page:
        body.addprevious(_paragraph(properties, before, ("pStyle", *["pageBreakBefore"] * breaks_page)))


def _sorted(body: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    before: list[etree._Element] = []
    after: list[etree._Element] = []
    place = before
    for element in list(_content(body)):
        if element.tag == f"{W}t" and "{" in (element.text or ""):
            place = after
        elif element.tag == f"{W}br" and element.get(f"{W}type") in {"page", "column"}:
            place.append(element)
        elif element.tag in _KEPT:
            before.append(element)
    return before, after


def _content(element: etree._Element) -> Iterator[etree._Element]:
    """What stands in the runs of a paragraph."""
    for child in element.iterchildren(etree.Element):
        if element.tag == f"{W}r":
            yield child
        elif child.tag not in PASSED_OVER:
            yield from _content(child)


def _end_of_section(properties: etree._Element) -> etree._Element:
    paragraph = etree.Element(f"{W}p")
    own = deepcopy(properties)
    paragraph.append(own)
    for element in own.findall(f"{W}pageBreakBefore"):
        own.remove(element)
    return paragraph


def _paragraph(properties: etree._Element | None, content: Iterable[etree._Element], kept: Iterable[str]) -> etree._Element:
    """A paragraph of this content, as low as that allows, with some properties of the body's."""
    paragraph = etree.Element(f"{W}p")
    own = etree.SubElement(paragraph, f"{W}pPr")
    for name in kept:
        own.extend([] if properties is None else deepcopy(properties.findall(f"{W}{name}")))
    own.append(deepcopy(_FLAT))
    if properties is not None:
        own.extend(deepcopy([*properties.findall(f"{W}ind"), *properties.findall(f"{W}jc")]))
    etree.SubElement(etree.SubElement(own, f"{W}rPr"), f"{W}sz", {f"{W}val": _TINY})
    for element in content:
        run = element.getparent()
        look = None if run is None else run.find(f"{W}rPr")
        new = etree.SubElement(paragraph, f"{W}r")
        new.extend([] if look is None else [deepcopy(look)])
        new.append(element)
    return paragraph
