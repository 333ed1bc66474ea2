"""Which characters of a text Word must be told the script of: East Asian ones and those written from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator

from brief.patterns import regex

_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_KANA = "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HAN = "\u2e80-\u2fdf\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE_MARKS = "\u3000-\u303f\u3200-\u33ff\ufe30-\ufe4f\uff00-\uff65\uffe0-\uffee"
_ASIAN = f"{_HANGUL}{_KANA}{_HAN}{_WIDE_MARKS}"
_HEBREW = "\u0590-\u05ff\ufb1d-\ufb4f"
_ARABIC = "\u0600-\u08ff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\U00010d00-\U00010eff\U0001e900-\U0001eeff"
_LEFTWARD = f"{_HEBREW}{_ARABIC}"

# The classes below take milliseconds to compile, and most texts have nothing but Latin letters and common marks.
_UNCOMMON = regex("[^\x00-\u024f\u2000-\u21ff]")
_EAST_ASIAN = regex(f"[{_ASIAN}]")
_SPECIAL = regex(f"[{_ASIAN}{_LEFTWARD}]")

# A run of right-to-left text goes on over spaces, digits and marks, up to its last letter.
_RUNS = regex(f"(?P<asian>[{_ASIAN}]+)|(?P<leftward>[{_LEFTWARD}](?:[{_LEFTWARD}\\W\\d_]*[{_LEFTWARD}])?)")
_FIRST_STRONG = regex(f"(?P<leftward>[{_LEFTWARD}])|[^\\W\\d_]")
_LANGUAGES = ((regex(f"[{_HANGUL}]"), "ko-KR"), (regex(f"[{_KANA}]"), "ja-JP"), (regex(f"[{_HEBREW}]"), "he-IL"))


def is_special(text: str) -> bool:
    """Whether Word must be told the script of some of the characters."""
    return is_uncommon(text) and _SPECIAL.search(text) is not None


def east_asian(text: str) -> int:
    """How many characters of `text` are East Asian, and so as wide as they are high."""
    return len(_EAST_ASIAN.findall(text)) if is_uncommon(text) else 0


def is_uncommon(text: str) -> bool:
    """Whether `text` holds more than Latin letters and common marks."""
    return not text.isascii() and _UNCOMMON.search(text) is not None


def split(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of `text`, each with the language that tells its script: empty for any left-to-right alphabet."""
    position = 0
    for match in _RUNS.finditer(text) if is_uncommon(text) else ():
        if match.start() > position:
            yield text[position : match.start()], ""
        yield match[0], _language(match)
        position = match.end()
    if position < len(text):
        yield text[position:], ""


def _language(match: re.Match[str]) -> str:
    found = next((language for pattern, language in _LANGUAGES if pattern.search(match[0])), "")
    return found or ("ar-SA" if match["leftward"] else HAN)


HAN = "han"
"""Stands for the language of Chinese characters alone: the house's East Asian one."""

LEFTWARD = frozenset({"ar-SA", "he-IL"})
"""Languages written from right to left."""


def begins_leftward(text: str) -> bool:
    """Whether the first letter of `text` is written from right to left."""
    match = _FIRST_STRONG.search(text) if is_uncommon(text) else None
    return match is not None and match["leftward"] is not None
