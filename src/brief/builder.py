"""The whole pipeline on one screen: a desk, a briefing and a date become a Word file, ready to be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from brief import citations, collector, language, markdown, pictures, word
from brief import desk as desks
from brief import edition as editions
from brief.classes import dataclass
from brief.document import Citation, Contents, Document, Image, Picture, Properties, Sources
from brief.errors import BriefError, Finding, Origin, Place, Problem
from brief.model import Desk, Edition, Source
from brief.renderer import FOLDER, Templates
from brief.words import words_in

if TYPE_CHECKING:
    from brief import layout

_LAYOUTS = 3
"""So often at most is an edition laid out: the numbers themselves may move a line, and with it a heading."""
_SOME_PAGE = 88
"""Stands for a page not yet known."""


Paged = tuple[bytes, str, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Built:
    """An edition as a Word file, with what it was made from and the warnings on the way.

    `layout` names the program that laid out its pages, and is empty where the file names none.
    """

    edition: Edition
    document: Document
    data: bytes
    templates: tuple[str, ...]
    pictures: Mapping[str, Picture]
    sources: tuple[Source, ...]
    warnings: tuple[Problem, ...]
    layout: str = ""


class Builder:
    """Builds editions of one desk; what they share (compiled templates, houses) is made once.

    `dry`: only to find faults, so that no pages are laid out. `cache` is a folder that `cache.folder` gave for this desk:
    what is made once is kept there for later runs too.
    """

    def __init__(self, desk: Desk, *, dry: bool = False, cache: Path | None = None) -> None:
        self.desk = desk
        self.dry = dry
        self.cache = cache
        self._houses: dict[str, word.House] = {}

    @cached_property
    def templates(self) -> Templates:
        """The desk's templates."""
        return Templates(self.desk.templates, self.cache and self.cache / "templates")

    def build(self, slug: str, date: dt.date, *, published: dt.date | None = None, draft: bool = False) -> Built:
        """The edition of briefing `slug` issued on `date`; raises `BriefError` with all that keeps it from being made."""
        return self.make(editions.select(self.desk, slug, date, published=published), draft=draft)

    def make(self, edition: Edition, *, draft: bool = False) -> Built:
        """The edition as a Word file; raises `BriefError` with all that keeps it from being made."""
        with collector.held_back():
            return self._made(edition, draft)

    def _made(self, edition: Edition, draft: bool) -> Built:
        house = self.house(edition.briefing.house)
        rendered = self.templates.render(edition, house.fields)
        document, findings = markdown.parse(rendered)
        if not document.blocks:
            findings = (*findings, Finding("the template writes nothing into this edition", severity="warning"))
        shown, unseen = self._pictures(node for node in document.nodes if node.__class__ is Image)
        warnings = self._settle(edition, (*findings, *unseen))
        sources = citations.cited(document.nodes)
        words = words_in(tag := edition.briefing.language, edition.briefing.words)
        date_in = partial(language.partial_date, tag=tag)
        paged = edition.briefing.contents_pages and Contents in document.kinds
        if not document.kinds.isdisjoint((Citation, Sources)):
            document = citations.resolve(document, sources, format_date=date_in, words=words)
        template = Place(FOLDER + edition.briefing.template)
        unable = self._unable(edition) if paged else ()
        warnings = _sound((*warnings, *word.warnings(document, house, template), *unable))
        write = partial(
            word.to_word,
            document,
            house,
            properties(edition),
            fields=rendered.fields,
            pictures=shown,
            labels=words.labels,
            draft=draft,
        )
        data, laid_out_by, unsettled = (
            self._paged(edition, write, word.bookmarks(document, house)) if paged else (write(), "", ())
        )
        return Built(
            edition=edition,
            document=document,
            data=data,
            templates=rendered.templates,
            pictures=shown,
            sources=sources,
            warnings=(*warnings, *unsettled),
            layout=laid_out_by,
        )

    def house(self, name: str) -> word.House:
        """The house style `name`, read once; raises `BriefError` where it can't be used."""
        if name not in self._houses:
            self._houses[name] = word.read_house(FOLDER + name, self.desk.houses[name], self.cache and self.cache / "houses")
        house = self._houses[name]
        if errors := [problem for problem in house.problems if problem.severity == "error"]:
            raise BriefError(errors)
        return house

    def _unable(self, edition: Edition) -> tuple[Problem, ...]:
        """What is wrong where pages can't be laid out."""
        from brief import layout  # slow to import, and few editions ask for pages

        try:
            layout.program()
        except layout.LayoutError as error:
            return (self._of_layout(edition, error),)
        return ()

    def _paged(self, edition: Edition, write: Callable[..., bytes], bookmarks: tuple[str, ...]) -> Paged:
        """The Word file with the pages of its headings, the program that laid them out, a warning where they don't settle."""
        pages: Mapping[str, int] = dict.fromkeys(bookmarks, _SOME_PAGE)
        data = write(pages=pages)
        if self.dry or not bookmarks:
            return data, "", ()
        from brief import layout

        for _ in range(_LAYOUTS):
            try:
                found = layout.lay_out(data, bookmarks)
            except layout.LayoutError as error:
                raise BriefError([self._of_layout(edition, error)]) from error
            if found.pages == pages:
                return data, found.program, ()
            pages = found.pages
            data = write(pages=pages)
        told = f"the pages of the contents still moved after {_LAYOUTS} layouts; look whether they are right"
        return data, found.program, (replace(self._of_layout(edition, layout.LayoutError(told, "")), severity="warning"),)

    def _of_layout(self, edition: Edition, error: layout.LayoutError) -> Problem:
        place = desks.pinpoint(self.desk, Origin(edition.briefing.origin, "contents_pages"))
        return Problem(place, str(error), key="contents_pages", hint=error.hint, passing=True)

    def _pictures(self, images: Iterable[Image]) -> tuple[dict[str, Picture], list[Finding]]:
        """The pictures the document shows, by path, and what is wrong with the others."""
        found: dict[str, Picture] = {}
        findings: list[Finding] = []
        for image in images:
            if image.path in found:
                continue
            try:
                found[image.path] = word.picture(pictures.read(self.desk.root, image.path))
            except ValueError as error:
                findings.append(Finding(f"the picture {image.path!r}: {error}", image.where))
        return found, findings

    def _settle(self, edition: Edition, findings: Iterable[Finding]) -> tuple[Problem, ...]:
        """The findings as warnings with their places; raises `BriefError` where one is an error."""
        return _sound(tuple(self._traced(edition, tuple(findings))))

    def _traced(self, edition: Edition, findings: tuple[Finding, ...]) -> Iterator[Problem]:
        offsets = [finding.where for finding in findings if isinstance(finding.where, int)]
        places = iter(self.templates.trace(edition, offsets) if offsets else ())
        for finding in findings:
            place, key = Place(FOLDER + edition.briefing.template), ""
            if isinstance(finding.where, int):
                place = next(places)
            elif isinstance(finding.where, Place):
                place = finding.where
            elif isinstance(finding.where, Origin):
                place, key = desks.pinpoint(self.desk, finding.where, finding.line), finding.where.key
            yield Problem(place, finding.message, key=key, hint=finding.hint, severity=finding.severity)


def build(desk: Desk, slug: str, date: dt.date, *, published: dt.date | None = None, draft: bool = False) -> Built:
    """The edition of briefing `slug` issued on `date`; see `Builder.build`."""
    return Builder(desk).build(slug, date, published=published, draft=draft)


def _sound(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems, none of which may be an error."""
    if any(problem.severity == "error" for problem in problems):
        raise BriefError(problems)
    return problems


def properties(edition: Edition) -> Properties:
    """What the Word file of an edition says of itself."""
    briefing = edition.briefing
    return Properties(
        title=briefing.title,
        identifier=f"{briefing.slug}/{edition.date.isoformat()}",
        language=briefing.language,
        date=edition.date,
        subject=f"{edition.start.isoformat()}/{edition.end.isoformat()}",
        keywords=briefing.marking,
        marking=briefing.marking,
    )
