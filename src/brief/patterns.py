"""Regular expressions that are compiled when first used: all of them take a tenth of a short run, which needs a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import compile as regex

    __all__ = ["regex"]
else:
    import re

    class regex:  # noqa: N801  (stands for a function)
        """As `re.compile`; a faulty pattern is told at its first use only."""

        def __init__(self, pattern, flags=0):
            self.pattern, self._flags = pattern, flags

        def __getattr__(self, name):
            """Whatever the compiled one has under this name, found without us from the next time on."""
            value = getattr(re.compile(self.pattern, self._flags), name)
            setattr(self, name, value)
            return value
