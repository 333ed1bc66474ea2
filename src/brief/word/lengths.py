"""Lengths as Word files give them: twips, also fractions of them, or a number with a unit (ST_SignedTwipsMeasure)."""

from __future__ import annotations

import re

from brief.patterns import regex

_LONGEST = 31_680
"""Word's pages are no larger: 22 inches."""
_UNITS = {"": 1.0, "in": 1440.0, "cm": 1440 / 2.54, "mm": 144 / 2.54, "pt": 20.0, "pc": 240.0, "pi": 240.0}
_LENGTH = regex(r"\s*(-?[0-9]+(?:\.[0-9]*)?)(in|cm|mm|pt|pc|pi|)\s*", re.ASCII)


def twips(text: str | None, default: int = 0) -> int:
    """A length in twips, none above those of Word's largest page; `default` where there is none that can be read."""
    match = _LENGTH.fullmatch(text or "")
    if match is None:
        return default
    return round(max(min(float(match[1]) * _UNITS[match[2]], _LONGEST), -_LONGEST))
