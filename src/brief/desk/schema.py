"""What the files of a desk may say: a model of each, checked by pydantic and told to editors as JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import ErrorDetails

from brief.desk.faults import Fault
from brief.desk.records import ID_PATTERN
from brief.desk.text import quoted
from brief.desk.values import (
    EXPECTED,
    MONTH_DAY_SCHEMA,
    TEXT_PATTERN,
    WEEKDAY_SCHEMA,
    Command,
    Count,
    Day,
    Days,
    DaysAhead,
    Id,
    Language,
    Likelihood,
    Line,
    Mark,
    Months,
    MonthsAhead,
    On,
    Partial,
    Reliability,
    Since,
    Text,
    Time,
    Timezone,
    Url,
    wrong,
)
from brief.desk.yaml import Path
from brief.errors import nearest
from brief.model import Confidence, Kind, Result, Significance, Status

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_topics: Any = Field(
    None,
    description="Words of your own for what it is about, by which briefings select. The first is the one it is grouped under.",
    examples=[["space", "eu-rok"]],
)
_sources: Any = Field(
    None, description="Ids of the sources it rests on, each of which becomes a footnote.", examples=[["kherald-2025-03-11"]]
)
_marking: Any = Field(
    "TLP:CLEAR",
    description="Who may see it. Briefings with a lower marking leave it out. Absent: TLP:CLEAR.",
    examples=["TLP:GREEN"],
)


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _check_order(start: dt.date | None, end: dt.date | None) -> None:
    if start and end and end < start:
        raise wrong(f"ends on {end}, before it begins on {start}", "exchange the two, or mend one")


def _has(key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """What a mapping agrees with that has a key with such a value."""
    return {"type": "object", "required": [key], "properties": {key: value}}


def _one_of(*alternatives: dict[str, Any]) -> dict[str, Any]:
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": list(alternatives)}


_GIVEN = {"not": {"type": "null"}}
_FILLED = {"type": "string", "pattern": TEXT_PATTERN}


class SpanModel(_Model):
    """The days of what takes several."""

    start: Day = Field(alias="from", description="The first day.", examples=["2025-04-02"])
    end: Day = Field(alias="to", description="The last day. It decides which edition tells the event.", examples=["2025-04-04"])

    @model_validator(mode="after")
    def _in_order(self) -> SpanModel:
        _check_order(self.start, self.end)
        return self


DayOrSpan = Annotated[
    Annotated[Day, Tag("day")] | Annotated[SpanModel, Tag("span")],
    Discriminator(lambda value: "span" if isinstance(value, dict) else "day"),
]


class SourceModel(_Model):
    """A document that events, notes and judgements rest on. It is cited in editions from the day it was published."""

    id: Id = Field(description="The word by which others name it.", examples=["kherald-2025-03-11"])
    publisher: Text = Field(description="Who published it.", examples=["The Korea Herald"])
    title: Text = Field(description="Its title, as printed.", examples=["S. Korea, Europe draw closer"])
    published: Partial | None = Field(
        None,
        description="When: the day, or no more than the month or the year. Absent: not known, and cited in every edition.",
        examples=["2025-03-11", "2025-03", "2025"],
    )
    url: Url | None = Field(
        None,
        description="Its address on the web, with https:// or http:// and without spaces.",
        examples=["https://www.koreaherald.com/"],
    )
    reliability: Reliability | None = Field(
        None,
        description="How far it can be trusted: a letter for the source, from A (completely reliable) to F, and a digit for "
        "what it says, from 1 (confirmed) to 6.",
        examples=["B2"],
    )
    marking: Mark = _marking


class RoleModel(_Model):
    """An office that a person holds or held."""

    title: Text = Field(description="The office.", examples=["Foreign Minister"])
    of: str | None = Field(None, description="The country or body.", examples=["Republic of Korea"])
    start: Day | None = Field(
        None, alias="from", description="The first day in office. Absent: not known.", examples=["2024-01-12"]
    )
    end: Day | None = Field(
        None, alias="to", description="The last day in office. Absent: not known, or still held.", examples=["2025-07-18"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> RoleModel:
        _check_order(self.start, self.end)
        return self


class PersonModel(_Model):
    """Somebody who takes part in events."""

    id: Id = Field(description="The word by which events name them.", examples=["cho-tae-yul"])
    name: Text = Field(description="The name in Latin letters.", examples=["Cho Tae-yul"])
    native: str | None = Field(None, description="The name as they write it themselves.", examples=["조태열"])
    roles: list[RoleModel] | None = Field(
        None,
        description="Their offices. An event shows the one held on its last day; of several, the one begun last.",
        examples=[[{"title": "Foreign Minister", "of": "Republic of Korea", "from": "2024-01-12", "to": "2025-07-18"}]],
    )
    marking: Mark = _marking


TEXT_NEEDED: Mapping[str, tuple[str, ...]] = {
    "planned": ("agenda",),
    "held": ("summary",),
    "cancelled": ("summary", "agenda"),
    "postponed": ("summary", "agenda"),
}
"""By the status of an event, the keys of which one must hold a text."""


class EventModel(_Model):
    """Something that happened, or is expected to.

    Until it has ended, editions show its agenda only; afterwards its summary and outcomes.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"if": _has("status", {"const": status}), "then": _one_of(*(_has(key, _FILLED) for key in keys))}
                for status, keys in TEXT_NEEDED.items()
            ]
        }
    )

    id: Id = Field(description="A word for it that no other event has.", examples=["eu-rok-space-dialogue-1"])
    title: Text = Field(description="What it is called.", examples=["First Korea–EU Space Security Dialogue"])
    kind: Kind = Field(
        description="What sort of event it is. Held meetings and visits are told as key meetings.", examples=["meeting"]
    )
    status: Status = Field(
        description="Whether it took place. Planned: write an agenda; held: a summary; cancelled or postponed: either.",
        examples=["held"],
    )
    date: DayOrSpan = Field(
        description="The day, or the first and last day: {from: …, to: …}.",
        examples=["2025-03-10", {"from": "2025-04-02", "to": "2025-04-04"}],
    )
    place: str | None = Field(None, description="Where.", examples=["Brussels"])
    participants: list[Text] | None = Field(
        None,
        description="Who takes part: ids of people, or plain names. What is written like an id must be one.",
        examples=[["cho-tae-yul", "Marjolijn van Deelen"]],
    )
    topics: list[Id] | None = _topics
    significance: Significance = Field(
        "medium",
        description="How much it matters; briefings may leave out what matters less. Absent: medium.",
        examples=["high"],
    )
    agenda: str | None = Field(
        None,
        description="What is expected of it: all that is shown until it is over. Required while planned. Markdown.",
        examples=["The two sides compare threats to satellites."],
    )
    summary: str | None = Field(
        None,
        description="What happened, in the desk's own words. Required once held. Markdown.",
        examples=["Officials met in Brussels and agreed to *meet yearly*."],
    )
    bottom_line: Line | None = Field(
        None, description="The one sentence to remember, on one line. Markdown.", examples=["Space joins the partnership."]
    )
    outcomes: list[Text] | None = Field(
        None,
        description="What came of it, one result each. Markdown.",
        examples=[["A yearly dialogue.", "A point of contact."]],
    )
    sources: list[Id] = Field(
        min_length=1,
        description="Ids of the sources it rests on, at least one. Each becomes a footnote.",
        examples=[["kherald-2025-03-11"]],
    )
    marking: Mark = _marking


class NoteModel(_Model):
    """What a reader needs to know to make sense of events. It appears in editions of the days on which it is true."""

    id: Id = Field(description="A word for it that no other note has.", examples=["two-theatres"])
    title: Text = Field(description="Its heading.", examples=["Two theatres, one security question"])
    topics: list[Id] | None = _topics
    text: Text = Field(description="The note itself. Markdown.", examples=["Seoul and Brussels treat the two as *connected*."])
    sources: list[Id] | None = _sources
    valid_from: Day | None = Field(
        None, description="The first day it is true. Absent: it always was.", examples=["2024-11-04"]
    )
    valid_to: Day | None = Field(
        None,
        description="The last day it is true. Absent: it still is. To correct a note, end it and begin another, so that older "
        "editions stay as they were.",
        examples=["2025-03-30"],
    )
    marking: Mark = _marking


class OutcomeModel(_Model):
    """How a judgement ended."""

    result: Result = Field(
        description="What became of it: overtaken by other events, or void because it could not be settled.",
        examples=["happened"],
    )
    on: Day = Field(description="The day it was settled.", examples=["2025-03-10"])
    event: Id | None = Field(None, description="Id of the event that settled it.", examples=["eu-rok-space-dialogue-1"])
    note: str | None = Field(None, description="What there is to say of it. Markdown.", examples=["Held in Brussels."])


class JudgementModel(_Model):
    """A forecast: how likely something is to be the case by a day. Editions show it while it is open."""

    id: Id = Field(description="A word for it that no other judgement has.", examples=["space-talks-2025-03"])
    statement: Text = Field(
        description="What would be the case by that day, and nothing of the odds. Markdown.",
        examples=["South Korea and the EU hold talks on space security."],
    )
    likelihood: Likelihood = Field(description="How likely that is: a term of the briefing's scale.", examples=["very likely"])
    confidence: Confidence = Field(description="How far what it rests on can be trusted.", examples=["moderate"])
    made: Day = Field(description="The day it was made; earlier editions don't show it.", examples=["2024-11-11"])
    by: Day = Field(description="The last day it speaks of; later editions don't show it.", examples=["2025-03-31"])
    resolves_when: str | None = Field(
        None, description="What would settle it. Markdown.", examples=["Either side reports such talks."]
    )
    topics: list[Id] | None = _topics
    sources: list[Id] | None = _sources
    outcome: OutcomeModel | None = Field(
        None,
        description="How it ended. Absent: it is open.",
        examples=[{"result": "happened", "on": "2025-03-10", "event": "eu-rok-space-dialogue-1", "note": "Held in Brussels."}],
    )
    marking: Mark = _marking


class SeedsModel(_Model):
    """A file below seeds/: any of these lists, each as often as there are files."""

    model_config = ConfigDict(json_schema_extra={"type": ["object", "null"]})  # a file that says nothing is no mistake

    sources: list[SourceModel] | None = Field(None, description="Documents that the rest is based on.")
    people: list[PersonModel] | None = Field(None, description="Those who take part in events.")
    events: list[EventModel] | None = Field(None, description="What happened, or is expected to.")
    background: list[NoteModel] | None = Field(None, description="Notes that help to make sense of events.")
    outlook: list[JudgementModel] | None = Field(None, description="Judgements of what is to come.")


_OTHER_NAMES = {
    "judgement": "outlook",
    "judgment": "outlook",
    "forecast": "outlook",
    "note": "background",
    "person": "people",
    "participant": "people",
}
"""The list that is meant by a word, without its s, that one may think of first."""


class CoversModel(_Model):
    """How far back an edition looks: one of these keys."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_has(key, _GIVEN) for key in ("days", "months", "since")]})

    days: Days | None = Field(None, description="The days before the issue date.", examples=[7])
    months: Months | None = Field(None, description="The months before the issue date.", examples=[1])
    since: Since | None = Field(None, description="From this day on; or, with previous, from the last published edition on.")

    @model_validator(mode="after")
    def _one(self) -> CoversModel:
        if len([key for key in (self.days, self.months, self.since) if key is not None]) != 1:
            raise wrong("exactly one of days, months, since is expected", "such as {days: 7}")
        return self


class HorizonModel(_Model):
    """How far ahead the outlook and the upcoming events look: the days and months are added."""

    days: DaysAhead = Field(0, description="Days from the issue date. Absent: 0.", examples=[30])
    months: MonthsAhead = Field(0, description="Months from the issue date. Absent: 0.", examples=[1])


class ExclusionModel(_Model):
    """What is left out, whatever else is selected."""

    topics: list[Id] | None = Field(
        None, description="Events, notes and judgements on any of these topics.", examples=[["markets"]]
    )
    kinds: list[Kind] | None = Field(None, description="Events of any of these kinds.", examples=[["market"]])


class SelectModel(_Model):
    """What the briefing tells. Topics hold for events, notes and judgements, the other keys for events."""

    topics: list[Id] | None = Field(
        None, description="What is on any of these topics. Absent: on all.", examples=[["eu-rok", "nato"]]
    )
    kinds: list[Kind] | None = Field(
        None, description="Events of any of these kinds. Absent: of all.", examples=[["meeting", "agreement"]]
    )
    exclude: ExclusionModel | None = Field(
        None,
        alias="not",
        description="What is left out of that. Absent: nothing.",
        examples=[{"topics": ["markets"], "kinds": ["market"]}],
    )
    significance: Significance = Field(
        "low", description="Events that matter at least as much. Absent: low, which is all.", examples=["medium"]
    )
    limit: Count | None = Field(None, description="At most so many events: the most significant. Absent: all.", examples=[40])
    order: Literal["oldest first", "newest first", "most significant first"] = Field(
        "oldest first", description="In which order events are told. Absent: oldest first.", examples=["newest first"]
    )


class ScheduleModel(_Model):
    """When editions are due."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {
                    "if": _has("every", {"enum": ["day", "weekday"]}),
                    "then": {"properties": {"on": {"type": "null"}}},
                },
                {"if": _has("every", {"enum": ["week", "two weeks"]}), "then": _has("on", WEEKDAY_SCHEMA)},
                {"if": _has("every", {"const": "month"}), "then": _has("on", MONTH_DAY_SCHEMA)},
            ]
        }
    )

    every: Literal["day", "weekday", "week", "two weeks", "month"] = Field(
        description="How often. A weekday is Monday to Friday.", examples=["week"]
    )
    on: On | None = Field(
        None,
        description="On which day. Required for a week or two weeks: a weekday (monday); required for a month: a day (1; in "
        "shorter months the last) or one of its weekdays (last friday). Not for a day or weekday.",
    )
    at: Time | None = Field(None, description="Time of day in the briefing's time zone, in quotes. Absent: midnight.")
    not_before: Day | None = Field(None, description="No edition is due before this day.", examples=["2025-01-01"])
    until: Day | None = Field(None, description="No edition is due after this day.", examples=["2025-12-31"])
    exceptions: list[Day] | None = Field(
        None,
        alias="except",
        description="Days on which no edition is due although it would be, such as holidays. They take no number. For the next "
        "edition to tell what they would have told, write covers: {since: previous}.",
        examples=[["2025-12-29"]],
    )
    catch_up: Literal["latest", "all", "none"] = Field(
        "latest",
        description="After a standstill: publish the latest edition missed, all of them or none (which "
        "leaves out what is more than a quarter of an hour late). Absent: latest.",
        examples=["latest"],
    )


_FORTNIGHTLY = _has("schedule", _has("every", {"const": "two weeks"}))
_SINCE_THE_LAST_ON_DEMAND = {
    **_has("covers", _has("since", {"const": "previous"})),
    "not": _has("schedule", _GIVEN),
}


class WordsModel(_Model):
    """Words that no template writes, in place of those of the briefing's language."""

    source: Text | None = Field(None, description="A source's title, in notes and lists of sources.", examples=["”{title}”"])
    reliability: Text | None = Field(
        None, description="How far a source can be trusted.", examples=["tillförlitlighet {grade}"]
    )
    see_note: Text | None = Field(
        None, description="What a note says of a source that an earlier one names in full.", examples=["not {number}"]
    )
    note: Text | None = Field(None, description="The title of the box > [!NOTE].", examples=["Obs"])
    tip: Text | None = Field(None, description="The title of the box > [!TIP].", examples=["Tips"])
    important: Text | None = Field(None, description="The title of the box > [!IMPORTANT].", examples=["Viktigt"])
    warning: Text | None = Field(None, description="The title of the box > [!WARNING].", examples=["Varning"])
    caution: Text | None = Field(None, description="The title of the box > [!CAUTION].", examples=["Se upp"])
    draft: Text | None = Field(None, description="What stands on each page of a draft.", examples=["UTKAST"])

    @field_validator("source", "reliability", "see_note")
    @classmethod
    def _has_a_gap(cls, text: str | None, info: ValidationInfo) -> str | None:
        gap = {"source": "{title}", "reliability": "{grade}", "see_note": "{number}"}[str(info.field_name)]
        if text is not None and text.count(gap) != 1:
            raise wrong(f"{gap} must stand in it, once", f"write it where that belongs, such as “{gap}”")
        return text


class BriefingModel(_Model):
    """A file in briefings/: a series of editions. The name of the file is the name of the briefing."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"anyOf": [_FORTNIGHTLY, _SINCE_THE_LAST_ON_DEMAND]},
            "then": _has("first_edition", _GIVEN),
        }
    )

    title: Text = Field(description="Its title.", examples=["Korea–Europe Security Weekly"])
    audience: str | None = Field(None, description="For whom it is.", examples=["Desk officers"])
    template: Text = Field(description="The template, by its path below templates/.", examples=["weekly.md.j2"])
    house: Text = Field(
        "house.docx",
        description="The Word file that gives it its look, by its path below templates/. Absent: house.docx.",
        examples=["house.docx"],
    )
    language: Language | None = Field(
        None, description="In which dates and fixed words are written. Absent: the desk's.", examples=["en-GB"]
    )
    timezone: Timezone | None = Field(
        None, description="The zone whose days and hours count. Absent: the desk's.", examples=["Europe/Brussels"]
    )
    marking: Mark | None = Field(
        None,
        description="The highest marking that may appear in it: what is above is left out. Absent: the desk's.",
        examples=["TLP:GREEN"],
    )
    covers: CoversModel = Field(
        description="How far back an edition looks.",
        examples=[{"days": 7}, {"months": 1}, {"since": "2024-11-01"}, {"since": "previous"}],
    )
    horizon: HorizonModel | None = Field(
        None, description="How far ahead it looks. Absent: 30 days.", examples=[{"days": 30}, {"months": 1, "days": 15}]
    )
    select: SelectModel | None = Field(
        None,
        description="What it tells. Absent: all.",
        examples=[
            {"topics": ["eu-rok", "nato"], "not": {"topics": ["markets"]}, "significance": "medium", "limit": 40},
            {"kinds": ["meeting", "agreement"], "order": "most significant first"},
        ],
    )
    schedule: ScheduleModel | None = Field(
        None,
        description="When editions are due. Absent: made on demand only.",
        examples=[
            {"every": "week", "on": "monday", "at": "07:00", "catch_up": "all"},
            {"every": "two weeks", "on": "friday"},
            {"every": "month", "on": 1},
            {"every": "month", "on": "last friday"},
            {"every": "weekday", "at": "18:30"},
            {"every": "week", "on": "monday", "except": ["2025-12-29", "2026-01-05"]},
            {"every": "day", "not_before": "2025-06-01", "until": "2025-06-30"},
        ],
    )
    first_edition: Day | None = Field(
        None,
        description="No. 1 is the first due day on or after this day. Absent: editions bear no number. Required where editions "
        "are due every two weeks: it tells which. Required for covers: {since: previous} without a schedule: so far back looks "
        "the first edition.",
        examples=["2024-11-11"],
    )
    when_empty: Literal["publish", "skip"] = Field(
        "publish", description="What to do with an edition in which nothing happened. Absent: publish.", examples=["skip"]
    )
    scale: Literal["icd203", "phia"] = Field(
        "icd203", description="The scale whose terms of likelihood it uses. Absent: icd203.", examples=["icd203"]
    )
    words: WordsModel | None = Field(
        None,
        description="Words that no template writes. Absent: those of the language, where that is German, French, Spanish, "
        "Italian, Dutch, Polish or Korean; else English.",
        examples=[{"see_note": "not {number}", "draft": "UTKAST"}],
    )
    contents_pages: bool = Field(
        False,
        description="Whether a table of contents gives the page of each heading. LibreOffice lays out the pages, and must be "
        "installed. Absent: false.",
        examples=[True],
    )


class DeskModel(_Model):
    """What holds for every briefing that doesn't say otherwise. The file may be left out."""

    model_config = ConfigDict(json_schema_extra={"type": ["object", "null"]})

    timezone: Timezone = Field(
        "UTC", description="The zone whose days and hours count. Absent: UTC.", examples=["Europe/Brussels"]
    )
    language: Language = Field(
        "en-GB", description="In which dates and fixed words are written. Absent: en-GB.", examples=["en-GB"]
    )
    marking: Mark = Field(
        "TLP:CLEAR",
        description="The highest marking that may appear: what is above is left out. Absent: TLP:CLEAR.",
        examples=["TLP:GREEN"],
    )
    state: Text = Field(
        "output/.brief",
        description="The folder of receipts and of the scheduler's state, by its path from the desk. Absent: output/.brief.",
        examples=["../state"],
    )
    on_failure: Command = Field(
        [],
        description="A command that is given each failure of the scheduler as JSON on its standard input: mail, chat, a pager. "
        "Run without a shell, from the desk's folder; stopped after 30 seconds.",
        examples=["mail -s 'brief has failed' desk@example.org", ["page", "--team", "the desk"]],
    )


Model = TypeVar("Model", bound=_Model)


def validate(model: type[Model], value: object) -> tuple[Model | None, list[Fault]]:
    """What a document says, by its model; or none, and all that is wrong with it."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_fault(model, details) for details in error.errors(include_url=False)]


def schema() -> dict[str, dict[str, Any]]:
    """JSON Schemas (draft 2020-12) of files below seeds/ ("seeds"), in briefings/ ("briefing"), and of brief.yaml ("desk")."""
    models: dict[str, type[_Model]] = {"seeds": SeedsModel, "briefing": BriefingModel, "desk": DeskModel}
    return {name: {"$schema": _DIALECT, **_json_schema(model)} for name, model in models.items()}


class _Plain(GenerateJsonSchema):
    """In the order of the models, without the titles and defaults that say nothing to an editor."""

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        written = super().generate(schema, mode)
        for model in (written, *written.get("$defs", {}).values()):
            model.pop("title", None)
        return written

    def sort(self, value: Any, parent_key: str | None = None) -> Any:  # noqa: ARG002
        return value

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: Any) -> dict[str, Any]:
        written = super().default_schema(schema)
        return {key: value for key, value in written.items() if (key, value) != ("default", None)}


@cache
def _json_schema(model: type[_Model]) -> dict[str, Any]:
    return model.model_json_schema(schema_generator=_Plain)


@cache
def _nodes(model: type[_Model], path: Path) -> list[dict[str, Any]]:
    """The JSON Schemas that may apply to the value at a path; every index in it is 0."""
    root = _json_schema(model)
    nodes = list(_alternatives(root, [root]))
    for step in path:
        below = [node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step) for node in nodes]
        nodes = list(_alternatives(root, filter(None, below)))
    return nodes


def _anywhere(path: Path) -> Path:
    return tuple(0 if isinstance(step, int) else step for step in path)


def _keys(model: type[_Model], path: Path) -> list[str]:
    """The keys that the value at a path may have."""
    return list(dict.fromkeys(key for node in _nodes(model, _anywhere(path)) for key in node.get("properties", ())))


def _alternatives(root: dict[str, Any], nodes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        if "$ref" in node:
            yield from _alternatives(root, [root["$defs"][node["$ref"].rpartition("/")[2]]])
        yield from _alternatives(root, [*node.get("anyOf", ()), *node.get("oneOf", ())])


_TYPES = {
    "bool_type": "true or false",
    "string_type": "a text",
    "int_type": "a whole number",
    "list_type": "a list",
}


def _fault(model: type[_Model], error: ErrorDetails) -> Fault:
    path = _path(error["loc"])
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return Fault(path, "is required", _example(model, path), at="parent")
    if kind == "extra_forbidden":
        return Fault(path, "this key is not known", _meant_key(model, path), at="key", value=value)
    if kind == "model_type":
        return Fault(path, expected=f"keys with values, such as {', '.join(_keys(model, path)[:4])}", value=value)
    if kind in _TYPES:
        return Fault(path, expected=_TYPES[kind], value=value)
    if kind == "mistyped":
        return Fault(path, expected=context["expected"], value=value)
    if kind == "literal_error":
        return _not_a_term(path, value, re.findall("'([^']*)'", context["expected"]))
    return Fault(path, *_refusal(kind, value, context, error["msg"]), value=value)


def _path(location: Path) -> Path:
    """The keys and indices of an error's location, which names the branch of `DayOrSpan` after `date`."""
    if len(location) > 3 and location[2] == "date":
        return (*location[:3], *location[4:])
    return location


def _meant_key(model: type[_Model], path: Path) -> str:
    word = str(path[-1])
    if model is SeedsModel and len(path) == 1 and (name := _OTHER_NAMES.get(word.lower().removesuffix("s"))):
        return f"did you mean {name!r}?"
    return nearest(word, _keys(model, path[:-1]))


def _not_a_term(path: Path, value: object, terms: list[str]) -> Fault:
    if isinstance(value, str):
        expected = f"expected one of {', '.join(terms)}"
        return Fault(path, f"{quoted(value)} is not known here", nearest(value, terms) or expected)
    return Fault(path, expected=f"one of {', '.join(terms)}", value=value)


def _refusal(kind: str, value: object, context: dict[str, Any], otherwise: str) -> tuple[str, str]:
    """The message and hint of a value that has the right type."""
    match kind:
        case "wrong":
            return context["message"], context["hint"]
        case "string_pattern_mismatch":
            return f"expected {EXPECTED[context['pattern']]}", _as_id(value) if context["pattern"] == ID_PATTERN else ""
        case "string_too_long":
            return f"has more than {context['max_length']} characters", "shorten it"
        case "too_short":
            return "the list is empty", "name at least one"
        case "greater_than_equal":
            return f"must be {context['ge']} at least", ""
        case "less_than_equal":
            return f"must be {context['le']} at most", ""
    return otherwise, ""


def _as_id(value: object) -> str:
    word = re.sub("[^a-z0-9]+", "-", str(value).lower()).strip("-")
    return f"did you mean {quoted(word)}?" if word else ""


def _example(model: type[_Model], path: Path) -> str:
    """How a missing key may be given."""
    for node in _nodes(model, _anywhere(path)):
        if "enum" in node:
            return f"add `{path[-1]}:` with one of {', '.join(node['enum'])}"
        if "examples" in node:
            return f"such as `{path[-1]}: {_inline(node['examples'][0])}`"
    return ""


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {part}' for key, part in value.items())}}}"
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)
