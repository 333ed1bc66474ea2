"""The blocks of a document as WordprocessingML, written as text in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from brief.classes import dataclass
from brief.document import (
    MARK,
    Align,
    Block,
    Blocks,
    Box,
    Callout,
    CodeBlock,
    Contents,
    Heading,
    List,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Series,
    Table,
    text_of,
)
from brief.word import columns, numbering, scripts
from brief.word.inline import Relationships, Runs
from brief.word.styles import key
from brief.word.template import Prepared
from brief.word.tree import headings
from brief.word.xml import run_texts

_AFTER_TABLE = '<w:spacing w:before="160"/>'
"""Word leaves no space below a table: the paragraph after it brings some."""
_GAP = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
"""Keeps two tables or boxes apart, which Word would join."""
_NARROWEST = 1_440
"""However deeply blocks are nested, so much width is left to them, in twips."""
_ALIGN: Mapping[Align, str] = {"left": "", "center": '<w:jc w:val="center"/>', "right": '<w:jc w:val="right"/>'}
_FIRST_ROW = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
_ROW = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
_TABLE_LOOK = (
    '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"'
    ' w:noHBand="0" w:noVBand="1"/>'
)
_CLOSE = "<w:contextualSpacing/>"
_KEEP = "<w:keepNext/>"
_PADDING = 200
"""The distance of a boxed callout's text to its sides, in twips."""
_FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_SPACE = '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
_PAGE_TAB = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{}"/></w:tabs>'
_ASIDE = "<w:r><w:rPr><w:webHidden/></w:rPr>{}</w:r>"
"""What Word leaves out where there are no pages."""


@dataclass(frozen=True)
class Frame:
    """What the paragraphs in one place have in common; lengths in twips, `style`, `closeness` and `align` as XML.

    `base` is where the place begins, `indent` where its text does; they differ in lists, which are `level` deep.
    `shifted`: the indent is not the one that the style gives, so it must be said. `keeps_style`: lists keep the style of
    the place (a quote's, a cell's) instead of having their own.
    """

    style: str
    width: int
    base: int = 0
    indent: int = 0
    shifted: bool = False
    keeps_style: bool = False
    level: int = 0
    closeness: str = ""
    align: str = ""

    @cached_property
    def room(self) -> int:
        """The width left to a table or a picture."""
        return max(self.width - self.indent, min(self.width, _NARROWEST))

    @property
    def table_indent(self) -> str:
        """The indent of a table that stands here."""
        return f'<w:tblInd w:w="{self.indent}" w:type="dxa"/>' if self.indent else ""

    @cached_property
    def opening(self) -> str:
        """The start of an ordinary paragraph."""
        indent = f'<w:ind w:left="{self.indent}"/>' if self.shifted else ""
        return _opened(f"{self.style}{indent}{self.closeness}{self.align}")

    def within(self, indent: int) -> int:
        """The indent, or as much of it as the width allows."""
        return min(indent, max(self.width - _NARROWEST, 0))

    def inner(self, style: str, own_indent: int) -> Frame:
        """A place within this one, whose style has an indent of its own."""
        indent = self.within(self.indent + own_indent)
        return Frame(style, self.width, indent, indent, shifted=self.indent > 0, keeps_style=True, align=self.align)


@dataclass(frozen=True, slots=True)
class Mark:
    """The bullet or number that the next paragraph bears: `style` and `number` are XML, `frame` is the item's.

    `shifted`: the indent is not the one that the list definition gives.
    """

    frame: Frame
    style: str
    number: str
    hanging: int
    shifted: bool


@dataclass(frozen=True, slots=True)
class Body:
    """What a document puts into the slots of a house, as XML, and its pictures by their names in the zip file."""

    slots: Mapping[str, str]
    media: Mapping[str, bytes]


def write(
    blocks: Blocks,
    house: Prepared,
    pictures: Mapping[str, Picture],
    labels: Mapping[str, str],
    pages: Mapping[str, int] | None = None,
) -> Body:
    """Write a document for a house.

    `pages` hold the page of each bookmark in `entries`; where they are none, contents give no pages.
    A picture or page that is not there is a KeyError, a node that an earlier stage replaces a TypeError.
    """
    return _Writer(blocks, house, pictures, labels, pages).body()


def entries(blocks: Blocks, house: Prepared) -> tuple[tuple[Heading, str], ...]:
    """Each heading with the name of its bookmark."""
    first = house.ids.contents_bookmark
    return tuple((heading, f"_Toc{number:09d}") for number, heading in enumerate(headings(blocks), first))


class _Writer:
    def __init__(
        self,
        blocks: Blocks,
        house: Prepared,
        pictures: Mapping[str, Picture],
        labels: Mapping[str, str],
        pages: Mapping[str, int] | None,
    ) -> None:
        self.house = house
        self.labels = labels
        self.pages = pages
        self.document = blocks
        self.entries = entries(blocks, house)
        self.unwritten = iter(self.entries)
        anchors = {heading.anchor: name for heading, name in reversed(self.entries) if heading.anchor}
        self.runs = Runs(house, pictures, anchors)
        self.styles = {name: f'<w:pStyle w:val="{style}"/>' for name, style in house.styles.items()}
        self.next_bookmark = house.ids.bookmark
        self.instances: list[str] = []
        self.bullets = 0
        self.parts: list[str] = []
        self.put = self.parts.append
        self.mark: Mark | None = None
        self.framed_until = -1  # the number of parts behind a box of paragraphs: equal ones that follow each other become one
        self.follows_table = house.stands_after_table

    def body(self) -> Body:
        house, runs = self.house, self.runs
        style = f'<w:pStyle w:val="{house.body_style}"/>' if house.body_style else ""
        self.blocks(self.document, Frame(style, house.text_width))
        if self.follows_table and (house.stands_before_table or house.stands_last):
            self.put(_GAP)
        body = self.taken()
        relationships, runs.relationships = runs.relationships, Relationships(house.ids.note_relationship)
        notes = "".join([self.note(number, content) for number, content in enumerate(runs.notes, house.ids.note)])
        slots = {
            "body": body,
            "notes": notes,
            "numbers": "".join(self.instances),
            "relationships": relationships.xml(),
            "note relationships": runs.relationships.xml(),
        }
        return Body(slots, runs.media)

    def taken(self) -> str:
        """All that was written since the last call."""
        text = "".join(self.parts)
        self.parts.clear()
        self.framed_until = -1
        return text

    def blocks(self, blocks: Blocks, frame: Frame) -> None:
        for block in blocks:
            write = _WRITERS.get(type(block))
            if write is None:
                raise TypeError(f"{type(block).__name__} must be replaced before a document is written")
            write(self, block, frame)

    def write_series(self, node: Series, frame: Frame) -> None:
        self.series(node, lambda blocks: self.blocks(blocks, frame))

    def series(self, node: Series, write: Callable[[Any], None]) -> None:
        """Write what comes again and again: its XML is made once, and the texts are put into it."""
        write(node.at(0))  # it may follow a table, the others don't
        start = len(self.parts)
        self.runs.addresses = addresses = set[int]()
        write(node.pattern)
        self.runs.addresses = None
        xml = "".join(self.parts[start:])
        del self.parts[start:]
        columns = [*zip(*node.texts[1:], strict=True)]
        # Scripts part a text into runs; of several links each time, column by column would number them in another order.
        if len(addresses) > 1 or any(map(scripts.is_special, (xml, *map("".join, columns)))):
            for time in range(1, len(node.texts)):
                write(node.at(time))
            return
        order = [int(found[2]) for found in MARK.finditer(xml)]
        filled = [map(self.runs.id_of, columns[index]) if index in addresses else run_texts(columns[index]) for index in order]
        form = MARK.sub("%s", xml.replace("%", "%%"))
        self.parts += [form % texts for texts in zip(*filled, strict=True)]

    def write_paragraph(self, node: Paragraph, frame: Frame) -> None:
        runs = self.content(node, frame)
        if node.style or self.mark or self.follows_table or self.runs.leftward:
            opening = self.opening(frame, self.named_style(node.style), leftward=self.begins_leftward(node))
        else:
            opening = frame.opening
        self.put(f"{opening}{runs}</w:p>")

    def content(self, node: Paragraph | Heading, frame: Frame) -> str:
        self.runs.width = frame.room
        self.runs.leftward = False
        return self.runs.xml(node.content)

    def opening(
        self, frame: Frame, style: str = "", *, keep: str = "", tabs: str = "", leftward: bool = False, rest: str = ""
    ) -> str:
        """The start of a paragraph that may be no ordinary one; it takes the mark of the list item that waits for one."""
        mark, self.mark = self.mark, None
        spacing = _AFTER_TABLE if self.follows_table else ""
        self.follows_table = False
        shifted, number, hanging = frame.shifted, "", ""
        if mark is not None:
            own_place = frame is mark.frame
            style = style or (mark.style if own_place else "")
            shifted = mark.shifted or not own_place
            number, hanging = mark.number, f' w:hanging="{mark.hanging}"'
        indent = f'<w:ind w:left="{frame.indent}"{hanging}/>' if shifted else ""
        bidi = "<w:bidi/>" if leftward else ""
        return _opened(f"{style or frame.style}{keep}{number}{tabs}{bidi}{spacing}{indent}{frame.closeness}{frame.align}{rest}")

    def begins_leftward(self, node: Paragraph | Heading) -> bool:
        return self.runs.leftward and scripts.begins_leftward(text_of(node.content))

    def named_style(self, name: str) -> str:
        """The style that an editor asked for, or nothing."""
        style = self.house.paragraph_styles.get(key(name)) if name else None
        return f'<w:pStyle w:val="{style}"/>' if style else ""

    def styled(self, frame: Frame, style: str) -> Frame:
        """The place within another that has one of the house's styles."""
        return frame.inner(self.styles[style], self.house.indents.get(self.house.styles[style], 0))

    def write_heading(self, node: Heading, frame: Frame) -> None:
        runs = self.content(node, frame)
        named = self.named_style(node.style)
        outline = f'<w:outlineLvl w:val="{node.level - 1}"/>' if named else ""
        self.follows_table = False  # a heading has room above it anyway
        style = named or self.styles[f"heading {node.level}"]
        opening = self.opening(frame, style, leftward=self.begins_leftward(node), rest=outline)
        if self.runs.inner_notes is None:
            _, name = next(self.unwritten)
            number, self.next_bookmark = self.next_bookmark, self.next_bookmark + 1
            runs = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'
        self.put(f"{opening}{runs}</w:p>")

    def write_list(self, node: List, frame: Frame) -> None:
        self.release_mark()
        counts = node.start is not None
        definition = self.house.numbers if counts else self.house.bullets
        style = self.styles["List Number" if counts else "List Bullet"]
        level = min(frame.level, numbering.LEVELS - 1)
        left, hanging = definition.indents[level]
        item = Frame(
            style=frame.style if frame.keeps_style else self.styles["List Continue"],
            width=frame.width,
            base=frame.base,
            indent=frame.within(frame.base + left),
            shifted=True,
            keeps_style=frame.keeps_style,
            level=frame.level + 1,
            closeness=_CLOSE if node.tight else '<w:contextualSpacing w:val="0"/>',
            align=frame.align,
        )
        mark = Mark(
            frame=item,
            style=item.style if frame.keeps_style else style,
            number=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{self.instance(node, level)}"/></w:numPr>',
            hanging=hanging,
            shifted=item.indent != left,
        )

        def write(blocks: Blocks) -> None:
            self.mark = mark
            self.blocks(blocks, item)
            self.release_mark()

        for blocks in node.items:
            if isinstance(blocks, Series):
                self.series(blocks, write)
            else:
                write(blocks)

    def instance(self, node: List, level: int) -> int:
        """The number instance of a list: one of its own where it counts, the same for all bullets."""
        if node.start is None and self.bullets:
            return self.bullets
        number = self.house.ids.number + len(self.instances)
        if node.start is None:
            self.bullets = number
            self.instances.append(numbering.instance(number, self.house.bullets.abstract))
        else:
            self.instances.append(numbering.instance(number, self.house.numbers.abstract, [(level, node.start)]))
        return number

    def release_mark(self) -> None:
        """Give the mark of an item that begins with no paragraph an empty one."""
        if self.mark is not None:
            self.put(f"{self.opening(self.mark.frame)}</w:p>")

    def write_quote(self, node: Quote, frame: Frame) -> None:
        self.blocks(node.content, self.styled(frame, "Quote"))

    def write_callout(self, node: Callout, frame: Frame) -> None:
        style = self.house.styles[f"Callout {node.kind.capitalize()}"]
        self.framed(node.content, self.labels[node.kind], "Callout Label", style, frame)

    def write_box(self, node: Box, frame: Frame) -> None:
        style = self.house.paragraph_styles.get(key(node.style), "") or self.house.styles["Box"]
        self.framed(node.content, node.title, "Box Title", style, frame)

    def framed(self, content: Blocks, title: str, look: str, style: str, frame: Frame) -> None:
        """Blocks under a title, in the paragraph style whose border and tint make the box."""
        label = self.runs.titled(title, self.house.styles[look])
        leftward = self.runs.leftward and scripts.begins_leftward(title)
        if frame.level or any(map(_is_deep, content)):
            self.boxed(content, label, frame, self.house.boxes.get(style, ""), leftward=leftward)
            return
        if self.framed_until == len(self.parts):
            self.put(_GAP)
        place = frame.inner(f'<w:pStyle w:val="{style}"/>', self.house.indents.get(style, 0))
        if any(isinstance(block, List) for block in content):
            place = replace(place, closeness=_CLOSE)  # Word may box an item apart, but leaves no stripe between the boxes
        self.put(f"{self.opening(self.title_place(content, place), keep=_KEEP, leftward=leftward)}{label}</w:p>")
        self.blocks(content, place)
        self.framed_until = len(self.parts)

    def title_place(self, content: Blocks, place: Frame) -> Frame:
        """Where the title of a box stands: as far in as the items of a list below it, so that one border goes around both."""
        first = content[0] if content else None
        if not isinstance(first, List):
            return place
        left, hanging = (self.house.bullets if first.start is None else self.house.numbers).indents[0]
        indent = f'<w:ind w:left="{place.within(place.base + left)}" w:hanging="{hanging}"/>'
        return replace(place, shifted=False, closeness=indent + place.closeness)

    def boxed(self, content: Blocks, label: str, frame: Frame, box: str, *, leftward: bool) -> None:
        """The same as a table of one cell: paragraphs of different indents can't share a border."""
        self.release_mark()
        if self.follows_table:
            self.put(_GAP)
        self.follows_table = False
        place = Frame("", frame.room - 2 * _PADDING)
        self.put(
            f'<w:tbl><w:tblPr><w:tblW w:w="{frame.room}" w:type="dxa"/>{frame.table_indent}<w:tblLayout w:type="fixed"/>'
            f'<w:tblCellMar><w:top w:w="80" w:type="dxa"/><w:left w:w="{_PADDING}" w:type="dxa"/>'
            f'<w:bottom w:w="40" w:type="dxa"/><w:right w:w="{_PADDING}" w:type="dxa"/></w:tblCellMar>'
            f'</w:tblPr><w:tblGrid><w:gridCol w:w="{frame.room}"/></w:tblGrid><w:tr><w:tc>'
            f'<w:tcPr><w:tcW w:w="{frame.room}" w:type="dxa"/>{box}</w:tcPr>'
            f"{self.opening(place, keep=_KEEP, leftward=leftward)}{label}</w:p>"
        )
        self.ended(content, place)
        self.put("</w:tc></w:tr></w:tbl>")
        self.follows_table = True

    def write_code(self, node: CodeBlock, frame: Frame) -> None:
        opening = self.opening(self.styled(frame, "Source Code"))
        text = self.runs.text(node.text)
        self.put(f"{opening}{text}</w:p>")

    def write_rule(self, _node: Rule, frame: Frame) -> None:
        self.put(f"{self.opening(frame, self.styles['Horizontal Line'])}</w:p>")

    def write_table(self, node: Table, frame: Frame) -> None:
        self.release_mark()
        if self.follows_table:
            self.put(_GAP)
        widths = columns.widths(node, frame.room, self.house.table_scale)
        style = self.house.table_styles.get(key(node.style), "") or self.house.styles["Briefing Table"]
        grid = "".join([f'<w:gridCol w:w="{width}"/>' for width in widths])
        self.put(
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{frame.table_indent}'
            f"{_TABLE_LOOK}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        )
        self.rows([node.head], self.cells(node, widths, "Table Heading"), _FIRST_ROW)
        self.rows(node.rows, self.cells(node, widths, "Table Text"), _ROW)
        self.put("</w:tbl>")
        self.follows_table = True

    def cells(self, node: Table, widths: list[int], style: str) -> list[tuple[str, Frame]]:
        """For each column how its cells begin, and the place that they are."""
        return [
            (
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>',
                Frame(self.styles[style], width - columns.MARGINS, keeps_style=True, align=_ALIGN[align]),
            )
            for width, align in zip(widths, node.aligns, strict=True)
        ]

    def rows(self, rows: Iterable[tuple[Blocks, ...]], cells: list[tuple[str, Frame]], opening: str) -> None:
        put = self.put

        def write(row: tuple[Blocks, ...]) -> None:
            put(opening)
            for content, (cell, frame) in zip(row, cells, strict=True):
                put(cell)
                self.ended(content, frame)
                put("</w:tc>")
            put("</w:tr>")

        for row in rows:
            if isinstance(row, Series):
                self.series(row, write)
            else:
                write(row)

    def ended(self, content: Blocks, frame: Frame) -> None:
        """Blocks with a paragraph at their end, as Word asks of a cell and of a note."""
        self.follows_table = False
        if len(content) == 1 and type(content[0]) is Paragraph:  # most of a table's cells
            self.write_paragraph(content[0], frame)
            return
        written = len(self.parts)
        self.blocks(content, frame)
        if self.follows_table or len(self.parts) == written:
            self.follows_table = False
            self.put(f"{frame.opening}</w:p>")

    def write_contents(self, node: Contents, frame: Frame) -> None:
        """A finished table of contents, linked, with pages where they are known, that Word can make anew on demand."""
        titles = [(heading.level, " ".join(text_of(heading.content).split()), name) for heading, name in self.entries]
        shown = [(level, title, name) for level, title, name in titles if title and level <= node.depth]
        bare, tabs = (r"\n ", "") if self.pages is None else ("", _PAGE_TAB.format(frame.width))
        instruction = rf'<w:r><w:instrText xml:space="preserve"> TOC \o "1-{node.depth}" {bare}\h \z \u </w:instrText></w:r>'
        before = f"{_FIELD.format('begin')}{instruction}{_FIELD.format('separate')}"
        for index, (level, title, name) in enumerate(shown, 1):
            after = _FIELD.format("end") if index == len(shown) else ""
            link = f'<w:hyperlink w:anchor="{name}" w:history="1">{self.runs.text(title)}{self.page_of(name)}</w:hyperlink>'
            self.put(f"{self.opening(frame, self.styles[f'toc {level}'], tabs=tabs)}{before}{link}{after}</w:p>")
            before = ""

    def page_of(self, name: str) -> str:
        """The page that a bookmark stands on, as the end of an entry of the contents."""
        if self.pages is None:
            return ""
        pieces = (
            "<w:tab/>",
            '<w:fldChar w:fldCharType="begin"/>',
            rf'<w:instrText xml:space="preserve"> PAGEREF {name} \h </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            f"<w:t>{self.pages[name]}</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
        return "".join([_ASIDE.format(piece) for piece in pieces])

    def note(self, number: int, content: Blocks) -> str:
        """A footnote; the notes within it, which Word has none of, follow its text."""
        style = f'<w:rPr><w:rStyle w:val="{self.house.styles["footnote reference"]}"/></w:rPr>'
        self.runs.inner_notes = inner = list[Blocks]()
        self.note_text(f"<w:r>{style}<w:footnoteRef/></w:r>", content)
        for index, more in enumerate(inner, 1):  # grows while it is read, where notes are nested deeper
            self.note_text(f"<w:r>{style}<w:t>{'*' * index}</w:t></w:r>", more)
        return f'<w:footnote w:id="{number}">{self.taken()}</w:footnote>'

    def note_text(self, reference: str, content: Blocks) -> None:
        frame = Frame(self.styles["footnote text"], self.house.text_width, keeps_style=True)
        first = content[0] if content else None
        if isinstance(first, Paragraph):
            runs = self.content(first, frame)
            opening = self.opening(frame, self.named_style(first.style), leftward=self.begins_leftward(first))
            self.put(f"{opening}{reference}{_SPACE}{runs}</w:p>")
            content = content[1:]
        else:
            self.put(f"{frame.opening}{reference}</w:p>")
        if content:
            self.ended(content, frame)


def _is_deep(block: Block) -> bool:
    """Whether a block is more than a paragraph or a list of paragraphs."""
    match block:
        case Paragraph():
            return False
        case List(items=items):
            return any(len(item) != 1 or not isinstance(item[0], Paragraph) for item in items)
    return True


def _opened(properties: str) -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>" if properties else "<w:p>"


_WRITERS: Mapping[type[Block], Callable[[_Writer, Any, Frame], None]] = {
    Series: _Writer.write_series,
    Paragraph: _Writer.write_paragraph,
    Heading: _Writer.write_heading,
    List: _Writer.write_list,
    Quote: _Writer.write_quote,
    Callout: _Writer.write_callout,
    Box: _Writer.write_box,
    CodeBlock: _Writer.write_code,
    Rule: _Writer.write_rule,
    Table: _Writer.write_table,
    Contents: _Writer.write_contents,
}
