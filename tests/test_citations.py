"""Citations become notes, and the list of sources is filled."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief.citations import cited, resolve
from brief.document import (
    Block,
    Callout,
    Citation,
    Document,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Sources,
    Strikethrough,
    Strong,
    Table,
    Text,
    text_of,
    walk,
)
from brief.errors import Place
from brief.model import PartialDate, Source
from brief.words import Words

HERALD = Source(
    id="herald",
    publisher="The Korea Herald",
    title="Ministers meet",
    published=PartialDate(2025, 3, 11),
    url="https://example.org/ministers",
    reliability="B2",
    marking="TLP:CLEAR",
    origin=Place("seeds/a.yaml", 2),
)
BARE = replace(HERALD, id="bare", publisher="Le Monde", title="Une date", published=None, url="", reliability="")
MONTH = replace(BARE, id="month", publisher="SIPRI", title="Arms", published=PartialDate(2025, 3))
GAP = Text("\u202f")


def written(day: PartialDate) -> str:
    return "-".join(str(part) for part in (day.day, day.month, day.year) if part)


def resolved(*blocks: Block, words: Words | None = None) -> tuple[Block, ...]:
    return resolve(Document(blocks), cited(walk(blocks)), format_date=written, words=words).blocks


def paragraph(*content: Inline | str) -> Paragraph:
    return Paragraph(tuple(Text(node) if isinstance(node, str) else node for node in content))


def notes(*blocks: Block) -> list[str]:
    found = (node for node in walk(blocks) if isinstance(node, Footnote))
    return [text_of(block.content) for note in found for block in note.content if isinstance(block, Paragraph)]


def test_a_note_names_publisher_linked_title_date_and_reliability() -> None:
    (block,) = resolved(paragraph("They met.", Citation(HERALD)))
    title = Link("https://example.org/ministers", (Text("Ministers meet"),))
    note = Footnote((paragraph("The Korea Herald, “", title, "”, 11-3-2025 (reliability B2)."),))
    assert block == paragraph("They met.", note)


def test_what_is_not_known_of_a_source_is_left_out() -> None:
    assert resolved(paragraph(Citation(BARE))) == (paragraph(Footnote((paragraph("Le Monde, “Une date”."),))),)
    assert notes(*resolved(paragraph(Citation(MONTH)))) == ["SIPRI, “Arms”, 3-2025."]


def test_later_notes_on_a_source_refer_to_the_first() -> None:
    own = Footnote((paragraph("A note of the template."),))
    blocks = resolved(paragraph("a", own, "b", Citation(HERALD)), paragraph("c", Citation(BARE)), paragraph(Citation(HERALD)))
    assert notes(*blocks) == [
        "A note of the template.",
        "The Korea Herald, “Ministers meet”, 11-3-2025 (reliability B2).",
        "Le Monde, “Une date”.",
        "The Korea Herald, note 2.",
    ]


def test_marks_that_follow_each_other_are_set_apart() -> None:
    (block,) = resolved(paragraph("a", Citation(HERALD), Citation(BARE), Footnote((paragraph("b"),)), " c"))
    assert isinstance(block, Paragraph)
    assert [type(node) for node in block.content] == [Text, Footnote, Text, Footnote, Text, Footnote, Text]
    assert block.content[2] == block.content[4] == GAP


def test_the_list_of_sources_has_each_once_in_the_order_of_first_citation_wherever_it_stands() -> None:
    body = paragraph(Citation(BARE), "x", Citation(HERALD), "y", Citation(BARE))
    first, _, quote = resolved(Sources(), body, Quote((Sources(),)))
    assert isinstance(first, List)
    assert (first.start, first.tight) == (1, True)
    assert quote == Quote((first,))
    assert [text_of(item[0].content) for item in first.items if isinstance(item[0], Paragraph)] == [
        "Le Monde, “Une date”.",
        "The Korea Herald, “Ministers meet”, 11-3-2025 (reliability B2).",
    ]
    assert cited(walk((body,))) == (BARE, HERALD)


def test_without_citations_the_list_of_sources_vanishes() -> None:
    assert resolved(Rule(), Sources()) == (Rule(),)
    assert cited(walk((Rule(), Sources()))) == ()


@pytest.mark.parametrize(
    "around",
    [
        lambda mark: Heading(1, (mark,)),
        lambda mark: paragraph(Emphasis((Strong((Strikethrough((mark,)),)),))),
        lambda mark: paragraph(Link("#a", (Text("a"), mark))),
        lambda mark: List(((Rule(),), (List(((paragraph(mark),),)),)), 3, False),
        lambda mark: Quote((Callout("note", (paragraph(mark),)),)),
        lambda mark: Table(((paragraph(mark),),), (((Rule(),),),), ("left",), (1.0,), "Grid"),
        lambda mark: Table(((Rule(),),), (((paragraph(mark), Rule()),),), ("left",)),
        lambda mark: paragraph("a", Footnote((paragraph("See", mark),))),
    ],
)
def test_citations_are_found_everywhere(around) -> None:  # type: ignore[no-untyped-def]
    note = Footnote((paragraph("Le Monde, “Une date”."),))
    assert resolved(around(Citation(BARE))) == (around(note),)
    assert cited(walk((around(Citation(BARE)),))) == (BARE,)


def test_a_source_named_within_a_note_is_referred_to_by_the_number_of_that_note() -> None:
    blocks = resolved(
        paragraph(Footnote((paragraph("zero"),)), "a", Footnote((paragraph("See", Citation(BARE)),))), paragraph(Citation(BARE))
    )
    assert notes(*blocks)[-1] == "Le Monde, note 2."


def test_what_holds_no_citation_is_kept_as_it_is() -> None:
    still = Table(((Rule(),),), (((paragraph("a"),),),), ("left",))
    row = ((paragraph("b"),),)
    moved = Table(((Rule(),),), (row, ((paragraph(Citation(BARE)),),)), ("left",))
    kept, changed, title = resolved(still, moved, Heading(1, (Text("c"),)))
    assert kept is still
    assert isinstance(changed, Table)
    assert changed.rows[0] is row
    assert changed.head is moved.head
    assert title == Heading(1, (Text("c"),))
    document = (still, List(((paragraph("x"),),)))
    assert resolved(*document) is not None
    assert all(new is old for new, old in zip(resolved(*document), document, strict=True))


def test_notes_speak_the_language_of_the_briefing() -> None:
    words = Words(source="« {title} »", reliability="fiabilité {grade}", see_note="note nº {number}")
    blocks = resolved(paragraph(Citation(HERALD), Citation(HERALD)), words=words)
    assert notes(*blocks) == [
        "The Korea Herald, « Ministers meet », 11-3-2025 (fiabilité B2).",
        "The Korea Herald, note nº 1.",
    ]


@settings(deadline=None, max_examples=200)
@given(st.text(), st.text(), st.booleans())
def test_names_and_titles_come_back_exactly(publisher: str, title: str, linked: bool) -> None:
    source = replace(BARE, publisher=publisher, title=title, url="https://example.org" if linked else "")
    assert notes(*resolved(paragraph(Citation(source), Citation(source)))) == [
        f"{publisher}, “{title}”.",
        f"{publisher}, note 1.",
    ]


def test_ten_thousand_citations_take_a_moment() -> None:
    sources = [replace(HERALD, id=str(number)) for number in range(2_000)]
    blocks = [paragraph("a", Emphasis((Text("b"),)), Citation(sources[number % 2_000])) for number in range(10_000)]
    start = time.process_time()
    result = resolved(*blocks, Sources())
    assert time.process_time() - start < 5
    assert isinstance(result[-1], List)
    assert len(result[-1].items) == 2_000
