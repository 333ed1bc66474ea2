"""Lists in Word: an abstract definition of nine levels for bullets and one for numbers, and a number instance per list."""

from __future__ import annotations

from collections.abc import Iterable

LEVELS = 9
STEP = 360
"""By how much a level is indented deeper than the one above, in twips."""

_BULLETS = "•–▪"
_FORMATS = ("decimal", "lowerLetter", "lowerRoman")
_LARGEST_START = 0x7FFF
"""Word counts no further ([MS-DOC] 2.9.150 LVLF: iStartAt)."""


def indents() -> tuple[tuple[int, int], ...]:
    """For each level of our own definitions the left indent of its text and the hanging of its mark."""
    return tuple(((level + 1) * STEP, STEP) for level in range(LEVELS))


def abstract_definition(number: int, *, bullets: bool) -> str:
    """A `w:abstractNum` under an id."""
    levels = "".join(_level(level, bullets=bullets) for level in range(LEVELS))
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{_nsid(number, bullets=bullets)}"/>'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
    )


def _nsid(number: int, *, bullets: bool) -> str:
    return f"{0x2B21E000 + number * 2 + bullets:08X}"


def _level(level: int, *, bullets: bool) -> str:
    left, hanging = indents()[level]
    kind, text = ("bullet", _BULLETS[level % 3]) if bullets else (_FORMATS[level % 3], f"%{level + 1}.")
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )


def instance(number: int, abstract: int, starts: Iterable[tuple[int, int]] = ()) -> str:
    """A `w:num` of an abstract definition that begins anew at each given (level, first number)."""
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{min(start, _LARGEST_START)}"/></w:lvlOverride>'
        for level, start in starts
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
