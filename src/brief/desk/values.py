"""The kinds of values that stand in a desk's files: how each is checked, read, and told to editors."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import zoneinfo
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from brief.desk import days
from brief.desk.records import ID_PATTERN
from brief.desk.text import quoted
from brief.errors import nearest
from brief.model import Marking, PartialDate
from brief.scales import SCALES

TEXT_PATTERN = r"\S"
LINE_PATTERN = r"^[^\n]*\n*$"
URL_PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://([^/?#\s]*@)?[^/?#@:\s][^/?#@\s]*([/?#]\S*)?$"
RELIABILITY_PATTERN = r"^[A-F][1-6]$"
TIME_PATTERN = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_DAYS = tuple(f"{nth} {day}" for nth in ("first", "second", "third", "fourth", "last") for day in WEEKDAYS)
"""Weekdays of a month, as a schedule's `on` names them."""

_MANY = 100_000
"""More than any edition tells."""
_DAYS, _MONTHS = 36_525, 1_200
"""A century: further than any edition looks, and near enough for the calendar."""


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """The error of a value that has the right type but can't be used."""
    return PydanticCustomError("wrong", "{message}", {"message": message, "hint": hint})


def mistyped(expected: str) -> PydanticCustomError:
    """The error of a value of the wrong type."""
    return PydanticCustomError("mistyped", "{expected}", {"expected": expected})


def _date(read: Callable[[str], Any], expected: str) -> Callable[[object], Any]:
    def check(value: object) -> Any:
        if type(value) is not dt.date and not isinstance(value, str):
            raise mistyped(expected)
        try:
            return read(str(value))
        except ValueError as error:
            raise wrong(str(error)) from None

    return check


_day = _date(days.day, "a day such as 2025-03-10")
_day_or_previous = _date(days.day, "a day such as 2025-03-10, or the word previous")
_any_date = _date(days.partial, "a date such as 2025-03-10, 2025-03 or 2025")


def as_day(value: object) -> dt.date | None:
    """The day that a value read from YAML stands for, if it is one."""
    try:
        day: dt.date = _day(value)
    except PydanticCustomError:
        return None
    return day


def _partial(value: object) -> PartialDate:
    is_year = type(value) is int and 1000 <= value <= 9999
    known: PartialDate = _any_date(str(value) if is_year else value)
    return known


def _since(value: object) -> Any:
    if isinstance(value, str) and value.isalpha() and value != "previous":
        raise wrong(
            f"{quoted(value)} is neither a day nor the word previous", nearest(value, ["previous"]) or "such as 2025-03-10"
        )
    return value if value == "previous" else _day_or_previous(value)


def _url(value: str) -> str:
    try:
        usable = bool(re.fullmatch(URL_PATTERN, value) and urlsplit(value).hostname)
    except ValueError:
        usable = False
    if not usable:
        raise wrong("this is no web address", "an address begins with https:// or http:// and holds no spaces")
    return value


def _marking(value: object) -> object:
    if value == "TLP:WHITE":
        raise wrong("TLP:WHITE is now called TLP:CLEAR", "write TLP:CLEAR")
    return value


def _one_line(value: str) -> str:
    if not re.fullmatch(LINE_PATTERN, value):
        raise wrong("a bottom line is one line", "write a long sentence after >- instead of |")
    return value


def _likelihoods() -> list[str]:
    return sorted({name for scale in SCALES.values() for term in scale.terms for name in term.names})


def _likelihood(value: str) -> str:
    terms = _likelihoods()
    if value not in terms:
        raise wrong(f"{quoted(value)} is a term of no scale", nearest(value, terms) or f"expected one of {', '.join(terms)}")
    return value


def _language(value: str) -> str:
    from brief.language import known  # Babel is slow to import

    if not re.match(LANGUAGE_PATTERN, value) or not known(value):
        raise wrong(f"{quoted(value)} is no language that is known", "write a tag such as en-GB, fr or ko-KR")
    return value


def _timezone(value: str) -> str:
    try:
        if value == "localtime":  # the machine's own: another edition on another machine
            raise ValueError
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(value, zoneinfo.available_timezones()) or "write a name such as Europe/Brussels"
        raise wrong(f"{quoted(value)} is no time zone that is known", hint) from None
    return value


def _at(value: object) -> dt.time:
    if not isinstance(value, str):
        raise mistyped('a time in quotes such as "07:00"')
    if not re.match(TIME_PATTERN, value):
        raise wrong(f"{quoted(value)} is no time of day", 'write it as "07:00"')
    hour, minute = map(int, value.split(":"))
    return dt.time(hour, minute)


def _words(value: object) -> object:
    """The words of a command, which a text is split into as a shell would."""
    if not isinstance(value, str | list):
        raise mistyped("a command, or a list of its words")
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError as error:
        told = f"this can't be split into words: {str(error).lower()}"
        raise wrong(told, "close what is open, or write a list of words") from None
    if not words or (isinstance(words[0], str) and not words[0].strip()):
        raise wrong("this names no program", "write one, or leave out the key")
    return words


def _on(value: object) -> str | int:
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise mistyped("a weekday, a day of the month, or such as last friday")
    if value in WEEKDAYS or value in MONTH_DAYS or value in range(1, 32):
        return value
    hint = nearest(str(value), [*WEEKDAYS, *MONTH_DAYS]) or "write such as monday, 1 or last friday"
    raise wrong(f"{quoted(value)} is no weekday and no day of a month", hint)


_NTH = {"type": "integer", "minimum": 1, "maximum": 31}
WEEKDAY_SCHEMA: dict[str, Any] = {"enum": list(WEEKDAYS)}
MONTH_DAY_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(MONTH_DAYS)}, _NTH]}
"""What a schedule's `on` may be for a week, and for a month."""

_DATE = {"type": "string", "format": "date", "pattern": days.YEAR_PATTERN}
_DAY_SCHEMA = {"title": "day", **_DATE, "examples": ["2025-03-10"]}
_PARTIAL_SCHEMA = {
    "title": "date",
    "anyOf": [
        _DATE,
        {"type": "string", "pattern": days.MONTH_PATTERN},
        {"type": "integer", "minimum": days.FIRST_YEAR, "maximum": days.LAST_YEAR},
    ],
    "examples": ["2025-03-10", "2025-03", 2025],
}
_SINCE_SCHEMA = {
    "title": "day or `previous`",
    "anyOf": [{"const": "previous"}, _DATE],
    "examples": ["2024-11-01", "previous"],
}
_TIME_SCHEMA = {"title": "time", "type": "string", "pattern": TIME_PATTERN, "examples": ["07:00"]}
_ON_SCHEMA = {
    "title": "weekday or day of the month",
    "anyOf": [{"enum": [*WEEKDAYS, *MONTH_DAYS]}, _NTH],
    "examples": ["monday", 1, "last friday"],
}
_COMMAND_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": TEXT_PATTERN},
        {
            "type": "array",
            "prefixItems": [{"type": "string", "pattern": TEXT_PATTERN}],
            "items": {"type": "string"},
            "minItems": 1,
        },
    ]
}

Day = Annotated[dt.date, PlainValidator(_day), WithJsonSchema(_DAY_SCHEMA)]
Partial = Annotated[PartialDate, PlainValidator(_partial), WithJsonSchema(_PARTIAL_SCHEMA)]
Since = Annotated[dt.date | Literal["previous"], PlainValidator(_since), WithJsonSchema(_SINCE_SCHEMA)]
Time = Annotated[dt.time, PlainValidator(_at), WithJsonSchema(_TIME_SCHEMA)]
Command = Annotated[list[str], BeforeValidator(_words), WithJsonSchema(_COMMAND_SCHEMA)]
On = Annotated[str | int, PlainValidator(_on), WithJsonSchema(_ON_SCHEMA)]
Text = Annotated[str, Field(pattern=TEXT_PATTERN)]
Line = Annotated[str, AfterValidator(_one_line), Field(json_schema_extra={"pattern": LINE_PATTERN})]
Id = Annotated[str, Field(title="id", pattern=ID_PATTERN, max_length=100)]
Url = Annotated[str, AfterValidator(_url), Field(title="web address", json_schema_extra={"pattern": URL_PATTERN})]
Reliability = Annotated[str, Field(title="Admiralty code", pattern=RELIABILITY_PATTERN)]
Mark = Annotated[Marking, BeforeValidator(_marking), Field(title="marking")]
Likelihood = Annotated[
    str,
    AfterValidator(_likelihood),
    Field(title="likelihood", json_schema_extra=lambda schema: schema.update(enum=_likelihoods())),
]
Language = Annotated[str, AfterValidator(_language), Field(title="language", json_schema_extra={"pattern": LANGUAGE_PATTERN})]
Timezone = Annotated[str, AfterValidator(_timezone), Field(title="time zone")]
Count = Annotated[int, Field(ge=1, le=_MANY)]
Days = Annotated[int, Field(ge=1, le=_DAYS)]
Months = Annotated[int, Field(ge=1, le=_MONTHS)]
DaysAhead = Annotated[int, Field(ge=0, le=_DAYS)]
MonthsAhead = Annotated[int, Field(ge=0, le=_MONTHS)]

EXPECTED = {
    ID_PATTERN: "lower-case letters, digits and hyphens",
    TEXT_PATTERN: "a text that is not empty",
    RELIABILITY_PATTERN: "an Admiralty code such as B2: A to F for the source, 1 to 6 for what it says",
}
"""What the patterns ask for, in words."""
