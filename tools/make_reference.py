"""Make docs/reference.md from the JSON Schemas, the scales and the vocabulary of templates."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from brief.desk.schema import schema
from brief.model import MARKINGS
from brief.renderer.vocabulary import FILTERS, FUNCTIONS
from brief.scales import SCALES

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
Node = dict[str, Any]

HEAD = """\
# Reference

Every key of the files of a desk, the terms they use, and what templates may call. The [README](../README.md) shows how it
all goes together. (This page is made by `tools/make_reference.py`: change the descriptions in the program, not here.)

- [Values](#values)
- [Seeds](#seeds): [sources](#sources), [people](#people), [events](#events), [background](#background), [outlook](#outlook)
- [Briefings](#briefings): [covers](#covers), [horizon](#horizon), [select](#select), [schedule](#schedule),
  [words](#words)
- [brief.yaml](#briefyaml)
- Terms: [likelihood](#likelihood), [Admiralty code](#admiralty-code), [marking](#marking)
- Templates: [filters](#filters), [functions](#functions)
"""
VALUES = """\
## Values

| Value | Is written |
|---|-------|
| text | As it is. In quotes where YAML would take it for something else: `"2025"`, `"no"`, `"EU: Korea"`. |
| Markdown | A text with *emphasis*, links and lists, where a key's meaning says so. Of several lines: after `\\|` or `>-`. |
| id | Lower-case letters, digits and hyphens, at most 100: `eu-rok-space-dialogue-1`. |
| day | `2025-03-10` |
| date | A day; or, where no more is known, a month or a year: `2025-03`, `2025`. |
| time | In quotes: `"07:00"` |
| language | A tag such as `en-GB`, `fr` or `ko-KR`. |
| time zone | A name such as `Europe/Brussels`. |
| list | `[one, two]`, or each on a line of its own that begins with `- `. |

A key that is not required may be left out; *Absent* says what holds then.
"""
SEEDS = """\
## Seeds

Files below `seeds/`, in as many files and folders as you like, end in `.yaml` or `.yml`. Each may hold any of five lists.
"""
BRIEFINGS = """\
## Briefings

Each file in `briefings/` is a series of editions; its name, of lower-case letters, digits and hyphens, is the briefing's name
on the command line.
"""
SETTINGS = "## brief.yaml\n"
LIKELIHOOD = """\
## Likelihood

A briefing uses the terms of one scale, which `scale` names, and prints it; two terms in a row mean the same, and the first is
the one printed. The same word means other odds on the other scale. The gaps between the terms of
`phia` are deliberate, and on neither scale is anything impossible or certain.
"""
ADMIRALTY = """\
## Admiralty code

A letter for the source and a digit for what it says: `B2` is a usually reliable source that says something probably true.

| Letter | The source is | Digit | What it says is |
|:-:|----|:-:|----|
| A | completely reliable | 1 | confirmed |
| B | usually reliable | 2 | probably true |
| C | fairly reliable | 3 | possibly true |
| D | not usually reliable | 4 | doubtful |
| E | unreliable | 5 | improbable |
| F | not to be judged | 6 | not to be judged |
"""
MARKING_HEAD = """\
## Marking

The levels of the Traffic Light Protocol 2.0, from the most open to the most closed. They are written in capitals and never
translated; header and footer of every page show the edition's, in its colour on black.

| Marking | May be passed on to | Colour |
|---|-----|--|
"""
AUDIENCES = {
    "TLP:CLEAR": ("anybody", "FFFFFF"),
    "TLP:GREEN": ("the community of those who work on the matter, but not the public", "33FF00"),
    "TLP:AMBER": ("those who need to know, in one's own organisation and among those it serves", "FFC000"),
    "TLP:AMBER+STRICT": ("those who need to know, in one's own organisation only", "FFC000"),
    "TLP:RED": ("nobody but those it was given to, each by name", "FF2B2B"),
}
FILTERS_HEAD = """\
## Filters

`{{ event.date | date("d MMM") }}` puts the value before the bar through the filter. What stands behind `=` holds where it is
left out. [Jinja's own](https://jinja.palletsprojects.com/templates/#builtin-filters) are there too.
"""
FUNCTIONS_HEAD = """\
## Functions

`{{ toc(2) }}` prints what the function makes.
"""


def page() -> str:
    """The whole page."""
    seeds, briefing, desk = (schema()[name] for name in ("seeds", "briefing", "desk"))
    parts = [HEAD, VALUES, SEEDS]
    for name, node in seeds["properties"].items():
        parts += _model(seeds, _alternatives(node)[0]["items"], name, 3, inside=name)
    parts += [BRIEFINGS, *_body(briefing, briefing, 2), SETTINGS, f"{desk['description']}\n", *_body(desk, desk, 2)]
    parts += [LIKELIHOOD, *map(_scale, SCALES.values()), ADMIRALTY, MARKING_HEAD + "".join(map(_audience, MARKINGS))]
    parts += [FILTERS_HEAD, *(_call(name, call, piped=True) for name, call in FILTERS.items())]
    parts += [FUNCTIONS_HEAD, *(_call(name, call) for name, call in sorted(FUNCTIONS.items()))]
    return "\n".join(parts)


def _model(root: Node, node: Node, name: str, level: int, inside: str = "", examples: Iterable[object] = ()) -> Iterator[str]:
    model = _resolved(root, node)
    yield f"{'#' * level} {name}\n"
    yield f"{model['description']}\n"
    if not inside:
        yield _block(f"{name}: {_written(example)}" for example in examples)
    yield from _body(root, model, level, inside)


def _body(root: Node, model: Node, level: int, inside: str = "") -> Iterator[str]:
    """An example, the table of the keys, and a section for each key that has keys of its own."""
    if inside or level == 2:
        yield _example(model, inside)
    yield _table(model)
    for key, node in model["properties"].items():
        for kind in _alternatives(node):
            if "$ref" in (kind := kind.get("items", kind)):
                yield from _model(root, kind, key, level + 1, examples=node["examples"])


def _resolved(root: Node, node: Node) -> Node:
    model: Node = root["$defs"][node["$ref"].rpartition("/")[2]]
    return model


def _alternatives(node: Node) -> list[Node]:
    """What a value may be, beside nothing."""
    kinds = node.get("anyOf") or node.get("oneOf") if "title" not in node else None
    return [kind for kind in kinds or [node] if kind.get("type") != "null"]


def _table(model: Node) -> str:
    rows = ["| Key | Required | Value | Meaning |", "|---|:--:|----|----------|"]
    for key, node in model["properties"].items():
        required = "yes" if key in model.get("required", ()) else ""
        value = " or ".join(_value(key, kind) for kind in _alternatives(node))
        rows.append(f"| `{key}` | {required} | {value} | {_code(node['description'])} |")
    return "\n".join(rows) + "\n"


def _value(key: str, kind: Node) -> str:
    if "title" in kind:
        word = kind["title"]
        linked = word in ("likelihood", "marking", "Admiralty code")
        return f"[{word}](#{word.lower().replace(' ', '-')})" if linked else word
    if "$ref" in kind:
        return f"[keys](#{key})"
    if "enum" in kind:
        return ", ".join(f"`{word}`" for word in kind["enum"])
    if kind["type"] == "array":
        each = _value(key, kind["items"])
        return f"list, each with {each}" if "$ref" in kind["items"] else f"list of {_plural(each)}"
    if kind["type"] == "integer":
        return f"whole number, {kind['minimum']} or more"
    return "`true` or `false`" if kind["type"] == "boolean" else "text"


def _plural(value: str) -> str:
    return f"{value}s" if value in ("id", "text", "day") else value


def _code(text: str) -> str:
    """A description with what it quotes from files set as code."""
    quoted = r"(?:\w+: )?\{[^}]*: [^}]*\}|\b(?:seeds|templates|briefings|output)/[.\w]*|TLP:[A-Z]+|https?://(?=\W)"
    return re.sub(quoted, lambda found: f"`{found[0]}`" if not found[0].endswith(".") else f"`{found[0][:-1]}`.", text)


def _example(model: Node, inside: str) -> str:
    lines = []
    for key, node in model["properties"].items():
        examples = (node.get("examples") or _alternatives(node)[0].get("examples"))[0]
        lines.append(f"{key}: {_written(examples)}")
    if inside:
        lines = [f"{inside}:", *(f"  {'  ' if index else '- '}{line}" for index, line in enumerate(lines))]
    return _block(lines)


def _block(lines: Iterable[str]) -> str:
    return "\n".join(["```yaml", *lines, "```", ""])


def _written(value: object, *, within: bool = False) -> str:
    """A value in YAML, on one line; `within` a list or a mapping a comma needs quotes."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_written(part, within=True)}' for key, part in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_written(part, within=True) for part in value)}]"
    if isinstance(value, bool):
        return json.dumps(value)
    needs_quotes = isinstance(value, str) and re.search(r": | #|[{}]|^[>\[!]|^\d+(:\d+)?$" + "|,[ ]" * within, value)
    return json.dumps(value, ensure_ascii=False) if needs_quotes else str(value)


def _scale(scale: Any) -> str:
    rows = [f"### {scale.id}\n", f"{scale.name}\n", "| Term | Per cent |", "|-----|:--:|"]
    rows += [f"| {', '.join(term.names)} | {term.low}–{term.high} |" for term in scale.terms]
    return "\n".join(rows) + "\n"


def _audience(marking: str) -> str:
    to, colour = AUDIENCES[marking]
    return f"| `{marking}` | {to} | #{colour} |\n"


def _call(name: str, call: Callable[..., Any], *, piped: bool = False) -> str:
    """A filter or function as a template calls it, with what its docstring says."""
    parameters = [each for each in inspect.signature(call).parameters.values() if each.kind is not each.KEYWORD_ONLY]
    first, *rest = parameters if piped else (None, *parameters)
    given = ", ".join(_parameter(each) for each in rest if each)
    called = f"{first.name} | {name}" + (f"({given})" if given else "") if first else f"{name}({given})"
    return f"**`{called}`**\n\n{_paragraphs(inspect.getdoc(call) or '')}\n"


def _parameter(parameter: inspect.Parameter) -> str:
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    return f"{parameter.name}={json.dumps(parameter.default).replace('null', 'none')}"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE)
