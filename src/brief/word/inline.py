"""What stands within a paragraph: runs of text, links, pictures, marks of notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from hashlib import sha256
from typing import Any

from brief.classes import dataclass
from brief.document import (
    MARK,
    Band,
    Blocks,
    Code,
    Emphasis,
    Figure,
    Footnote,
    Image,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Picture,
    Strikethrough,
    Strong,
    Text,
    Timeline,
)
from brief.figures import draw
from brief.word import links, scripts
from brief.word.drawing import drawing, fitted
from brief.word.figure import figure
from brief.word.template import Prepared
from brief.word.xml import escape, run_text

_EMPHASIS, _STRONG, _STRIKE, _LINK, _CODE = 1, 2, 4, 8, 16
_PLAIN = 0
_LOOKS = 32
_LONGEST_TOOLTIP = 255
_TALLEST = 0.9
"""Of the height of a page, so that a caption finds room below a picture."""
_TWIPS_PER_POINT = 20
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@dataclass(slots=True)
class Relationships:
    """The relationships that a part gains: one for each kind and target."""

    first: int
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def id_of(self, kind: str, target: str) -> str:
        """The id of the relationship of a kind (`hyperlink`, `image`) to a target."""
        found = self._ids.get((kind, target))
        if found is None:
            found = self._ids[kind, target] = f"rId{self.first + len(self._ids)}"
        return found

    def xml(self) -> str:
        """All of them as they stand in a `.rels` file."""
        return "".join(
            f'<Relationship Id="{name}" Type="{_KINDS}{kind}" Target="{escape(target)}"'
            + (' TargetMode="External"/>' if kind == "hyperlink" else "/>")
            for (kind, target), name in self._ids.items()
        )


class Runs:
    """Writes the content of paragraphs, and collects what that asks of the rest of the file.

    `relationships` belong to the part being written, `width` is the room for a picture in twips, `leftward` becomes true
    when right-to-left text was written. In a note (`inner_notes` is a list), which can hold no notes, those are collected
    there and marked by asterisks. While a series' pattern is written `addresses` are the texts that links go to.
    """

    def __init__(self, house: Prepared, pictures: Mapping[str, Picture], anchors: Mapping[str, str]) -> None:
        self.relationships = Relationships(house.ids.relationship)
        self.width = house.text_width
        self.leftward = False
        self.notes: list[Blocks] = []
        self.inner_notes: list[Blocks] | None = None
        self.media: dict[str, bytes] = {}
        self.addresses: set[int] | None = None
        self._house = house
        self._pictures = pictures
        self._anchors = anchors
        self._first_note = house.ids.note
        self._next_drawing = house.ids.drawing
        self._openings = [self._opening(look) for look in range(_LOOKS)]
        self._other_openings: dict[tuple[int, str, str, str], str] = {}

    def xml(self, content: Inlines, look: int = _PLAIN) -> str:
        """The runs of `content`."""
        return "".join([self.text(node.text, look) if type(node) is Text else self._other(node, look) for node in content])

    def text(self, text: str, look: int = _PLAIN) -> str:
        """The runs of literal characters."""
        if not scripts.is_special(text):
            return f"{self._openings[look]}{run_text(text)}</w:t></w:r>" if text else ""
        return "".join([self._script_run(piece, language, look) for piece, language in scripts.split(text)])

    def titled(self, text: str, style: str) -> str:
        """The runs of a title in a character style."""
        self.leftward = False
        look = f'<w:rStyle w:val="{style}"/>'
        return "".join([self._script_run(piece, language, _PLAIN, style=look) for piece, language in scripts.split(text)])

    def _script_run(self, piece: str, language: str, look: int, more: str = "", style: str = "") -> str:
        if language in scripts.LEFTWARD:
            self.leftward = True
        wanted = look, language, more, style
        opening = self._other_openings.get(wanted)
        if opening is None:
            opening = self._other_openings[wanted] = self._opening(*wanted)
        return f"{opening}{run_text(piece)}</w:t></w:r>"

    def _opening(self, look: int, language: str = "", more: str = "", style: str = "") -> str:
        """The start of a run: its properties in the order that Word's schema asks for; `more` are colour and size as XML."""
        leftward = language in scripts.LEFTWARD
        asian = language != "" and not leftward
        named = "Verbatim Char" if look & _CODE else "Hyperlink" if look & _LINK else ""
        properties = (
            (f'<w:rStyle w:val="{self._house.styles[named]}"/>' if named else style)
            + ('<w:rFonts w:hint="eastAsia"/>' if asian else "")
            + ("<w:b/><w:bCs/>" if look & _STRONG else "")
            + ("<w:i/><w:iCs/>" if look & _EMPHASIS else "")
            + ("<w:strike/>" if look & _STRIKE else "")
            + more
            + ("<w:rtl/>" if leftward else "")
            + (f'<w:lang w:{"bidi" if leftward else "eastAsia"}="{language}"/>' if language not in {"", scripts.HAN} else "")
        )
        return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">'

    def _other(self, node: Inline, look: int) -> str:
        """The runs of what is no plain text."""
        write = _WRITERS.get(type(node))
        if write is None:
            raise TypeError(f"{type(node).__name__} must be replaced before a document is written")
        return write(self, node, look)

    def _emphasis(self, node: Emphasis, look: int) -> str:
        return self.xml(node.content, look | _EMPHASIS)

    def _strong(self, node: Strong, look: int) -> str:
        return self.xml(node.content, look | _STRONG)

    def _strikethrough(self, node: Strikethrough, look: int) -> str:
        return self.xml(node.content, look | _STRIKE)

    def _code(self, node: Code, look: int) -> str:
        return self.text(node.text, look | _CODE)

    def _break(self, _node: LineBreak, _look: int) -> str:
        return "<w:r><w:br/></w:r>"

    def _link(self, node: Link, look: int) -> str:
        destination = "" if look & _LINK else self._destination(node.target)  # a link within a link is none
        if not destination:
            return self.xml(node.content, look)
        tooltip = f' w:tooltip="{escape(node.title[:_LONGEST_TOOLTIP])}"' if node.title else ""
        return f'<w:hyperlink {destination} w:history="1"{tooltip}>{self.xml(node.content, look | _LINK)}</w:hyperlink>'

    def _destination(self, target: str) -> str:
        if target.startswith("#"):
            anchor = target[1:]
            name = self._anchors.get(anchor) or (anchor if anchor in self._house.bookmarks else "")
            return f'w:anchor="{escape(name)}"' if name else ""
        if self.addresses is not None and (found := MARK.search(target)):
            self.addresses.add(int(found[2]))
            return f'r:id="{found[0]}"'
        address = links.address(target)
        return f'r:id="{self.id_of(address)}"' if address else ""

    def id_of(self, address: str) -> str:
        """The id of the relationship to an address that can be a link."""
        return self.relationships.id_of("hyperlink", address)

    def _image(self, node: Image, _look: int) -> str:
        picture = self._pictures[node.path]
        name = f"{sha256(picture.data).hexdigest()[:20]}.{picture.format}"
        self.media[f"word/media/{name}"] = picture.data
        relationship = self.relationships.id_of("image", f"media/{name}")
        size = fitted(picture, self.width, round(self._house.text_height * _TALLEST), node.share)
        number, self._next_drawing = self._next_drawing, self._next_drawing + 1
        return drawing(number, relationship, size, node)

    def _figure(self, node: Figure, _look: int) -> str:
        leftward = self.leftward
        house, width = self._house, self.width / _TWIPS_PER_POINT
        size, room = house.figure_size / 2, house.text_height / _TWIPS_PER_POINT * _TALLEST
        shown = draw(node, width, size, house.figure_font)
        if shown.height > room:
            shown = draw(node, width, size * room / shown.height, house.figure_font)
        xml = figure(shown, self._next_drawing, self._house, self._label)
        self._next_drawing += len(shown.shapes) + 2
        self.leftward = leftward  # words in a figure don't turn the paragraph around it
        return xml

    def _label(self, text: str, is_bold: bool, more: str) -> str:
        look = _STRONG if is_bold else _PLAIN
        return "".join([self._script_run(piece, language, look, more) for piece, language in scripts.split(text)])

    def _footnote(self, node: Footnote, _look: int) -> str:
        style = f'<w:rPr><w:rStyle w:val="{self._house.styles["footnote reference"]}"/></w:rPr>'
        if self.inner_notes is not None:
            self.inner_notes.append(node.content)
            return f"<w:r>{style}<w:t>{'*' * len(self.inner_notes)}</w:t></w:r>"
        self.notes.append(node.content)
        return f'<w:r>{style}<w:footnoteReference w:id="{self._first_note + len(self.notes) - 1}"/></w:r>'


_WRITERS: Mapping[type, Callable[[Runs, Any, int], str]] = {
    Emphasis: Runs._emphasis,
    Strong: Runs._strong,
    Strikethrough: Runs._strikethrough,
    Code: Runs._code,
    LineBreak: Runs._break,
    Link: Runs._link,
    Image: Runs._image,
    Timeline: Runs._figure,
    Band: Runs._figure,
    Footnote: Runs._footnote,
}
