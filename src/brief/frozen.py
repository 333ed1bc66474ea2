"""The standard dataclasses, frozen and with slots, for a quarter of the time that Python takes to make such a class.

A run of the command line makes a hundred of them before it begins, and `dataclasses` writes and compiles six methods for each.
Here only `__init__` is compiled, once for all classes with as many fields; the others read the fields by an `attrgetter`.
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

    def dataclass(*, frozen, slots, order=False):
        """As `dataclasses.dataclass`, for classes that are `frozen`, have `slots` and compare all of their fields.

        A TypeError for other ones, and for those with a `__post_init__`.
        """
        if not (frozen and slots):
            raise TypeError("dataclasses that aren't frozen or have no slots are made by the standard library")

        def made(plain):
            if hasattr(plain, "__post_init__"):
                raise TypeError("a class with a __post_init__ is made by the standard library")
            plain.__doc__ = plain.__doc__ or plain.__name__  # or else `dataclasses` makes one up, which takes long
            cls = standard(plain, init=False, repr=False, eq=False, slots=True)
            methods = _methods(cls) | (_comparisons() if order else {})
            for name, method in methods.items():
                setattr(cls, name, method)
            return cls

        return made

    def _methods(cls):
        names = [field.name for field in fields(cls)]
        values = attrgetter(*names, "__class__")  # two at least, so that it gives a tuple

        def __eq__(self, other):  # noqa: N807
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):  # noqa: N807
            return hash(values(self))

        methods = {"__init__": _init(cls), "__repr__": _repr, "__eq__": __eq__, "__hash__": __hash__}
        return methods | {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}

    def _init(cls):
        """An `__init__` that fills each slot by its descriptor, past `__setattr__`."""
        known, defaults = {"_missing": MISSING}, []
        for number, field in enumerate(fields(cls)):
            known |= {f"_set{number}": cls.__dict__[field.name].__set__, f"_make{number}": field.default_factory}
            if field.default is not MISSING or field.default_factory is not MISSING:
                defaults.append(field.default)
        shape = tuple(field.default_factory is not MISSING for field in fields(cls))
        code = _compiled(shape).replace(co_varnames=("self", *(field.name for field in fields(cls))))
        return FunctionType(code, known, "__init__", tuple(defaults))

    @cache
    def _compiled(shape):
        """The code of an `__init__` with so many arguments; those that are true in the shape may be left out, to be made."""
        values = [
            f"_make{number}() if _{number} is _missing else _{number}" if made else f"_{number}"
            for number, made in enumerate(shape)
        ]
        lines = [f"_set{number}(self, {value})" for number, value in enumerate(values)]
        arguments = ", ".join(["self", *(f"_{number}" for number in range(len(shape)))])
        made = {}
        exec(f"def __init__({arguments}):\n " + "\n ".join(["pass", *lines]), made)  # noqa: S102  (nothing in it is from elsewhere)
        return made["__init__"].__code__

    def _comparisons():
        def comparison(name):
            def compare(self, other):
                return getattr(_state(self), name)(_state(other)) if other.__class__ is self.__class__ else NotImplemented

            return compare

        return {name: comparison(name) for name in ("__lt__", "__le__", "__gt__", "__ge__")}

    def _repr(self):
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"

    def _refuse(self, name, *_):
        raise FrozenInstanceError(f"{self.__class__.__qualname__}.{name} is there to stay")

    def _state(self):
        return tuple(getattr(self, name) for name in self.__slots__)

    def _restore(self, state):
        for name, value in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, value)
