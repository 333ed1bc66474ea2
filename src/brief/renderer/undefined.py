"""What a template asks for and isn't there: an error that says what was meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass

from jinja2 import StrictUndefined
from jinja2.utils import missing

from brief.errors import Place, nearest
from brief.renderer.run import CURRENT, noun

_FILTERS = {"len": "length", "str": "string", "sorted": "sort", "reversed": "reverse"} | {
    name: name for name in ("abs", "float", "int", "list", "map", "max", "min", "round", "sum")
}
"""What are functions in Python."""


class Unknown(StrictUndefined):
    """An undefined name or key: any use of it but `is defined` fails."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        name, owner = str(self._undefined_name), self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint
        if owner is missing and name in CURRENT.get().names:
            return f"the name {name!r} is not known here; a file is imported with what is around it by: import … with context"
        if owner is missing:
            meant = f"it is a filter: … | {_FILTERS[name]}" if name in _FILTERS else nearest(name, CURRENT.get().names)
            return with_hint(f"there is no name {name!r}", meant)
        if is_dataclass(owner):
            known = [item.name for item in fields(owner) if item.name != "origin"]
            return with_hint(f"{noun(owner)} has no key {name!r}", nearest(name, known))
        if isinstance(owner, (list, tuple)) and isinstance(self._undefined_name, int):
            return f"the list has no item {name} (it holds {len(owner)})"
        return f"{noun(owner)} has no key {name!r}"


def _noting(result: Callable[[Unknown], object]) -> Callable[..., object]:
    def note(undefined: Unknown, *_arguments: object, **_options: object) -> object:
        CURRENT.get().noted.append((template_place(), undefined._undefined_message))
        return result(undefined)

    return note


_ARITHMETIC = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod")
_ACCESS = ("pow", "rpow", "pos", "neg", "call", "getitem")
_COMPARISON = ("eq", "ne", "lt", "le", "gt", "ge", "contains", "bool")

Noted: type[Unknown] = type(
    "Noted",
    (Unknown,),
    {
        "__slots__": (),
        "__doc__": "An undefined name or key of which each use is noted, so that one rendering finds them all.",
        **{f"__{name}__": _noting(lambda undefined: undefined) for name in (*_ARITHMETIC, *_ACCESS)},
        **{f"__{name}__": _noting(lambda _: False) for name in _COMPARISON},
        **{f"__{name}__": _noting(lambda _: 0) for name in ("len", "hash", "int")},
        "__float__": _noting(lambda _: 0.0),
        "__str__": _noting(lambda _: ""),
        "__iter__": _noting(lambda _: iter(())),
        "__getattr__": lambda undefined, name: _chained(undefined, name),
    },
)


def _chained(undefined: Unknown, name: str) -> object:
    if name.startswith("__"):  # Python and Jinja probe objects for such names
        raise AttributeError(name)
    return _noting(lambda undefined: undefined)(undefined)


def template_place() -> Place | None:
    """Where in the templates the code that calls this was called from, if it was."""
    frame = sys._getframe(1)
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return Place(template.filename, template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back  # type: ignore[assignment]
    return None


def with_hint(message: str, hint: str) -> str:
    """The message with a hint in brackets, where there is one."""
    return f"{message} ({hint})" if hint else message
