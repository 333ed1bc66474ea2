"""What stands within a paragraph: runs of text, links, pictures, marks of notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from brief.document import (
    Band,
    Blocks,
    Code,
    Emphasis,
    Figure,
    Footnote,
    Image,
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
    there and marked by asterisks.
    """

    def __init__(self, house: Prepared, pictures: Mapping[str, Picture], anchors: Mapping[str, str]) -> None:
        self.relationships = Relationships(house.ids.relationship)
        self.width = house.text_width
        self.leftward = False
        self.notes: list[Blocks] = []
        self.inner_notes: list[Blocks] | None = None
        self.media: dict[str, bytes] = {}
        self._house = house
        self._pictures = pictures
        self._anchors = anchors
        self._first_note = house.ids.note
        self._next_drawing = house.ids.drawing
        self._openings = [self._opening(look) for look in range(_LOOKS)]
        self._other_openings: dict[tuple[int, str, str, str], str] = {}

    def xml(self, content: Inlines, look: int = _PLAIN) -> str:
        """The runs of `content`."""
        if len(content) == 1 and type(content[0]) is Text:  # most of a table's cells
            return self.text(content[0].text, look)
        parts: list[str] = []
        self._write(content, look, parts.append)
        return "".join(parts)

    def text(self, text: str, look: int = _PLAIN) -> str:
        """The runs of literal characters."""
        if not text:
            return ""
        if text.isascii() or not scripts.SPECIAL.search(text):
            return f"{self._openings[look]}{run_text(text)}</w:t></w:r>"
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

    def _write(self, content: Inlines, look: int, put: Callable[[str], None]) -> None:
        for node in content:
            if type(node) is Text:
                put(self.text(node.text, look))
            elif (write := _WRITERS.get(type(node))) is None:
                raise TypeError(f"{type(node).__name__} must be replaced before a document is written")
            else:
                write(self, node, look, put)

    def _emphasis(self, node: Emphasis, look: int, put: Callable[[str], None]) -> None:
        self._write(node.content, look | _EMPHASIS, put)

    def _strong(self, node: Strong, look: int, put: Callable[[str], None]) -> None:
        self._write(node.content, look | _STRONG, put)

    def _strikethrough(self, node: Strikethrough, look: int, put: Callable[[str], None]) -> None:
        self._write(node.content, look | _STRIKE, put)

    def _code(self, node: Code, look: int, put: Callable[[str], None]) -> None:
        put(self.text(node.text, look | _CODE))

    def _break(self, _node: LineBreak, _look: int, put: Callable[[str], None]) -> None:
        put("<w:r><w:br/></w:r>")

    def _link(self, node: Link, look: int, put: Callable[[str], None]) -> None:
        destination = "" if look & _LINK else self._destination(node.target)  # a link within a link is none
        if not destination:
            self._write(node.content, look, put)
            return
        tooltip = f' w:tooltip="{escape(node.title[:_LONGEST_TOOLTIP])}"' if node.title else ""
        put(f'<w:hyperlink {destination} w:history="1"{tooltip}>')
        self._write(node.content, look | _LINK, put)
        put("</w:hyperlink>")

    def _destination(self, target: str) -> str:
        if target.startswith("#"):
            anchor = target[1:]
            name = self._anchors.get(anchor) or (anchor if anchor in self._house.bookmarks else "")
            return f'w:anchor="{escape(name)}"' if name else ""
        address = links.address(target)
        return f'r:id="{self.relationships.id_of("hyperlink", address)}"' if address else ""

    def _image(self, node: Image, _look: int, put: Callable[[str], None]) -> None:
        picture = self._pictures[node.path]
        name = f"{sha256(picture.data).hexdigest()[:20]}.{picture.format}"
        self.media[f"word/media/{name}"] = picture.data
        relationship = self.relationships.id_of("image", f"media/{name}")
        size = fitted(picture, self.width, round(self._house.text_height * _TALLEST), node.share)
        put(drawing(self._next_drawing, relationship, size, node))
        self._next_drawing += 1

    def _figure(self, node: Figure, _look: int, put: Callable[[str], None]) -> None:
        leftward = self.leftward
        house, width = self._house, self.width / _TWIPS_PER_POINT
        size, room = house.figure_size / 2, house.text_height / _TWIPS_PER_POINT * _TALLEST
        shown = draw(node, width, size, house.figure_font)
        if shown.height > room:
            shown = draw(node, width, size * room / shown.height, house.figure_font)
        put(figure(shown, self._next_drawing, self._house, self._label))
        self._next_drawing += len(shown.shapes) + 2
        self.leftward = leftward  # words in a figure don't turn the paragraph around it

    def _label(self, text: str, is_bold: bool, more: str) -> str:
        look = _STRONG if is_bold else _PLAIN
        return "".join([self._script_run(piece, language, look, more) for piece, language in scripts.split(text)])

    def _footnote(self, node: Footnote, _look: int, put: Callable[[str], None]) -> None:
        style = f'<w:rPr><w:rStyle w:val="{self._house.styles["footnote reference"]}"/></w:rPr>'
        if self.inner_notes is not None:
            self.inner_notes.append(node.content)
            put(f"<w:r>{style}<w:t>{'*' * len(self.inner_notes)}</w:t></w:r>")
            return
        put(f'<w:r>{style}<w:footnoteReference w:id="{self._first_note + len(self.notes)}"/></w:r>')
        self.notes.append(node.content)


_WRITERS: Mapping[type, Callable[[Runs, Any, int, Callable[[str], None]], None]] = {
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
