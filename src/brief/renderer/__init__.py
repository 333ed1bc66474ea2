"""An edition and a template become Markdown in which each value is a token; the owner of Jinja."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError

from brief.classes import dataclass
from brief.errors import BriefError, Place, Problem, nearest
from brief.model import Edition
from brief.patterns import regex
from brief.rendered import TOKEN, TOKEN_PART, Rendered
from brief.renderer.environment import FOLDER, MARK, Environment, Expressions
from brief.renderer.inventory import catalogue, plain
from brief.renderer.run import CURRENT, ExcessError, Run, UnprintableError
from brief.renderer.vocabulary import FILTERS, FUNCTIONS

__all__ = ["FOLDER", "Templates", "catalogue", "render", "variables"]

_GIVEN = ("briefing", "edition", "events", "meetings", "upcoming", "background", "outlook")
_JINJA_OWN = ("range", "dict", "cycler", "joiner", "namespace")
_NAMES = frozenset((*_GIVEN, *FUNCTIONS, *_JINJA_OWN))
"""Every name that a template may use."""
_CURLY = regex("unexpected char '([“”„‘’«»])' at [0-9]+")
_LOST = regex(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_MARKS = regex(MARK.format("(.*?):([0-9]+)"))


@dataclass(frozen=True, slots=True)
class EditionView:
    """What a template sees of its edition: when it is issued, its number, the window, the edition before."""

    date: object
    number: object
    start: object
    end: object
    previous: object


class Templates:
    """The templates of a desk, by their names below `templates/`, compiled when first used.

    `compiled` is a folder, private to the user, this desk and this version of the program, where they are kept compiled for
    later runs.
    """

    def __init__(self, texts: Mapping[str, str], compiled: Path | None = None) -> None:
        self._texts = texts
        self._environment = _environment(texts, compiled=compiled)
        self._expressions: dict[str, jinja2.Template] = {}

    def render(self, edition: Edition, house_fields: Iterable[str] = ()) -> Rendered:
        """The edition by its briefing's template, and the house's fields (`{{ … }}`) filled in.

        Raises `BriefError` with every undefined name of the template at once, or with the fault that stopped it.
        """
        names = _context(edition)
        try:
            with _running(edition) as run:
                text = str(self._environment.get_template(edition.briefing.template).render(names))
                run.weigh(text)
        except Exception as error:
            raise BriefError(self._diagnosis(edition, names, error)) from error
        filled = self._fields(edition, names, house_fields)
        return Rendered(text, tuple(run.values), filled, tuple(sorted(run.templates)))

    def trace(self, edition: Edition, offsets: Iterable[int]) -> list[Place]:
        """Where in the templates the text at each offset of the rendered Markdown was written."""
        template = Place(FOLDER + edition.briefing.template)
        try:
            with _running(edition):
                marked = _environment(self._texts, diagnostic=True).get_template(edition.briefing.template)
                starts, places = _marks(str(marked.render(_context(edition))))
        except Exception:
            starts, places = [], []  # a template that branches on its own output; the file is known all the same
        return [places[found - 1] if (found := bisect_right(starts, offset)) else template for offset in offsets]

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the templates before anything is rendered: syntax, unknown filters and tests."""
        found: list[Problem] = []
        for name in sorted(self._texts):
            found += self._problems_of(name)
        return tuple(found)

    def _problems_of(self, name: str) -> Iterator[Problem]:
        path, text = FOLDER + name, self._texts[name]
        if match := TOKEN_PART.search(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Problem(Place(path, line), f"the character U+{ord(match[0]):04X} is reserved", hint="remove it")
        try:
            tree = self._environment.parse(text, name, path)
        except jinja2.TemplateSyntaxError as error:
            line, told = self._syntax(error, text)
            yield Problem(Place(path, line), told, hint=_quoted(text, line))
        except RecursionError:
            yield Problem(Place(path, 1), "it is nested too deeply")
        else:
            yield from self._unknown(tree, path)
            yield from _unprinted(tree, path)
            yield from self._orphaned(tree, path)
            yield from self._damaged(text, path)

    def _syntax(self, error: jinja2.TemplateSyntaxError, text: str) -> tuple[int, str]:
        """The line to be mended, and what is wrong there: of a tag that isn't closed, the one that opens it."""
        if "needs to be closed" in str(error.message):
            from brief.renderer import tags  # needed where something is wrong

            if tag := tags.unclosed(self._environment.lex(text)):
                return tag.line, tag.message
        return error.lineno, _sentence(error)

    def _orphaned(self, tree: nodes.Template, path: str) -> Iterator[Problem]:
        """The blocks that replace none, and are printed nowhere."""
        if tree.find(nodes.Extends):
            from brief.renderer import tags  # needed by who checks

            blocks, known = tags.unprinted(tree, self._parsed)
            for block in blocks:
                told = f"the block {block.name!r} is not printed: no template that this one extends has it"
                yield Problem(Place(path, block.lineno), told, hint=nearest(block.name, known), severity="warning")

    def _parsed(self, name: str) -> nodes.Template | None:
        """The template of that name, if there is one that can be parsed."""
        with suppress(KeyError, jinja2.TemplateSyntaxError, RecursionError):
            return self._environment.parse(self._texts[name], name, FOLDER + name)
        return None

    def _damaged(self, text: str, path: str) -> Iterator[Problem]:
        """The braces that are left in the text of a template where a tag lost one of its own; those that are meant are raw."""
        is_raw = False
        for line, kind, piece in self._environment.lex(text):
            is_raw = kind == "raw_begin" or (is_raw and kind != "raw_end")
            for found in _LOST.finditer(piece if kind == "data" and not is_raw else ""):
                place = Place(path, line + piece.count("\n", 0, found.start()))
                told = f"“{found[0]}” is printed as it stands: a brace or % is lost"
                hint = f"mend the tag; where it is meant, write {{% raw %}}{found[0]}{{% endraw %}}"
                yield Problem(place, told, hint=hint, severity="warning")

    def _unknown(self, tree: nodes.Template, path: str) -> Iterator[Problem]:
        """The filters, tests and templates that a template names and that aren't there."""
        kinds: tuple[tuple[str, type[nodes.Filter | nodes.Test], Iterable[str]], ...] = (
            ("filter", nodes.Filter, self._environment.filters),
            ("test", nodes.Test, self._environment.tests),
        )
        for kind, node_type, known in kinds:
            for node in tree.find_all(node_type):
                if node.name not in known:
                    yield Problem(Place(path, node.lineno), f"there is no {kind} {node.name!r}", hint=nearest(node.name, known))
        for user in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            named = getattr(user, "template", None)
            name = named.value if isinstance(named, nodes.Const) else None
            if isinstance(name, str) and name not in self._texts and not getattr(user, "ignore_missing", False):
                yield Problem(Place(path, user.lineno), f"there is no template {name!r}", hint=nearest(name, self._texts))

    def _fields(self, edition: Edition, names: dict[str, Any], house_fields: Iterable[str]) -> dict[str, str]:
        filled: dict[str, str] = {}
        problems: list[Problem] = []
        for expression in house_fields:
            try:
                filled[expression] = self._field(edition, names, expression)
            except Exception as error:
                place = Place(FOLDER + edition.briefing.house)
                problems.append(Problem(place, f"the field {expression}: {_sentence(error)}"))
        if problems:
            raise BriefError(problems)
        return filled

    def _field(self, edition: Edition, names: dict[str, Any], expression: str) -> str:
        with _running(edition) as run:
            text = str(self._expression(expression).render(names))
            if not all(isinstance(value, str) for value in run.values):
                raise UnprintableError("a field of the house is plain text: no Markdown, tables, images or notes")
            return TOKEN.sub(lambda match: str(run.values[int(match[1])]), text)

    def _expression(self, text: str) -> jinja2.Template:
        if text not in self._expressions:
            self._expressions[text] = Expressions().load(self._environment, text)
        return self._expressions[text]

    def _diagnosis(self, edition: Edition, names: dict[str, Any], error: Exception) -> list[Problem]:
        """Every undefined name at once, by a rendering that goes on after each; else the one fault that stopped it."""
        place = _place(error)
        found = [self._problem(edition, place, _sentence(error))]
        if isinstance(error, jinja2.TemplateSyntaxError) and place:
            found = list(self._problems_of(place.path.removeprefix(FOLDER))) or found
        elif not isinstance(error, jinja2.UndefinedError):
            return found
        with _running(edition) as run:
            try:
                _environment(self._texts, diagnostic=True).get_template(edition.briefing.template).render(names)
            except Exception as other:
                run.noted.append((_place(other), _sentence(other)))
        return found + [self._problem(edition, place, message) for place, message in run.noted if place]

    def _problem(self, edition: Edition, place: Place | None, message: str) -> Problem:
        if place is None:
            return Problem(edition.briefing.origin, message, key="template")
        return Problem(place, message, hint=_quoted(self._texts.get(place.path.removeprefix(FOLDER), ""), place.line))


def render(edition: Edition, templates: Mapping[str, str]) -> Rendered:
    """The edition by its briefing's template; see `Templates.render`."""
    return Templates(templates).render(edition)


def variables(edition: Edition) -> dict[str, Any]:
    """Every name that holds something of the edition, with its value as plain data."""
    return {name: plain(value) for name, value in _context(edition).items() if name not in FUNCTIONS}


def _context(edition: Edition) -> dict[str, Any]:
    """Every name that a template may use beside filters and Jinja's own, with its value."""
    view = EditionView(*[getattr(edition, name) for name in EditionView.__match_args__])
    return {**{name: getattr(edition, name) for name in _GIVEN if name != "edition"}, "edition": view, **FUNCTIONS}


def _unprinted(tree: nodes.Template, path: str) -> Iterator[Problem]:
    """What a template that extends another writes outside its blocks."""
    if tree.find(nodes.Extends) is None:
        return
    for output in (node for node in tree.body if isinstance(node, nodes.Output)):
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData) or node.data.strip():
                hint = "put it into a block of the template that this one extends"
                yield Problem(
                    Place(path, node.lineno), "what stands outside the blocks is not printed", hint=hint, severity="warning"
                )
                return


def _environment(texts: Mapping[str, str], *, diagnostic: bool = False, compiled: Path | None = None) -> Environment:
    environment = Environment(texts, diagnostic=diagnostic, compiled=compiled)
    environment.filters.update(FILTERS)
    return environment


@contextmanager
def _running(edition: Edition) -> Iterator[Run]:
    run = Run(edition.briefing.language, _NAMES)
    previous = CURRENT.set(run)
    try:
        yield run
    finally:
        CURRENT.reset(previous)


def _marks(text: str) -> tuple[list[int], list[Place]]:
    """The offsets at which marks stand in the text without them, and the place each names."""
    starts: list[int] = []
    places: list[Place] = []
    removed = 0
    for mark in _MARKS.finditer(text):
        starts.append(mark.start() - removed)
        places.append(Place(mark[1], int(mark[2])))
        removed += len(mark[0])
    return starts, places


def _place(error: BaseException) -> Place | None:
    """The innermost line of a template that the error came from."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return Place(FOLDER + error.name.removeprefix(FOLDER), error.lineno) if error.name else None
    place, frame = None, error.__traceback__
    while frame is not None:
        path = frame.tb_frame.f_code.co_filename
        if path.startswith(FOLDER):
            place = Place(path, frame.tb_lineno)
        frame = frame.tb_next
    return place


def _quoted(text: str, number: int) -> str:
    """A line of a template, as a hint shows it."""
    lines = text.split("\n")
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return f"in: {line[:120]}" if line else ""


def _sentence(error: BaseException) -> str:
    """What went wrong, in words for an editor."""
    match error:
        case jinja2.TemplateSyntaxError(message="Missing end of comment tag"):
            return "a comment {# is not closed with #}; the name of a heading is written { #name }, with a space"
        case jinja2.TemplateSyntaxError() | jinja2.TemplateNotFound():
            return _CURLY.sub("use straight quotes, \" or ', instead of \\1", str(error.message))
        case ExcessError() | UnprintableError() | jinja2.UndefinedError():
            return str(error)
        case RecursionError():
            return "a macro, block or include calls itself without end"
        case MemoryError():
            return "the template needs more memory than there is"
        case OverflowError():
            return f"a number or a range is too large: {error}"
        case SecurityError():
            return f"a template may not do this: {error}"
        case ZeroDivisionError():
            return "division by zero"
        case TypeError() | ValueError() | AttributeError():
            return f"this can't be done: {error}"
    return f"{error} ({type(error).__name__})"
