"""Every example of the CommonMark specification becomes the tree that the specification's own HTML describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from brief.document import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Image,
    Inline,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Text,
)
from brief.errors import Finding
from brief.markdown import parse
from brief.rendered import Rendered

EXAMPLES = json.loads((Path(__file__).parent / "commonmark" / "spec.json").read_text(encoding="utf-8"))
WITH_HTML = 72
VOID = {"br", "hr", "img"}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = {"p", "ul", "ol", "blockquote", "pre", "hr", *HEADINGS}


@dataclass
class Element:
    """An element of the specification's HTML."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Any] = field(default_factory=list)


class Tree(HTMLParser):
    """Reads HTML without raw pieces into elements."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self.open = [self.root]
        self.feed(text.replace("<br />\n", "<br />"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def blocks(parent: Element) -> Blocks:
    """What our tree should be: empty blocks are not printed."""
    found: list[Block] = []
    line: list[Any] = []
    for child in [*parent.children, Element("hr")]:  # the last one ends the last line
        if isinstance(child, str) or child.tag not in BLOCKS:
            line.append(child)
            continue
        found += paragraph(line)
        line = []
        found += block(child)
    return tuple(found[:-1])


def block(element: Element) -> list[Block]:
    match element.tag:
        case "p":
            return paragraph(element.children)
        case "blockquote":
            content = blocks(element)
            return [Quote(content)] if content else []
        case "pre":
            (code,) = element.children
            language = (code.attributes.get("class") or "").removeprefix("language-")
            return [CodeBlock("".join(code.children).removesuffix("\n"), language)]
        case "hr":
            return [Rule()]
        case "ul" | "ol":
            items = [child for child in element.children if isinstance(child, Element)]
            tight = not any(isinstance(child, Element) and child.tag == "p" for item in items for child in item.children)
            start = int(element.attributes.get("start") or 1) if element.tag == "ol" else None
            contents = tuple(map(blocks, items))
            return [List(contents, start, tight)] if any(contents) else []
    title = tuple(inlines(element.children))
    return [Heading(HEADINGS[element.tag], title)] if title else []


def paragraph(nodes: list[Any]) -> list[Block]:
    content = list(merged(inlines(nodes)))
    if content and isinstance(content[0], Text):
        content[0] = Text(content[0].text.lstrip(" "))
    if content and isinstance(content[-1], Text):
        content[-1] = Text(content[-1].text.rstrip(" "))
    content = [node for node in content if node != Text("")]
    return [Paragraph(tuple(content))] if content else []


def inlines(nodes: list[Any]) -> Iterator[Inline]:
    for node in nodes:
        if isinstance(node, str):
            yield Text(node.replace("\n", " "))
            continue
        content = tuple(merged(inlines(node.children)))
        match node.tag:
            case "em":
                yield Emphasis(content)
            case "strong":
                yield Strong(content)
            case "code":
                yield Code("".join(node.children))
            case "br":
                yield LineBreak()
            case "img":
                if node.attributes["alt"]:  # without, it is an error
                    yield Image(unquote(node.attributes["src"]), node.attributes["alt"], node.attributes.get("title") or "")
            case "a":
                yield from link(unquote(node.attributes["href"]), content, node.attributes.get("title") or "")
            case _:
                raise AssertionError(node.tag)


def link(target: str, content: tuple[Inline, ...], title: str) -> tuple[Inline, ...]:
    """A link where we make one: to the web or a mailbox."""
    if target.lower().startswith(("http://", "https://", "mailto:")):
        return (Link(target, content, title),)
    return content


def merged(nodes: Iterator[Inline]) -> Iterator[Inline]:
    text = ""
    for node in nodes:
        if isinstance(node, Text):
            text += node.text
            continue
        if text:
            yield Text(text)
        text = ""
        yield node
    if text:
        yield Text(text)


def plain(node: Any) -> Any:
    """A node of ours without what the HTML doesn't tell."""
    match node:
        case Text(text):
            return Text(text.replace("\n", " "))  # of an entity
        case Heading():
            return replace(node, anchor="", content=tuple(map(plain, node.content)))
        case Link():
            return replace(node, target=unquote(node.target), content=tuple(map(plain, node.content)))
        case Image():
            return replace(node, where=None)
        case List():
            return replace(node, items=tuple(tuple(map(plain, item)) for item in node.items))
        case Paragraph(content) | Quote(content) | Emphasis(content) | Strong(content):
            return type(node)(tuple(map(plain, content)))
    return node


def raw_html(markdown: str) -> list[Finding]:
    return [finding for finding in parse(Rendered(markdown, ()))[1] if finding.message.startswith("raw HTML")]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['example']}-{example['section']}")
def test_an_example_without_raw_html_becomes_the_tree_of_the_specification(example: dict[str, str]) -> None:
    document, _ = parse(Rendered(example["markdown"], ()))
    if not raw_html(example["markdown"]):
        assert tuple(map(plain, document.blocks)) == blocks(Tree(example["html"]).root)


def test_raw_html_is_found_in_the_examples_that_hold_it_and_in_no_others() -> None:
    found = {example["example"]: example for example in EXAMPLES if raw_html(example["markdown"])}
    assert len(found) == WITH_HTML
    for example in found.values():
        for finding in raw_html(example["markdown"]):
            assert isinstance(finding.where, int)
            assert example["markdown"][finding.where :].lstrip(" ").startswith("<")
            tag = "".join(example["markdown"][finding.where :].split())[:3]
            assert tag in "".join(example["html"].split())
