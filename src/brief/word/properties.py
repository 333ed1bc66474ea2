"""What a file says of itself: title, language and dates, from the edition alone."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from brief.document import Properties
from brief.model import MARKING_COLOURS
from brief.word.template import Prepared, Slot
from brief.word.xml import escape

if TYPE_CHECKING:  # they take long to import, and are there already where a house is prepared
    from lxml import etree

    from brief.word.fields import Marker

_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DUBLIN = "http://purl.org/dc/elements/1.1/"
_LARGEST = 1024 * 1024
"""Bytes of core properties, of which a file of ours has a thousand."""
_WORDS = {
    "title": _DUBLIN,
    "subject": _DUBLIN,
    "creator": _DUBLIN,
    "description": _DUBLIN,
    "identifier": _DUBLIN,
    "language": _DUBLIN,
    "keywords": _CORE,
    "category": _CORE,
}
_EAST_ASIAN = frozenset({"ja", "ko", "zh"})
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_FILLED = ("title", "subject", "creator", "identifier", "language", "keywords")


def core(house: etree._Element, marker: Marker) -> str:
    """The core properties as XML: of the house's own only what holds a field, all else from the edition."""
    lines = []
    for name, namespace in _WORDS.items():
        own = house.findtext(f"{{{namespace}}}{name}", "")
        text = escape(own) if marker.holds_token(own) else marker.token(Slot(f"property {name}", "")) if name in _FILLED else ""
        if text:
            prefix = "dc" if namespace == _DUBLIN else "cp"
            lines.append(f"<{prefix}:{name}>{text}</{prefix}:{name}>")
    date = marker.token(Slot("property date", ""))
    dates = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{date}</dcterms:{name}>' for name in ("created", "modified"))
    return (
        f'<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="{_DUBLIN}" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(lines)}{dates}<cp:revision>1</cp:revision></cp:coreProperties>"
    )


def identifier(data: bytes) -> str:
    """What a Word file, of whatever origin, says it is: `briefing/date` where we made it; empty where it doesn't say."""
    from zipfile import BadZipFile, ZipFile

    from lxml import etree

    try:
        with ZipFile(BytesIO(data)) as archive:
            part = archive.open("docProps/core.xml").read(_LARGEST)
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(part, parser).findtext(f"{{{_DUBLIN}}}identifier", "")
    except (BadZipFile, KeyError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error, etree.XMLSyntaxError):
        return ""


def values(properties: Properties, house: Prepared) -> Mapping[str, str]:
    """What stands in the slots of the core properties, of the languages of text, and of the marking."""
    language = properties.language
    script = language.split("-")[0].lower()
    return {
        "property title": properties.title,
        "property subject": properties.subject,
        "property creator": properties.author,
        "property identifier": properties.identifier,
        "property language": language,
        "property keywords": properties.keywords,
        "property date": f"{properties.date.isoformat()}T00:00:00Z",
        "marking": properties.marking,
        "marking colour": MARKING_COLOURS[properties.marking] if properties.marking else "",
        "language": language,
        "East Asian language": language if script in _EAST_ASIAN else house.east_asian,
        "right-to-left language": language if script in _RIGHT_TO_LEFT else house.right_to_left,
    }
