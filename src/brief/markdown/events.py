"""The Markdown parser: a text becomes a stream of events, each with its place in the text."""

from __future__ import annotations

import re
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


class Source:
    """A Markdown text, its events, and the way back from an event to a character or line."""

    def __init__(self, text: str) -> None:
        text = text.replace("\0", "\ufffd")
        try:
            self.encoded = text.encode()
        except UnicodeEncodeError:
            text = _SURROGATE.sub("\ufffd", text)
            self.encoded = text.encode()
        self._text = text
        self._byte = self._character = 0

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
        """The line a byte stands in, counted from 1."""
        return self.encoded.count(b"\n", 0, byte) + 1


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
