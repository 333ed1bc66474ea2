"""What the files of a desk may say: a model of each, checked by pydantic and told to editors as JSON Schema."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import ErrorDetails

from brief.desk.faults import Fault, quoted
from brief.desk.values import (
    EXPECTED,
    ID_PATTERN,
    Ahead,
    Count,
    Day,
    Id,
    Language,
    Likelihood,
    Line,
    Mark,
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

_topics: Any = Field(None, description="Words for what it is about, which briefings select by.", examples=[["eu-rok", "nato"]])
_sources: Any = Field(None, description="Ids of the sources it rests on.", examples=[["kherald-2025-03-11"]])
_marking: Any = Field("TLP:CLEAR", description="Who may see it, by the Traffic Light Protocol 2.0. Absent: TLP:CLEAR.")


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _check_order(start: dt.date | None, end: dt.date | None) -> None:
    if start and end and end < start:
        raise wrong(f"ends on {end}, before it begins on {start}", "exchange the two, or mend one")


class SpanModel(_Model):
    """The days of what takes several."""

    start: Day = Field(alias="from", description="The first day.")
    end: Day = Field(alias="to", description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> SpanModel:
        _check_order(self.start, self.end)
        return self


DayOrSpan = Annotated[
    Annotated[Day, Tag("day")] | Annotated[SpanModel, Tag("span")],
    Discriminator(lambda value: "span" if isinstance(value, dict) else "day"),
]


class SourceModel(_Model):
    """A document that events, notes and judgements rest on."""

    id: Id = Field(description="The word by which others name it.", examples=["kherald-2025-03-11"])
    publisher: Text = Field(description="Who published it.", examples=["The Korea Herald"])
    title: Text = Field(description="Its title, as printed.")
    published: Partial | None = Field(None, description="When: the day, or no more than the month or the year.")
    url: Url | None = Field(None, description="Its address on the web.")
    reliability: Reliability | None = Field(
        None, description="Admiralty code: the source from A (completely reliable) to F, what it says from 1 (confirmed) to 6."
    )
    marking: Mark = _marking


class RoleModel(_Model):
    """An office that a person holds or held."""

    title: Text = Field(description="The office.", examples=["Foreign Minister"])
    of: str | None = Field(None, description="The country or body.", examples=["Republic of Korea"])
    start: Day | None = Field(None, alias="from", description="The first day in office. Absent: not known.")
    end: Day | None = Field(None, alias="to", description="The last day in office. Absent: not known, or still held.")

    @model_validator(mode="after")
    def _in_order(self) -> RoleModel:
        _check_order(self.start, self.end)
        return self


class PersonModel(_Model):
    """Somebody who takes part in events."""

    id: Id = Field(description="The word by which events name them.", examples=["cho-tae-yul"])
    name: Text = Field(description="The name in Latin letters.", examples=["Cho Tae-yul"])
    native: str | None = Field(None, description="The name as they write it themselves.", examples=["조태열"])
    roles: list[RoleModel] | None = Field(None, description="Their offices; an event shows the one held on its last day.")
    marking: Mark = _marking


class EventModel(_Model):
    """Something that happened, or is expected to."""

    id: Id = Field(description="A word for it that no other event has.", examples=["eu-rok-space-dialogue-1"])
    title: Text = Field(description="What it is called.", examples=["First Korea–EU Space Security Dialogue"])
    kind: Kind = Field(description="What sort of event it is.")
    status: Status = Field(description="Whether it took place. Planned: write an agenda; held: a summary.")
    date: DayOrSpan = Field(description="The day, or {from: …, to: …}.", examples=["2025-03-10"])
    place: str | None = Field(None, description="Where.", examples=["Brussels"])
    participants: list[Text] | None = Field(None, description="Who: ids of people, or plain names.")
    topics: list[Id] | None = _topics
    significance: Significance = Field("medium", description="How much it matters. Absent: medium.")
    agenda: str | None = Field(None, description="What is expected of it: all that is shown until it is over. Markdown.")
    summary: str | None = Field(None, description="What happened, in the desk's own words. Markdown.")
    bottom_line: Line | None = Field(None, description="The one sentence to remember. Markdown.")
    outcomes: list[Text] | None = Field(None, description="What came of it, one result each. Markdown.")
    sources: list[Id] = Field(
        min_length=1, description="Ids of the sources it rests on: at least one.", examples=[["kherald-2025-03-11"]]
    )
    marking: Mark = _marking


class NoteModel(_Model):
    """What a reader needs to know to make sense of events."""

    id: Id = Field(description="A word for it that no other note has.", examples=["two-theatres"])
    title: Text = Field(description="Its heading.")
    topics: list[Id] | None = _topics
    text: Text = Field(description="The note itself. Markdown.")
    sources: list[Id] | None = _sources
    valid_from: Day | None = Field(None, description="The first day it is true. Absent: it always was.")
    valid_to: Day | None = Field(None, description="The last day it is true. Absent: it still is.")
    marking: Mark = _marking


class OutcomeModel(_Model):
    """How a judgement ended."""

    result: Result = Field(description="What became of it.")
    on: Day = Field(description="The day it was settled.", examples=["2025-04-04"])
    event: Id | None = Field(None, description="Id of the event that settled it.")
    note: str | None = Field(None, description="What there is to say of it. Markdown.")


class JudgementModel(_Model):
    """A forecast: how likely something is to have happened by a day."""

    id: Id = Field(description="A word for it that no other judgement has.", examples=["nato-fmm-april-2025"])
    statement: Text = Field(description="What would be the case by that day, and nothing of the odds. Markdown.")
    likelihood: Likelihood = Field(description="A term of the briefing's scale.", examples=["very likely"])
    confidence: Confidence = Field(description="How far what it rests on can be trusted.")
    made: Day = Field(description="The day it was made.", examples=["2025-03-31"])
    by: Day = Field(description="The last day it speaks of.", examples=["2025-04-04"])
    resolves_when: str | None = Field(None, description="What would settle it. Markdown.")
    topics: list[Id] | None = _topics
    sources: list[Id] | None = _sources
    outcome: OutcomeModel | None = Field(None, description="How it ended; absent while it is open.")
    marking: Mark = _marking


class SeedsModel(_Model):
    """A file below seeds/: any of these lists."""

    sources: list[SourceModel] | None = Field(None, description="Documents that the rest is based on.")
    people: list[PersonModel] | None = Field(None, description="Those who take part in events.")
    events: list[EventModel] | None = Field(None, description="What happened, or is expected to.")
    background: list[NoteModel] | None = Field(None, description="Notes that help to make sense of events.")
    outlook: list[JudgementModel] | None = Field(None, description="Forecasts.")


class CoversModel(_Model):
    """How far back an edition looks: one of these keys."""

    days: Count | None = Field(None, description="The days before the issue date.", examples=[7])
    months: Count | None = Field(None, description="The months before the issue date.", examples=[1])
    since: Since | None = Field(None, description="From this day on, or from the last published edition on: previous.")

    @model_validator(mode="after")
    def _one(self) -> CoversModel:
        if len([key for key in (self.days, self.months, self.since) if key is not None]) != 1:
            raise wrong("exactly one of days, months, since is expected", "such as {days: 7}")
        return self


class HorizonModel(_Model):
    """How far ahead the outlook looks."""

    days: Ahead = Field(0, description="Days from the issue date.", examples=[30])
    months: Ahead = Field(0, description="Months from the issue date.", examples=[1])


class ExclusionModel(_Model):
    """What is left out, whatever else is selected."""

    topics: list[Id] | None = Field(None, description="Events, notes and judgements on any of these topics.")
    kinds: list[Kind] | None = Field(None, description="Events of any of these kinds.")


class SelectModel(_Model):
    """Which events the briefing tells."""

    topics: list[Id] | None = Field(None, description="Those on any of these topics. Absent: on all.")
    kinds: list[Kind] | None = Field(None, description="Those of any of these kinds. Absent: of all.")
    exclude: ExclusionModel | None = Field(None, alias="not", description="What is left out of them.")
    significance: Significance = Field("low", description="Those that matter at least as much. Absent: low, which is all.")
    limit: Count | None = Field(None, description="At most so many: the most significant. Absent: all.", examples=[40])
    order: Literal["oldest first", "newest first", "most significant first"] = Field(
        "oldest first", description="In which order they are told. Absent: oldest first."
    )


class ScheduleModel(_Model):
    """When editions are due."""

    every: Literal["day", "weekday", "week", "two weeks", "month"] = Field(description="How often.")
    on: On | None = Field(
        None, description="For a week or two a weekday (monday); for a month a day (1) or one of its weekdays (last friday)."
    )
    at: Time | None = Field(None, description="Time of day in the briefing's time zone, in quotes. Absent: midnight.")
    catch_up: Literal["latest", "all", "none"] = Field(
        "latest", description="After a standstill: publish the latest edition missed, all of them or none. Absent: latest."
    )


class BriefingModel(_Model):
    """A file in briefings/: a series of editions."""

    title: Text = Field(description="Its title.", examples=["Korea–Europe Security Weekly"])
    audience: str | None = Field(None, description="For whom it is.")
    template: Text = Field(description="The template, by its path below templates/.", examples=["weekly.md.j2"])
    house: Text = Field("house.docx", description="The Word file that gives it its look, by its path below templates/.")
    language: Language | None = Field(None, description="In which dates and fixed words are written. Absent: the desk's.")
    timezone: Timezone | None = Field(None, description="The zone whose days and hours count. Absent: the desk's.")
    marking: Mark | None = Field(None, description="The highest marking that may appear in it. Absent: the desk's.")
    covers: CoversModel = Field(description="How far back an edition looks.", examples=[{"days": 7}])
    horizon: HorizonModel | None = Field(None, description="How far ahead it looks. Absent: 30 days.")
    select: SelectModel | None = Field(None, description="Which events it tells. Absent: all.")
    schedule: ScheduleModel | None = Field(None, description="When editions are due. Absent: made on demand only.")
    first_edition: Day | None = Field(None, description="No. 1 is the first due day on or after this day.")
    when_empty: Literal["publish", "skip"] = Field("publish", description="What to do when nothing happened. Absent: publish.")
    scale: Literal["icd203", "phia"] = Field("icd203", description="Whose terms of likelihood it uses. Absent: icd203.")


class DeskModel(_Model):
    """brief.yaml: what holds for every briefing that doesn't say otherwise."""

    timezone: Timezone = Field("UTC", description="The zone whose days and hours count. Absent: UTC.")
    language: Language = Field("en-GB", description="In which dates and fixed words are written. Absent: en-GB.")
    marking: Mark = Field("TLP:CLEAR", description="The highest marking that may appear. Absent: TLP:CLEAR.")
    state: Text = Field(
        "output/.brief", description="Where receipts and the scheduler's state are kept. Absent: output/.brief."
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
    """Without the titles and defaults that say nothing to an editor."""

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        written = super().generate(schema, mode)
        for model in (written, *written.get("$defs", {}).values()):
            model.pop("title", None)
        return written

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
    return [key for node in _nodes(model, _anywhere(path)) for key in node.get("properties", ())]


def _alternatives(root: dict[str, Any], nodes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield node
        if "$ref" in node:
            yield from _alternatives(root, [root["$defs"][node["$ref"].rpartition("/")[2]]])
        yield from _alternatives(root, [*node.get("anyOf", ()), *node.get("oneOf", ())])


_TYPES = {
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
        hint = nearest(str(path[-1]), _keys(model, path[:-1]))
        return Fault(path, "this key is not known", hint, at="key", value=value)
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
