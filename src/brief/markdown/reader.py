"""One pass over the events of a Markdown text: containers open and close, values take the place of their tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from brief.classes import dataclass
from brief.document import Block, Blocks, Box, Citation, Inlines, List, Paragraph, Table, Text, Where
from brief.errors import Finding, Severity
from brief.markdown.events import BEGINNING, Event, Source, lowering
from brief.markdown.findings import Findings
from brief.markdown.pieces import BLANK, BLOCKS, BREAKS, Slot, is_blank, joined, merged, stand_alone, trimmed
from brief.markdown.sentences import first_sentence
from brief.markdown.targets import Anchors, cut
from brief.patterns import regex
from brief.rendered import (
    TOKEN,
    TOKEN_END,
    TOKEN_PART,
    TOKEN_START,
    BoxValue,
    Fragment,
    Markdown,
    Part,
    StyledValue,
    TableValue,
    Value,
)

DEEPEST = 100
"""How many containers may stand within each other."""

_UNSETTLED = BREAKS | {Slot}
"""The classes of pieces that are no nodes yet, or whose meaning depends on what stands beside them."""
_TURNS = frozenset(("CodeBlock", "FootnoteDefinition"))
_CELL_DEPTH = 4  # table, row, cell, paragraph
_TOKEN_OR_PART = regex(f"{TOKEN.pattern}|{TOKEN_PART.pattern}")
_BROKEN_TOKEN = regex(f"{TOKEN_START}(?![0-9]+{TOKEN_END})")
_NOTE_MARK = regex(r"(?<!\\)\[\^([^\[\]\s]+)\]")  # a backslash before it says that text is meant
_PLAIN = regex(r"[^\W\d_][^\\`*_\[\]<&~]*(?<!\s)")
"""One line of words, which the parser would give back as it is: most texts of the seeds are."""
_CUT = "a filter cut a value in two"
_CUT_HINT = "apply the filter to the value before it is printed"


Close = Callable[["Reader", list[Any], Any, int], list[Any]]
"""What a container that ends becomes: of the pieces in it, what its start said, and the number of that event."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the events of the parser become: pieces of those without a value, and what makes pieces of the others."""

    bare: Mapping[str, Any]
    single: Mapping[str, Callable[[Reader, Any, int], list[Any]]]
    close: Mapping[str, Close]


@dataclass(slots=True)
class Note:
    """What the definition of a note says, the event it starts with, and how often it is `used`."""

    content: Blocks
    start: int
    used: int = 0


@dataclass(slots=True)
class Session:
    """What the texts of one document share while they are read.

    `known` holds the anchors that were found when the document was read before; it is none the first time. `hinted` counts
    the links to none of them, `repeated` the characters of notes that stood before.
    """

    grammar: Grammar
    values: Sequence[Value]
    known: frozenset[str] | None = None
    findings: Findings = field(default_factory=Findings)
    anchors: Anchors = field(default_factory=Anchors)
    linked: set[str] = field(default_factory=set)
    level: int = 0
    hinted: int = 0
    repeated: int = 0


class Reader:
    """Reads one text: a template's output, a macro's (`Fragment`), or one of the seeds (`Markdown`).

    A place in it is the number of an event, since to count bytes takes the parser longer.
    """

    def __init__(
        self, session: Session, text: str, *, seed: Markdown | None = None, within: tuple[Reader, int] | None = None
    ) -> None:
        """`within` is the reader that came upon this text, and the event in which its token stands."""
        self.session = session
        self.seed = seed
        self.within = within
        self.depth: int = within[0].depth + len(within[0].open) + _CELL_DEPTH if within else 0
        self.severity: Severity = "warning" if seed else "error"
        self.source = Source(text if seed else self._sound(text))
        self.open: list[tuple[Close, Any, int, list[Any]]] = []  # the last with the pieces around the container
        self.events: Iterator[tuple[int, Event]] = iter(())
        self.notes: dict[str, Note] = {}
        self.in_note: bool = within is not None and within[0].in_note
        self.in_code = False
        self.tags: set[str] = set()
        self.lowered = 0

    def blocks(self) -> Blocks:
        """The tree of the whole text."""
        if self.depth >= DEEPEST:
            self._too_deep(BEGINNING)
            return ()
        if self.seed and self.seed.text.isprintable() and _PLAIN.fullmatch(self.seed.text):
            return (Paragraph((Text(self.seed.text),)),)
        for byte, reference in self.source.unprintable:
            self._tell(self._at(byte), f"{reference} stands for no character", "leave it out; \ufffd is printed", self.severity)
        events = self.source.events()
        if self.seed:
            events = list(events)
            self.lowered = lowering(events, self.session.level)
        self.events = enumerate(events)
        pieces = self._walk()
        for byte in self.source.rows_cut():
            hint = "they would be lost"
            self._tell(self._at(byte), "the row has more cells than the table's head", hint, self.severity)
        for label, note in self.notes.items():
            if not note.used:
                self.report(note.start, f"nothing refers to the note [^{cut(label)}]", "it is not printed", "warning")
        return self.grouped(pieces)

    def _walk(self) -> list[Any]:
        """The pieces of the whole text."""
        grammar, unfinished = self.session.grammar, self.open
        has_tokens = self.seed is None
        deepest = DEEPEST - self.depth
        pieces: list[Any] = []  # of the innermost open container
        for number, event in self.events:
            if isinstance(event, str):
                pieces.append(grammar.bare[event])
                continue
            kind, data = event.popitem()
            if kind == "End":
                close, payload, opened, outer = unfinished.pop()
                outer += close(self, pieces, payload, opened)
                pieces = outer
            elif kind == "Start":
                name, payload = (data, None) if data.__class__ is str else data.popitem()
                if len(unfinished) >= deepest:
                    self._too_deep(number)
                    self._skip()
                    continue
                if name in _TURNS:
                    self._turn(name)
                unfinished.append((grammar.close[name], payload, number, pieces))
                pieces = []
            elif kind != "Text":
                pieces += grammar.single[kind](self, data, number)
            else:
                if "[^" in data and not self.in_code:
                    self._unknown_notes(number)
                if has_tokens and TOKEN_START in data and not self.in_code:
                    self._put(data, number, pieces)
                else:
                    pieces.append(data)
        return pieces

    def _turn(self, name: str) -> None:
        """Begins code or a note, where texts mean something else."""
        if name == "CodeBlock":
            self.in_code = True
        else:
            self.in_note = True

    def _unknown_notes(self, start: int) -> None:
        """Tells marks of notes that nothing defines: the parser takes them for text."""
        for label in _NOTE_MARK.findall(self.source.written(start)):
            mark = f"[^{cut(self.shown(label, start))}]"
            if TOKEN_START in label and not self.seed:
                self.report(start, *named_by_value(mark))
                continue
            hint = f"add a line such as {mark}: what the note says"
            self.report(start, f"nothing defines the note {mark}; the mark is printed as it stands", hint, "warning")

    def _skip(self) -> None:
        depth = 1
        for _, event in self.events:
            if isinstance(event, dict):
                depth += ("Start" in event) - ("End" in event)
                if not depth:
                    return

    # What is wrong, and where

    def report(self, start: int, message: str, hint: str = "", severity: Severity = "error") -> None:
        """Tells a fault at an event of this text."""
        self._tell(self.where(start), message, hint, severity)

    def _tell(self, place: tuple[Where, int], message: str, hint: str, severity: Severity = "error") -> None:
        where, line = place
        self.session.findings.add(Finding(message, where, hint, severity, line))

    def where(self, start: int) -> tuple[Where, int]:
        """The origin of a seed's text and the line of an event in it; else the character in the rendered template."""
        return self._at(self.source.start(start))

    def _at(self, byte: int) -> tuple[Where, int]:
        if self.seed and self.seed.origin:
            return self.seed.origin, self.source.line(byte)
        if self.within:
            reader, start = self.within
            return reader.where(start)
        return self.source.offset(byte), 1

    def _too_deep(self, start: int) -> None:
        self.report(start, f"more than {DEEPEST} lists, quotes or marks stand within each other", "make it flatter")

    # Tokens and the values they stand for

    def _sound(self, text: str) -> str:
        """The text; what is left of damaged tokens is told and made visible."""
        if text.count(TOKEN_START) == text.count(TOKEN_END) and not _BROKEN_TOKEN.search(text):
            return text
        return _TOKEN_OR_PART.sub(self._mended, text)

    def _mended(self, match: re.Match[str]) -> str:
        if match[1]:
            return match[0]
        where = self.within[0].where(self.within[1])[0] if self.within else match.start()
        self.session.findings.add(Finding(_CUT, where, _CUT_HINT))
        return "\ufffd"

    def _value(self, number: str, start: int) -> Value:
        try:
            return self.session.values[int(number)]
        except (IndexError, ValueError):
            self.report(start, _CUT, _CUT_HINT)
            return "\ufffd"

    def _put(self, text: str, start: int, pieces: list[Any]) -> None:
        """Adds a text with tokens to the pieces, their values in their places."""
        if (alone := text[1:-1]).isdecimal() and isinstance(value := self._value(alone, start), str):  # most are one token
            pieces += [value] if value else []
            return
        first, *others = text.split(TOKEN_START)
        if first:
            pieces.append(first)
        for other in others:
            number, _, after = other.partition(TOKEN_END)
            value = self._value(number, start)
            if value.__class__ is str:
                if value:
                    pieces.append(value)
            elif isinstance(value, tuple) and value[0].__class__ not in BLOCKS:
                pieces.extend(value)
            else:
                pieces.append(Slot(value, start))
            if after:
                pieces.append(after if pieces else after.lstrip(" "))

    def literal(self, text: str, start: int, place: str) -> str:
        """The text with the characters of its values, where only characters can stand: in `place`."""
        if TOKEN_START not in text or self.seed:
            return text
        if (alone := text[1:-1]).isdecimal() and isinstance(value := self._value(alone, start), str):
            return value

        def characters(match: re.Match[str]) -> str:
            value = self._value(match[1], start)
            if isinstance(value, str):
                return value
            hint = "print the value itself, without a filter such as markdown or cite"
            self.report(start, f"only plain text can stand in {place}", hint)
            return ""

        return TOKEN.sub(characters, text)

    def shown(self, text: str, start: int) -> str:
        """The text with the characters of its values, as a message shows it."""
        if TOKEN_START not in text or self.seed:
            return text
        values = (self._value(found, start) for found in TOKEN.findall(text))
        return TOKEN.sub(lambda _: value if isinstance(value := next(values), str) else "…", text)

    # Pieces become nodes

    def grouped(self, pieces: list[Any]) -> Blocks:
        """The blocks among the pieces, and a paragraph of each run of others between them."""
        blocks: list[Block] = []
        run: list[Any] = []
        for piece in pieces:
            if piece.__class__ in BLOCKS:
                if run:
                    blocks += self.flow(run)
                    run = []
                blocks.append(piece)
            else:
                run.append(piece)
        return tuple(blocks + self.flow(run) if run else blocks)

    def flow(self, pieces: list[Any]) -> list[Block]:
        """The paragraph that the pieces make, or the blocks where nothing else stands in it; nothing of blank ones."""
        if len(pieces) == 1 and pieces[0].__class__ is str:
            return [Paragraph((Text(pieces[0]),))] if pieces[0].strip(BLANK) else []
        kinds = set(map(type, pieces))
        if kinds.isdisjoint(_UNSETTLED):
            content = joined(pieces)
            return [] if is_blank(content) else [Paragraph(content)]
        if not kinds.isdisjoint(BREAKS):
            pieces = trimmed(pieces)
        if Slot in kinds and stand_alone(pieces):
            return [block for slot in pieces if isinstance(slot, Slot) for block in self._placed(slot.value, slot.start)]
        if kinds == {Slot, Citation} and all(piece.__class__ is Citation for piece in pieces[1:]):
            return self._cited(*pieces)
        content = self.inlines(pieces)
        return [] if is_blank(content) else [Paragraph(content)]

    def inlines(self, pieces: list[Any]) -> Inlines:
        """The nodes that the pieces make within a line of text."""
        if len(pieces) == 1 and pieces[0].__class__ is str:
            return (Text(pieces[0]),)
        if Slot in map(type, pieces):
            pieces = [part for piece in pieces for part in (self._flowing(piece) if isinstance(piece, Slot) else (piece,))]
        return merged(pieces)

    def _placed(self, value: Value, start: int) -> Blocks:
        """The blocks that a value makes where it stands alone."""
        match value:
            case Markdown():
                return self._seed(value, start)[1]
            case TableValue():
                return self._table(value, start)
            case BoxValue(title, content, style):
                inner = self._parts(content, start)
                return (Box(title, inner, style),) if inner else ()
            case StyledValue(content, style):
                return tuple(self._styled(block, style, start) for block in self._parts(content, start))
        return value  # type: ignore[return-value]

    def _cited(self, slot: Slot, *marks: Citation) -> list[Block]:
        """The blocks of a text with the marks that follow it, on its last paragraph or item where it ends with one."""
        return list(_marked(self._placed(slot.value, slot.start), marks))

    def _styled(self, block: Block, style: str, start: int) -> Block:
        match block:
            case Paragraph():
                return replace(block, style=style)
            case List(items):
                return replace(block, items=tuple(tuple(self._styled(inner, style, start) for inner in item) for item in items))
        self.report(
            start, f"only paragraphs and lists can have the style {style!r}", "print other blocks without it", "warning"
        )
        return block

    def _flowing(self, slot: Slot) -> Inlines:
        hint = "put it in a paragraph of its own"
        if not isinstance(slot.value, Markdown):
            self.report(slot.start, "a table or another block stands within a line of text", hint)
            return ()
        reader, blocks = self._seed(slot.value, slot.start)
        match blocks:
            case ():
                return ()
            case (Paragraph(content),):
                return content
        several = "several paragraphs" if all(isinstance(block, Paragraph) for block in blocks) else "more than a paragraph"
        reader.report(BEGINNING, f"the text is {several}, but stands within a line of text", hint)
        return ()

    def _seed(self, value: Markdown, start: int) -> tuple[Reader, Blocks]:
        """What reads a text of the desk, and the blocks that it is, or its first sentence where no more is wanted."""
        reader = Reader(self.session, value.text, seed=value, within=(self, start))
        blocks = reader.blocks()
        return reader, first_sentence(blocks) if value.is_cut else blocks

    def _table(self, value: TableValue, start: int) -> Blocks:
        def cells(row: tuple[tuple[Part, ...], ...]) -> tuple[Blocks, ...]:
            return tuple(self._parts(cell, start) for cell in row)

        if not value.head:
            self.report(start, "a table needs a column", "name one: table(events, ['title'])")
            return ()
        return (Table(cells(value.head), tuple(map(cells, value.rows)), value.aligns, value.widths, value.style),)

    def _parts(self, parts: tuple[Part, ...], start: int) -> Blocks:
        return tuple(block for part in parts for block in self._part(part, start))

    def _part(self, part: Part, start: int) -> Sequence[Block]:
        match part:
            case str():
                return self.flow([part])
            case Markdown() | TableValue() | BoxValue() | StyledValue():
                return self._placed(part, start)
            case Fragment(text):
                return Reader(self.session, text, within=(self, start)).blocks()
            case _:
                return self.grouped(list(part))


def _marked(blocks: Blocks, marks: tuple[Citation, ...]) -> Blocks:
    match blocks[-1:]:
        case (Paragraph(content, style),):
            return (*blocks[:-1], Paragraph((*content, *marks), style))
        case (List(items) as last,):
            return (*blocks[:-1], replace(last, items=(*items[:-1], _marked(items[-1], marks))))
    return (*blocks, Paragraph(marks))


def named_by_value(mark: str) -> tuple[str, str]:
    """What is wrong with the mark of a note whose label a value is part of, and what to write."""
    return f"a value can't name a note: {mark}", "write a number or a word: [^1]"
