"""What a template may do, what it may not, and how its faults are told."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brief import BriefError, Builder, load, parse, render, select
from brief.desk.text import FORBIDDEN
from brief.document import Block, Citation, Footnote, Inline, Strong, Table, Text, text_of, walk
from brief.rendered import TOKEN, Rendered
from brief.renderer import Templates
from conftest import MakeDesk

DATE = dt.date(2025, 3, 10)


def rendered(make_desk: MakeDesk, template: str, **others: str) -> Rendered:
    files = {f"templates/{name}.md.j2": text for name, text in others.items()}
    desk = load(make_desk({"templates/weekly.md.j2": template, **files}))
    return render(select(desk, "weekly", DATE), desk.templates)


def shown(make_desk: MakeDesk, template: str, **others: str) -> str:
    """The rendering with each text put back in the place of its token."""
    result = rendered(make_desk, template, **others)
    return TOKEN.sub(lambda match: str(result.values[int(match[1])]), result.text)


def nodes(make_desk: MakeDesk, template: str, **others: str) -> list[Block | Inline]:
    document, findings = parse(rendered(make_desk, template, **others))
    assert findings == ()
    return walk(document.blocks)


def fault(make_desk: MakeDesk, template: str, **others: str) -> str:
    start = time.monotonic()
    with pytest.raises(BriefError) as caught:
        rendered(make_desk, template, **others)
    assert time.monotonic() - start < 25
    return "\n".join(map(str, caught.value.problems))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ events[0].date }}", "5 March 2025"),
        ("{{ events[0].date | date('d MMM') }}", "5 Mar"),
        ("{{ edition.date | date('full') }}", "Monday, 10 March 2025"),
        ("{{ edition.start | period(edition.end) }}", "3–9 March 2025"),
        ("{{ events[0].participants | names }}", "Ann Lee (Minister, Korea); Jean Dupont"),
        ("{{ events[0].participants | names(offices=false, separator=', ') }}", "Ann Lee, Jean Dupont"),
        ("{{ edition.number }} {{ edition.previous }}", "18 3 March 2025"),
        ("{{ events[0].sources[0].published }}", "8 March 2025"),
        ("{% for topic, some in events | by_topic %}{{ topic }}: {{ some | length }}{% endfor %}", "france: 1"),
        ("{{ none }}|{{ events[0].agenda }}", "|"),
        ("{{ briefing.title ~ ' & ' ~ 3 }}", "The Weekly & 3"),
        ("{{ ['a', 'b'] | join(', ') }}", "a, b"),
        ("{{ events | map(attribute='title') | join('; ') | upper }}", "TALKS IN PARIS"),
        ("{% set x %}a {{ 1 }}{% endset %}{{ x }}{{ x | trim }}", "a 1a 1"),
        ("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) ~ ' & ' ~ m(2) }}", "[1] & [2]"),
        ("{% macro m(x) %}*{{ x }}*{% endmacro %}{{ [m(1), '<b>'] | join(' & ') }}", "*1* & <b>"),
        ("{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}x{% endcall %}", "(x)"),
        ("{% filter trim %} x {% endfilter %}", "x"),
        ("{% for x in [1, [2]] recursive %}{{ loop(x) if x is iterable else x }}{% endfor %}", "12"),
        ("{% set ns = namespace(n=0) %}{% for e in range(3) %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "3"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("{{ 'No. %s' | format(edition.number) }}, {{ '%s' % events[0].date }}", "No. 18, 5 March 2025"),
        ("{{ events[0].date | upper }}", "5 MARCH 2025"),
        ("{{ [{'a': 1}, {'a': 2}] | join('-', attribute='a') }}", "1-2"),
        ("{{ edition.date.year }}", "2025"),
    ],
)
def test_a_template_says_what_an_editor_expects(make_desk: MakeDesk, template: str, text: str) -> None:
    assert shown(make_desk, template) == text


def test_templates_extend_include_and_import_each_other(make_desk: MakeDesk) -> None:
    text = shown(
        make_desk,
        "{% extends 'base.md.j2' %}{% block body %}{{ super() }}, {% include 'part.md.j2' %}{% endblock %}",
        base="{% from 'macros.md.j2' import bold %}<{% block body %}base{% endblock %}> {{ bold('x') }}",
        part="{{ events[0].title }}",
        macros="{% macro bold(text) %}**{{ text }}**{% endmacro %}",
    )
    assert text == "<base, Talks in Paris> **x**"


def test_a_macro_keeps_its_markup_and_its_values_stay_text(make_desk: MakeDesk) -> None:
    found = nodes(make_desk, "{% macro m(x) %}**{{ x }}**{% endmacro %}{{ m('*a*') ~ ' & ' ~ '<b>' }}")
    assert [text_of(node.content) for node in found if isinstance(node, Strong)] == ["*a*"]
    assert "".join(node.text for node in found if isinstance(node, Text)) == "*a* & <b>"


WRITABLE = st.characters(exclude_categories=["Cs"]).filter(lambda character: not FORBIDDEN.match(character))


@given(st.text(WRITABLE))
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_never_becomes_markup_whatever_it_passes_through(make_desk: MakeDesk, value: str) -> None:
    template = (
        "{% macro m(x) %}{{ x }}{% endmacro %}{% set s %}{{ briefing.audience }}{% endset %}"
        "1{{ briefing.audience }}2{{ m(briefing.audience) }}3{{ s }}4{{ m(briefing.audience) ~ briefing.audience }}5"
    )
    from dataclasses import replace

    counter[0] += 1
    desk = load(make_desk(name=f"desk{counter[0]}"))
    edition = select(desk, "weekly", DATE)
    edition = replace(edition, briefing=replace(edition.briefing, audience=value))
    document, findings = parse(render(edition, {"weekly.md.j2": template}))
    assert findings == ()
    texts = [node.text for node in walk(document.blocks) if isinstance(node, Text)]
    assert "".join(texts) == f"1{value}2{value}3{value}4{value}{value}5"


counter = [0]


def test_cite_gives_a_citation_for_each_source(make_desk: MakeDesk) -> None:
    found = nodes(make_desk, "Text{{ events[0] | cite }} {{ events[0].sources | cite }} {{ events[0].sources[0] | cite }}")
    assert [node.source.id for node in found if isinstance(node, Citation)] == ["herald"] * 3


def test_a_table_takes_keys_macros_and_rows(make_desk: MakeDesk) -> None:
    template = """
{% macro what(event) %}**{{ event.title }}**{{ event | cite }}{% endmacro %}
{{ table(events, [{"title": "When", "value": "date.start", "width": 20}, {"title": "What", "value": what}, {"title": "Outcomes",
   "value": "outcomes", "align": "right"}]) }}

{{ table([["a", 1]], ["x", "y"], "Plain Table") }}
"""
    first, second = (node for node in nodes(make_desk, template) if isinstance(node, Table))
    assert first.widths == (0.2, 0.4, 0.4)
    assert first.aligns == ("left", "left", "right")
    (row,) = first.rows
    assert [any(isinstance(node, Citation) for node in walk(cell)) for cell in row] == [False, True, False]
    assert second.style == "Plain Table"
    assert not first.style


def test_no_rows_make_no_table(make_desk: MakeDesk) -> None:
    assert nodes(make_desk, "{{ table([], ['x']) }}{{ table(upcoming, ['x']) }}") == []


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("a\n{{ evnts }}", 2, "there is no name 'evnts' (did you mean 'events'?)"),
        ("a\n{{ events[0].titel }}", 2, "an event has no key 'titel' (did you mean 'title'?)"),
        ("a\n{{ edition.left_out }}", 2, "an edition has no key 'left_out'"),
        ("a\n\n{% for e in events %}\n{{ e.", 4, "expected name or number"),
        ("{% if x %}", 1, "Unexpected end of template"),
        ("a\n{{ 'x' | dat }}", 2, "there is no filter 'dat' (did you mean 'date'?)"),
        ("a\n{{ 'x' | safe }}", 2, "there is no filter 'safe'"),
        ("a\n{% include 'none.md.j2' %}", 2, "there is no template 'none.md.j2'"),
        ("a\n{% include '../brief.yaml' %}", 2, "there is no template '../brief.yaml'"),
        ("a\n{{ events }}", 2, "a list can't be printed as such"),
        ("a\n{{ events[0] }}", 2, "an event can't be printed as such; print one of its keys: id, title"),
        ("a\n{{ events is defined }}", 2, "a truth value can't be printed"),
        ("a\n{{ range }}", 2, "can't be printed"),
        ("a\n{{ 1 / 0 }}", 2, "division by zero"),
        ("a\n{{ ''.__class__ }}", 2, "a template may not do this"),
        ("a\n{{ events[0].origin }}", 2, "a template may not do this"),
        ("a\n{{ events[0].title | date }}", 2, "date needs a date, not a text"),
        ("a\n{{ events[0].title | period }}", 2, "period needs a period or two dates, not a text"),
        ("a\n{{ 5 | markdown }}", 2, "markdown needs a text, not a number"),
        ("a\n{{ 'x' | cite }}", 2, "cite needs one item with sources (of several, cite each in a loop), not a text"),
        ("a\n{{ 5 | cite }}", 2, "cite needs one item with sources (of several, cite each in a loop), not a number"),
        ("a\n{{ 5 | names }}", 2, "names needs a list of participants, not a number"),
        ("a\n{{ 'abc' | names }}", 2, "names needs a list of participants, not a text"),
        ("a\n{{ 5 | by_topic }}", 2, "by_topic needs a list of items, not a number"),
        ("a\n{{ table(5, ['x']) }}", 2, "a table needs a list of rows, not a number"),
        ("a\n{{ table(events, 'x') }}", 2, "a table needs a list of columns, not a text"),
        ("a\n{{ table([[1]], [5]) }}", 2, "a table's column is a text or has a title, not a number"),
        ("a\n{{ table([[1, 2]], ['x']) }}", 2, "a row of the table has 2 cells, but the table has 1 column"),
        ("a\n{{ table(events, ['x']) }}", 2, "columns that name a value"),
        ("a\n{{ table(events, [{'title': 'x', 'value': 'titel'}]) }}", 2, "an event has no key 'titel'"),
        ("a\n{{ table(events, [{'titel': 'x'}]) }}", 2, "title, value, align and width, not 'titel'"),
        ("a\n{{ table([[1]], [{'title': 'x', 'width': 'wide'}]) }}", 2, "a column's width is a number of per cent"),
        ("a\n{{ image('a.png', '') }}", 2, "needs a text that says what it shows"),
        (
            "a\n{% macro m() %}*{{ 1 }}*{% endmacro %}{{ m() | upper }}",
            2,
            "but not changed",
        ),
        (
            "a\n{% macro m() %}*{{ 1 }}*{% endmacro %}{{ '%s' % m() }}",
            2,
            "but not changed",
        ),
        ("a\n{% macro m() %}x{% endmacro %}{{ m() | markdown }}", 2, "already Markdown"),
        ("{% autoescape true %}{% endautoescape %}", 1, "autoescape has no meaning here"),
        ("a\n{% for i in range(999999) %}{% endfor %}", 2, "too large"),
        (
            "a\n{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            2,
            "does a loop or a macro never end?",
        ),
        ("a\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 2, "calls itself without end"),
        ("a\n{% include 'weekly.md.j2' %}", 2, "calls itself without end"),
        ("a\n{{ 'x' * 10 ** 9 }}", 2, "grows beyond"),
        ("a\n{{ 10 ** (10 ** 10) }}", 2, "a number grows too large"),
        ("a\n{{ 'x' | center(10 ** 9) }}", 2, "grows beyond"),
        ("a\n{{ 'x'.ljust(10 ** 9) }}", 2, "grows beyond"),
        ("a\n{{ '%999999999d' % 1 }}", 2, "padded beyond"),
        ("a\n{{ '{:>999999999}'.format(1) }}", 2, "padded beyond"),
        (
            "a\n{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
            2,
            "grows beyond",
        ),
        ("a\n{% set p %}*{}*{% endset %}{{ p.format('*a*') }}", 2, "but not changed"),
        ("a\n{% call '{}'.format('*data*') %}{% endcall %}", 2, "a macro can't be printed"),
        ("a\n{% filter replace('X', '*') %}X{% endfilter %}", 2, "but not changed"),
        ("a\n{% filter replace('1', '0') %}{{ 1 }}{{ 2 }}{% endfilter %}", 2, "but not changed"),
        ("a\n{% macro m() %}**b**{% endmacro %}{{ m() | replace('b', 'c') }}", 2, "but not changed"),
        ("a\n{% macro m() %}**b**{% endmacro %}{{ m()[:3] }}", 2, "can't be cut"),
        ("a\n{% macro m() %}**b**{% endmacro %}{{ m() + 'c' }}", 2, "but not changed"),
        ("a\n{% macro m() %}**b**{% endmacro %}{{ m().upper() }}", 2, "a template may not do this"),
        ("a\n{% macro m() %}**b**{% endmacro %}{{ ', '.join([m()]) }}", 2, "but not changed"),
        ("a\n{% set n %}{{ 1 }}{% endset %}{% if n == '1' %}{% endif %}", 2, "can't be compared"),
        ("a\n{{ events[0].summary | markdown | upper }}", 2, "this is no longer a text"),
        ("a\n{{ events | string }}", 2, "a list can't be printed"),
        ("a\n{{ events[0] | upper }}", 2, "an event can't be printed"),
        ("a\n{{ '%s' % events[0] }}", 2, "an event can't be printed"),
        ("a\n{{ '{}'.format(events[0]) }}", 2, "an event can't be printed"),
        ("a\n{{ edition.date.today() }}", 2, "a template may not do this"),
        ("a\n{{ edition.date.strftime('%x') }}", 2, "a template may not do this"),
        ("a\n{{ events | join(', ', attribute='title.__class__') }}", 2, "a template may not do this"),
        ("a\n{{ table(events, [{'title': 'x', 'value': 'origin.path'}]) }}", 2, "an event has no key 'origin'"),
        ("a\n{{ toc('x') }}", 2, "toc needs a level from 1 to 6, not a text"),
        ("a\n{{ toc(40000000) }}", 2, "toc needs a level from 1 to 6"),
        ("a\n{{ table([[1]], ['A'], style=5) }}", 2, "a style is the name of one in quotes, not a number"),
        ("a\n{{ table([[]], []) }}", 2, "a table needs a column"),
        ("a\n{{ (events[0] | cite) + toc() }}", 2, "a list can't be printed"),
        ("a\n{{ events * 2000000 }}", 2, "grows beyond"),
        ("a\n{{ ('a' * 30000) | replace('a', 'b' * 1000000) }}", 2, "grows beyond"),
        ("a\n{{ ('\t' * 30000).expandtabs(1000000) }}", 2, "grows beyond"),
        ("a\n{{ '%*d' % (2000000000, 1) }}", 2, "grows beyond"),
        ("a\n{% for i in range(99) %}{{ 'x' * 9999999 }}{% endfor %}", 2, "writes more than"),
        ("a\n{% set t %}{{ 'x' * 9999999 }}{% endset %}" + "{{ t }}" * 60, 0, "writes more"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", 1, "nested too deeply"),
        ("{% macro m(a, a) %}{% endmacro %}", 1, "this can't be compiled"),
        ("a\n{% from 'part.md.j2' import m %}{{ m() }}", 1, "with context"),
        ("a\n{# x", 2, "a comment {# is not closed"),
        ("a\n{% call box('x') %}\nb\n{% if a %}\n{% endif %}", 2, "{% call %} is not closed before the end of the file"),
        (
            "a\n{% block b %}{% set x %}{% set y = 1 %}\n\n{% endblock %}",
            2,
            "{% set %} is not closed before {% endblock %} in line 4",
        ),
        ("a\n{% if a %}\n{% endfor %}", 2, "{% if %} is not closed before {% endfor %} in line 3: {% endif %} is missing"),
        ("a\n{% endfor %}", 2, "Encountered unknown tag 'endfor'"),
        ("a\n{{ 'b%cc' % 7 }}", 2, "the character U+0007 can't stand in a Word file"),
        ("a\n{{ '\\ud800' }}", 2, "the character U+D800 can't stand in a Word file"),
        ("a\n{{ ('b%cc' % 65535) | markdown }}", 2, "the character U+FFFF can't stand in a Word file"),
        ("a\n{{ table([['b%cc' % 1]], ['A']) }}", 2, "the character U+0001 can't stand in a Word file"),
        ("a\n{{ len(events) }}", 2, "there is no name 'len' (it is a filter: … | length)"),
        ("a\n{% set x = 'y' * 9999999 %}{% for i in range(99) %}{{ x }}{% endfor %}", 0, "writes more than"),
    ],
)
def test_a_fault_of_a_template_is_told_with_its_line_within_seconds(
    make_desk: MakeDesk, template: str, line: int, message: str
) -> None:
    told = fault(make_desk, template, part="{% macro m() %}{{ events }}{% endmacro %}")
    assert message in told
    name = "part" if "part.md.j2" in template else "weekly"
    assert (f"templates/{name}.md.j2:{line}: error: " if line else ": error: ") in told


def test_all_undefined_names_are_told_at_once(make_desk: MakeDesk) -> None:
    told = fault(
        make_desk,
        "{{ one }}\n{% if two %}{% endif %}\n{% for x in three.four %}{% endfor %}\n{% include 'part.md.j2' %}\n{{ 1 + five }}",
        part="\n{{ events[0].six }}\n",
    )
    places = [line.split(": error: ")[0] for line in told.splitlines()]
    assert places == [f"templates/{place}" for place in ("part.md.j2:2", *(f"weekly.md.j2:{n}" for n in (1, 2, 3, 5)))]


def test_a_fault_in_the_output_is_traced_to_the_line_that_wrote_it(make_desk: MakeDesk) -> None:
    template = "# Title\n\n{% for event in events %}\n{% include 'part.md.j2' %}\n{% endfor %}\n\nA <i>tag</i>.\n"
    part = "{# a comment #}\n{{ event.title }}\n\n{% if event %}\n<b>{{ event.title }}</b>\n{% endif %}\n"
    desk = load(make_desk({"templates/weekly.md.j2": template, "templates/part.md.j2": part}))
    with pytest.raises(BriefError) as caught:
        Builder(desk).build("weekly", DATE)
    assert [str(problem.place) for problem in caught.value.problems] == ["templates/part.md.j2:5", "templates/weekly.md.j2:7"]


def test_a_fault_in_a_seed_s_markdown_is_traced_to_its_line(make_desk: MakeDesk) -> None:
    seeds = """
sources: [{id: s, publisher: P, title: T}]
events:
  - id: e
    title: E
    kind: meeting
    status: held
    date: 2025-03-05
    sources: [s]
    summary: |
      One.

      Two, with <b>HTML</b>.
"""
    template = "{% for event in events %}\n{{ event.summary | markdown }}\n\nx {{ event.summary | markdown }}\n{% endfor %}\n"
    desk = load(make_desk({"seeds/seeds.yaml": seeds, "templates/weekly.md.j2": template}))
    with pytest.raises(BriefError) as caught:
        Builder(desk).build("weekly", DATE)
    places = {(str(problem.place), problem.severity) for problem in caught.value.problems}
    assert ("seeds/seeds.yaml:13:7", "warning") in places
    assert any(severity == "error" and place.startswith("seeds/seeds.yaml:") for place, severity in places)


def test_the_fields_of_a_house_are_told_by_their_text(make_desk: MakeDesk) -> None:
    desk = load(make_desk())
    edition = select(desk, "weekly", DATE)
    fields = Templates(desk.templates).render(edition, ["{{ briefing.title }}, {{ edition.date }}"]).fields
    assert fields == {"{{ briefing.title }}, {{ edition.date }}": "The Weekly, 10 March 2025"}
    with pytest.raises(BriefError) as caught:
        Templates(desk.templates).render(edition, ["{{ briefing.titel }}", "{{ toc() }}", "{{ x", "{{ edition.date | date }}"])
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 3
    assert all(line.startswith("templates/house.docx: error: the field {{ ") for line in told)


def test_footnotes_of_markdown_and_citations_stand_beside_each_other(make_desk: MakeDesk) -> None:
    found = nodes(make_desk, "Text{{ events[0] | cite }}[^1]\n\n[^1]: A note on {{ briefing.title }}.\n")
    assert [type(node) for node in found if isinstance(node, (Citation, Footnote))] == [Citation, Footnote]


def test_text_outside_the_blocks_of_an_extending_template_is_told(make_desk: MakeDesk) -> None:
    base = "{% block body %}{% endblock %}"
    child = "{# a comment #}\n{% extends 'base.md.j2' %}\n{% block body %}x{% endblock %}\n\nLost.\n"
    desk = load(make_desk({"templates/weekly.md.j2": child, "templates/base.md.j2": base}))
    (problem,) = Templates(desk.templates).problems()
    assert (problem.place.path, problem.severity) == ("templates/weekly.md.j2", "warning")
    assert "outside the blocks" in problem.message


BASE = "{% block top %}{% block within %}{% endblock %}{% endblock %}{% block body %}{% endblock %}"


def lost_blocks(make_desk: MakeDesk, child: str, middle: str = "{% extends 'base.md.j2' %}") -> list[str]:
    files = {"templates/weekly.md.j2": child, "templates/middle.md.j2": middle, "templates/base.md.j2": BASE}
    return [str(problem) for problem in Templates(load(make_desk(files)).templates).problems()]


def test_a_block_that_replaces_none_is_told_for_nobody_prints_it(make_desk: MakeDesk) -> None:
    child = "{% extends 'middle.md.j2' %}\n\n{% if events %}{% block bodi %}{% endblock %}{% endif %}\n"
    (told,) = lost_blocks(make_desk, child)
    assert told == (
        "templates/weekly.md.j2:3: warning: the block 'bodi' is not printed: no template that this one extends has it "
        "(did you mean 'body'?)"
    )


@pytest.mark.parametrize(
    ("child", "middle"),
    [
        ("{% extends 'base.md.j2' %}{% block within %}{% block own %}{% endblock %}{% endblock %}", ""),
        (
            "{% extends 'middle.md.j2' %}{% block new %}{% endblock %}",
            "{% extends 'base.md.j2' %}{% block body %}{% block new %}{% endblock %}{% endblock %}",
        ),
        ("{% extends briefing.title %}{% block own %}{% endblock %}", ""),
        ("{% extends 'middle.md.j2' %}{% block own %}{% endblock %}", "{% extends briefing.title %}"),
        ("{% extends 'weekly.md.j2' %}{% block own %}{% endblock %}", ""),
        ("{% block own %}{% endblock %}", ""),
    ],
)
def test_a_block_that_may_be_printed_is_not_told(make_desk: MakeDesk, child: str, middle: str) -> None:
    assert lost_blocks(make_desk, child, middle) == []
