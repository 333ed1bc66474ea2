"""Markdown becomes the trees that the prose files in `golden/` tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from brief.document import (
    Align,
    Block,
    Blocks,
    Callout,
    Citation,
    Code,
    CodeBlock,
    Emphasis,
    Footnote,
    Heading,
    Image,
    Inline,
    Inlines,
    Link,
    List,
    Paragraph,
    Quote,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from brief.errors import Finding, Origin, Place
from brief.markdown import parse
from brief.model import Source
from brief.rendered import Markdown, Rendered, TableValue, Value, token

GOLDEN = Path(__file__).parent / "golden"
ORIGIN = Origin(Place("seeds/a.yaml", 1, 1), "summary")
CASE = re.compile("^# ([^\n]*)\n\n~~~~ markdown\n(.*?)~~~~\n~~~~ tree\n(.*?)~~~~\n(?:~~~~ findings\n(.*?)~~~~\n)?", re.M | re.S)
VALUE = re.compile("⟨(?:(markdown|table|bold|cite): ?)?(.*?)⟩", re.DOTALL)
MARKS = {Emphasis: "em", Strong: "strong", Strikethrough: "strike"}


CASES = {
    f"{path.stem}: {title}": blocks
    for path in sorted(GOLDEN.glob("*.md"))
    for title, *blocks in CASE.findall(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize(("markdown", "tree", "findings"), CASES.values(), ids=CASES)
def test_markdown_becomes_the_golden_tree(markdown: str, tree: str, findings: str) -> None:
    document, found = parse(rendered(markdown))
    assert "".join(lines(document.blocks)) == tree
    assert "".join(map(told, found)) == findings


def test_every_golden_case_is_complete() -> None:
    texts = [path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.md")]
    assert len(CASES) == sum(text.count("\n~~~~ markdown\n") for text in texts) > 30


def rendered(text: str) -> Rendered:
    values: list[Value] = []

    def put(match: re.Match[str]) -> str:
        values.append(value(match[1], match[2].replace("\\n", "\n")))
        return token(len(values) - 1)

    return Rendered(VALUE.sub(put, text), tuple(values))


def value(kind: str | None, text: str) -> Value:
    match kind:
        case "markdown":
            return Markdown(text, ORIGIN)
        case "table":
            cells = text.split(" | ")
            align: Align = "left"
            return TableValue((("Head",),) * len(cells), (tuple((cell,) for cell in cells),), (align,) * len(cells))
        case "bold":
            return (Strong((Text(text),)),)
        case "cite":
            return (Citation(Source(text, text, text, None, "", "", "TLP:CLEAR", ORIGIN.place)),)
    return text


def told(finding: Finding) -> str:
    place = f"line {finding.line} of {finding.where.key}" if isinstance(finding.where, Origin) else f"{finding.where}"
    return f"{finding.severity} at {place}: {finding.message}\n"


def lines(blocks: Blocks, indent: str = "") -> Iterator[str]:
    for block in blocks:
        yield f"{indent}{name(block)}\n"
        match block:
            case Quote(content) | Callout(content=content):
                yield from lines(content, indent + "  ")
            case List(items=items):
                yield from parts("item", items, indent + "  ")
            case Table(head=head, rows=rows):
                for row in (head, *rows):
                    yield f"{indent}  row\n"
                    yield from parts("cell", row, indent + "    ")


def parts(name: str, contents: tuple[Blocks, ...], indent: str) -> Iterator[str]:
    for content in contents:
        yield f"{indent}{name}\n"
        yield from lines(content, indent + "  ")


def name(block: Block) -> str:
    match block:
        case Paragraph(content):
            return f"paragraph {line(content)}"
        case Heading(level, content, style, anchor):
            return f"heading {level} #{anchor} {'.' * bool(style)}{style}{' ' * bool(style)}{line(content)}"
        case List(_, start, tight):
            return f"{'tight' if tight else 'loose'} list{'' if start is None else f' from {start}'}"
        case Callout(kind):
            return f"callout {kind}"
        case CodeBlock(text, language):
            return f"code {language}{' ' * bool(language)}{quoted(text)}"
        case Table(aligns=aligns):
            return f"table {' '.join(aligns)}"
    return type(block).__name__.lower()


def line(content: Inlines) -> str:
    return " ".join(map(shown, content))


def shown(node: Inline) -> str:
    match node:
        case Text(text):
            return quoted(text)
        case Emphasis(content) | Strong(content) | Strikethrough(content):
            return f"{MARKS[type(node)]}({line(content)})"
        case Code(text):
            return f"code({quoted(text)})"
        case Citation(source):
            return f"cite({source.id})"
        case Link(target, content, title):
            return f"link({target} {line(content)}{' title ' * bool(title)}{quoted(title) * bool(title)})"
        case Image(path, alt, title):
            return f"image({path} {quoted(alt)}{' title ' * bool(title)}{quoted(title) * bool(title)})"
        case Footnote(content):
            return f"note({'; '.join(text.strip() for text in lines(content))})"
    return "break"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
