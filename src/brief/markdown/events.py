"""The Markdown parser: a text becomes a stream of events, each with its place in the text."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

import pyromark

Event = str | dict[str, Any]
"""`SoftBreak`, `HardBreak`, `Rule`, or one key with its value: `{"Text": "hi"}`, `{"Start": {"List": 1}}`."""
Span = dict[str, int]
"""Where an event stands: `start` and `end`, counted in UTF-8 bytes."""

_PARSER = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_REFERENCE = re.compile(rb"(?<!\\)(?:\\\\)*(&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});)")
_NO_CHARACTER = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no Word file can hold, and what tokens are made of; CommonMark has its own answer to U+0000."""
_VERBATIM = frozenset({"Code", "Html", "InlineHtml"})


class Source:
    """A Markdown text, its events, and the way back from an event to a character or line.

    `unprintable` holds the numeric references to what is no character, each with its byte; they are read as U+FFFD.
    """

    def __init__(self, text: str) -> None:
        text = text.replace("\0", "\ufffd")
        try:
            self.encoded = text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
            self.encoded = text.encode()
        self._text = text
        self._byte = self._character = 0
        self._line_byte, self._line = 0, 1
        self.unprintable = self._without_unprintable()

    def events(self) -> Iterable[tuple[Event, Span]]:
        """The events in order; the definitions of notes come first, so that each is known before it is referred to."""
        events: Any = _PARSER.events_with_range(self._text, merge_text=True)
        return _notes_first(events) if "[^" in self._text else events

    def offset(self, byte: int) -> int:
        """The place of a byte counted in characters; quick near the one asked for last."""
        if byte >= self._byte:
            self._character += len(self.encoded[self._byte : byte].decode())
        else:
            self._character -= len(self.encoded[byte : self._byte].decode())
        self._byte = byte
        return self._character

    def line(self, byte: int) -> int:
        """The line a byte stands in, counted from 1; quick near the one asked for last."""
        if byte >= self._line_byte:
            self._line += self.encoded.count(b"\n", self._line_byte, byte)
        else:
            self._line -= self.encoded.count(b"\n", byte, self._line_byte)
        self._line_byte = byte
        return self._line

    def _without_unprintable(self) -> list[tuple[int, str]]:
        if b"&#" not in self.encoded or all(map(_is_character, _REFERENCE.findall(self.encoded))):
            return []
        events: Any = _PARSER.events_with_range(self._text, merge_text=True)
        found = [match for match in _REFERENCE.finditer(_masked(self.encoded, events)) if not _is_character(match[1])]
        mended = bytearray(self.encoded)
        for match in found:  # zeros mean U+FFFD, and no byte moves
            mended[slice(*match.span(1))] = re.sub(rb"[0-9a-fA-F]", b"0", match[1])
        self.encoded = bytes(mended)
        self._text = self.encoded.decode()
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


def _notes_first(events: Iterable[tuple[Event, Span]]) -> list[tuple[Event, Span]]:
    notes: list[tuple[Event, Span]] = []
    rest: list[tuple[Event, Span]] = []
    unfinished: list[list[tuple[Event, Span]]] = []
    for item in events:
        event = item[0]
        if isinstance(event, dict) and "FootnoteDefinition" in event.get("Start", ()):
            unfinished.append([])
        (unfinished[-1] if unfinished else rest).append(item)
        if isinstance(event, dict) and event.get("End") == "FootnoteDefinition":
            notes += unfinished.pop()
    return notes + rest


def lowering(events: Iterable[tuple[Event, Span]], level: int) -> int:
    """By how many levels the headings of a text must move to stand below a heading of this level."""
    starts = (event.get("Start") for event, _ in events if isinstance(event, dict))
    levels = [int(start["Heading"]["level"][1]) for start in starts if isinstance(start, dict) and "Heading" in start]
    return level + 1 - min(levels) if levels else 0
