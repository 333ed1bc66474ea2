"""What to write instead of raw HTML, which a Word document can't hold."""

from __future__ import annotations

import re

from brief.patterns import regex

_TAG = regex(r"</?\s*([a-z][a-z0-9]*)|<!--", re.IGNORECASE)
_INSTEAD = {
    "br": "end the line with a backslash",
    "strong": "write **bold**",
    "em": "write *italic*",
    "del": "write ~~struck out~~",
    "code": "write `code`",
    "pre": "write ``` on the lines above and below",
    "a": "write [text](https://…)",
    "img": "write ![what it shows](path.png)",
    "hr": "write --- on a line of its own",
    "p": "leave an empty line between paragraphs",
    "h1": "write # before the heading",
    "h2": "write ## before the heading",
    "h3": "write ### before the heading",
    "h4": "write #### before the heading",
    "li": "write - or 1. before each item",
    "blockquote": "write > before each line",
    "table": "write a table of | cells |",
    "sup": "write [^1] for a note",
}
_SAME = {
    "b": "strong",
    "i": "em",
    "s": "del",
    "strike": "del",
    "tt": "code",
    "kbd": "code",
    "ul": "li",
    "ol": "li",
    "div": "p",
    "thead": "table",
    "tbody": "table",
    "tr": "table",
    "th": "table",
    "td": "table",
}


def name(html: str) -> str:
    """The name of the tag that `html` opens or closes; `!--` of a comment, nothing of anything else."""
    tag = _TAG.match(html.lstrip())
    return (tag[1] or "!--").lower() if tag else ""


def instead(html: str, *, in_template: bool) -> str:
    """How to say in Markdown what a tag says, or that a sign must be escaped to stand for itself."""
    tag = name(html)
    if tag == "!--":
        return "write a comment as {# … #}" if in_template else "take the comment out; YAML has its own, # …, outside of texts"
    return _INSTEAD.get(_SAME.get(tag, tag), "write it in Markdown; a < that stands for itself is written \\<")
