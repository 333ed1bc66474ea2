"""The whole pipeline on one screen: a desk, a briefing and a date become a Word file, ready to be published."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, cached_property, partial
from operator import attrgetter
from typing import Any, cast

from brief import citations, language, markdown, pictures, word
from brief import desk as desks
from brief import edition as editions
from brief.document import Document, Image, Picture, Properties, walk
from brief.errors import BriefError, Finding, Origin, Place, Problem
from brief.model import Desk, Edition, Event, Judgement, Note, Source
from brief.publisher import Word
from brief.renderer import FOLDER, Templates


@dataclass(frozen=True, slots=True)
class Built:
    """An edition as a Word file, with what it was made from and the warnings on the way."""

    edition: Edition
    document: Document
    data: bytes
    templates: tuple[str, ...]
    pictures: Mapping[str, Picture]
    sources: tuple[Source, ...]
    warnings: tuple[Problem, ...]


class Builder:
    """Builds editions of one desk; what they share (compiled templates, houses) is made once."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._houses: dict[str, word.House] = {}

    @cached_property
    def templates(self) -> Templates:
        """The desk's templates."""
        return Templates(self.desk.templates)

    def build(self, slug: str, date: dt.date, *, published: dt.date | None = None, draft: bool = False) -> Built:
        """The edition of briefing `slug` issued on `date`; raises `BriefError` with all that keeps it from being made."""
        return self.make(editions.select(self.desk, slug, date, published=published), draft=draft)

    def make(self, edition: Edition, *, draft: bool = False) -> Built:
        """The edition as a Word file; raises `BriefError` with all that keeps it from being made."""
        house = self.house(edition.briefing.house)
        rendered = self.templates.render(edition, house.fields)
        document, findings = markdown.parse(rendered)
        nodes = walk(document.blocks)
        shown, unseen = self._pictures(node for node in nodes if isinstance(node, Image))
        warnings = self._settle(edition, (*findings, *unseen))
        sources = citations.cited(nodes)
        date_in = partial(language.partial_date, tag=edition.briefing.language)
        document = citations.resolve(document, sources, format_date=date_in)
        data = word.to_word(document, house, properties(edition), fields=rendered.fields, pictures=shown, draft=draft)
        return Built(
            edition=edition,
            document=document,
            data=data,
            templates=rendered.templates,
            pictures=shown,
            sources=sources,
            warnings=(*warnings, *word.missing_styles(document, house)),
        )

    def ready(self, built: Built) -> Word:
        """What was built, with all that its receipt says of it."""
        briefing = built.edition.briefing
        inputs = {
            "edition": digest(built.edition),
            FOLDER + briefing.house: _sha256(self.desk.houses[briefing.house]),
            **{FOLDER + name: _sha256(self.desk.templates[name].encode()) for name in built.templates},
            **{path: _sha256(picture.data) for path, picture in built.pictures.items()},
        }
        printed = {**_told(built.edition), "sources": tuple(source.id for source in built.sources)}
        return Word(built.edition, built.data, inputs, printed)

    def house(self, name: str) -> word.House:
        """The house style `name`, read once; raises `BriefError` where it can't be used."""
        if name not in self._houses:
            self._houses[name] = word.read_house(FOLDER + name, self.desk.houses[name])
        house = self._houses[name]
        if errors := [problem for problem in house.problems if problem.severity == "error"]:
            raise BriefError(errors)
        return house

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
        problems = tuple(self._traced(edition, tuple(findings)))
        if any(problem.severity == "error" for problem in problems):
            raise BriefError(problems)
        return problems

    def _traced(self, edition: Edition, findings: tuple[Finding, ...]) -> Iterator[Problem]:
        offsets = [finding.where for finding in findings if isinstance(finding.where, int)]
        places = iter(self.templates.trace(edition, offsets) if offsets else ())
        for finding in findings:
            place, key = Place(FOLDER + edition.briefing.template), ""
            if isinstance(finding.where, int):
                place = next(places)
            elif isinstance(finding.where, Origin):
                place, key = desks.pinpoint(self.desk, finding.where, finding.line), finding.where.key
            yield Problem(place, finding.message, key=key, hint=finding.hint, severity=finding.severity)


def build(desk: Desk, slug: str, date: dt.date, *, published: dt.date | None = None, draft: bool = False) -> Built:
    """The edition of briefing `slug` issued on `date`; see `Builder.build`."""
    return Builder(desk).build(slug, date, published=published, draft=draft)


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
    )


def digest(edition: Edition) -> str:
    """The SHA-256 sum of what an edition tells: not of where it was written, nor of when the briefing is due.

    What is empty doesn't count, so that a new version of the tool that knows more keys changes nothing.
    """
    return _sha256(json.dumps(_plain(edition), default=str, ensure_ascii=False).encode("utf-8", "surrogatepass"))


_UNTOLD = {"origin", "schedule", "first_edition", "when_empty", "select", "horizon", "left_out", "withheld", "meetings"}


def _plain(value: object) -> object:
    kind = value.__class__
    if kind is tuple:
        return [_plain(inner) for inner in cast("tuple[object, ...]", value)]
    if not is_dataclass(kind):
        return value
    names, values = _told_of(kind)
    return {name: _plain(inner) for name, inner in zip(names, values(value), strict=False) if inner}


@cache
def _told_of(noun: type) -> tuple[tuple[str, ...], attrgetter[Any]]:
    names = tuple(sorted(item.name for item in fields(noun) if item.name not in _UNTOLD))
    return names, attrgetter(*names, "__class__")  # two at least, so that it gives a tuple


def _told(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    lists: dict[str, tuple[Event | Note | Judgement, ...]] = {
        "events": edition.events,
        "upcoming": edition.upcoming,
        "background": edition.background,
        "outlook": edition.outlook,
    }
    return {name: tuple(item.id for item in items) for name, items in lists.items()}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
