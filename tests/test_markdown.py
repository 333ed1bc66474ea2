"""What the Markdown reader promises of any text and any value; what each construct becomes is told in `golden/`."""

from __future__ import annotations

import time
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief.document import (
    Block,
    Citation,
    Code,
    CodeBlock,
    Contents,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Rule,
    Sources,
    Strong,
    Table,
    Text,
    text_of,
    walk,
)
from brief.errors import Finding, Origin, Place
from brief.markdown import parse
from brief.model import Source
from brief.rendered import Fragment, Markdown, Rendered, TableValue, Value, token

ORIGIN = Origin(Place("seeds/a.yaml", 3, 5), "summary")
SOURCE = Source("s", "Herald", "Title", None, "", "", "TLP:CLEAR", Place("seeds/a.yaml"))
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("#*_`[]()<>|\\&\n\t \ufdd0\ufdd10"))
MARKUP = st.sampled_from(
    ["\n", "\n\n", " ", "    ", "a", "b", "漢", "1. ", "- ", "> ", "# ", "|", "|--|\n", "```", "~~~", "~~"]
)
MORE_MARKUP = st.sampled_from(
    ["*", "**", "_", "`", "[", "]", "](", ")", "![", "http://x", "#a", "<b>", "</b>", "<!--", "&amp;"]
)
TOKENS = st.sampled_from(
    [*map(token, range(9)), "\ufdd0", "\ufdd1", "\ufdd099\ufdd1", "[^1]", "[^1]: ", "{#a .b}", "\0", "\ud800"]
)
VALUES: tuple[Value, ...] = (
    "text *\n| text",
    "",
    Markdown("a *b*", ORIGIN),
    Markdown("# a\n\n- b[^1]\n\n[^1]: c", ORIGIN),
    Markdown("![](x) <b> [x](y) [z](#z)"),
    TableValue((("a",), (Markdown("b"),)), (((Fragment(f"# *{token(0)}* {token(3)}"), "d"), ()),), ("left", "right")),
    (Citation(SOURCE), Text(" x")),
    (Rule(), Contents()),
    (Sources(),),
)


def read(text: str, *values: Value) -> Document:
    document, findings = parse(Rendered(text, values))
    assert not findings
    return document


def found(text: str, *values: Value) -> tuple[Finding, ...]:
    return parse(Rendered(text, values))[1]


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("abcé한 .,:;!?()'\"“”–—-+#=|~^$%/@5\u00a0\u2028\x85"), max_size=20))
def test_words_without_markup_are_read_as_the_parser_reads_them(text: str) -> None:
    line, looked_at_closely = (parse(Rendered(token(0), (Markdown(written),))) for written in (text, f"{text}\n"))
    assert line == looked_at_closely


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", "| 1 | 2 | 3"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n1 | 2 | 3 | 4\n", "1 | 2 | 3 | 4"),
        ("a | b\n---|---\n1 | 2\n| 1 | 2 | 3\n", "| 1 | 2 | 3"),
        ("| a \\| b |\n|---|\n| 1 | 2 |\n", "| 1 | 2"),
        ("> | a |\n> |---|\n> 1 | 2 |\n", "1 | 2"),
        ("|a|\n|-|\n|b|\n\n|a|b|\n|-|-|\n|c|d|e|\n", "|c|d|e"),
    ],
)
def test_a_row_with_more_cells_than_the_head_is_told_at_its_place(table: str, row: str) -> None:
    (finding,) = found(table)
    assert finding.message == "the row has more cells than the table's head"
    assert finding.where == table.index(row)


def test_bars_that_are_no_cells_are_no_fault() -> None:
    table = "| a \\| b | c |\n|---|---|\n| 1 | `2 \\| 3` |\n\na | b | c | d\n"
    assert found(table) == ()


def only(document: Document) -> Block:
    (block,) = document.blocks
    return block


def below(node: object) -> list[Any]:
    """The nodes directly within a node, or within the tuples it holds."""
    inner = node if isinstance(node, tuple) else [getattr(node, item.name) for item in fields(node)]  # type: ignore[arg-type]
    return [one for value in inner for one in (below(value) if isinstance(value, tuple) else [value]) if is_dataclass(one)]


def said(document: Document) -> str:
    """The characters of all texts, in reading order."""
    nodes = walk(document.blocks)
    return "".join(node.text for node in nodes if isinstance(node, Text | Code))


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_any_text_of_a_template_is_read_without_an_exception(text: str) -> None:
    parse(Rendered(text, ()))


@settings(deadline=None, max_examples=500)
@given(st.lists(MARKUP | MORE_MARKUP | TOKENS, max_size=40))
def test_any_mixture_of_markup_and_values_makes_a_well_formed_tree(parts: list[str]) -> None:
    document, findings = parse(Rendered("".join(parts), VALUES))
    anchors = [node.anchor for node in walk(document.blocks) if isinstance(node, Heading)]
    assert len(anchors) == len(set(anchors))
    for finding in findings:
        assert isinstance(finding.where, Origin | int | None)
        assert isinstance(finding.where, Origin) or 0 <= (finding.where or 0) <= len("".join(parts))
    for node in walk(document.blocks):
        match node:
            case Paragraph(content) | Heading(content=content) | Emphasis(content) | Strong(content) | Link(content=content):
                assert content
                assert not any(isinstance(a, Text) and isinstance(b, Text) for a, b in pairwise(content))
            case Text(text) | Code(text):
                assert text
            case Footnote(blocks):
                assert blocks
            case List(items=items):
                assert any(items)
            case Table(head=head, rows=rows, aligns=aligns):
                assert {len(head), *map(len, rows)} == {len(aligns)}


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_any_value_comes_back_exactly_wherever_text_is_shown(value: str) -> None:
    t = token(0)
    template = (
        f"# h {t} h\n\np {t} p *e{t}e* **s {t} s** ~~x{t}x~~\n\n- i {t} i\n\n> [!NOTE]\n> q {t} q\n\n"
        f"| c {t} c |\n|---|\n| d{t}d |\n\n[l{t}l](http://example.org) n[^1]\n\n[^1]: f {t} f\n"
    )
    expected = "h _ hp _ p e_e s _ s x_xi _ iq _ qc _ cd_dl_l nf _ f"
    assert said(read(template, value)) == expected.replace("_", value)


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_any_value_comes_back_exactly_where_it_stands_alone(value: str) -> None:
    shown = value if value.strip(" \t\r\n") else ""
    for before, template, after in (("", "{}", ""), ("x", "- x\n- {}", ""), ("", "> {}", ""), ("a", "a\n\n{}\n\nb", "b")):
        assert said(read(template.format(token(0)), value)) == before + shown + after
    assert said(read(token(0), TableValue((("",),), (((value,),),), ("left",)))) == shown


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT)
def test_any_value_comes_back_exactly_in_code_and_addresses(value: str) -> None:
    t = token(0)
    template = f'`a{t}b` [x](http://e/{t}/{t} "{t}") ![y {t}](p/{t} "{t}")\n\n    i{t}i\n\n```x\nf{t}f\n```\n'
    paragraph, indented, fenced = read(template, value).blocks
    assert isinstance(paragraph, Paragraph)
    assert [node for node in paragraph.content if not isinstance(node, Text)] == [
        Code(f"a{value}b"),
        Link(f"http://e/{value}/{value}", (Text("x"),), value),
        Image(f"p/{value}", f"y {value}", value, template.index("!")),
    ]
    assert [indented, fenced] == [CodeBlock(f"i{value}i"), CodeBlock(f"f{value}f", "x")]


@settings(deadline=None, max_examples=200)
@given(ANY_TEXT)
def test_a_text_of_the_seeds_holds_no_values(text: str) -> None:
    document, _ = parse(Rendered(token(0), (Markdown(f"x{text}", ORIGIN), "SECRET")))
    assert "SECRET" not in said(document).replace(text, "")


BOTTOMLESS = {
    "quotes": ">" * 10_000 + "a",
    "lists": "- " * 10_000 + "a",
    "indented lists": "".join("  " * depth + "- a\n" for depth in range(400)),
    "marks": "*a " * 10_000 + "b*" * 10_000,
    "links": "[" * 10_000 + "a" + "](http://x)" * 10_000,
    "pictures": "![" * 10_000 + "a" + "](x)" * 10_000,
}


@pytest.mark.parametrize("text", BOTTOMLESS.values(), ids=BOTTOMLESS)
@pytest.mark.parametrize("in_seed", [False, True])
def test_bottomless_nesting_is_told_and_cut(text: str, in_seed: bool) -> None:
    rendered = Rendered(token(0), (Markdown(text, ORIGIN),)) if in_seed else Rendered(text, ())
    document, findings = parse(rendered)
    depth, level = 0, list(document.blocks)
    while level:
        depth, level = depth + 1, [child for node in level for child in below(node)]
    assert depth <= 102
    told = [finding for finding in findings if "within each other" in finding.message]
    assert bool(told) == ("](http" not in text)
    assert all(finding.severity == "error" for finding in told)


def test_a_table_within_itself_ends() -> None:
    loop = TableValue((("a",),), (((Fragment(f"x {token(1)}\n\n{token(0)}"),),),), ("left",))
    (finding,) = found(token(0), loop, "y")
    assert "within each other" in finding.message


@pytest.mark.parametrize(
    "piece",
    [
        "[^",
        "&#1;",
        "\\\\",
        "[a](ftp://b)\n",
        "# a\n\n[a](#b)\n\n",
        "*a ",
        "> ",
        "[a](b ",
        "[^a] ",
        "<b> ",
        "`a ",
        "- a\n",
        "|a|\n|-|\n|b|c|\n",
        "# a\n",
        "한\n",
        token(0) + " ",
        "[a](#b)\n",
        "\ufdd0",
    ],
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        parse(Rendered(piece * times, ("v",)))
        return time.process_time() - start

    seconds(100)
    assert min(seconds(16_000) for _ in range(2)) < 0.2 + 12 * min(seconds(4_000) for _ in range(3))


@pytest.mark.parametrize("piece", ["<b>x</b> ", "[x](ftp://a)\n", "[^1] ", "[x](#a)\n", "&#1;\n"])
def test_a_text_full_of_faults_is_read_in_a_moment(piece: str) -> None:
    start = time.process_time()
    found(token(0), Markdown("[^1]: n\n\n" + piece * 50_000, ORIGIN))
    assert time.process_time() - start < 10


def test_of_a_text_with_many_faults_a_hundred_are_told_and_the_rest_counted() -> None:
    text = Markdown("".join(f"x <b{number}>\n" for number in range(150)) + "![](a.png)", ORIGIN)
    *told, error, of_template, more = found(f"{token(0)}\n\n{token(0)}\n\nx <br>", text, text)
    assert [(finding.line, finding.severity) for finding in told] == [(line, "warning") for line in range(1, 101)]
    assert (error.line, error.severity) == (151, "error")
    assert of_template.where == 12
    assert (more.line, more.severity, more.message) == (101, "warning", "… and 50 more warnings of this text")


def test_a_note_is_repeated_a_hundred_times_at_most() -> None:
    text = Markdown("a[^1]" * 150 + "\n\n[^1]: n", ORIGIN)
    document, (finding,) = parse(Rendered(token(0), (text,)))
    assert (finding.message, finding.severity, finding.where) == (
        "more than 100 references to the note [^1]",
        "error",
        ORIGIN,
    )
    assert sum(isinstance(node, Footnote) for node in walk(document.blocks)) == 100
    assert said(document).count("[^1]") == 50


def test_long_notes_are_not_repeated_beyond_measure() -> None:
    note = "x" * 2_000_000
    text = Markdown(f"a[^1] b[^1] c[^1] d[^1] e[^2]\n\n[^1]: {note}\n[^2]: short", ORIGIN)
    document, (finding,) = parse(Rendered(token(0), (text,)))
    assert (finding.message, finding.severity, finding.where) == (
        "the notes of the document repeat more than 5,000,000 characters",
        "error",
        ORIGIN,
    )
    assert len(said(document)) < 3 * len(note) + 100


def test_a_value_in_the_label_of_a_note_is_an_error_that_shows_the_label() -> None:
    text = f"a[^{token(0)}] b[^x{token(1)}]\n\n[^{token(2)}]: said"
    document, findings = parse(Rendered(text, ("n", (Citation(SOURCE),), "n\n")))
    assert [(finding.message, finding.severity) for finding in findings] == [
        ("a value can't name a note: [^n]", "error"),
        ("a value can't name a note: [^n]", "error"),
        ("a value can't name a note: [^x…]", "error"),
    ]
    assert "\ufdd0" not in said(document)


REFERENCES = "&#xFDD0;0&#xFDD1; &#1; &#xfffe; &#xD800; &#x110000;"


def test_a_reference_to_no_character_is_an_error_in_a_template_and_a_warning_in_a_seed_text() -> None:
    for finding in found(f"한 {REFERENCES}", "SECRET"):
        assert finding.severity == "error"
        assert isinstance(finding.where, int)
        assert f"한 {REFERENCES}"[finding.where :].startswith(finding.message.split()[0])
    document, findings = parse(Rendered(f"{REFERENCES} {token(1)}", ("SECRET", Markdown(f"\n{REFERENCES}", ORIGIN))))
    assert said(document) == " ".join(["\ufffd0\ufffd \ufffd \ufffd \ufffd \ufffd"] * 2)
    assert [(finding.line, finding.severity) for finding in findings] == [(1, "error")] * 6 + [(2, "warning")] * 6


def test_a_reference_to_no_character_is_replaced_in_addresses_and_titles() -> None:
    document, findings = parse(Rendered('[a](http://x/&#1; "&#2;") ![b&#3;](c&#4;.png)\n\n```d&#5;\n```', ()))
    assert [node for node in walk(document.blocks) if isinstance(node, Link | Image | CodeBlock)] == [
        Link("http://x/\ufffd", (Text("a"),), "\ufffd"),
        Image("c\ufffd.png", "b\ufffd", "", 26),
        CodeBlock("", "d\ufffd"),
    ]
    assert len(findings) == 5


def test_a_reference_that_stands_for_itself_is_kept() -> None:
    text = "`&#1;` \\&#1; &amp;#1; <http://x/&#1;> &#65;\n\n```\n&#1;\n```\n\n    &#1;"
    assert said(read(text)) == "&#1; &#1; &#1; http://x/&#1; A"
    assert [block.text for block in read(text).blocks if isinstance(block, CodeBlock)] == ["&#1;", "&#1;"]


@pytest.mark.parametrize(
    ("text", "offsets"),
    [
        (f"한국 {token(0)[:-1]}…", [3]),
        (f"a {token(0)} b {token(0)[1:]}", [9]),
        (f"# {token(7)}", [2]),
        (f"`\ufdd0{'9' * 5_000}\ufdd1`", [0]),
        (f"a\n\n\ufdd0x {token(0)}", [3]),
    ],
)
def test_a_value_cut_by_a_filter_is_an_error_where_it_stands(text: str, offsets: list[int]) -> None:
    findings = found(text, "v")
    assert [finding.where for finding in findings] == offsets
    assert {finding.message for finding in findings} == {"a filter cut a value in two"}


def test_a_value_cut_in_a_macro_is_an_error_where_the_table_stands() -> None:
    table = TableValue((("a",),), (((Fragment("ok \ufdd0"),),),), ("left",))
    (finding,) = found(f"x\n\n{token(0)}", table)
    assert (finding.where, finding.severity) == (3, "error")


def test_offsets_count_characters_after_any_script() -> None:
    text = f"# 한국 🇰🇷 {token(0)}\n\n- é <br> x\n- <i>\n\n![](a.png)"
    assert [text[finding.where :][:3] for finding in found(text, "v") if isinstance(finding.where, int)] == [
        "<br",
        "<i>",
        "![]",
    ]


def test_a_fault_in_a_seed_text_is_told_with_its_origin_and_line() -> None:
    text = Markdown("fine\n\n한국 *fine*\n<br>", ORIGIN)
    (finding,) = found(f"a\n\n{token(0)}", text)
    assert (finding.where, finding.line, finding.severity) == (ORIGIN, 4, "warning")


def test_a_fault_in_a_text_of_no_origin_is_told_where_its_token_stands() -> None:
    (finding,) = found(f"a\n\n{token(0)}", Markdown("x\n\n<br>"))
    assert finding.where == 3


def test_the_same_fault_is_told_once() -> None:
    assert len(found(f"{token(0)}\n\n{token(0)}", Markdown("<br>", ORIGIN))) == 1


def test_a_closing_tag_is_told_only_where_none_was_opened() -> None:
    assert [finding.where for finding in found("<b>a</b> c</i>")] == [0, 10]


@pytest.mark.parametrize(
    ("html", "hint"),
    [
        ("<br>", "backslash"),
        ("<B>", "**bold**"),
        ("<!-- x -->", "{# … #}"),
        ("<td>", "| cells |"),
        ("<blink>", "\\<"),
        ("<?php ?>", "\\<"),
    ],
)
def test_raw_html_is_told_with_what_to_write_instead(html: str, hint: str) -> None:
    (finding,) = found(f"a {html}")
    assert hint in finding.hint
    assert html in finding.message


def test_a_cell_of_a_table_value_takes_text_markdown_macros_and_nodes() -> None:
    cell = ("*a*", Markdown("*b*\n\nc"), Fragment(f"**d** {token(1)}"), (Emphasis((Text("e"),)), Text("f")), "")
    table = TableValue((("H",),), ((cell,),), ("center",), (1.0,), "Grid")
    paragraphs = (
        Paragraph((Text("*a*"),)),
        Paragraph((Emphasis((Text("b"),)),)),
        Paragraph((Text("c"),)),
        Paragraph((Strong((Text("d"),)), Text(" *v*"))),
        Paragraph((Emphasis((Text("e"),)), Text("f"))),
    )
    head = ((Paragraph((Text("H"),)),),)
    assert only(read(token(0), table, "*v*")) == Table(head, ((paragraphs,),), ("center",), (1.0,), "Grid")


def test_blocks_stand_in_a_cell_of_a_table_value() -> None:
    blocks: Any = (Rule(), Sources())
    toc: Any = (Contents(),)
    table = TableValue(((toc,),), (((blocks, "a"),),), ("left",))
    assert only(read(token(0), table)) == Table(((Contents(),),), (((Rule(), Sources(), Paragraph((Text("a"),))),),), ("left",))


def test_a_table_value_without_columns_is_an_error() -> None:
    document, (finding,) = parse(Rendered(f"a\n\n{token(0)}", (TableValue((), ((),), ()),)))
    assert (finding.message, finding.where, finding.severity) == ("a table needs a column", 3, "error")
    assert document.blocks == (Paragraph((Text("a"),)),)


def test_blocks_take_the_place_of_their_paragraph() -> None:
    assert read(f"{token(0)}\n{token(1)}", (Contents(),), (Rule(), Sources())).blocks == (Contents(), Rule(), Sources())


def test_nodes_flow_in_their_line() -> None:
    assert only(read(f"a{token(0)}{token(0)}.", (Citation(SOURCE),))) == Paragraph(
        (Text("a"), Citation(SOURCE), Citation(SOURCE), Text("."))
    )


def test_link_definitions_of_a_seed_text_are_its_own() -> None:
    link = Link("http://a", (Text("x"),))
    document = read(f"[x] {token(0)}\n\n{token(1)}", Markdown("[x]\n\n[x]: http://a"), Markdown("[x]"))
    assert document.blocks == (Paragraph((Text("[x] "), link)), Paragraph((Text("[x]"),)))


def test_a_link_may_go_to_a_heading_that_comes_later_even_in_a_seed_text() -> None:
    document = read(f"[a](#%EB%B0%B0%EA%B2%BD)\n\n# Part\n\n{token(0)}", Markdown("# 배경"))
    assert document.blocks[0] == Paragraph((Link("#배경", (Text("a"),)),))


def test_a_link_to_no_heading_is_text_and_names_the_nearest_anchor() -> None:
    document, (finding,) = parse(Rendered("[a](#backgruond)\n\n# Background", ()))
    assert document.blocks[0] == Paragraph((Text("a"),))
    assert (finding.severity, finding.hint) == ("warning", "did you mean 'background'?")


def test_headings_alike_have_anchors_of_their_own() -> None:
    document = read("# A\n\n# A\n\n# A-2\n\n# A")
    assert [block.anchor for block in document.blocks if isinstance(block, Heading)] == ["a", "a-2", "a-2-2", "a-3"]


def test_the_text_of_a_long_heading_makes_a_short_anchor() -> None:
    heading = only(read(f"# {token(0)}", "word " * 10_000))
    assert isinstance(heading, Heading)
    assert len(heading.anchor) <= 60
    assert text_of(heading.content) == "word " * 10_000


def test_a_picture_in_a_seed_text_knows_its_origin() -> None:
    assert only(read(token(0), Markdown("![a](b.png)", ORIGIN))) == Paragraph((Image("b.png", "a", where=ORIGIN),))
