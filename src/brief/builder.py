"""The whole pipeline on one screen: a desk, a briefing and a date become a Word file, ready to be published."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property, partial

from brief import citations, language, markdown, pictures, word
from brief import desk as desks
from brief import edition as editions
from brief.document import Document, Image, Picture, Properties, inlines
from brief.errors import BriefError, Finding, Origin, Place, Problem
from brief.model import Desk, Edition, Event, Judgement, Note
from brief.publisher import Word
from brief.renderer import FOLDER, Templates


@dataclass(frozen=True, slots=True)
class Built:
    """An edition as a Word file, its document before that, and the warnings on the way."""

    word: Word
    document: Document
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
        shown, unseen = self._pictures(document)
        warnings = self._settle(edition, (*findings, *unseen))
        tag = edition.briefing.language
        cited = citations.cited(document)
        document = citations.resolve(document, format_date=partial(language.partial_date, tag=tag))
        data = word.to_word(document, house, properties(edition), fields=rendered.fields, pictures=shown, draft=draft)
        inputs = {
            "edition": digest(edition),
            FOLDER + edition.briefing.house: _sha256(self.desk.houses[edition.briefing.house]),
            **{FOLDER + name: _sha256(self.desk.templates[name].encode()) for name in rendered.templates},
            **{path: _sha256(picture.data) for path, picture in shown.items()},
        }
        printed = {**_told(edition), "sources": tuple(source.id for source in cited)}
        finished = Word(edition, data, inputs, printed)
        return Built(finished, document, (*warnings, *word.missing_styles(document, house)))

    def house(self, name: str) -> word.House:
        """The house style `name`, read once; raises `BriefError` where it can't be used."""
        if name not in self._houses:
            self._houses[name] = word.read_house(FOLDER + name, self.desk.houses[name])
        house = self._houses[name]
        if errors := [problem for problem in house.problems if problem.severity == "error"]:
            raise BriefError(errors)
        return house

    def _pictures(self, document: Document) -> tuple[dict[str, Picture], list[Finding]]:
        """The pictures the document shows, by path, and what is wrong with the others."""
        found: dict[str, Picture] = {}
        findings: list[Finding] = []
        for image in _images(document):
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
    untold = {"origin", "schedule", "first_edition", "when_empty", "select", "horizon", "left_out", "withheld"}

    def plain(value: object) -> object:
        if is_dataclass(value) and not isinstance(value, type):
            named = {item.name: plain(getattr(value, item.name)) for item in fields(value) if item.name not in untold}
            return {name: inner for name, inner in named.items() if inner not in ("", None, [], {})}
        return [plain(inner) for inner in value] if isinstance(value, tuple) else value

    return _sha256(json.dumps(plain(edition), default=str, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"))


def _told(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    lists: dict[str, tuple[Event | Note | Judgement, ...]] = {
        "events": edition.events,
        "upcoming": edition.upcoming,
        "background": edition.background,
        "outlook": edition.outlook,
    }
    return {name: tuple(item.id for item in items) for name, items in lists.items()}


def _images(document: Document) -> Iterator[Image]:
    for block in document.blocks:
        yield from (node for node in inlines(block) if isinstance(node, Image))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
