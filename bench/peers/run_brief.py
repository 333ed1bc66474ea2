"""brief: an edition in memory becomes the bytes of a Word file; with `anew`, by a builder that has kept nothing."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

from serve import Item, serve

from brief.builder import Builder
from brief.errors import Place
from brief.model import Briefing, Covers, Desk, Edition, Event, Horizon, Items, PartialDate, Period, Prose, Select, Source
from brief.scales import SCALES

HERE = Path()
NOWHERE = Place("")
TEMPLATE = """
{% for event in events %}
**{{ event.title }}**: {{ event.summary }} [{{ event.sources[0].publisher }}]({{ event.sources[0].url }})

{% endfor %}

| Date | Event | Place |
|---|---|---|
{% for event in events %}
| {{ event.date }} | {{ event.title }} | {{ event.place }} |
{% endfor %}

{% for event in events %}
{% if loop.index0 % 4 == 0 %}
- {{ event.title }}
{% endif %}
{% endfor %}
"""


def load(events: list[Item], template: Path) -> Callable[[], bytes]:
    """`template` is the house."""
    edition = _edition(tuple(map(_event, events)))
    desk = Desk(
        HERE,
        HERE,
        HERE,
        Items(events=edition.events),
        {edition.briefing.slug: edition.briefing},
        {edition.briefing.template: TEMPLATE},
        {edition.briefing.house: template.read_bytes()},
        {},
    )
    builder = Builder(desk)
    return lambda: (Builder(desk) if "anew" in sys.argv else builder).make(edition).data


def _edition(events: tuple[Event, ...]) -> Edition:
    briefing = Briefing(
        slug="bench",
        title="Bench",
        audience="",
        template="bench.md.j2",
        house="house.docx",
        language="en-GB",
        timezone="UTC",
        marking="TLP:CLEAR",
        covers=Covers(days=31),
        horizon=Horizon(days=30),
        select=Select(),
        schedule=None,
        first_edition=None,
        when_empty="publish",
        scale=SCALES["icd203"],
        origin=NOWHERE,
    )
    start, end = dt.date(2025, 3, 1), dt.date(2025, 3, 31)
    return Edition(briefing, dt.date(2025, 4, 1), None, start, end, None, events, (), (), ())


def _event(item: Item) -> Event:
    day = dt.date.fromisoformat(item["day"])
    published = PartialDate(2025, 3, 8)
    source = Source(item["id"], item["publisher"], "Ministers meet", published, item["url"], "", "TLP:CLEAR", NOWHERE)
    return Event(
        id=item["id"],
        title=item["title"],
        kind="meeting",
        status="held",
        date=Period(day, day),
        place=item["place"],
        participants=(),
        topics=("eu-rok",),
        significance="high",
        agenda=Prose(),
        summary=Prose(item["summary"]),
        bottom_line=Prose(),
        outcomes=(),
        sources=(source,),
        marking="TLP:CLEAR",
        origin=NOWHERE,
    )


serve(load)
