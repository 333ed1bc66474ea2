"""Regular expressions that are compiled when first used: all of them take a tenth of a short run, which needs a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

NOT_IN_XML = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
"""The characters that no Word file can hold (XML 1.0, 2.2), as a class of a regular expression names them."""

if TYPE_CHECKING:
    from re import compile as regex

    __all__ = ["NOT_IN_XML", "regex"]
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
