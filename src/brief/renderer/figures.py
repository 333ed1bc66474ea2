"""The pictures that a template may ask for: what they show, in the briefing's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise

from brief import language
from brief.document import Band, Blocks, Inlines, Moment, Paragraph, Tick, Timeline
from brief.model import Event, Period
from brief.renderer.run import CURRENT, UnprintableError, known_noun, listed, style_name, whole
from brief.scales import Term

MOST = 40
"""Moments in one picture at most."""

_LONGEST_ALT = 2_000
_UNITS = ((10, "day"), (80, "week"), (550, "month"), (2_200, "quarter"))
"""What the axis of a timeline of up to so many days is divided into; else years."""


def timeline(events: Iterable[Event], title: str = "", style: str = "", outlined: str = "", most: int = MOST) -> Blocks | str:
    """A picture of events along a line of days: a dot or bar each, filled where it was held, in outline where it was not.

    `title` begins the text that tells what the picture shows to those who can't see it, and `outlined` says there of an event
    what its outline does. More than `most` events (40 at most) make several pictures; `style` is that of the last one, which
    a caption may follow.
    """
    run = CURRENT.get()
    title, outlined, style = run.text(title), run.text(outlined), style_name(style)
    shown = sorted(listed(events, Event, "timeline needs a list of events"), key=lambda event: event.date)
    most = whole(most, MOST, f"a timeline has 1 to {MOST} events in a picture")
    groups = -(-len(shown) // most)
    cut = [len(shown) * index // groups for index in range(groups + 1)] if groups else []
    pictures = [_timeline(shown[start:end], title, outlined, run.language) for start, end in pairwise(cut)]
    return tuple(Paragraph((picture,), style if picture is pictures[-1] else "") for picture in pictures) or ""


def band(term: Term, name: str = "") -> Inlines:
    """A bar that shows which part of the scale from 0 to 100% a term of likelihood means.

    `name` is what the term is called to those who can't see it; where it is absent, as on the scale, in English.
    """
    if not isinstance(term, Term):
        wanted = "band needs a term of the briefing's scale, as briefing.scale.term(judgement.likelihood) finds it"
        raise UnprintableError(f"{wanted}, not {known_noun(term)}")
    return (Band(term.low, term.high, f"{CURRENT.get().text(name) or term.name}: {term.low}–{term.high}%"),)


def _timeline(events: list[Event], title: str, outlined: str, tag: str) -> Timeline:
    period = Period(events[0].date.start, max(event.date.end for event in events))
    with_year = period.start.year != period.end.year and (period.end - period.start).days > 300
    moments = tuple(
        Moment(
            start=event.date.start,
            end=event.date.end,
            when=language.short_period(event.date, tag, with_year=with_year),
            text=event.title,
            is_firm=event.status == "held",
            is_strong=event.significance == "high",
        )
        for event in events
    )
    return Timeline(moments, tuple(_ticks(period, tag)), _alt(title, language.period(period, tag), moments, outlined))


def _alt(title: str, period: str, moments: tuple[Moment, ...], outlined: str) -> str:
    told = f"{title}, {period}:" if title else f"{period}:"
    for moment in moments:
        what = f" ({outlined})" if outlined and not moment.is_firm else ""
        entry = f" {moment.when}, {moment.text}{what};"
        if len(told) + len(entry) > _LONGEST_ALT:
            return f"{told} …"
        told += entry
    return f"{told[:-1]}."


def _ticks(period: Period, tag: str) -> Iterator[Tick]:
    """The first day, and each that begins a unit."""
    days = (period.end - period.start).days + 1
    unit = next((unit for most, unit in _UNITS if days <= most), "year")
    yield Tick(period.start, language.tick(period.start, tag, unit))
    day = _following(period.start, unit)
    while day <= period.end:
        yield Tick(day, language.tick(day, tag, unit))
        day = _following(day, unit)


def _following(day: dt.date, unit: str) -> dt.date:
    """The first day after `day` on which a unit begins."""
    match unit:
        case "day":
            return day + dt.timedelta(days=1)
        case "week":
            return day + dt.timedelta(days=7 - day.weekday())
    months = {"month": 1, "quarter": 3}.get(unit, 12)
    month = (day.month - 1) // months * months + months
    return dt.date(day.year + month // 12, month % 12 + 1, 1)
