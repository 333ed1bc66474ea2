"""The standard dataclasses, for a small part of the time that Python takes to make such a class.

A run of the command line makes a hundred of them before it begins, and `dataclasses` writes and compiles up to eight methods
for each. Here only `__init__` is compiled, once for all classes with as many fields; the others read these by an `attrgetter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import MISSING, Field, FrozenInstanceError
    from dataclasses import dataclass as standard
    from functools import cache, wraps
    from operator import attrgetter
    from types import FunctionType

    _WRITTEN = {"__init__", "__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__getstate__", "__setstate__"}

    def dataclass(*, frozen=False, slots=False, order=False):
        """As `dataclasses.dataclass`, for classes that inherit no fields, have plain ones, and no `__post_init__`."""

        def made(plain):
            fields = _fields(plain)
            cls = _with_slots(plain, fields) if slots else standard(plain, init=False, repr=False, eq=False)
            for name, method in _methods(cls, fields, frozen=frozen, slots=slots, order=order).items():
                setattr(cls, name, method)
            return cls

        return made

    def _fields(plain):
        """What each field is by default, and what makes that, by name."""
        kinds = " ".join(plain.__annotations__.values())
        is_odd = "ClassVar" in kinds or "InitVar" in kinds or "KW_ONLY" in kinds
        if (
            is_odd
            or not _WRITTEN.isdisjoint(plain.__dict__)
            or hasattr(plain, "__post_init__")
            or hasattr(plain, "__dataclass_fields__")
        ):
            raise TypeError("such a class is made by the standard library")
        return {name: _default(plain.__dict__.get(name, MISSING)) for name in plain.__annotations__}

    def _default(given):
        if not isinstance(given, Field):
            if given.__class__.__hash__ is None:
                raise TypeError("what can change is no default for all, also not with the standard library")
            return given, MISSING
        if not (given.init and given.repr and given.compare and given.hash is None):
            raise TypeError("a class with such a field is made by the standard library")
        return given.default, given.default_factory

    def _with_slots(plain, fields):
        left_out = {"__dict__", "__weakref__", *fields}
        known = {name: value for name, value in plain.__dict__.items() if name not in left_out}
        own = {"__slots__": (*fields,), "__match_args__": (*fields,), "__dataclass_fields__": _Known(plain)}
        return type(plain)(plain.__name__, plain.__bases__, {**known, **own, "__qualname__": plain.__qualname__})

    class _Known:
        """The fields as `dataclasses` knows them: told by the class as it was `plain`, when they are first asked for."""

        def __init__(self, plain):
            self._plain = plain

        def __get__(self, _instance, cls):
            self._plain.__doc__ = self._plain.__doc__ or " "  # or else `dataclasses` makes one up, which takes long
            cls.__dataclass_fields__ = standard(self._plain, init=False, repr=False, eq=False).__dataclass_fields__
            return cls.__dataclass_fields__

    def _methods(cls, fields, *, frozen, slots, order):
        values = attrgetter(*fields, "__class__")  # two at least, so that it gives a tuple

        def __eq__(self, other):  # noqa: N807
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):  # noqa: N807
            return hash(values(self))

        def __repr__(self):  # noqa: N807
            return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in fields)})"

        methods = {
            "__init__": _init(cls, fields, slots),
            "__repr__": __repr__,
            "__eq__": __eq__,
            "__hash__": __hash__ if frozen else None,
        }
        if frozen:
            methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if frozen and slots:
            methods |= {"__getstate__": _state, "__setstate__": _restore}
        return methods | _comparisons(values) if order else methods

    def _init(cls, fields, slots):
        """An `__init__` that fills the instance past `__setattr__`: each slot by its descriptor, or its `__dict__`."""
        places = [cls.__dict__[name].__set__ if slots else name for name in fields]
        known = {f"_{number}": place for number, place in enumerate(places)}
        defaults = tuple([default for default, make in fields.values() if default is not MISSING or make is not MISSING])
        code = _compiled(len(places), slots).replace(co_varnames=("self", *fields))
        init = FunctionType(code, known, "__init__", defaults)
        made = [(name, make) for name, (_, make) in fields.items() if make is not MISSING]
        return _with_made(init, made) if made else init

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
