"""A YAML file of the desk taken apart into its documents."""

from __future__ import annotations

from brief.classes import dataclass
from brief.desk.files import forbidden
from brief.desk.text import RESERVED
from brief.desk.yaml import Document, Map, UnreadableError, documents
from brief.errors import Place, Problem
from brief.patterns import NOT_IN_XML, regex

_UNPRINTABLE = regex(f"[{NOT_IN_XML}{RESERVED}\x7f-\x84\x86-\x9f]")
"""Characters that no file of a desk may hold, and the control characters that YAML allows as escapes only."""


@dataclass(frozen=True, slots=True)
class Page:
    """One document, and the file it stands in."""

    name: str
    text: str
    document: Document

    def place(self, value: Map) -> Place:
        """Where a mapping of the document starts."""
        return Place(self.name, value.line, value.column)


def pages(name: str, text: str) -> tuple[list[Page], list[Problem]]:
    """The documents of a file that can be read and say something, and what keeps it from being read whole."""
    problems = forbidden(_UNPRINTABLE, name, text)
    if problems:
        text = _UNPRINTABLE.sub("\ufffd", text)  # so that what else is wrong can be told
    found = []
    try:
        for document in documents(text):
            if document.value is not None:
                found.append(Page(name, text, document))  # noqa: PERF401 (those before the fault are kept)
    except UnreadableError as fault:
        problems.append(Problem(Place(name, fault.line, fault.column), fault.message, hint=fault.hint))
    return found, problems
