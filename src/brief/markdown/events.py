"""The Markdown parser: a text becomes a stream of events, each with its place in the text."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import pyromark

from brief.patterns import regex

Event = str | dict[str, Any]
"""`SoftBreak`, `HardBreak`, `Rule`, or one key with its value: `{"Text": "hi"}`, `{"Start": {"List": 1}}`."""
Span = dict[str, int]
"""Where an event stands: `start` and `end`, counted in UTF-8 bytes."""
Item = TypeVar("Item", Event, tuple[Event, Span])

BEGINNING = -1
"""The number that stands for the beginning of a text, before its first event."""

_PARSER = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)
_SURROGATE = regex("[\ud800-\udfff]")
_REFERENCE = regex(rb"(?<!\\)(?:\\\\)*(&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});)")
_NO_CHARACTER = regex("[\x01-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no Word file can hold, and what tokens are made of; CommonMark has its own answer to U+0000."""
_CELL: Event = {"End": "TableCell"}
_ROWS: tuple[Event, ...] = ({"End": "TableHead"}, {"End": "TableRow"})
_VERBATIM = frozenset({"Code", "Html", "InlineHtml"})


class Source:
    """A Markdown text, its events, and the way back from an event, by its number, to a character or line.

    `unprintable` holds the numeric references to what is no character, each with its byte; they are read as U+FFFD.
    """

    def __init__(self, text: str) -> None:
        text = text.replace("\0", "\ufffd")
        try:
            self._encoded = text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
            self._encoded = text.encode()
        self._text = text
        self._spans: list[Span] = []
        self._byte = self._character = 0
        self._line_byte, self._line = 0, 1
        self.unprintable = self._without_unprintable()

    def events(self) -> Iterable[Event]:
        """The events in order; the definitions of notes come first, so that each is known before it is referred to."""
        events: Any = _PARSER.events(self._text, merge_text=True)
        return _notes_first(events) if "[^" in self._text else events

    def start(self, number: int) -> int:
        """The byte at which an event starts."""
        return 0 if number == BEGINNING else self._span(number)["start"]

    def length(self, number: int) -> int:
        """The bytes that an event takes; of the start of a container, all of it."""
        return self._span(number)["end"] - self._span(number)["start"]

    def written(self, number: int) -> str:
        """What was written for an event."""
        return self._encoded[self._span(number)["start"] : self._span(number)["end"]].decode(errors="replace")

    def rows_cut(self) -> Iterator[int]:
        """The byte of each row of a table that has more cells than the head."""
        if not self._may_cut_rows():
            return
        cell_end = 0
        for event, span in self._ranged():
            if event == _CELL:
                cell_end = span["end"]
            elif event in _ROWS and self._encoded[cell_end : span["end"]].strip(b"| \t\r\n"):
                yield span["start"]

    def _may_cut_rows(self) -> bool:
        """Whether lines with bars differ in their number: to look at rows one by one takes long."""
        if "|" not in self._text:
            return False
        lines = {line.strip(" \t") for line in self._text.replace("\r", "\n").split("\n") if "|" in line}
        counts = {line.count("|") if line[0] == line[-1] == "|" and "\\" not in line else 0 for line in lines}
        return len(counts) > 1 or 0 in counts

    def _ranged(self) -> Iterable[tuple[Event, Span]]:
        return _PARSER.events_with_range(self._text, merge_text=True)  # type: ignore[return-value]

    def _span(self, number: int) -> Span:
        if not self._spans:
            events = self._ranged()
            self._spans = [span for _, span in (_notes_first(events) if "[^" in self._text else events)]
        return self._spans[number]

    def offset(self, byte: int) -> int:
        """The place of a byte counted in characters; quick near the one asked for last."""
        if byte >= self._byte:
            self._character += len(self._encoded[self._byte : byte].decode())
        else:
            self._character -= len(self._encoded[byte : self._byte].decode())
        self._byte = byte
        return self._character

    def line(self, byte: int) -> int:
        """The line a byte stands in, counted from 1; quick near the one asked for last."""
        if byte >= self._line_byte:
            self._line += self._encoded.count(b"\n", self._line_byte, byte)
        else:
            self._line -= self._encoded.count(b"\n", byte, self._line_byte)
        self._line_byte = byte
        return self._line

    def _without_unprintable(self) -> list[tuple[int, str]]:
        if b"&#" not in self._encoded or all(map(_is_character, _REFERENCE.findall(self._encoded))):
            return []
        events = self._ranged()
        found = [match for match in _REFERENCE.finditer(_masked(self._encoded, events)) if not _is_character(match[1])]
        mended = bytearray(self._encoded)
        for match in found:  # zeros mean U+FFFD, and no byte moves
            mended[slice(*match.span(1))] = re.sub(rb"[0-9a-fA-F]", b"0", match[1])
        self._encoded = bytes(mended)
        self._text = self._encoded.decode()
        return [(match.start(1), match[1].decode()) for match in found]


def _is_character(reference: bytes) -> bool:
    digits = reference[2:-1]
    code = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)
    return code <= sys.maxunicode and not _NO_CHARACTER.match(chr(code))


def _masked(encoded: bytes, events: Iterable[tuple[Event, Span]]) -> bytes:
    """The text with blanks for code, HTML and `<addresses>`, where a reference stands for itself."""
    masked = bytearray(encoded)
    in_code = False
    for event, span in events:
        if not isinstance(event, dict):
            continue
        ((kind, data),) = event.items()
        if kind in ("Start", "End") and "CodeBlock" in data:
            in_code = kind == "Start"
        elif kind in _VERBATIM or (in_code and kind == "Text") or (kind == "Start" and _is_autolink(data)):
            masked[span["start"] : span["end"]] = b" " * (span["end"] - span["start"])
    return bytes(masked)


def _is_autolink(start: str | dict[str, Any]) -> bool:
    return isinstance(start, dict) and start.get("Link", {}).get("link_type") in ("Autolink", "Email")


def _notes_first(events: Iterable[Item]) -> list[Item]:
    notes: list[Item] = []
    rest: list[Item] = []
    unfinished: list[list[Item]] = []
    for item in events:
        event = item[0] if isinstance(item, tuple) else item
        if isinstance(event, dict) and "FootnoteDefinition" in event.get("Start", ()):
            unfinished.append([])
        (unfinished[-1] if unfinished else rest).append(item)
        if isinstance(event, dict) and event.get("End") == "FootnoteDefinition":
            notes += unfinished.pop()
    return notes + rest


def lowering(events: Iterable[Event], level: int) -> int:
    """By how many levels the headings of a text must move to stand below a heading of this level."""
    starts = (event.get("Start") for event in events if isinstance(event, dict))
    levels = [int(start["Heading"]["level"][1]) for start in starts if isinstance(start, dict) and "Heading" in start]
    return level + 1 - min(levels) if levels else 0
