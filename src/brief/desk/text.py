"""Which characters a desk's files may hold, and where in a text one of them stands."""

from __future__ import annotations

import re
from functools import lru_cache

from brief.patterns import NOT_IN_XML, regex

LINE_BREAK = regex("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line for YAML 1.1."""

_SHOWN = 60
"""Characters of a value that a message quotes."""
RESERVED = "\ufdd0-\ufdef"

FORBIDDEN = regex(f"[{NOT_IN_XML}{RESERVED}]")
"""Characters that XML 1.0 forbids, so that no Word file can hold them, and those that `rendered` keeps for its tokens."""


class UndecodableError(ValueError):
    """Bytes that are not UTF-8, with the line and column of the first of them."""

    def __init__(self, line: int, column: int, message: str) -> None:
        self.line, self.column = line, column
        super().__init__(message)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, without its byte order mark; raises `UndecodableError`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UndecodableError(1, 1, "the file is encoded as UTF-16")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line, column = position(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
        raise UndecodableError(line, column, f"the byte 0x{data[error.start]:02X} is not UTF-8") from None


def position(before: str) -> tuple[int, int]:
    """The line and column, from 1, of the character that follows the text `before`."""
    lines = LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in LINE_BREAK.finditer(text))]


def offset(text: str, line: int, column: int) -> int:
    """Where in the text a line and column, from 1, are; its end for what lies beyond."""
    starts = _line_starts(text)
    return starts[line - 1] + column - 1 if line <= len(starts) else len(text)


def line_at(text: str, line: int) -> str:
    """A line of the text, from 1, with its line break; nothing beyond the last."""
    return text[offset(text, line, 1) : offset(text, line + 1, 1)]


def explain(character: str) -> str:
    """Why a forbidden character is refused."""
    import unicodedata

    name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    if re.match(f"[{RESERVED}]", character):
        return f"{name} is no character"
    if FORBIDDEN.match(character):
        return f"the character {name} can't stand in a Word file"
    return f"the character {name} can't stand in a YAML file as it is"


def quoted(value: object) -> str:
    """A value in quotes, as a message shows it: on one line, and not too long."""
    return shortened(repr(value))


def shortened(text: str) -> str:
    """The text, not too long for a message."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
