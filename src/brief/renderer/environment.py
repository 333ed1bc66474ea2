"""Jinja, fenced: a sandbox in which output and data can't be confused, time and size are bounded, and names are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import BaseLoader, Template, TemplateNotFound, TemplateSyntaxError, nodes, pass_context
from jinja2 import Environment as JinjaEnvironment
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from brief.errors import Origin, Place, nearest
from brief.model import Briefing, Event, Judgement, Note, Participant, Period, Source
from brief.rendered import BoxValue
from brief.renderer import bounds
from brief.renderer.compiled import Compiled
from brief.renderer.run import CURRENT, SIZE, ExcessError, Output
from brief.renderer.undefined import Noted, Unknown, with_hint
from brief.scales import Term

FOLDER = "templates/"
"""What precedes a template's name in its path on the desk."""
MARK = "\ufdd2{}\ufdd3"
"""Says, in a traced rendering, where in the templates the text behind it stands."""

_MARKUP_FILTERS = ("e", "escape", "forceescape", "safe", "striptags", "tojson", "urlize", "xmlattr")
"""Filters that would make data markup, or escape it for a format this isn't."""
_UNSTEADY_FILTERS = ("random", "pprint")
"""Filters whose result is not the same each time."""
_KEYS: Mapping[type, frozenset[str]] = {
    **{
        noun: frozenset(noun.__match_args__) - {"origin"}
        for noun in (Briefing, Event, Judgement, Note, Participant, Period, Source)
    },
    Term: frozenset(("name", "names", "low", "high")),
    LoopContext: frozenset(("index", "index0", "revindex", "revindex0", "first", "last", "length")),
}
"""What the sandbox need not look into: the nouns are frozen data, and of a loop these are numbers."""

_OF_DATES = frozenset(("year", "month", "day", "weekday", "isoweekday", "isocalendar", "isoformat", "hour", "minute"))
"""What a template may ask of a date or time: nothing that looks at the clock, the zone or the locale of the machine."""
_OF_OUTPUT = frozenset(("strip",))


class Environment(ImmutableSandboxedEnvironment):
    """The environment of one desk's templates.

    A `diagnostic` one marks each line of output with its place, and notes undefined names instead of failing at the first;
    of any other, what it compiles is kept in the folder `compiled`.
    """

    intercepted_binops: ClassVar[frozenset[str]] = frozenset(("+", "*", "**", "%"))  # type: ignore[misc]

    def __init__(self, texts: Mapping[str, str], *, diagnostic: bool = False, compiled: Path | None = None) -> None:
        super().__init__(
            loader=_Texts(texts),
            undefined=Noted if diagnostic else Unknown,
            optimized=False,  # a filter's result may depend on the edition: none is worked out beforehand
            finalize=_put,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=None if compiled is None or diagnostic else Compiled(compiled),
        )
        self.diagnostic = diagnostic
        self.globals.pop("lipsum")
        for name in (*_MARKUP_FILTERS, *_UNSTEADY_FILTERS):
            self.filters.pop(name)
        self.filters = {name: bounds.guarded(name, function) for name, function in self.filters.items()}
        self.filters["join"] = self.joined
        if diagnostic:
            self.filters, self.tests = _Lenient(self.filters), _Lenient(self.tests)

    @staticmethod
    def concat(parts: Iterable[str]) -> Output:
        """What a template has written, as one."""
        pieces = list(parts)
        if sum(map(len, pieces)) > SIZE:
            raise ExcessError(f"the template writes more than {SIZE:,} characters")
        return Output("".join(pieces))

    @staticmethod
    def bounded(items: Iterable[object]) -> Iterator[object]:
        """The items of a loop, each turn counted."""
        run = CURRENT.get()
        for item in items:
            run.step()
            yield item

    def joined(self, items: Iterable[object], separator: str = "", attribute: str | int | None = None) -> str:
        """The items as one text; where some are a template's output, the others are put in as values."""
        pieces: list[object] = list(items)
        if attribute is not None:
            pieces = [*map(make_attrgetter(self, attribute), pieces)]
        run = CURRENT.get()
        bounds.bound(len(separator) * len(pieces))
        if not isinstance(separator, Output) and not any(isinstance(piece, Output) for piece in pieces):
            texts = [run.text(piece) for piece in pieces]
            bounds.bound(sum(map(len, texts)))
            return separator.join(texts)
        between = run.put(separator) if separator else ""
        written = [run.put(piece) for piece in pieces]
        bounds.bound(sum(map(len, written)))
        return Output(between.join(written))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A key of one of the model's nouns, or whatever the sandbox allows of other values."""
        if attribute in _KEYS.get(obj.__class__, ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item of a list or mapping, a part of a text; or, as filters ask for it, a key of a noun."""
        if argument.__class__ is str and argument in _KEYS.get(obj.__class__, ()):
            return getattr(obj, argument)
        if obj.__class__ is Output:
            bounds.refuse_output((obj,))
        return super().getitem(obj, argument)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Call something from a template, counted and within bounds."""
        run = CURRENT.get()
        run.step()
        if __obj is not safe_range:  # which has a bound of its own
            args, kwargs = bounds.check_call(__obj, args, kwargs)
        result = super().call(__context, __obj, *args, **kwargs)
        if "caller" not in kwargs:
            return result
        # A call block prints its result as it is; behind a box comes the line's end that the closing tag has taken.
        return f"{run.put(result)}\n" if isinstance(result, BoxValue) else run.put(result)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Work out `left operator right`, within bounds."""
        return super().call_binop(context, operator, left, bounds.check_operation(operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Where things were written is not for templates, nor is anything private."""
        if isinstance(obj, (dt.date, dt.time)):
            return attr in _OF_DATES
        if isinstance(obj, Output):
            return attr in _OF_OUTPUT
        return super().is_safe_attribute(obj, attr, value) and not isinstance(value, (Place, Origin))

    def compile(self, source: Any, name: str | None = None, filename: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Compile a template; what Python's own compiler refuses is an error of the template, too."""
        try:
            return super().compile(source, name, filename, *args, **kwargs)
        except (RecursionError, MemoryError):
            raise TemplateSyntaxError("it is nested too deeply", 1, name, filename) from None
        except SyntaxError as error:
            raise TemplateSyntaxError(f"this can't be compiled: {error.msg}", 1, name, filename) from None

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        """The template `name`, noted as used."""
        run = CURRENT.get()
        run.step()
        template = super().get_template(name, parent, globals)
        run.templates.add(str(template.name))
        return template

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        for loop in source.find_all(nodes.For):
            loop.iter = _call("bounded", loop.iter)
        _replace_concatenations(source)
        if any(source.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier))):
            raise TemplateSyntaxError("autoescape has no meaning here: values are never markup", 1, name, filename)
        if self.diagnostic:
            for output in source.find_all(nodes.Output):
                output.nodes = [marked for node in output.nodes for marked in _marked(node, str(filename))]
        return super()._generate(source, name, filename, defer_init)


class _Lenient(dict[str, Any]):
    """Filters or tests among which an unknown one gives the value back: that it is unknown has been said."""

    def __missing__(self, name: str) -> Any:
        return lambda value, *_arguments, **_options: value

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002
        return self[name]


class _Texts(BaseLoader):
    """Templates read before, by their names below `templates/`."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def get_source(self, environment: JinjaEnvironment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        if template not in self.texts:
            raise TemplateNotFound(template, with_hint(f"there is no template {template!r}", nearest(template, self.texts)))
        return self.texts[template], FOLDER + template, lambda: True


class Expressions(BaseLoader):
    """Templates that are named by their text."""

    def get_source(self, environment: JinjaEnvironment, template: str) -> tuple[str, None, None]:  # noqa: ARG002, D102
        return template, None, None


@pass_context  # so that Jinja puts no constant aside while it compiles
def _put(_context: Context, value: object) -> str:
    return CURRENT.get().put(value)


def _call(method: str, argument: nodes.Node) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(method), [argument], [], None, None, lineno=argument.lineno)


def _replace_concatenations(node: nodes.Node) -> None:
    """`a ~ b` becomes a join of ours: Jinja's own would mix output and data into one text."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _replace_concatenations(value)
            if isinstance(value, nodes.Concat):
                setattr(node, name, _joined(value))
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, nodes.Node):
                    _replace_concatenations(child)
            value[:] = [_joined(child) if isinstance(child, nodes.Concat) else child for child in value]


def _joined(concat: nodes.Concat) -> nodes.Call:
    return _call("joined", nodes.List(concat.nodes, lineno=concat.lineno))


def _marked(node: nodes.Expr, filename: str) -> Iterator[nodes.Expr]:
    lines = node.data.splitlines(keepends=True) if isinstance(node, nodes.TemplateData) else [node]
    for number, line in enumerate(lines, node.lineno):
        yield nodes.TemplateData(MARK.format(f"{filename}:{number}"), lineno=number)
        yield line if isinstance(line, nodes.Expr) else nodes.TemplateData(line, lineno=number)
