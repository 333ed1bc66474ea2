"""The headers and footers that pages show, and empty ones where they would show none."""

from __future__ import annotations

from typing import Literal

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml import etree

from brief.classes import dataclass
from brief.word.package import Package, W, is_on
from brief.word.xml import MAIN, RELATIONSHIPS

_R_ID = f"{{{RELATIONSHIPS}}}id"
_SORTS = {
    "header": ("hdr", CONTENT_TYPE.WML_HEADER, RELATIONSHIP_TYPE.HEADER),
    "footer": ("ftr", CONTENT_TYPE.WML_FOOTER, RELATIONSHIP_TYPE.FOOTER),
}
_PAGES = {"default": "", "first": " of the first page", "even": " of even pages"}


@dataclass(frozen=True, slots=True)
class Running:
    """A header or footer, and in words the first place that shows it: `the footer of even pages`."""

    part: Part
    where: str


def parts(package: Package, sort: Literal["header", "footer"]) -> list[Running]:
    """Every header, or footer, that a page shows, each once; one without content is made where a page would show none."""
    settings = package.related(RELATIONSHIP_TYPE.SETTINGS)
    has_even = settings is not None and is_on(package.root(settings), "evenAndOddHeaders")
    sections = _sections(package.root(package.document))
    shown: dict[str, str] = {}  # kinds of pages to relationships: a section shows what the one before showed
    found: dict[str, Running] = {}
    for number, section in enumerate(sections, 1):
        own = section.findall(f"{W}{sort}Reference")
        shown |= {element.get(f"{W}type", "default"): element.get(_R_ID, "") for element in own}
        for kind in ("default", *["first"] * is_on(section, "titlePg"), *["even"] * has_even):
            if kind not in shown:
                shown[kind] = _add(package, section, sort, kind)
            part = package.under(shown[kind])
            of_section = f"{' in' if _PAGES[kind] else ' of'} section {number}" if len(sections) > 1 else ""
            found.setdefault(part.partname, Running(part, f"the {sort}{_PAGES[kind]}{of_section}"))
    return list(found.values())


def _sections(document: etree._Element) -> list[etree._Element]:
    """The properties of each section, not those that tracked changes have taken away."""
    body = document.find(f"{W}body")
    if body is not None and body.find(f"{W}sectPr") is None:
        etree.SubElement(body, f"{W}sectPr")
    former = f"{W}sectPrChange"
    return [section for section in document.iter(f"{W}sectPr") if next(section.iterancestors(former), None) is None]


def _add(package: Package, section: etree._Element, sort: str, kind: str) -> str:
    element, content_type, relationship_type = _SORTS[sort]
    xml = f'<w:{element} xmlns:w="{MAIN}" xmlns:r="{RELATIONSHIPS}"/>'
    _, relationship = package.add(sort, content_type, relationship_type, xml)
    section.insert(0, etree.Element(f"{W}{sort}Reference", {f"{W}type": kind, _R_ID: relationship}))
    return relationship
