"""Where links and pictures of a document may point to."""

from __future__ import annotations

import re
from dataclasses import field

from brief.classes import dataclass
from brief.patterns import regex

_WEB_OR_MAIL = regex(r"https?://[^\s/?#]|mailto:\S", re.IGNORECASE)
_SCHEME = regex(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_INVISIBLE = regex(r"[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
_NOT_A_WORD = regex(r"[^\w\s-]+")
_GAP = regex(r"[\s-]+")
_LONGEST_SLUG = 60


def is_web_or_mail(target: str) -> bool:
    """Whether an address is one that a link may go to: only what is known to be harmless is."""
    return _WEB_OR_MAIL.match(target) is not None


def is_local(path: str) -> bool:
    """Whether a picture's address is a file of the desk rather than something elsewhere."""
    seen = _INVISIBLE.sub("", path).replace("\\", "/")
    return bool(seen) and not seen.startswith("//") and not _SCHEME.match(seen)


def short(text: str, most: int = 60) -> str:
    """The text in quotes on one line, cut where it is long."""
    return f"“{cut(text, most)}”"


def cut(text: str, most: int = 60) -> str:
    """The text on one line, cut where it is long."""
    words = " ".join(text[: 4 * most].split())
    shown = "".join(character if character.isprintable() else "\ufffd" for character in words[:most])
    return shown if len(words) <= most else f"{shown[:-1]}…"


@dataclass(slots=True)
class Anchors:
    """The anchors of one document, each different from the others."""

    taken: dict[str, int] = field(default_factory=dict)

    def add(self, wanted: str) -> str:
        """An anchor like `wanted`, or that with a number behind it where it is taken."""
        anchor = wanted
        while anchor in self.taken:
            self.taken[wanted] += 1
            anchor = f"{wanted}-{self.taken[wanted]}"
        self.taken[anchor] = 1
        return anchor


def slug(text: str) -> str:
    """A heading's text as an anchor: letters and digits of any script in lower case, hyphens between."""
    words = _NOT_A_WORD.sub("", text[: 4 * _LONGEST_SLUG].lower())
    return _GAP.sub("-", words)[:_LONGEST_SLUG].strip("-") or "section"
