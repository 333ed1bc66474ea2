"""The standard dataclasses, for a quarter of the time that Python takes to make such a class.

A run of the command line makes a hundred of them before it begins, and `dataclasses` writes and compiles up to eight methods
for each. Here only `__init__` is compiled, once for all classes with as many fields; the others read these by an `attrgetter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import MISSING, FrozenInstanceError, fields
    from dataclasses import dataclass as standard
    from functools import cache
    from operator import attrgetter
    from types import FunctionType

    def dataclass(*, frozen=False, slots=False, order=False):
        """As `dataclasses.dataclass`, for classes that compare all of their fields and have no `__post_init__`."""

        def made(plain):
            if hasattr(plain, "__post_init__"):
                raise TypeError("a class with a __post_init__ is made by the standard library")
            plain.__doc__ = plain.__doc__ or plain.__name__  # or else `dataclasses` makes one up, which takes long
            cls = standard(plain, init=False, repr=False, eq=False, slots=slots)
            for name, method in _methods(cls, frozen=frozen, slots=slots, order=order).items():
                setattr(cls, name, method)
            return cls

        return made

    def _methods(cls, *, frozen, slots, order):
        names = [field.name for field in fields(cls)]
        values = attrgetter(*names, "__class__")  # two at least, so that it gives a tuple

        def __eq__(self, other):  # noqa: N807
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):  # noqa: N807
            return hash(values(self))

        def __repr__(self):  # noqa: N807
            return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

        methods = {
            "__init__": _init(cls, slots),
            "__repr__": __repr__,
            "__eq__": __eq__,
            "__hash__": __hash__ if frozen else None,
        }
        if frozen:
            methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if frozen and slots:
            methods |= {"__getstate__": _state, "__setstate__": _restore}
        return methods | _comparisons(values) if order else methods

    def _init(cls, slots):
        """An `__init__` that fills the instance past `__setattr__`: each slot by its descriptor, or its `__dict__`."""
        known, defaults = {"_missing": MISSING}, []
        for number, field in enumerate(fields(cls)):
            known |= {f"_name{number}": field.name, f"_make{number}": field.default_factory}
            if slots:
                known[f"_set{number}"] = cls.__dict__[field.name].__set__
            if field.default is not MISSING or field.default_factory is not MISSING:
                defaults.append(field.default)
        shape = tuple(field.default_factory is not MISSING for field in fields(cls))
        code = _compiled(shape, slots).replace(co_varnames=("self", *(field.name for field in fields(cls))))
        return FunctionType(code, known, "__init__", tuple(defaults))

    @cache
    def _compiled(shape, slots):
        """The code of an `__init__` with so many arguments; those that are true in the shape may be left out, to be made."""
        values = [
            f"_make{number}() if _{number} is _missing else _{number}" if made else f"_{number}"
            for number, made in enumerate(shape)
        ]
        line = "_set{0}(self, {1})" if slots else "self.__dict__[_name{0}] = {1}"
        lines = [line.format(number, value) for number, value in enumerate(values)]
        arguments = ", ".join(["self", *(f"_{number}" for number in range(len(shape)))])
        made = {}
        exec(f"def __init__({arguments}):\n " + "\n ".join(["pass", *lines]), made)  # noqa: S102  (nothing in it is from elsewhere)
        return made["__init__"].__code__

    def _comparisons(values):
        def comparison(name):
            def compare(self, other):
                return getattr(values(self), name)(values(other)) if other.__class__ is self.__class__ else NotImplemented

            return compare

        return {name: comparison(name) for name in ("__lt__", "__le__", "__gt__", "__ge__")}

    def _refuse(self, name, *_):
        raise FrozenInstanceError(f"{self.__class__.__qualname__}.{name} is there to stay")

    def _state(self):
        return tuple(getattr(self, name) for name in self.__slots__)

    def _restore(self, state):
        for name, value in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, value)
