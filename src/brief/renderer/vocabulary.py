"""The filters and functions that a template may use beside Jinja's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from jinja2.runtime import Macro

from brief import language
from brief.document import Align, Blocks, Citation, Contents, Image, Inlines, Sources
from brief.model import Event, Judgement, Note, PartialDate, Participant, Period, Prose, Source
from brief.rendered import TOKEN_PART, BoxValue, Markdown, StyledValue, TableValue
from brief.renderer.figures import band, timeline
from brief.renderer.run import CURRENT, Output, UnprintableError, known_noun, listed, noun, style_name, whole
from brief.renderer.undefined import template_place

_ALIGNS: tuple[Align, ...] = ("left", "center", "right")


def date(value: dt.date | Period | PartialDate, pattern: str = "long") -> str:
    """A date in the briefing's language; `pattern` is full, long, medium, short or a CLDR pattern (`d MMM`)."""
    tag = CURRENT.get().language
    match value:
        case dt.date():
            return _day(value, pattern)
        case Period() if pattern == "long" or value.start != value.end:
            return language.period(value, tag) if pattern == "long" else _range(value, pattern)
        case Period():
            return _day(value.start, pattern)
        case PartialDate():
            return language.partial_date(value, tag)
    raise UnprintableError(f"date needs a date, not {known_noun(value)}")


def period(value: Period | dt.date, end: dt.date | None = None) -> str:
    """A range of days in the briefing's language: of a period, or from one date to another."""
    if isinstance(value, dt.date):
        value = Period(value, end or value)
    if not isinstance(value, Period):
        raise UnprintableError(f"period needs a period or two dates, not {known_noun(value)}")
    return language.period(value, CURRENT.get().language)


def names(participants: Iterable[Participant], offices: bool = True, native: bool = False, separator: str = "; ") -> str:
    """Participants with the offices they held: `Cho Tae-yul (Foreign Minister, Republic of Korea)`."""
    people = listed(participants, Participant, "names needs a list of participants")
    return separator.join(_name(one, offices=offices, native=native) for one in people)


def markdown(text: str) -> Markdown | str:
    """A text of the desk, read as Markdown."""
    if not isinstance(text, str):
        raise UnprintableError(f"markdown needs a text, not {known_noun(text)}")
    if isinstance(text, Output) or TOKEN_PART.search(text):
        raise UnprintableError("this is a template's output and already Markdown; print it without the filter")
    whole = str(text) if isinstance(text, Prose) else CURRENT.get().text(text)
    return Markdown(whole, text.origin if isinstance(text, Prose) else None) if whole.strip() else ""


def first_sentence(text: str) -> Markdown | str:
    """The first sentence of a text of the desk, read as Markdown."""
    whole = markdown(text)
    return replace(whole, is_cut=True) if isinstance(whole, Markdown) else whole


def style(value: Any, name: str) -> StyledValue | str:
    """The value as a paragraph in a style of the house: `{{ event.place | style("Dateline") }}`."""
    content = tuple(part for part in CURRENT.get().parts(value) if part != "")
    return StyledValue(content, style_name(name)) if content else ""


def box(title: str, style: str = "", *, caller: Macro | None = None) -> BoxValue:
    """A box with a title around what stands between `{% call box("In brief") %}` and `{% endcall %}`."""
    if caller is None:
        raise UnprintableError('a box stands around a text: {% call box("In brief") %} … {% endcall %}')
    run = CURRENT.get()
    title = run.text(title)
    if not title.strip():
        raise UnprintableError("a box needs a title")
    return BoxValue(title, run.parts(caller()), style_name(style))


def cite(thing: Event | Note | Judgement | Source | Iterable[Source]) -> Inlines | str:
    """A footnote for each source of an item (or for a source, or for each of several)."""
    wanted = "cite needs one item with sources (of several, cite each in a loop)"
    match thing:
        case Event() | Note() | Judgement():
            sources: Iterable[Source] = thing.sources
        case Source():
            sources = (thing,)
        case _:
            sources = listed(thing, Source, wanted)
    return tuple(Citation(source) for source in sources) or ""


def by_topic(items: Iterable[Any], every: bool = False) -> list[tuple[str, list[Any]]]:
    """The items grouped by their first topic (`every`: under each of their topics), in order of first appearance."""
    groups: dict[str, list[Any]] = {}
    for item in listed(items, (Event, Note, Judgement), "by_topic needs a list of items"):
        for topic in item.topics if every else item.topics[:1] or ("",):
            groups.setdefault(topic, []).append(item)
    return list(groups.items())


def table(rows: Iterable[Any], columns: Sequence[str | Mapping[str, Any]], style: str = "") -> TableValue | str:
    """A table of `rows`: lists of cells, or items of which each column names the key to show.

    A column is its title, or a mapping of `title`, `value` (a key such as `date` or `date.start`, or a macro that is given
    the item), `align` (left, center or right) and `width` (in per cent of the text's). No rows: nothing.
    """
    shapes = [_shape(column) for column in listed(columns, object, "a table needs a list of columns")]
    cells = [_row(row, shapes) for row in listed(rows, object, "a table needs a list of rows")]
    if not cells:
        return ""
    if not shapes:
        raise UnprintableError("a table needs a column at least")
    put = CURRENT.get().parts
    return TableValue(
        head=tuple(put(shape.get("title", "")) for shape in shapes),
        rows=tuple(tuple(map(put, row)) for row in cells),
        aligns=tuple(_align(shape.get("align", "left")) for shape in shapes),
        widths=_shares([shape.get("width") for shape in shapes]),
        style=style_name(style),
    )


def image(path: str, alt: str, width: float | None = None) -> Inlines:
    """A picture of the desk, by its path relative to the desk; `alt` says what it shows to those who can't see it.

    `width` is in per cent of the text's; absent, the picture has its own size, or as much of it as there is room for.
    """
    path, alt = map(CURRENT.get().text, (path, alt))
    if not alt.strip():
        raise UnprintableError(f"the image {path!r} needs a text that says what it shows")
    _check_width(width, "a picture's width")
    return (Image(path, alt, where=template_place(), share=None if width is None else width / 100),)


def toc(depth: int = 3) -> Blocks:
    """A table of contents of the headings down to level `depth`."""
    return (Contents(whole(depth, 6, "toc needs a level from 1 to 6")),)


def sources() -> Blocks:
    """The list of the sources that the document cites."""
    return (Sources(),)


FILTERS: dict[str, Callable[..., Any]] = {
    "band": band,
    "by_topic": by_topic,
    "cite": cite,
    "date": date,
    "first_sentence": first_sentence,
    "markdown": markdown,
    "names": names,
    "period": period,
    "style": style,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "box": box,
    "image": image,
    "sources": sources,
    "table": table,
    "timeline": timeline,
    "toc": toc,
}


def _shape(column: Any) -> Mapping[str, Any]:
    if isinstance(column, str):
        return {"title": column}
    if not isinstance(column, Mapping):
        raise UnprintableError(f"a table's column is a text or has a title, not {known_noun(column)}")
    if unknown := set(column) - {"title", "value", "align", "width"}:
        raise UnprintableError(f"a table's column has title, value, align and width, not {sorted(map(str, unknown))[0]!r}")
    _check_width(column.get("width"), "a column's width")
    return column


def _check_width(width: Any, what: str) -> None:
    if width is not None and (isinstance(width, bool) or not isinstance(width, (int, float)) or not 0 < width <= 100):
        raise UnprintableError(f"{what} is a number of per cent, not {width!r}")


def _range(value: Period, pattern: str) -> str:
    return f"{_day(value.start, pattern)} – {_day(value.end, pattern)}"


def _day(value: dt.date, pattern: str) -> str:
    try:
        return language.date(value, CURRENT.get().language, pattern)
    except (AttributeError, KeyError, TypeError, ValueError):
        wanted = "long, medium, short, full, or letters such as d MMMM y (10 March 2025) and EEE d MMM (Mon 10 Mar)"
        raise UnprintableError(f"{pattern!r} is no pattern of a date: write {wanted}") from None


def _name(participant: Participant, *, offices: bool, native: bool) -> str:
    name = f"{participant.name} {participant.native}" if native and participant.native else participant.name
    office = ", ".join(filter(None, (participant.title, participant.of)))
    return f"{name} ({office})" if offices and office else name


def _row(row: Any, shapes: list[Mapping[str, Any]]) -> list[Any]:
    CURRENT.get().step()
    if isinstance(row, (list, tuple)):
        if len(row) != len(shapes):
            columns = f"{len(shapes)} column{'s' * (len(shapes) != 1)}"
            raise UnprintableError(f"a row of the table has {len(row)} cells, but the table has {columns}")
        return list(row)
    cells = []
    for shape in shapes:
        if "value" not in shape:
            raise UnprintableError(
                "a table of items needs columns that name a value, such as {'title': 'Date', 'value': 'date'}"
            )
        cells.append(_value(row, shape["value"]))
    return cells


def _value(item: Any, value: str | Macro) -> Any:
    if isinstance(value, Macro):
        return value(item)
    if not isinstance(value, str):
        raise UnprintableError(f"a column's value is a key or a macro, not {known_noun(value)}")
    for part in value.split("."):
        known = item if isinstance(item, Mapping) else _keys(item)
        if part not in known:
            told = f"{noun(item)} has no key {part!r}, which a column of the table names; a macro stands there without quotes"
            raise UnprintableError(told)
        item = item[part] if isinstance(item, Mapping) else getattr(item, part)
    return item


def _keys(item: Any) -> set[str]:
    return {key.name for key in fields(item)} - {"origin"} if is_dataclass(item) else set()


def _align(value: str) -> Align:
    for align in _ALIGNS:
        if align == value:
            return align
    raise UnprintableError(f"a column is aligned left, center or right, not {value!r}")


def _shares(widths: list[float | None]) -> tuple[float, ...]:
    """The columns' shares of the text width; columns without one divide what is left."""
    if all(width is None for width in widths):
        return ()
    given = sum(width for width in widths if width is not None)
    open_columns = sum(width is None for width in widths)
    if round(given, 6) > 100 or (open_columns and given >= 100):
        raise UnprintableError(f"the widths of the table's columns add up to {given:g} per cent")
    rest = (100 - given) / open_columns if open_columns else 0
    total = given if not open_columns else 100
    return tuple((rest if width is None else width) / total for width in widths)
