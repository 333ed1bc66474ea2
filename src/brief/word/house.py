"""A house style as the desk holds it, and a document written in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from brief.classes import dataclass
from brief.document import Document, Picture, Properties, text_of
from brief.errors import Place, Problem
from brief.word import archive, body, kept, limits
from brief.word import properties as core_properties
from brief.word.missing import missing, unmarked
from brief.word.template import Prepared, fill
from brief.words import Words

LABELS: Mapping[str, str] = Words().labels
"""The words that the writer puts into a document itself, by what they say."""


@dataclass(frozen=True, slots=True)
class House:
    """A Word file that gives documents their look; `path` is its place on the desk.

    `fields` are the `{{ expressions }}` in its text, braces included, each once, in reading order; `problems` all that
    keeps it from being used. `kept` is the folder where it is kept prepared for later runs.
    """

    path: str
    data: bytes
    fields: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: Path | None = None

    def prepared(self, *, is_draft: bool = False, is_marked: bool = True) -> Prepared:
        """The house made ready for documents; raises `UnusableError` where it has problems."""
        return _prepared(self.data, self.kept, is_draft=is_draft, is_marked=is_marked)


def read_house(path: str, data: bytes, kept: Path | None = None) -> House:
    """The house in the bytes of a Word file, with whatever is wrong with it; never fails.

    `kept` is a folder, private to the user and to this version of the program, where what takes long is kept.
    """
    try:
        return House(path, data, _prepared(data, kept, is_draft=False, is_marked=True).fields, kept=kept)
    except archive.UnusableError as error:
        return House(path, data, error.fields, tuple(Problem(Place(path), fault) for fault in error.faults))


def to_word(
    document: Document,
    house: House,
    properties: Properties,
    *,
    fields: Mapping[str, str] | None = None,
    pictures: Mapping[str, Picture] | None = None,
    labels: Mapping[str, str] | None = None,
    pages: Mapping[str, int] | None = None,
    draft: bool = False,
) -> bytes:
    """A document as a Word file in the look of a house without problems; the same arguments give the same bytes.

    `fields` hold the text of each of the house's fields, `pictures` those that the document names by path, `labels` the
    words that stand for LABELS in the document's language, `pages` the page of each of the `bookmarks`: without them a
    table of contents gives no pages. A field, picture or page that is missing is a KeyError. `draft` says so on every page.
    """
    prepared = house.prepared(is_draft=draft, is_marked=bool(properties.marking))
    words = {**LABELS, **(labels or {})}
    written = body.write(document.blocks, prepared, pictures or {}, words, pages)
    values = {**written.slots, **core_properties.values(properties, prepared), "label draft": words["draft"], **(fields or {})}
    parts = {name: part if isinstance(part, bytes) else fill(part, values) for name, part in prepared.parts.items()}
    return archive.pack({**parts, **written.media})


def bookmarks(document: Document, house: House) -> tuple[str, ...]:
    """The names of the bookmarks at the headings that a table of contents may list, in the order they are written."""
    return tuple(name for heading, name in body.entries(document.blocks, house.prepared()) if text_of(heading.content).strip())


def missing_styles(document: Document, house: House) -> tuple[Problem, ...]:
    """A warning for each style that a document needs and a house without problems lacks, naming what is used instead."""
    return missing(document, house.prepared(), house.path)


def warnings(document: Document, house: House, place: Place | None = None) -> tuple[Problem, ...]:
    """What `missing_styles` tells, and what else falls short.

    Headers and footers that the house leaves without the marking, and what the document asks for that Word can't do: a
    table too wide for it is an error.

    `place` is where the latter was written; where none is given, the house's.
    """
    beyond = limits.exceeded(document, place or Place(house.path))
    return (*dict.fromkeys(beyond), *missing_styles(document, house), *unmarked(house.prepared(), house.path))


@lru_cache(maxsize=32)
def _prepared(data: bytes, folder: Path | None, *, is_draft: bool, is_marked: bool) -> Prepared:
    path = folder and kept.path_of(folder, data, is_draft=is_draft, is_marked=is_marked)
    if path and (found := kept.read(path)):
        return found
    from brief.word.prepare import prepare  # python-docx takes long to import: only where a house is new

    prepared = prepare(data, is_draft=is_draft, is_marked=is_marked)
    if path:
        kept.write(path, prepared)
    return prepared
