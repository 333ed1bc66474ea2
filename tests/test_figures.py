"""Figures: what timelines and bands look like as shapes, and as SVG."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brief.document import Band, Moment, Tick, Timeline
from brief.figures import COLOURS, Drawing, Label, Shape, Stroke, draw, text_width
from brief.svg import svg

MARCH = dt.date(2025, 3, 10)
TITLE = "First Korea–EU Space Security Dialogue"
SVG = "{http://www.w3.org/2000/svg}"
SLACK = 1e-6


def moment(day: int = 0, days: int = 1, text: str = TITLE, *, firm: bool = True, strong: bool = False) -> Moment:
    start = MARCH + dt.timedelta(day)
    return Moment(start, start + dt.timedelta(days - 1), f"{start.day} {start:%b}", text, firm, strong)


def timeline(*moments: Moment, ticks: Sequence[int] = (), alt: str = "Timeline: what happened") -> Timeline:
    dates = [MARCH + dt.timedelta(day) for day in ticks]
    return Timeline(moments, tuple(Tick(date, f"{date.day} {date:%b}") for date in dates), alt)


def markers(drawing: Drawing) -> list[Shape]:
    return [shape for shape in drawing.shapes if isinstance(shape, Shape)]


def labels(drawing: Drawing) -> list[Label]:
    """The text of the moments, without the names of the ticks."""
    return [shape for shape in drawing.shapes if isinstance(shape, Label) and shape.colour != "grey"]


def names(drawing: Drawing) -> list[Label]:
    return [shape for shape in drawing.shapes if isinstance(shape, Label) and shape.colour == "grey"]


def words(label: Label) -> str:
    return "".join(text for text, _ in label.runs).replace("\N{NO-BREAK SPACE}", " ")


def length(label: Label) -> float:
    return sum(text_width(text, label.size, bold) for text, bold in label.runs)


def overlap(one: Label | Shape, other: Label | Shape) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > SLACK and down > SLACK


def is_inside(shape: Stroke | Shape | Label, drawing: Drawing) -> bool:
    match shape:
        case Stroke():
            left, right = sorted((shape.x1, shape.x2))
            top, bottom = sorted((shape.y1, shape.y2))
        case _:
            edge = shape.outline_width / 2 if isinstance(shape, Shape) and shape.outline else 0
            left, right = shape.x - edge, shape.x + shape.width + edge
            top, bottom = shape.y - edge, shape.y + shape.height + edge
    return left >= -SLACK and top >= -SLACK and right <= drawing.width + SLACK and bottom <= drawing.height + SLACK


CHARACTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"])
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=200),
    st.text("한국과 유럽 안보 中国外交部長", max_size=200),
    st.text("اجتماع وزراء ", max_size=80),
    st.text("Councils of Ministers, WWW ", max_size=200),
    st.just("🇰🇷 🤝 🇪🇺 👨‍👩‍👧"),
)


@st.composite
def timelines(draw_: st.DrawFn) -> Timeline:
    first = draw_(st.dates(dt.date(1900, 1, 1), dt.date(2150, 1, 1)))
    reach = draw_(st.sampled_from([0, 1, 6, 30, 400, 18_000]))
    moments = []
    for _ in range(draw_(st.integers(0, 25))):
        start = first + dt.timedelta(draw_(st.integers(0, reach)))
        days = draw_(st.sampled_from([0, 0, 0, 1, 3, reach // 2, reach]))
        when = draw_(st.sampled_from(["10 March 2025", "5–7 Mar", "2025년 3월 10일", ""]))
        is_firm, is_strong = draw_(st.booleans()), draw_(st.booleans())
        moments.append(Moment(start, start + dt.timedelta(days), when, draw_(TEXTS), is_firm, is_strong))
    step = draw_(st.integers(1, max(1, reach)))
    ticks = [first + dt.timedelta(day) for day in range(-step, min(2 * reach, 40 * step), step)]
    named = tuple(Tick(date, draw_(st.sampled_from([f"{date:%d %B %Y}", f"{date:%Y}", "3월"]))) for date in ticks)
    return Timeline(tuple(sorted(moments, key=lambda moment: moment.start)), named, draw_(st.text(CHARACTERS)))


WIDTHS, SIZES = st.floats(100, 800), st.floats(6, 12)


@settings(deadline=None, max_examples=150)
@given(timelines(), WIDTHS, SIZES)
def test_nothing_of_a_timeline_overlaps_or_leaves_its_frame(figure: Timeline, width: float, size: float) -> None:
    drawing = draw(figure, width, size)
    texts = [shape for shape in drawing.shapes if isinstance(shape, Label)]
    assert all(is_inside(shape, drawing) for shape in drawing.shapes)
    assert not [pair for pair in combinations(texts, 2) if overlap(*pair)]
    assert not [pair for pair in combinations(markers(drawing), 2) if overlap(*pair)]
    for label in texts:
        own = drawing.shapes[drawing.shapes.index(label) - 1]
        assert not [marker for marker in markers(drawing) if marker != own and overlap(label, marker)]


@settings(deadline=None, max_examples=150)
@given(timelines(), WIDTHS, SIZES)
def test_each_moment_has_its_marker_and_its_text_whole_or_cut_where_it_says_so(
    figure: Timeline, width: float, size: float
) -> None:
    drawing = draw(figure, width, size)
    assert len(markers(drawing)) == len(figure.moments)
    written = [each for each in figure.moments if each.when.split() or each.text.split()]
    assert len(labels(drawing)) == len(written)
    for each, label in zip(written, labels(drawing), strict=True):
        whole = " ".join((each.when + " " + each.text).split())
        shown = " ".join(words(label).split())
        assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))
        assert length(label) <= label.width + SLACK


@settings(deadline=None, max_examples=100)
@given(timelines(), WIDTHS)
def test_later_days_stand_further_right_and_never_above_earlier_ones(figure: Timeline, width: float) -> None:
    drawn = markers(draw(figure, width))
    days = [(each.start, shape) for each, shape in zip(figure.moments, drawn, strict=True) if each.start == each.end]
    for (earlier, one), (later, other) in pairwise(days):
        assert one.x < other.x or earlier == later
    for one, other in pairwise(drawn):
        assert one.y + one.height / 2 <= other.y + other.height / 2 + SLACK


@settings(deadline=None, max_examples=60)
@given(timelines(), WIDTHS)
def test_svg_is_well_formed_and_holds_every_word(figure: Timeline, width: float) -> None:
    drawing = draw(figure, width)
    picture = ElementTree.fromstring(svg(drawing))
    assert picture.findtext(f"{SVG}title") == drawing.alt
    texts = ["".join(element.itertext()) for element in picture.iter(f"{SVG}text")]
    assert texts == ["".join(text for text, _ in shape.runs) for shape in drawing.shapes if isinstance(shape, Label)]


@settings(deadline=None, max_examples=100)
@given(st.floats(0, 100), st.floats(0, 100), st.floats(30, 200))
@example(100, 100, 72)
@example(0, 0, 72)
def test_a_band_fills_the_part_that_it_means(one: float, other: float, width: float) -> None:
    low, high = sorted((one, other))
    drawing = draw(Band(low, high, "a band"), width)
    track, part = markers(drawing)
    assert drawing.width <= min(width, 72)
    assert all(is_inside(shape, drawing) for shape in drawing.shapes)
    assert part.width == pytest.approx(max((high - low) / 100 * track.width, 1.5))
    assert track.x <= part.x + SLACK
    assert part.x + part.width <= track.x + track.width + SLACK
    assert abs(part.x - track.x - low / 100 * track.width) <= 1.5 + SLACK


def test_three_events_of_a_week_are_three_lines_in_order() -> None:
    drawing = draw(timeline(moment(0), moment(3), moment(6), ticks=range(7)), 453)
    assert [words(label) for label in labels(drawing)] == [f"{day} Mar  {TITLE}" for day in (10, 13, 16)]
    assert [words(name) for name in names(drawing)] == [f"{day} Mar" for day in range(10, 17)]
    assert [label.align for label in labels(drawing)] == ["left", "left", "right"]
    assert len({label.y for label in labels(drawing)}) == 3


def test_forty_events_of_a_week_have_a_line_each_at_most() -> None:
    drawing = draw(timeline(*(moment(number // 6, text=f"{number} {TITLE}") for number in range(40)), ticks=range(7)), 453)
    assert drawing.height <= 40 * 1.55 * 8.5 + 20
    assert all(TITLE.split()[0] in words(label) for label in labels(drawing))


def test_text_stands_right_of_its_marker_wherever_it_fits_there() -> None:
    early, late, last = labels(draw(timeline(moment(0), moment(25, text="Vote"), moment(30)), 453))
    assert [early.align, late.align, last.align] == ["left", "left", "right"]


def test_neighbours_on_a_line_stay_well_apart() -> None:
    for days in range(8, 40):
        drawing = draw(timeline(moment(0, text="Vote"), moment(days, text="Vote"), moment(120)), 453)
        (text, *_), (_, second, _) = labels(drawing), markers(drawing)
        shares = text.y < second.y < text.y + text.height
        assert not shares or second.x - (text.x + text.width) >= 8.5


def test_short_texts_share_a_line() -> None:
    drawing = draw(timeline(moment(0, text="Vote"), moment(15, text="Vote"), moment(30, text="Vote")), 453)
    assert len({label.y for label in labels(drawing)}) == 1


def test_the_only_event_leaves_the_width_to_its_text() -> None:
    drawing = draw(timeline(moment(text=TITLE * 2), ticks=[0]), 453)
    assert words(labels(drawing)[0]) == f"10 Mar  {TITLE * 2}"


def test_events_of_the_same_day_stand_below_each_other() -> None:
    drawing = draw(timeline(*(moment(4) for _ in range(5))), 453)
    assert len({marker.x for marker in markers(drawing)}) == 1
    assert len({marker.y for marker in markers(drawing)}) == 5


def test_a_day_is_a_dot_in_its_middle_and_several_days_are_a_bar_from_end_to_end() -> None:
    dot, bar, _ = markers(draw(timeline(moment(0), moment(5, days=5), moment(9)), 453))
    assert (dot.kind, bar.kind) == ("ellipse", "bar")
    assert (dot.width, dot.height) == pytest.approx((0.7 * 8.5, 0.7 * 8.5))
    day = bar.width / 5
    assert bar.x - (dot.x + dot.width / 2) == pytest.approx(4.5 * day)


def test_a_short_range_of_a_long_time_is_as_wide_as_a_dot() -> None:
    _, bar, dot = markers(draw(timeline(moment(0), moment(4000, days=2), moment(9000)), 453))
    assert bar.width == pytest.approx(dot.width)


def test_what_did_not_happen_is_an_outline() -> None:
    held, planned = markers(draw(timeline(moment(0), moment(1, firm=False)), 453))
    assert (held.fill, planned.fill) == ("ink", "paper")
    assert planned.outline == "ink"


def test_a_bar_across_the_picture_holds_its_text_in_colours_that_can_be_read() -> None:
    whole = timeline(moment(0, days=90), moment(1, days=89, firm=False))
    drawing = draw(whole, 453)
    assert [words(label) for label in labels(drawing)] == [f"10 Mar  {TITLE}", f"11 Mar  {TITLE}"]
    assert [label.colour for label in labels(drawing)] == ["paper", "text"]


def test_dates_are_bold_and_so_is_what_matters_most() -> None:
    usual, strong = labels(draw(timeline(moment(0, text="Vote"), moment(1, text="Vote", strong=True)), 453))
    assert [bold for _, bold in usual.runs] == [True, False]
    assert [bold for _, bold in strong.runs] == [True]


def test_long_text_is_cut_at_a_word() -> None:
    (label,) = labels(draw(timeline(moment(text="Ministers of defence agree " * 8)), 453))
    assert re.fullmatch(r"10 Mar  (Ministers of defence agree )*(Ministers|Ministers of|.* defence|.* agree)…", words(label))


def test_text_without_words_is_cut_between_its_letters() -> None:
    (label,) = labels(draw(timeline(moment(text="中国外交部長訪問歐洲" * 20)), 453))
    assert length(label) > 0.9 * 400


def test_names_of_days_without_room_are_left_out_with_their_lines() -> None:
    drawing = draw(timeline(moment(0), moment(99), ticks=range(100)), 453)
    assert 5 < len(names(drawing)) < 20
    assert sum(isinstance(shape, Stroke) and shape.x1 == shape.x2 for shape in drawing.shapes) == len(names(drawing))


def test_names_of_days_beyond_the_moments_are_left_out() -> None:
    drawing = draw(timeline(moment(0), moment(8), ticks=(-7, 0, 7, 14)), 453)
    assert [words(name) for name in names(drawing)] == ["10 Mar", "17 Mar"]


def test_a_timeline_of_nothing_is_drawn_as_nothing() -> None:
    drawing = draw(timeline(ticks=[0]), 453)
    assert drawing.shapes == ()
    assert drawing.height < 20


def test_days_at_both_ends_of_the_calendar_can_be_drawn() -> None:
    ends = [Moment(date, date, "", "", True) for date in (dt.date.min, dt.date.max)]
    first, last = markers(draw(timeline(*ends), 453))
    assert first.x < 1
    assert last.x > 446


@pytest.mark.parametrize(
    ("less", "more"), [("ill", "low"), ("low", "LOW"), ("abc", "한국어"), ("Ministers", "Ministers of"), ("한국", "🇰🇷🤝")]
)
def test_wider_letters_take_more_room(less: str, more: str) -> None:
    assert 0 < text_width(less, 10) < text_width(more, 10) < text_width(more, 10, bold=True)


def test_accents_take_no_room() -> None:
    assert text_width("Cóstă", 10) == text_width("Costa", 10) == text_width("Co\N{COMBINING ACUTE ACCENT}sta", 10)


def test_svg_says_what_it_shows_and_takes_text_as_text() -> None:
    picture = svg(draw(timeline(moment(text='<b>R&D</b> "talks"'), alt="Talks & <votes>"), 453))
    root = ElementTree.fromstring(picture)
    assert (root.get("role"), root.get("aria-label")) == ("img", "Talks & <votes>")
    assert root.get("viewBox") == f"0 0 453 {root.get('height', '').removesuffix('pt')}"
    (text,) = root.iter(f"{SVG}text")
    assert [(part.text, part.get("font-weight")) for part in text] == [("10 Mar\N{NO-BREAK SPACE} ", "bold")]
    assert "".join(text.itertext()).endswith('<b>R&D</b> "talks"')


def test_svg_anchors_text_at_the_end_that_it_keeps_to() -> None:
    shapes = tuple(Label(10, 0, 80, 10, (("x", False),), 8, align) for align in ("left", "right"))
    texts = ElementTree.fromstring(svg(Drawing(100, 10, shapes, "two"))).iter(f"{SVG}text")
    assert [(text.get("text-anchor"), text.get("x")) for text in texts] == [("start", "10"), ("end", "90")]


def test_svg_draws_every_kind_of_shape() -> None:
    shapes = (
        Stroke(0, 1, 10, 1, 0.5, "line"),
        Shape("rectangle", 0, 0, 10, 4, fill="tint"),
        Shape("bar", 0, 0, 10, 4, outline="ink"),
        Shape("ellipse", 0, 0, 10, 4, fill="paper"),
    )
    _, line, rectangle, bar, ellipse = ElementTree.fromstring(svg(Drawing(10, 4, shapes, "all")))
    assert (line.get("stroke"), line.get("stroke-width")) == (f"#{COLOURS['line']}", "0.5")
    assert (rectangle.get("fill"), rectangle.get("stroke"), rectangle.get("rx")) == (f"#{COLOURS['tint']}", None, None)
    assert (bar.get("fill"), bar.get("stroke"), bar.get("rx")) == ("none", f"#{COLOURS['ink']}", "2")
    assert (ellipse.get("cx"), ellipse.get("ry")) == ("5", "2")


def test_svg_takes_the_colours_of_a_house_where_it_gives_them() -> None:
    picture = svg(draw(Band(5, 20, "unlikely"), 90), {"ink": "123456"})
    assert "#123456" in picture
    assert f"#{COLOURS['ink']}" not in picture
    assert f"#{COLOURS['tint']}" in picture


def test_svg_numbers_have_two_decimals_at_most() -> None:
    picture = svg(draw(timeline(moment(0), moment(2, days=3), moment(9), ticks=range(9)), 1000 / 3, 25 / 3))
    numbers = re.findall(r'="(-?[\d.]+)(?:pt)?"', picture)
    assert len(numbers) > 50
    assert all(re.fullmatch(r"\d+(\.\d?[1-9])?", number) for number in numbers)


@pytest.mark.parametrize("title", ["การประชุมความมั่นคงด้านอวกาศครั้งแรกระหว่างเกาหลีใต้และสหภาพยุโรป", "x" * 130])
def test_a_title_without_spaces_is_cut_within_itself(title: str) -> None:
    _, label = labels(draw(timeline(moment(0), moment(3, text=title)), 300))
    shown = re.split(r"\s{2}", words(label))[1]
    assert shown.endswith("…")
    assert len(shown) > 10
    assert title.startswith(shown[:-1])
    assert not unicodedata.category(title[len(shown) - 1]).startswith("M")
