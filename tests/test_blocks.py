"""What templates make beside plain Markdown: boxes, paragraphs in a style of the house, first sentences, pictures of data."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief import BriefError, Builder, build, load, parse, render, select
from brief.document import (
    Band,
    Block,
    Box,
    Citation,
    CodeBlock,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Strong,
    Table,
    Timeline,
    text_of,
    walk,
)
from conftest import MakeDesk

DATE = dt.date(2025, 3, 10)
EVENT = "{id: %s, title: %s, kind: meeting, status: held, date: %s, summary: x, sources: [s]}"


def blocks(make_desk: MakeDesk, template: str, seeds: str | None = None) -> tuple[Block, ...]:
    files = {"templates/weekly.md.j2": template} | ({"seeds/seeds.yaml": seeds} if seeds else {})
    desk = load(make_desk(files))
    assert desk.problems == ()
    document, findings = parse(render(select(desk, "weekly", DATE), desk.templates))
    assert findings == ()
    return document.blocks


def fault(make_desk: MakeDesk, template: str) -> str:
    with pytest.raises(BriefError) as caught:
        build(load(make_desk({"templates/weekly.md.j2": template})), "weekly", DATE)
    return "\n".join(map(str, caught.value.problems))


def with_events(*events: str) -> str:
    return "sources: [{id: s, publisher: P, title: T}]\nevents:\n" + "".join(f"  - {event}\n" for event in events)


def with_summary(summary: str) -> str:
    event = f"{{id: e, title: E, kind: meeting, status: held, date: 2025-03-05, summary: {json.dumps(summary)}, sources: [s]}}"
    return with_events(event)


def figures(found: tuple[Block, ...]) -> list[Block | Inline]:
    return [node for node in walk(found) if isinstance(node, (Timeline, Band))]


# Boxes


def test_a_box_holds_what_stands_between_its_tags(make_desk: MakeDesk) -> None:
    found = blocks(make_desk, '{% call box("In brief") %}\n- {{ events[0].title }}\n- **two**\n{% endcall %}\n')
    assert isinstance(found[0], Box)
    assert found[0].title == "In brief"
    (items,) = found[0].content
    assert isinstance(items, List)
    assert [text_of(item[0].content) for item in items.items if isinstance(item[0], Paragraph)] == ["Talks in Paris", "two"]
    assert any(isinstance(node, Strong) for node in walk(found))


def test_a_box_may_hold_headings_tables_and_citations(make_desk: MakeDesk) -> None:
    template = (
        '{% call box("All", "Callout-Tip") %}\n## Inside\n\nSaid.{{ events[0] | cite }}\n\n'
        "{{ table(events, [{'title': 'T', 'value': 'title'}]) }}\n{% endcall %}\n"
    )
    (found,) = blocks(make_desk, template)
    assert isinstance(found, Box)
    assert found.style == "Callout-Tip"
    kinds = {type(node) for node in walk([found])}
    assert {Heading, Table, Citation} <= kinds


def test_an_empty_box_is_none(make_desk: MakeDesk) -> None:
    assert blocks(make_desk, '{% call box("In brief") %}\n{% endcall %}\n\nText.\n') == blocks_of_text("Text.")


def blocks_of_text(text: str) -> tuple[Block, ...]:
    from brief.document import Text

    return (Paragraph((Text(text),)),)


def test_a_box_without_a_text_is_told(make_desk: MakeDesk) -> None:
    assert "{% call box" in fault(make_desk, '{{ box("In brief") }}')


def test_a_box_within_a_line_is_told(make_desk: MakeDesk) -> None:
    assert "within a line of text" in fault(make_desk, 'Text {% call box("In brief") %}x{% endcall %} text')


# Styles


def test_a_value_becomes_a_paragraph_in_a_style(make_desk: MakeDesk) -> None:
    (found,) = blocks(make_desk, '{{ [events[0].place, events[0].date] | join(", ") | style("Dateline") }}\n')
    assert isinstance(found, Paragraph)
    assert (found.style, text_of(found.content)) == ("Dateline", "Paris, 5 March 2025")


def test_a_text_with_marks_keeps_them_in_its_style(make_desk: MakeDesk) -> None:
    template = '{{ events[0].summary | markdown | style("Lead") }}\n\n'
    template += '{% set more %}*a* {{ 1 }}{% endset %}{{ more | style("Lead") }}\n'
    found = blocks(make_desk, template)
    assert [(block.style, text_of(block.content)) for block in found if isinstance(block, Paragraph)] == [
        ("Lead", "They talked."),
        ("Lead", "a 1"),
    ]
    assert any(isinstance(node, Strong) for node in walk(found))


def test_nothing_in_a_style_is_no_paragraph(make_desk: MakeDesk) -> None:
    assert blocks(make_desk, '{{ events[0].bottom_line | style("Lead") }}\n\nText.\n') == blocks_of_text("Text.")


def test_a_style_that_the_house_lacks_is_told(make_desk: MakeDesk) -> None:
    desk = load(make_desk({"templates/weekly.md.j2": '{{ "x" | style("Datelien") }}'}))
    (warning,) = build(desk, "weekly", DATE).warnings
    assert "'Datelien'" in str(warning)
    assert "dateline" in str(warning)


# First sentences


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("Only one", "Only one"),
        ("Is it? Yes.", "Is it?"),
        ("Mr. Lee met Dr. Kim in St. Petersburg. Then he left.", "Mr. Lee met Dr. Kim in St. Petersburg."),
        ("S. Korea and the U.S. Navy met. More.", "S. Korea and the U.S. Navy met."),
        ("He said “Stop.” Then he left.", "He said “Stop.”"),
        ("About 3.5 per cent. More.", "About 3.5 per cent."),
        ("Am 3. März traf man sich. Dann nicht mehr.", "Am 3. März traf man sich."),
        ("Well … that was it. More.", "Well … that was it."),
        ("양측은 협력하기로 했다. 다음 회의는 가을이다.", "양측은 협력하기로 했다."),
        ("会談した。次回は秋。", "会談した。"),
        ("A **bold. Claim** here. More.", "A bold."),
        ("See [the text. All](https://example.org). More.", "See the text."),
        ("First paragraph\n\nSecond.", "First paragraph"),
        ("- a list\n- of two", "a list"),
        ("> Quoted. More.", "Quoted."),
        ("## Heading\n\nText. More.", "Text."),
        ("## Heading only", "Heading only"),
        ("He met Pres. Yoon. Then left.", "He met Pres. Yoon."),
        ("## Head[^a]\n\nBody text. More.\n\n[^a]: Note text. Other.", "Body text."),
        ("| a |\n|---|\n| b |\n\nText below. More.", "Text below."),
        ("```\ncode here\n```", "code here"),
        ("---", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_of_a_text(make_desk: MakeDesk, text: str, first: str) -> None:
    seeds = with_summary(text or "x")
    template = "{{ events[0].summary | first_sentence }}" if text else "{{ events[0].agenda | first_sentence }}"
    found = blocks(make_desk, template, seeds)
    assert "".join(text_of(block.content) for block in found if isinstance(block, Paragraph)) == first


def test_the_first_sentence_keeps_its_marks(make_desk: MakeDesk) -> None:
    template = "- {{ events[0].summary | first_sentence }}{{ events[0] | cite }}"
    found = walk(blocks(make_desk, template, with_summary("It **did [so](https://example.org) well. And** more.")))
    assert [text_of(node.content) for node in found if isinstance(node, Strong)] == ["did so well."]
    assert [node.target for node in found if isinstance(node, Link)] == ["https://example.org"]
    assert any(isinstance(node, Citation) for node in found)


@given(st.lists(st.text("ab .!?…*_`[]()é。한\n", max_size=12), max_size=6).map("".join).filter(str.strip))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_first_sentence_is_the_beginning_of_the_text(text: str) -> None:
    from brief.markdown import parse as parsed
    from brief.rendered import Markdown, Rendered, token

    whole, _ = parsed(Rendered(token(0), (Markdown(text),)))
    cut, _ = parsed(Rendered(token(0), (Markdown(text, is_cut=True),)))
    nodes = list(walk(whole.blocks))
    lines = [text_of(node.content) for kind in (Paragraph, Heading) for node in nodes if isinstance(node, kind)]
    lines += [node.text for node in nodes if isinstance(node, CodeBlock) and node.text]
    if not lines:
        assert cut.blocks == ()
        return
    (sentence,) = cut.blocks
    assert isinstance(sentence, Paragraph)
    assert lines[0].startswith(text_of(sentence.content))
    assert text_of(sentence.content)


# Pictures of data


def test_a_timeline_shows_each_event_on_its_days(make_desk: MakeDesk) -> None:
    events = [EVENT % ("b", "Second", "{from: 2025-03-06, to: 2025-03-08}"), EVENT % ("a", "First", "2025-03-03")]
    events[1] = events[1].replace("summary: x", "summary: x, significance: high")
    events.append("{id: c, title: Third, kind: visit, status: planned, date: 2025-03-08, agenda: x, sources: [s]}")
    found = blocks(make_desk, '{{ timeline(events, title="Week", style="Figure") }}', with_events(*events))
    assert [block.style for block in found if isinstance(block, Paragraph)] == ["Figure"]
    (timeline,) = figures(found)
    assert isinstance(timeline, Timeline)
    assert [(moment.text, moment.when, moment.is_firm, moment.is_strong) for moment in timeline.moments] == [
        ("First", "3 Mar", True, True),
        ("Second", "6–8 Mar", True, False),
        ("Third", "8 Mar", False, False),
    ]
    assert timeline.alt == "Week, 3–8 March 2025: 3 Mar, First; 6–8 Mar, Second; 8 Mar, Third."
    assert [tick.label for tick in timeline.ticks] == ["Mon 3", "Tue 4", "Wed 5", "Thu 6", "Fri 7", "Sat 8"]


def test_the_text_of_a_timeline_says_what_its_outlines_do(make_desk: MakeDesk) -> None:
    held, planned = EVENT % ("a", "First", "2025-03-03"), (EVENT % ("b", "Second", "2025-03-04")).replace("held", "cancelled")
    (timeline,) = figures(blocks(make_desk, '{{ timeline(events, outlined="not held") }}', with_events(held, planned)))
    assert isinstance(timeline, Timeline)
    assert timeline.alt.endswith(": 3 Mar, First; 4 Mar, Second (not held).")


@pytest.mark.parametrize(
    ("first", "labels"),
    [
        ("2025-02-20", ["20 Feb", "24 Feb", "3 Mar"]),
        ("2024-11-20", ["Nov 2024", "Dec 2024", "Jan 2025", "Feb 2025", "Mar 2025"]),
        ("2023-08-20", ["Aug 2023", "Oct 2023", "Jan 2024", "Apr 2024", "Jul 2024", "Oct 2024", "Jan 2025"]),
        ("2017-08-20", ["2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024", "2025"]),
        ("2025-03-09", ["Sun 9"]),
    ],
)
def test_the_axis_is_divided_as_its_length_asks(make_desk: MakeDesk, first: str, labels: list[str]) -> None:
    briefing = "title: W\ntemplate: weekly.md.j2\ncovers: {since: 2000-01-01}\n"
    files = {
        "seeds/seeds.yaml": with_events(EVENT % ("a", "A", first), EVENT % ("b", "B", "2025-03-09")),
        "briefings/weekly.yaml": briefing,
        "templates/weekly.md.j2": "{{ timeline(events) }}",
    }
    desk = load(make_desk(files))
    document, _ = parse(render(select(desk, "weekly", DATE), desk.templates))
    (timeline,) = figures(document.blocks)
    assert isinstance(timeline, Timeline)
    assert [tick.label for tick in timeline.ticks] == labels


def test_many_events_make_several_pictures(make_desk: MakeDesk) -> None:
    events = [EVENT % (f"e{number:02}", f"Event {number}", f"2025-03-{3 + number % 7:02}") for number in range(90)]
    found = figures(blocks(make_desk, "{{ timeline(events) }}", with_events(*events)))
    assert [len(figure.moments) for figure in found if isinstance(figure, Timeline)] == [30, 30, 30]
    assert all(len(figure.alt) <= 2_100 for figure in found if isinstance(figure, Timeline))


def test_an_editor_says_how_many_events_a_picture_has(make_desk: MakeDesk) -> None:
    events = [EVENT % (f"e{number}", f"Event {number}", f"2025-03-0{3 + number}") for number in range(5)]
    found = blocks(make_desk, '{{ timeline(events, style="Figure", most=2) }}', with_events(*events))
    assert [len(figure.moments) for figure in figures(found) if isinstance(figure, Timeline)] == [1, 2, 2]
    assert [block.style for block in found if isinstance(block, Paragraph)] == ["", "", "Figure"]


@pytest.mark.parametrize("most", ["0", "41", "true", "'x'", "none"])
def test_a_number_of_events_that_no_picture_has_is_told(make_desk: MakeDesk, most: str) -> None:
    assert "a timeline has 1 to 40 events in a picture" in fault(make_desk, f"{{{{ timeline(events, most={most}) }}}}")


def test_no_event_makes_no_picture(make_desk: MakeDesk) -> None:
    assert blocks(make_desk, "{{ timeline(upcoming) }}\n\nText.") == blocks_of_text("Text.")


def test_what_is_no_event_is_told(make_desk: MakeDesk) -> None:
    assert "timeline needs a list of events, not one that holds a text" in fault(make_desk, "{{ timeline(['x']) }}")


def test_a_band_shows_a_term_of_the_scale(make_desk: MakeDesk) -> None:
    (band,) = figures(blocks(make_desk, "It is likely {{ briefing.scale.term('likely') | band }}."))
    assert band == Band(55, 80, "likely: 55–80%")


def test_a_band_of_a_word_is_told(make_desk: MakeDesk) -> None:
    assert "briefing.scale.term" in fault(make_desk, "{{ 'likely' | band }}")


# Words


def test_words_that_no_template_writes_can_be_given(make_desk: MakeDesk) -> None:
    briefing = (
        "title: V\ntemplate: weekly.md.j2\ncovers: {days: 7}\nlanguage: sv\n"
        'words: {source: "”{title}”", see_note: "not {number}", note: Obs, draft: UTKAST}\n'
    )
    template = "> [!NOTE]\n> Text.{{ events[0] | cite }}\n\nAgain.{{ events[0] | cite }}\n"
    desk = load(make_desk({"briefings/weekly.yaml": briefing, "templates/weekly.md.j2": template}))
    assert desk.problems == ()
    built = Builder(desk).build("weekly", DATE, draft=True)
    texts = all_texts(built.data)
    for words in ("Obs", "”Ministers meet”", "not 1", "UTKAST"):
        assert words in texts


def all_texts(data: bytes) -> str:
    import io
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    return re.sub("<[^>]*>", "", xml)


def test_words_without_their_gap_are_told(make_desk: MakeDesk) -> None:
    briefing = 'title: V\ntemplate: weekly.md.j2\ncovers: {days: 7}\nwords: {see_note: "not", nota: x}\n'
    problems = [str(problem) for problem in load(make_desk({"briefings/weekly.yaml": briefing})).problems]
    assert any("briefings/weekly.yaml:4:19" in problem and "{number} must stand in it, once" in problem for problem in problems)
    assert any("nota" in problem and "'note'" in problem for problem in problems)


# What is no text or name


@pytest.mark.parametrize(
    "template",
    [
        "{% set t %}Week to {{ edition.date }}{% endset %}{% call box(t) %}x{% endcall %}",
        "{% set t %}Week to {{ edition.date }}{% endset %}{{ timeline(events, title=t) }}",
        "{% set t %}Week to {{ edition.date }}{% endset %}{{ 'x' | style(t) }}",
        "{% call box(events) %}x{% endcall %}",
        "{% call box(events[0].summary | markdown) %}x{% endcall %}",
        "{{ timeline(events, outlined=events[0]) }}",
        "{{ timeline(events, style=5) }}",
        "{{ 'x' | style(none) }}",
        "{% call box('A', events[0]) %}x{% endcall %}",
        "{{ image('a.png', events) }}",
        "{% macro m() %}a{{ 1 }}{% endmacro %}{{ briefing.scale.term('likely') | band(m()) }}",
        "{{ briefing.scale.term('likely') | band('*x*' | markdown) }}",
    ],
)
def test_what_is_no_text_is_refused_where_a_text_belongs(make_desk: MakeDesk, template: str) -> None:
    told = fault(make_desk, template)
    assert told.startswith("templates/weekly.md.j2:1: error: ")
    assert "origin" not in told
    assert "\ufdd0" not in told


@pytest.mark.parametrize("width", ["0", "101", "true", "'50'"])
def test_a_width_that_no_picture_has_is_told(make_desk: MakeDesk, width: str) -> None:
    assert "a picture's width is a number of per cent" in fault(make_desk, f"{{{{ image('a.png', 'A map', width={width}) }}}}")


def test_a_date_in_a_title_is_written_in_the_briefings_language(make_desk: MakeDesk) -> None:
    (found,) = blocks(make_desk, "{% call box(edition.date) %}\nx\n{% endcall %}")
    assert isinstance(found, Box)
    assert found.title == "10 March 2025"


def test_the_first_of_many_sentences_is_found(make_desk: MakeDesk) -> None:
    # It took minutes while each full stop was held against the whole text before it.
    template = "{{ events[0].summary | first_sentence }}"
    for number, text in enumerate(("No. 1 " * 16_000, "A " + "." * 40_000 + "x", "A. " * 30_000)):
        desk = load(make_desk({"seeds/seeds.yaml": with_summary(text), "templates/weekly.md.j2": template}, name=f"d{number}"))
        assert len(build(desk, "weekly", DATE).data) > 10_000


def test_a_drawing_in_a_note_is_refused(make_desk: MakeDesk) -> None:
    assert "a drawing stands in a note" in fault(make_desk, "Text[^1]\n\n[^1]: {{ briefing.scale.term('likely') | band }}\n")


def test_a_style_that_blocks_cannot_have_is_told(make_desk: MakeDesk) -> None:
    seeds = with_summary("- one\n- two\n\n```\ncode\n```\n")
    desk = load(
        make_desk({"seeds/seeds.yaml": seeds, "templates/weekly.md.j2": '{{ events[0].summary | markdown | style("Lead") }}'})
    )
    document, findings = parse(render(select(desk, "weekly", DATE), desk.templates))
    assert [finding.message for finding in findings] == ["only paragraphs and lists can have the style 'Lead'"]
    assert [node.style for node in walk(document.blocks) if isinstance(node, Paragraph)] == ["Lead", "Lead"]


def test_a_box_needs_a_title(make_desk: MakeDesk) -> None:
    assert "a box needs a title" in fault(make_desk, '{% call box(" ") %}x{% endcall %}')


def test_a_styled_value_may_stand_in_a_cell(make_desk: MakeDesk) -> None:
    (table,) = blocks(make_desk, "{{ table([[events[0].title | style('Dateline'), 'b']], ['A', 'B']) }}")
    assert isinstance(table, Table)
    ((cell, _),) = table.rows
    assert [block.style for block in cell if isinstance(block, Paragraph)] == ["Dateline"]


@pytest.mark.parametrize("template", ["{{ toc(9) }}", "{{ timeline(events, most=41) }}"])
def test_a_number_out_of_range_is_named(make_desk: MakeDesk, template: str) -> None:
    assert re.search("not (9|41)", fault(make_desk, template))
