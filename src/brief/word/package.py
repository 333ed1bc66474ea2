"""A house's package as python-docx reads it: its parts, their relationships, and their XML while it is being prepared."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import cast

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.opc.rel import Relationships
from docx.package import Package as DocxPackage
from lxml import etree

from brief.word import archive
from brief.word.fields import Marker
from brief.word.template import Template
from brief.word.xml import DECLARATION, MAIN, RELATIONSHIPS, escape

W = f"{{{MAIN}}}"
_CORE_PROPERTIES = RELATIONSHIP_TYPE.CORE_PROPERTIES
_STORIES = frozenset(
    {
        CONTENT_TYPE.WML_DOCUMENT_MAIN,
        CONTENT_TYPE.WML_HEADER,
        CONTENT_TYPE.WML_FOOTER,
        CONTENT_TYPE.WML_FOOTNOTES,
        CONTENT_TYPE.WML_ENDNOTES,
    }
)
_NO_TEXT = frozenset(
    {
        CONTENT_TYPE.WML_COMMENTS,
        CONTENT_TYPE.WML_DOCUMENT_GLOSSARY,
        CONTENT_TYPE.WML_FONT_TABLE,
        CONTENT_TYPE.WML_NUMBERING,
        CONTENT_TYPE.WML_SETTINGS,
        CONTENT_TYPE.WML_STYLES,
        CONTENT_TYPE.WML_WEB_SETTINGS,
        CONTENT_TYPE.OFC_THEME,
    }
)
_R = f"{{{RELATIONSHIPS}}}"
_REFERENCES = {f"{W}headerReference": RELATIONSHIP_TYPE.HEADER, f"{W}footerReference": RELATIONSHIP_TYPE.FOOTER}
_MACROS = "application/vnd.ms-office.vbaProject"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


class Package:
    """The parts of a house; `root` gives the XML of one to be changed, `finished` all of them as text with slots."""

    def __init__(self, data: bytes) -> None:
        archive.inspect(data)
        self._opc = _opened(data)
        self.document: Part = self._opc.main_document_part
        self._roots: dict[str, etree._Element] = {}
        self._texts: dict[str, str] = {}

    def root(self, part: Part) -> etree._Element:
        """The XML of a part, to be changed in place."""
        if part.partname not in self._roots:
            self._roots[part.partname] = _with_prefixes(etree.fromstring(part.blob, _PARSER))
        return self._roots[part.partname]

    def parts(self) -> list[Part]:
        """Every part: the document, then the others by name."""
        return sorted(self._opc.iter_parts(), key=lambda part: (part is not self.document, part.partname))

    def stories(self) -> Iterator[Part]:
        """The parts that hold text of the document: itself, headers, footers and notes."""
        return (part for part in self.parts() if part.content_type in _STORIES)

    def with_fields(self) -> Iterator[Part]:
        """The parts that may hold fields."""
        for part in self.parts():
            kind = part.content_type
            is_other_text = kind.endswith("xml") and kind not in _NO_TEXT and b"{{" in part.blob
            if kind in _STORIES or (is_other_text and self._is_xml(part)):
                yield part

    def _is_xml(self, part: Part) -> bool:
        try:
            self.root(part)
        except etree.XMLSyntaxError:
            return False
        return True

    def related(self, kind: str) -> Part | None:
        """The document's part of a sort, if it has one."""
        try:
            return self.document.part_related_by(kind)
        except KeyError:
            return None

    def dangling(self) -> Iterator[str]:
        """A sentence for each reference in a text to a part that the file doesn't bring along."""
        for part in self.stories():
            for element in self.root(part).iter(etree.Element):
                wanted = _REFERENCES.get(element.tag)
                for name in _references(element) or [""] * (wanted is not None):
                    found = part.rels.get(name)
                    if found is None or (wanted and (found.is_external or found.reltype != wanted)):
                        yield (
                            f"its part {part.partname} refers to {name!r}, which it doesn't bring along"
                            f" (in {etree.QName(element).localname}): open the file in Word and save it anew"
                        )

    def under(self, relationship: str) -> Part:
        """The part under an id of the document's relationships."""
        part: Part = self.document.related_parts[relationship]
        return part

    def add(self, name: str, content_type: str, kind: str, xml: str) -> tuple[Part, str]:
        """A new part of the document, and its relationship's id.

        It has its usual name where that is free: pandoc, for one, finds footnotes under no other.
        """
        usual = PackURI(f"/word/{name}.xml")
        taken = {part.partname for part in self._opc.iter_parts()}
        uri = self._opc.next_partname(f"/word/{name}%d.xml") if usual in taken else usual
        part = Part(uri, content_type, (DECLARATION + xml).encode(), self._opc)
        return part, self.document.relate_to(part, kind)

    def core_properties(self) -> Part:
        """The part that holds title and author, made where there is none."""
        try:
            return self._opc.part_related_by(_CORE_PROPERTIES)
        except KeyError:
            part = Part(PackURI("/docProps/core.xml"), CONTENT_TYPE.OPC_CORE_PROPERTIES, b"<coreProperties/>", self._opc)
            self._opc.relate_to(part, _CORE_PROPERTIES)
            return part

    def rewrite(self, part: Part, xml: str) -> None:
        """Give a part wholly new XML."""
        self._texts[part.partname] = DECLARATION + xml

    def finished(self, marker: Marker, more_relationships: dict[str, str]) -> dict[str, bytes | Template]:
        """The files of the zip; `more_relationships` are tokens by the name of the part whose relationships they add to."""
        parts = self.parts()
        files: dict[str, bytes | Template] = {
            archive.CONTENT_TYPES: _content_types(parts).encode(),
            "_rels/.rels": _relationships(self._opc.rels).encode(),
        }
        for part in parts:
            name = part.partname.lstrip("/")
            files[name] = self._content(part, marker)
            more = more_relationships.get(part.partname, "")
            if len(part.rels) or more:
                path = PurePosixPath(name)
                files[f"{path.parent}/_rels/{path.name}.rels"] = _sealed(marker.template(_relationships(part.rels, more)))
        return files

    def _content(self, part: Part, marker: Marker) -> bytes | Template:
        if part.partname in self._texts:
            return _sealed(marker.template(self._texts[part.partname]))
        if part.partname in self._roots:
            xml = etree.tostring(self._roots[part.partname], encoding="unicode")
            return _sealed(marker.template(DECLARATION + xml))
        return part.blob


def is_on(parent: etree._Element, name: str) -> bool:
    """Whether a property that is on or off is on among those of `parent`."""
    element = parent.find(f"{W}{name}")
    return element is not None and element.get(f"{W}val", "1") not in {"0", "false", "off"}


def _references(element: etree._Element) -> list[str]:
    """The ids of relationships that an element names; an empty one names none."""
    return [str(value) for name, value in element.attrib.items() if str(name).startswith(_R) and value]


def _sealed(template: Template) -> bytes | Template:
    """A template without slots is ready as it is."""
    if all(isinstance(piece, str) for piece in template):
        return "".join(map(str, template)).encode()
    return template


def _opened(data: bytes) -> DocxPackage:
    if b"purl.oclc.org/ooxml" in archive.read(data, "_rels/.rels"):
        raise archive.UnusableError("it is saved as Strict Open XML: save it as a usual Word document (.docx)")
    try:
        package = DocxPackage.open(BytesIO(data))
        kind = package.main_document_part.content_type
        macros = any(part.content_type == _MACROS for part in package.iter_parts())
    except Exception as error:  # python-docx fails in many ways on a damaged file
        raise archive.UnusableError(f"Word's parts can't be read from it ({error})") from error
    if macros or "macroEnabled" in kind:
        raise archive.UnusableError("it holds macros: save it as a Word document without macros (.docx)")
    if kind != CONTENT_TYPE.WML_DOCUMENT_MAIN:
        raise archive.UnusableError(f"it is not a Word document (.docx) but of the type {kind}")
    return package


def _with_prefixes(root: etree._Element) -> etree._Element:
    """The element with the prefixes `w` and `r` that the writer of a body relies on."""
    wanted = {"w": MAIN, "r": RELATIONSHIPS}
    if not root.tag.startswith(W) or all(root.nsmap.get(prefix) == uri for prefix, uri in wanted.items()):
        return root
    known = cast("dict[str, str]", root.nsmap)
    renewed = etree.Element(root.tag, cast("dict[str, str]", dict(root.attrib)), nsmap=known | wanted)
    renewed.text = root.text
    renewed.extend(list(root))
    return renewed


def _content_types(parts: list[Part]) -> str:
    defaults = {
        "rels": CONTENT_TYPE.OPC_RELATIONSHIPS,
        "xml": CONTENT_TYPE.XML,
        "png": CONTENT_TYPE.PNG,
        "jpeg": CONTENT_TYPE.JPEG,
        "gif": CONTENT_TYPE.GIF,
    }
    return (
        f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + "".join(f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items())
        + "".join(f'<Override PartName="{escape(p.partname)}" ContentType="{escape(p.content_type)}"/>' for p in parts)
        + "</Types>"
    )


def _relationships(relationships: Relationships, more: str = "") -> str:
    return (
        f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="{escape(each.rId)}" Type="{escape(each.reltype)}" Target="{escape(each.target_ref)}"'
            + (' TargetMode="External"/>' if each.is_external else "/>")
            for each in relationships.values()
        )
        + f"{more}</Relationships>"
    )
