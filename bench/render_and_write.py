"""Time rendering and writing one edition, beside docxtpl with the same content: `make bench`.

Both start from events in memory and end with the bytes of a Word file: a paragraph with bold text and a link for each
event, a table row for each, a bullet for every fourth. Runs alternate; the table shows medians and the median ratio.
"""

from __future__ import annotations

import datetime as dt
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import docx
from docxtpl import DocxTemplate, RichText

from brief.builder import Builder
from brief.errors import Place
from brief.model import Briefing, Covers, Desk, Edition, Event, Horizon, PartialDate, Period, Prose, Select, Source
from brief.scales import SCALES

SIZES = (10, 100, 1_000)
RUNS = 5
PLACE = Place("")
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


def source(number: int) -> Source:
    url = f"https://example.org/{number}?a=1&b=2"
    return Source(f"s{number}", "The Herald", "Ministers meet", PartialDate(2025, 3, 8), url, "", "TLP:CLEAR", PLACE)


def event(number: int) -> Event:
    return Event(
        id=f"event-{number}",
        title=f"Meeting {number} of ministers & others",
        kind="meeting",
        status="held",
        date=Period(dt.date(2025, 3, 1 + number % 28), dt.date(2025, 3, 1 + number % 28)),
        place="Brussels",
        participants=(),
        topics=("eu-rok",),
        significance="high",
        agenda=Prose(),
        summary=Prose("They spoke of cooperation, of space and of the sea, and agreed to meet again before the year ends."),
        bottom_line=Prose(),
        outcomes=(),
        sources=(source(number),),
        marking="TLP:CLEAR",
        origin=PLACE,
    )


def ours(events: tuple[Event, ...], house: bytes) -> Callable[[], bytes]:
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
        origin=PLACE,
    )
    start, end = dt.date(2025, 3, 1), dt.date(2025, 3, 31)
    edition = Edition(briefing, dt.date(2025, 4, 1), None, start, end, None, events, (), (), ())
    here = Path()
    desk = Desk(
        here, here, here, (), (), events, (), (), {"bench": briefing}, {"bench.md.j2": TEMPLATE}, {"house.docx": house}, {}
    )
    return lambda: Builder(desk).make(edition).data


def theirs(events: tuple[Event, ...], template: Path) -> Callable[[], bytes]:
    def run() -> bytes:
        document = DocxTemplate(template)
        rows = []
        for item in events:
            link = RichText()
            link.add(item.sources[0].publisher, url_id=document.build_url_id(item.sources[0].url))
            rows.append(
                {"title": item.title, "summary": item.summary, "date": item.date.end, "place": item.place, "link": link}
            )
        document.render({"events": rows, "fourths": rows[::4]}, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return run


def peer_template(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("{%p for e in events %}")
    paragraph = document.add_paragraph()
    paragraph.add_run("{{ e.title }}").bold = True
    paragraph.add_run(": {{ e.summary }} {{r e.link }}")
    document.add_paragraph("{%p endfor %}")
    table = document.add_table(rows=4, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Date", "Event", "Place"), strict=True):
        cell.text = text
    table.rows[1].cells[0].text = "{%tr for e in events %}"
    for cell, text in zip(table.rows[2].cells, ("{{ e.date }}", "{{ e.title }}", "{{ e.place }}"), strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    document.add_paragraph("{%p for e in fourths %}")
    document.add_paragraph("{{ e.title }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
    document.save(str(path))
    return path


def seconds(run: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def paragraphs(data: bytes) -> tuple[int, int]:
    document = docx.Document(io.BytesIO(data))
    return sum("They spoke" in paragraph.text for paragraph in document.paragraphs), len(document.tables[-1].rows)


def main() -> None:
    house = (Path(__file__).parent.parent / "templates" / "house.docx").read_bytes()
    print(f"{'events':>8} {'brief':>10} {'docxtpl':>10} {'docxtpl / brief':>16}")
    with tempfile.TemporaryDirectory() as folder:
        template = peer_template(Path(folder) / "peer.docx")
        for size in SIZES:
            events = tuple(map(event, range(size)))
            mine, other = ours(events, house), theirs(events, template)
            if not paragraphs(mine()) == paragraphs(other()) == (size, size + 1):
                sys.exit(f"the documents of {size} events don't say the same: {paragraphs(mine())}, {paragraphs(other())}")
            pairs = [(seconds(mine), seconds(other)) for _ in range(RUNS)]
            medians = [statistics.median(column) * 1000 for column in zip(*pairs, strict=True)]
            ratio = statistics.median(b / a for a, b in pairs)
            print(f"{size:>8,} {medians[0]:>7.0f} ms {medians[1]:>7.0f} ms {ratio:>15.1f}x")


if __name__ == "__main__":
    main()
