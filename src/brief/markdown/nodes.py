"""What each construct of Markdown becomes in the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import unquote

from brief.document import (
    Align,
    Block,
    Callout,
    CalloutKind,
    Code,
    CodeBlock,
    Emphasis,
    Footnote,
    Heading,
    Image,
    Inlines,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
    Strikethrough,
    Strong,
    Table,
    Text,
    text_of,
    walk,
)
from brief.errors import nearest
from brief.markdown import html, targets
from brief.markdown.pieces import SoftBreak, is_blank, trimmed
from brief.markdown.reader import Close, Grammar, Note, Reader, named_by_value
from brief.markdown.targets import cut, short
from brief.rendered import TOKEN_START

Pieces = list[Any]

_LOWEST = 6
_REFERENCES = 100
"""How often a text may refer to one note; each reference is a note of its own in Word."""
_REPEATED = 5_000_000
"""Characters of notes that a document may repeat."""
_HINTED = 10
"""Links to no heading that are compared with all anchors, which takes long."""
_ALIGNS: dict[str, Align] = {"None": "left", "Left": "left", "Center": "center", "Right": "right"}


# Blocks


def _paragraph(reader: Reader, pieces: Pieces, _payload: None, _start: int) -> Pieces:
    return reader.flow(pieces)


def _heading(reader: Reader, pieces: Pieces, payload: dict[str, Any], start: int) -> Pieces:
    content = reader.inlines(trimmed(pieces))
    if is_blank(content):
        reader.report(start, "the heading has no text", "it is not printed", "warning")
        return []
    level = int(payload["level"][1]) + reader.lowered
    if level > _LOWEST:
        reader.report(start, f"the heading would be of level {level}", f"there are {_LOWEST}; it is of the last", "warning")
    if reader.within is None:
        if 0 < reader.session.level < level - 1:
            hint = f"a heading of level {reader.session.level + 1} comes next, so that nobody misses one"
            reader.report(start, f"a heading of level {level} follows one of level {reader.session.level}", hint, "warning")
        reader.session.level = level
    style, *others = [reader.literal(name, start, "a heading's style") for name in payload["classes"]] or [""]
    for name in [f".{name}" for name in others] + [reader.shown(name, start) for name, _ in payload["attrs"]]:
        hint = "a heading ends with { #anchor .style } at most; other braces can't stand at its end"
        reader.report(start, f"“{name}” behind the heading is not understood", hint, "warning")
    anchor = _anchor(reader, payload["id"], text_of(content), start)
    return [Heading(min(level, _LOWEST), content, style, anchor)]


def _anchor(reader: Reader, given: str | None, text: str, start: int) -> str:
    anchors = reader.session.anchors
    if not given:
        return anchors.add(targets.slug(text))
    name = reader.literal(given, start, "a heading's anchor")
    if name in anchors.taken:
        reader.report(start, f"the anchor #{name} is given twice", "links go to the first of them", "warning")
    return anchors.add(name)


def _quote(reader: Reader, pieces: Pieces, payload: str | None, start: int) -> Pieces:
    content = reader.grouped(pieces)
    if not payload and content and (unknown := _like_callout(content[0])):
        hint = f"there are {', '.join(get_args(CalloutKind)).upper()}"
        reader.report(start, f"there is no callout {unknown}; it is printed as a quote", hint, "warning")
    if not content:
        return []
    return [Callout(payload.lower(), content) if payload else Quote(content)]  # type: ignore[arg-type]


def _like_callout(block: Block) -> str:
    """What a quote begins with that looks like the name of a callout."""
    text = text_of(block.content) if isinstance(block, Paragraph) else ""
    found = re.match(r"\[![\w -]{1,30}\]", text)
    return found[0] if found else ""


def _item(reader: Reader, pieces: Pieces, _payload: None, _start: int) -> Pieces:
    has_paragraphs = Paragraph in map(type, pieces)
    return [(reader.grouped(pieces), has_paragraphs)]


def _list(_reader: Reader, pieces: Pieces, payload: int | None, _start: int) -> Pieces:
    items = tuple(item for item, _ in pieces)
    return [List(items, payload, tight=not any(has_paragraphs for _, has_paragraphs in pieces))] if any(items) else []


def _code_block(reader: Reader, pieces: Pieces, payload: str | dict[str, str], start: int) -> Pieces:
    reader.in_code = False
    info = payload["Fenced"] if isinstance(payload, dict) else ""
    language = reader.literal(info.split(maxsplit=1)[0] if info.strip() else "", start, "the name of a code's language")
    text = reader.literal("".join(pieces), start, "code")
    return [CodeBlock(text.removesuffix("\n"), language)]


def _html_block(reader: Reader, pieces: Pieces, _payload: None, start: int) -> Pieces:
    text = "".join(pieces).strip("\n")
    _report_html(reader, text, start)
    return [Paragraph((Text(text),))]


def _note(reader: Reader, pieces: Pieces, label: str, start: int) -> Pieces:
    content = reader.grouped(pieces)
    reader.in_note = reader.within is not None and reader.within[0].in_note
    mark = f"[^{cut(reader.shown(label, start))}]"
    if TOKEN_START in label and not reader.seed:
        reader.report(start, *named_by_value(mark))
        return []
    if not content:
        reader.report(start, f"the note {mark} says nothing", "it is not printed", "warning")
    if label.casefold() in reader.notes:
        reader.report(start, f"the note {mark} is defined twice", "the first is printed", "warning")
    else:
        reader.notes[label.casefold()] = Note(content, start)
    return []


def _table(_reader: Reader, pieces: Pieces, payload: tuple[str, ...], _start: int) -> Pieces:
    head, *rows = pieces
    return [Table(head, tuple(rows), tuple(_ALIGNS[align] for align in payload))]


def _row(_reader: Reader, pieces: Pieces, _payload: None, _start: int) -> Pieces:
    return [tuple(pieces)]


def _cell(reader: Reader, pieces: Pieces, _payload: None, _start: int) -> Pieces:
    return [tuple(reader.flow(pieces))]


# Marks, links, pictures


def _marked(node: Callable[..., Any]) -> Close:
    def close(reader: Reader, pieces: Pieces, _payload: None, _start: int) -> Pieces:
        content = reader.inlines(pieces)
        return [node(content)] if content else []

    return close


def _link(reader: Reader, pieces: Pieces, payload: dict[str, str], start: int) -> Pieces:
    content = reader.inlines(pieces)
    given = payload["dest_url"]
    target = reader.literal(unquote(given) if given[:1] == "#" else given, start, "the address of a link").lstrip()
    if payload["link_type"] == "Email":
        target = f"mailto:{target}"
    is_empty_value = given and not target
    if is_empty_value or not _may_link(reader, target, content, start):
        return [*content]
    title = reader.literal(payload["title"], start, "the title of a link")
    return [Link(target, content or (Text(target),), title)]


def _may_link(reader: Reader, target: str, content: Inlines, start: int) -> bool:
    if _has_link(content):
        reader.report(start, f"a link stands within the link to {short(target)}", "the inner one is kept", "warning")
        return False
    if target.startswith("#"):
        return _is_anchor(reader, target, start)
    if not targets.is_web_or_mail(target):
        hint = "links go to http://, https:// and mailto: addresses and to headings (#anchor)"
        reader.report(start, f"the link to {short(target)} is printed as text", hint, "warning")
        return False
    return True


def _has_link(content: Inlines) -> bool:
    if len(content) == 1 and content[0].__class__ is Text:
        return False
    return any(isinstance(node, Link) for node in walk(content))


def _is_anchor(reader: Reader, target: str, start: int) -> bool:
    anchor, known = target[1:], reader.session.known
    reader.session.linked.add(anchor)
    if known is None or anchor in known:
        return True
    reader.session.hinted += 1
    close = nearest(anchor, known) if reader.session.hinted <= _HINTED else ""
    hint = close or "give one to a heading: ## Title { #anchor }"
    reader.report(start, f"no heading has the anchor {short(target)}; the link is printed as text", hint, "warning")
    return False


def _image(reader: Reader, pieces: Pieces, payload: dict[str, str], start: int) -> Pieces:
    alt = text_of(reader.inlines(pieces))
    path = reader.literal(unquote(payload["dest_url"]), start, "the path of a picture")
    if not targets.is_local(path):
        hint = "save it in the desk and give its path; its text is printed instead"
        reader.report(start, f"the picture {short(path)} is not a file of the desk", hint, reader.severity)
        return [alt]
    if not alt.strip():
        reader.report(start, f"the picture {short(path)} needs alt text that says what it shows", f"![what it shows]({path})")
        return []
    title = reader.literal(payload["title"], start, "the title of a picture")
    return [Image(path, alt, title, reader.where(start)[0])]


# What stands by itself


def _code(reader: Reader, text: str, start: int) -> Pieces:
    text = reader.literal(text, start, "code")
    return [Code(text)] if text else []


def _html(reader: Reader, text: str, start: int) -> Pieces:
    return [reader.literal(text, start, "raw HTML")]


def _inline_html(reader: Reader, text: str, start: int) -> Pieces:
    text = reader.literal(text, start, "raw HTML")
    _report_html(reader, text, start)
    return [text]


def _report_html(reader: Reader, text: str, start: int) -> None:
    tag = html.name(text)
    if text.startswith("</") and tag in reader.tags:
        return
    reader.tags.add(tag)
    in_template = reader.seed is None
    message = f"raw HTML: {short(text)}" if in_template else f"raw HTML is printed as it stands: {short(text)}"
    reader.report(start, message, html.instead(text, in_template=in_template), reader.severity)


def _note_mark(reader: Reader, label: str, start: int) -> Pieces:
    note = reader.notes.get(label.casefold())
    mark = f"[^{cut(reader.shown(label, start))}]"
    if note is not None:
        note.used += 1
    if reader.in_note:
        hint = "Word has no notes on notes: say it in the note itself"
        reader.report(start, f"a note refers to the note {mark}", hint, reader.severity)
    elif note is not None and _may_stand_again(reader, note, mark, start):
        return [Footnote(note.content)] if note.content else []
    return [f"[^{reader.shown(label, start)}]"]


def _may_stand_again(reader: Reader, note: Note, mark: str, start: int) -> bool:
    if note.used > _REFERENCES:
        reader.report(start, f"more than {_REFERENCES} references to the note {mark}", "say it in the text, once")
        return False
    if note.used > 1:
        texts = sum(len(getattr(node, "text", "")) for node in walk(note.content))
        reader.session.repeated += max(texts, reader.source.length(note.start))
    if reader.session.repeated > _REPEATED:
        reader.report(start, f"the notes of the document repeat more than {_REPEATED:,} characters", "refer to long notes once")
        return False
    return True


def _task(_reader: Reader, is_done: bool, _start: int) -> Pieces:
    return ["☑ " if is_done else "☐ "]


GRAMMAR = Grammar(
    bare={"SoftBreak": SoftBreak(), "HardBreak": LineBreak(), "Rule": Rule()},
    single={
        "Code": _code,
        "Html": _html,
        "InlineHtml": _inline_html,
        "FootnoteReference": _note_mark,
        "TaskListMarker": _task,
    },
    close={
        "Paragraph": _paragraph,
        "Heading": _heading,
        "BlockQuote": _quote,
        "Item": _item,
        "List": _list,
        "CodeBlock": _code_block,
        "HtmlBlock": _html_block,
        "FootnoteDefinition": _note,
        "Table": _table,
        "TableHead": _row,
        "TableRow": _row,
        "TableCell": _cell,
        "Emphasis": _marked(Emphasis),
        "Strong": _marked(Strong),
        "Strikethrough": _marked(Strikethrough),
        "Link": _link,
        "Image": _image,
    },
)
"""What every construct of Markdown becomes."""
