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
    from functools import cache, wraps
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
        names = [field.name for field in fields(cls)]
        told = [cls.__dict__[name].__set__ if slots else name for name in names]
        known = {f"_{number}": one for number, one in enumerate(told)}
        defaults = tuple(field.default for field in fields(cls) if not _is_required(field))
        code = _compiled(len(names), slots).replace(co_varnames=("self", *names))
        init = FunctionType(code, known, "__init__", defaults)
        made = [(field.name, field.default_factory) for field in fields(cls) if field.default_factory is not MISSING]
        return _with_made(init, made) if made else init

    def _is_required(field):
        return field.default is MISSING and field.default_factory is MISSING

    def _with_made(init, made):
        """An `__init__` that makes what it isn't given."""

        @wraps(init)
        def __init__(self, *args, **named):  # noqa: N807
            init(self, *args, **named)
            for name, make in made:
                if getattr(self, name) is MISSING:
                    object.__setattr__(self, name, make())

        return __init__

    @cache
    def _compiled(count, slots):
        """The code of an `__init__` with so many arguments."""
        line = "_{0}(self, value{0})" if slots else "self.__dict__[_{0}] = value{0}"
        lines = [line.format(number) for number in range(count)]
        arguments = ", ".join(["self", *(f"value{number}" for number in range(count))])
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
