"""The `{{ fields }}` in the text of a house, also where Word has split one over several runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from textwrap import shorten

from lxml import etree

from brief.classes import dataclass
from brief.patterns import regex
from brief.word.template import Slot, Template
from brief.word.xml import DRAWING, MAIN

_W = f"{{{MAIN}}}"
_A = f"{{{DRAWING}}}"
_PARAGRAPHS = frozenset({f"{_W}p", f"{_A}p"})
_TEXTS = frozenset({f"{_W}t", f"{_A}t"})
_CHARACTERS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_A}br": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
PASSED_OVER = frozenset({f"{_W}tabs", f"{_W}del", f"{_W}moveFrom", f"{_W}delText", f"{_W}delInstrText"})
"""Tab stops, and what tracked changes have taken away."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_FIELD = regex(r"\{\{.*?\}\}", re.DOTALL)
_BODY = regex(r"\s*\{\{\s*body\s*\}\}\s*")
_TOKEN = regex("\ufdd0([0-9]+)\ufdd1")
_QUOTES = (
    regex(r""""[^"]*"|'[^']*'|([“”„‟]|«[\u00a0\u202f]?|[\u00a0\u202f]?»)"""),
    regex(r""""[^"]*"|'[^']*'|([‘’‚‛])"""),
)


@dataclass(slots=True)
class Marker:
    """Puts a token in place of each field, and turns the XML with tokens into a template.

    `fields` are the expressions found, braces included, each once and in order; `bodies` the paragraphs that hold nothing
    but `{{ body }}`; `faults` what can't be a field.
    """

    fields: dict[str, None] = field(default_factory=dict)
    bodies: list[etree._Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _slots: list[Slot] = field(default_factory=list)

    def token(self, slot: Slot) -> str:
        """The characters that keep the place of `slot` until `template` is called: Unicode noncharacters around a number."""
        self._slots.append(slot)
        return f"\ufdd0{len(self._slots) - 1}\ufdd1"

    def holds_token(self, text: str) -> bool:
        """Whether some of `text` is to be filled in."""
        return _TOKEN.search(text) is not None

    def spans(self, text: str, wanted: Callable[[str], object]) -> list[tuple[int, int]]:
        """Where in `text` the tokens of slots stand whose key is `wanted`."""
        return [match.span() for match in _TOKEN.finditer(text) if wanted(self._slots[int(match[1])].key)]

    def template(self, xml: str) -> Template:
        """`xml` cut at its tokens."""
        pieces = _TOKEN.split(xml)
        return tuple(self._slots[int(piece)] if index % 2 else piece for index, piece in enumerate(pieces) if piece)

    def mark(self, root: etree._Element) -> None:
        """Replace every field below `root`: in paragraphs, in other text and in attributes."""
        for element in root.iter(etree.Element):
            if element.tag in _PARAGRAPHS:
                self._mark_paragraph(element)
            elif element.tag not in _TEXTS | PASSED_OVER and element.text and "{{" in element.text:
                element.text = self._marked(element.text)
            for name, value in element.attrib.items():
                if "{{" in value:
                    element.set(name, self._marked(str(value)))

    def _marked(self, text: str) -> str:
        self._look_for_faults(text)
        return _FIELD.sub(lambda match: self._field(match[0], "&#10;"), text)

    def _mark_paragraph(self, paragraph: etree._Element) -> None:
        pieces = list(_pieces(paragraph))
        text = "".join(piece.text for piece in pieces)
        if "{" not in text and "}}" not in text:
            return
        if _BODY.fullmatch(text):
            self.bodies.append(paragraph)
            return
        self._look_for_faults(text)
        for match in reversed(list(_FIELD.finditer(text))):
            _replace(pieces, match)
        # Tokens are numbered in reading order, so they are put in a second pass.
        for piece in pieces:
            if piece.is_text:
                self._mark_text(piece.element)

    def _mark_text(self, element: etree._Element) -> None:
        if not element.text or "{{" not in element.text:
            return
        prefix = f"{element.prefix}:" if element.prefix else ""
        line, tab = (f'</{prefix}t><{prefix}{name}/><{prefix}t xml:space="preserve">' for name in ("br", "tab"))
        if element.tag.startswith(_A):
            line = tab = " "  # a break between runs of a drawing would have to repeat their properties
        else:
            element.set(_SPACE, "preserve")
        element.text = _FIELD.sub(lambda match: self._field(match[0], line, tab), element.text)

    def _field(self, text: str, line: str, tab: str = "&#9;") -> str:
        expression = straightened(text)
        self.fields[expression] = None
        return self.token(Slot(expression, line, tab))

    def _look_for_faults(self, text: str) -> None:
        quoted = f"“{shorten(text, 80, placeholder='…')}”"
        rest = _FIELD.sub("", text)
        if any(_BODY.fullmatch(match) for match in _FIELD.findall(text)):
            self.faults.append(f"{{{{ body }}}} must be the only text of its paragraph, in {quoted}")
        if "{{" in rest:
            self.faults.append(f"a field is opened with {{{{ but not closed with }}}}, in {quoted}")
        if "}}" in rest:
            self.faults.append(f"a field is closed with }}}} but not opened with {{{{, in {quoted}")
        if "{%" in rest or "{#" in rest:
            self.faults.append(
                f"only {{{{ fields }}}} can stand in a house, no {{% statements %}} and no comments, in {quoted}"
            )


@dataclass(slots=True)
class _Piece:
    element: etree._Element
    text: str
    is_text: bool


def _pieces(element: etree._Element) -> Iterator[_Piece]:
    """The characters of a paragraph in order; those of text boxes anchored in it have paragraphs of their own."""
    for child in element:
        if child.tag in _TEXTS:
            yield _Piece(child, child.text or "", is_text=True)
        elif child.tag in _CHARACTERS:
            yield _Piece(child, _CHARACTERS[child.tag], is_text=False)
        elif child.tag not in _PARAGRAPHS | PASSED_OVER:
            yield from _pieces(child)


def _replace(pieces: list[_Piece], match: re.Match[str]) -> None:
    """Bring the characters of a match together in the text it begins in, so that it keeps that text's looks."""
    position = 0
    for piece in pieces:
        start, end = match.start() - position, match.end() - position
        position += len(piece.text)
        if end <= 0 or start >= len(piece.text):
            continue
        if piece.is_text:
            piece.text = piece.text[: max(start, 0)] + (match[0] if start >= 0 else "") + piece.text[end:]
            piece.element.text = piece.text
        else:
            piece.text = ""
            remove(piece.element)


def remove(element: etree._Element) -> None:
    """Take an element out of its tree."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def straightened(field_text: str) -> str:
    """A field as its author meant it: without the typographic quotes that Word makes of straight ones."""
    text = field_text
    for pattern, straight in zip(_QUOTES, "\"'", strict=True):
        text = pattern.sub(lambda match, straight=straight: straight if match[1] else match[0], text)  # type: ignore[misc]
    return text
