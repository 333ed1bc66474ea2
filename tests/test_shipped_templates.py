"""How the shipped templates tell an edition: what they put first, leave out and fall back on, and how it stands on the page."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief import Builder, load
from brief.builder import Built
from brief.document import Block, Box, Contents, Footnote, Heading, Paragraph, Table, Timeline, text_of, walk
from conftest import REPOSITORY

DATE = dt.date(2025, 3, 10)
SOURCES = [{"id": f"s{number}", "publisher": f"Publisher {number}", "title": f"Report {number}"} for number in range(3)]
BRIEFING = {
    "title": "Weekly",
    "covers": {"days": 7},
    "schedule": {"every": "week", "on": "monday"},
    "first_edition": "2024-11-11",
    "language": "en-GB",
}

Build = Callable[..., Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A function that builds the edition of 10 March 2025 of a made-up desk with the shipped templates."""
    shutil.copytree(REPOSITORY / "templates", tmp_path / "templates")
    for folder in ("seeds", "briefings"):
        (tmp_path / folder).mkdir()

    def build(
        *events: dict[str, Any],
        background: Iterable[dict[str, Any]] = (),
        outlook: Iterable[dict[str, Any]] = (),
        template: str = "weekly.md.j2",
    ) -> Built:
        seeds = {"sources": SOURCES, "events": [*events], "background": [*background], "outlook": [*outlook]}
        (tmp_path / "seeds" / "seeds.yaml").write_text(json.dumps(seeds), "utf-8")  # JSON is YAML
        (tmp_path / "briefings" / "weekly.yaml").write_text(json.dumps({**BRIEFING, "template": template}), "utf-8")
        desk = load(tmp_path)
        assert desk.problems == ()
        built = Builder(desk).build("weekly", DATE)
        assert built.warnings == ()
        return built

    return build


def event(number: int, **keys: Any) -> dict[str, Any]:
    """A meeting that was held; what happens later in the week has the higher number."""
    return {
        "id": f"event-{number}",
        "title": f"Event {number}",
        "kind": "meeting",
        "status": "held",
        "date": f"2025-03-{3 + min(number, 6):02}",
        "summary": f"Summary {number} told. And more of it.",
        "sources": [f"s{number % 3}"],
        **keys,
    }


def planned(number: int, **keys: Any) -> dict[str, Any]:
    ahead = {"id": f"planned-{number}", "date": f"2025-03-{10 + number}", "status": "planned", "agenda": "It is expected."}
    return {key: value for key, value in event(number, **{**ahead, **keys}).items() if key != "summary"}


def judgement(number: int, **keys: Any) -> dict[str, Any]:
    return {
        "id": f"judgement-{number}",
        "statement": f"Statement {number}.",
        "likelihood": "likely",
        "confidence": "high",
        "made": "2025-02-20",
        "by": "2025-04-01",
        "sources": ["s0"],
        **keys,
    }


def texts(blocks: Iterable[Block]) -> list[str]:
    """The texts of paragraphs and headings, those of notes left out."""
    nodes = walk([*blocks])
    in_notes = {id(inner) for node in nodes if isinstance(node, Footnote) for inner in walk(node.content)}
    return [text_of(node.content) for node in nodes if isinstance(node, (Paragraph, Heading)) and id(node) not in in_notes]


def under(built: Built, title: str) -> list[Block]:
    """The blocks below a heading, up to the next one of its level or a higher one."""
    blocks = list(built.document.blocks)
    heads = [(index, block) for index, block in enumerate(blocks) if isinstance(block, Heading)]
    start, level = next((index, block.level) for index, block in heads if text_of(block.content) == title)
    return blocks[start + 1 : next((index for index, block in heads if index > start and block.level <= level), None)]


def titles(built: Built) -> list[str]:
    return [text_of(block.content) for block in built.document.blocks if isinstance(block, Heading)]


def in_brief(built: Built) -> list[str]:
    box = built.document.blocks[0]
    assert isinstance(box, Box)
    assert box.title == "In brief"
    return texts(box.content)


# In brief


@pytest.mark.parametrize(("high", "medium", "lines"), [(0, 9, 3), (1, 9, 3), (4, 5, 4), (9, 9, 5), (0, 2, 2), (1, 0, 1)])
def test_in_brief_takes_three_to_five_lines_where_there_are_so_many(build: Build, high: int, medium: int, lines: int) -> None:
    events = [event(number, significance="high" if number < high else "medium") for number in range(high + medium)]
    assert len(in_brief(build(*events))) == lines


def test_in_brief_tells_the_most_significant_first_and_of_these_the_latest(build: Build) -> None:
    ranks = ["high", "medium", "high", "low", "medium"]
    assert in_brief(build(*(event(number, significance=rank) for number, rank in enumerate(ranks)))) == [
        "Summary 2 told.",
        "Summary 0 told.",
        "Summary 4 told.",
    ]


def test_in_brief_prefers_the_bottom_line(build: Build) -> None:
    assert in_brief(build(event(0, bottom_line="What *counts*."))) == ["What counts."]


def test_in_brief_has_no_line_of_what_reads_as_planned(build: Build) -> None:
    assert in_brief(build(planned(0, date="2025-03-04", significance="high"), event(1))) == ["Summary 1 told."]
    expected = ["No outcome was recorded in the period 3–9 March 2025."]
    assert in_brief(build(planned(0, date="2025-03-04"))) == expected


def test_in_brief_of_an_empty_edition_says_so(build: Build) -> None:
    assert in_brief(build()) == ["No event was recorded in the period 3–9 March 2025."]


def test_in_brief_says_of_what_has_no_summary_what_became_of_it(build: Build) -> None:
    called_off = {**planned(1, date="2025-03-04", significance="high"), "status": "cancelled"}
    assert in_brief(build(called_off, event(0))) == ["Event 1: cancelled.", "Summary 0 told."]


# Timeline and contents


def pictures(built: Built) -> list[Timeline]:
    return [node for node in walk(built.document.blocks) if isinstance(node, Timeline)]


@pytest.mark.parametrize(("count", "drawn"), [(0, 0), (2, 0), (3, 1), (41, 2)])
def test_a_timeline_is_drawn_of_three_events_or_more(build: Build, count: int, drawn: int) -> None:
    built = build(*(event(number) for number in range(count)))
    assert len(pictures(built)) == drawn
    assert sum(len(picture.moments) for picture in pictures(built)) == (count if drawn else 0)
    assert any("to scale" in text for text in texts(built.document.blocks)) == bool(drawn)


def test_the_caption_explains_outlines_where_there_are_some(build: Build) -> None:
    held = [event(number) for number in range(3)]
    caption = "Events of 3–9 March 2025, to scale; the most significant in bold"
    assert caption in texts(build(*held).document.blocks)
    built = build(*held, planned(3, date="2025-03-07"))
    assert f"{caption}; in outline what was not held, or not recorded as held" in texts(built.document.blocks)


@pytest.mark.parametrize(
    ("template", "count", "listed"),
    [("weekly.md.j2", 12, False), ("weekly.md.j2", 13, True), ("dossier.md.j2", 0, True), ("dossier.md.j2", 13, True)],
)
def test_the_dossier_has_contents_and_so_has_a_long_weekly(build: Build, template: str, count: int, listed: bool) -> None:
    built = build(*(event(number) for number in range(count)), template=template)
    assert len([block for block in built.document.blocks if isinstance(block, Contents)]) == listed


# Key meetings


def meeting_rows(built: Built) -> list[list[str]]:
    table = next(block for block in under(built, "Key meetings") if isinstance(block, Table))
    return [[" ".join(texts(cell)) for cell in row] for row in table.rows]


def test_a_meeting_is_told_with_its_outcomes_else_its_bottom_line_else_its_first_sentence(build: Build) -> None:
    rows = meeting_rows(
        build(
            event(0, outcomes=["One result.", "Another."], bottom_line="The line."),
            event(1, bottom_line="The line.", participants=["Ann Lee", "Bo Kim"]),
            event(2, place="Paris"),
        )
    )
    assert rows == [
        ["3 March 2025", "Event 0", "", "One result. Another."],
        ["4 March 2025", "Event 1", "Ann Lee Bo Kim", "The line."],
        ["5 March 2025", "Event 2 Paris", "", "Summary 2 told."],
    ]


def test_what_was_not_held_is_listed_below_and_not_among_the_meetings(build: Build) -> None:
    others = [event(1, status="cancelled"), event(2, status="postponed", kind="visit"), planned(3, date="2025-03-06")]
    built = build(event(0), *others, event(4, kind="vote", status="cancelled"))
    assert [row[1] for row in meeting_rows(built)] == ["Event 0"]
    assert texts(under(built, "Not recorded as held")) == [
        "Event 1, 4 March 2025: cancelled.",
        "Event 2, 5 March 2025: postponed.",
        "Event 3, 6 March 2025: outcome not recorded.",
    ]
    assert "Not recorded as held" not in titles(build(event(0)))


def test_other_events_are_developments_and_say_where_nothing_came_of_them(build: Build) -> None:
    built = build(
        event(0, kind="vote", place="Warsaw"),
        event(1, kind="visit"),
        planned(2, kind="market", date="2025-03-05"),
        event(3, kind="exercise", status="postponed"),
    )
    assert texts(under(built, "Developments"))[:2] == ["Event 0", "Warsaw, 3 March 2025"]
    assert "5 March 2025, outcome not recorded" in texts(under(built, "Developments"))
    assert "6 March 2025, postponed" in texts(under(built, "Developments"))
    assert "Event 1" not in texts(under(built, "Developments"))


# Outlook


def statements(built: Built) -> list[str]:
    table = next(block for block in under(built, "Judgements") if isinstance(block, Table))
    return [" ".join(texts(row[0])) for row in table.rows]


def test_a_judgement_made_since_the_edition_before_is_marked_new(build: Build) -> None:
    made = ["2025-03-02", "2025-03-03", "2025-03-04", "2025-03-10"]
    built = build(outlook=[judgement(number, made=day) for number, day in enumerate(made)])
    assert statements(built) == ["Statement 0.", "Statement 1.", "New: Statement 2.", "New: Statement 3."]


@pytest.mark.parametrize("count", [1, 5])
def test_the_scale_is_printed_once_and_only_with_judgements(build: Build, count: int) -> None:
    def scales(built: Built) -> int:
        return texts(built.document.blocks).count("Words of likelihood as in ICD 203")

    assert scales(build(outlook=[judgement(number) for number in range(count)])) == 1
    assert scales(build(planned(0))) == 0


def test_the_calendar_gives_the_day_of_the_week_of_single_days(build: Build) -> None:
    built = build(planned(2), planned(3, date={"from": "2025-03-20", "to": "2025-03-21"}))
    (table,) = [block for block in under(built, "Calendar") if isinstance(block, Table)]
    assert [" ".join(texts(row[0])) for row in table.rows] == ["Wed 12 March 2025", "20–21 March 2025"]


def test_an_empty_edition_says_in_each_section_that_there_is_nothing(build: Build) -> None:
    built = build()
    assert titles(built) == ["Background", "Key meetings", "Outlook", "Sources"]
    assert [texts(under(built, title)) for title in titles(built)] == [
        ["There is nothing to add to what is known."],
        ["No meeting or visit was held in the period 3–9 March 2025."],
        ["Nothing is planned, and no judgement is open, up to the horizon of this edition."],
        ["No source is cited in this edition."],
    ]


# Sources


def test_each_source_cited_is_listed_once(build: Build) -> None:
    note = {"id": "n", "title": "Note", "text": "Known.", "sources": ["s0", "s1"]}
    built = build(event(0), event(3), planned(1), background=[note], outlook=[judgement(0)])
    listed = texts(under(built, "Sources"))
    assert sorted(re.findall(r"Publisher \d", " ".join(listed))) == ["Publisher 0", "Publisher 1"]
    assert len(listed) == 2


# On the page


def full(count: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Everything that the templates know to tell."""
    kinds = ("meeting", "vote", "visit", "agreement")
    statuses = ("held", "held", "cancelled", "held", "postponed")
    events = [
        event(number, kind=kinds[number % 4], status=statuses[number % 5], place="Seoul" if number % 2 else "")
        for number in range(count)
    ]
    note = {"id": "n", "title": "Note", "text": "One.\n\nTwo:\n\n- a\n- b\n\nThat is all.", "sources": ["s0", "s1"]}
    more = {"background": [note], "outlook": [judgement(0), judgement(1, made="2025-03-09", resolves_when="It is said.")]}
    return [*events, planned(1), planned(4, date="2025-03-04")], more


MANY, MORE = full(14)
EDITIONS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "empty": ([], {}),
    "one": ([event(0)], {}),
    "one-not-held": ([event(0, status="cancelled")], {}),
    "ahead-only": ([planned(2)], {}),
    "judgements-only": ([], {"outlook": [judgement(0)]}),
    "full": (MANY, MORE),
    "full-dossier": (MANY, {**MORE, "template": "dossier.md.j2"}),
}
editions = pytest.mark.parametrize("name", EDITIONS)


def body_of(built: Built) -> Any:
    return docx.Document(io.BytesIO(built.data)).element.body


def style_of(paragraph: Any) -> str:
    return str(paragraph.style or "Normal")


def is_heading(element: Any) -> bool:
    return element.tag == qn("w:p") and style_of(element).startswith("Heading")


@editions
def test_no_heading_stands_alone(build: Build, name: str) -> None:
    events, more = EDITIONS[name]
    elements = [*body_of(build(*events, **more)).iterchildren(qn("w:p"), qn("w:tbl"))]
    assert not is_heading(elements[-1])
    for first, second in pairwise(elements):
        if is_heading(first) and is_heading(second):
            assert style_of(second) > style_of(first)


@editions
def test_no_paragraph_is_empty(build: Build, name: str) -> None:
    events, more = EDITIONS[name]
    seen = (qn("w:t"), qn("w:drawing"), qn("w:br"))
    for paragraph in body_of(build(*events, **more)).iterchildren(qn("w:p")):
        told = [child for tag in seen for child in paragraph.iter(tag) if child.tag != qn("w:t") or (child.text or "").strip()]
        assert told or is_gap_between_tables(paragraph), style_of(paragraph)


def is_gap_between_tables(paragraph: Any) -> bool:
    """Word would join two tables that nothing parts."""
    return {getattr(paragraph.getprevious(), "tag", ""), getattr(paragraph.getnext(), "tag", "")} == {qn("w:tbl")}


@given(st.lists(st.sampled_from(["held", "cancelled", "postponed", "planned"]), max_size=16), st.integers(0, 2), st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_heading_is_lonely_whatever_happened(build: Build, statuses: list[str], judgements: int, is_dossier: bool) -> None:
    kinds = ("meeting", "vote", "visit")
    events = [
        planned(number, date="2025-03-05", kind=kinds[number % 3])
        if status == "planned"
        else event(number, status=status, kind=kinds[number % 3])
        for number, status in enumerate(statuses)
    ]
    template = "dossier.md.j2" if is_dossier else "weekly.md.j2"
    built = build(*events, outlook=[judgement(number) for number in range(judgements)], template=template)
    assert not isinstance(built.document.blocks[-1], Heading)
    for first, second in pairwise(built.document.blocks):
        if isinstance(first, Heading) and isinstance(second, Heading):
            assert second.level == first.level + 1
    assert all(text.strip() for text in texts(block for block in built.document.blocks if not isinstance(block, Table)))


def test_rows_stay_whole_and_heading_rows_are_repeated(build: Build) -> None:
    tables = list(body_of(build(*MANY, **MORE)).iter(qn("w:tbl")))
    assert len(tables) == 4
    for table in tables:
        rows = table.findall(qn("w:tr"))
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        repeated = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert repeated == [True] + [False] * (len(rows) - 1)


@pytest.mark.parametrize(
    "name",
    [*(f"Heading {level}" for level in range(1, 7)), "Dateline", "Figure", "TOC Heading", "Table Heading", "Table Caption"],
)
def test_what_introduces_something_stays_with_it(name: str) -> None:
    style = docx.Document(str(REPOSITORY / "templates" / "house.docx")).styles[name]
    assert isinstance(style, ParagraphStyle)
    assert style.paragraph_format.keep_with_next


def test_no_line_of_a_paragraph_is_left_alone_on_a_page() -> None:
    with zipfile.ZipFile(REPOSITORY / "templates" / "house.docx") as archive:
        styles = archive.read("word/styles.xml").decode()
    assert re.search(r"<w:pPrDefault>.*?<w:widowControl/>.*?</w:pPrDefault>", styles)
    assert 'widowControl w:val="' not in styles


def test_heading_rows_are_bold_by_the_table_alone() -> None:
    # Bold of a table's style and of a paragraph's cancel each other out in Word (ECMA-376 part 1, 17.7.3).
    styles = docx.Document(str(REPOSITORY / "templates" / "house.docx")).styles
    assert styles["Briefing Table"].element.find(f"{qn('w:tblStylePr')}/{qn('w:rPr')}/{qn('w:b')}") is not None
    assert styles["Table Heading"].element.find(f"{qn('w:rPr')}/{qn('w:b')}") is None
