"""The published scales of likelihood, as data: which words mean which odds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from brief.classes import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """Words that mean the same odds, from `low` to `high` per cent; the first is the one to print."""

    names: tuple[str, ...]
    low: int
    high: int

    @property
    def name(self) -> str:
        """The word to print."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of likelihood, from the least likely term to the most."""

    id: str
    name: str
    terms: tuple[Term, ...]

    def term(self, name: str) -> Term | None:
        """The term that `name` is a word for, if any."""
        return next((term for term in self.terms if name in term.names), None)


_ICD203 = Scale(
    "icd203",
    "ICD 203",
    (
        Term(("almost no chance", "remote"), 1, 5),
        Term(("very unlikely", "highly improbable"), 5, 20),
        Term(("unlikely", "improbable"), 20, 45),
        Term(("roughly even chance", "roughly even odds"), 45, 55),
        Term(("likely", "probable"), 55, 80),
        Term(("very likely", "highly probable"), 80, 95),
        Term(("almost certain", "nearly certain"), 95, 99),
    ),
)
_PHIA = Scale(
    "phia",
    "PHIA Probability Yardstick",
    (  # the gaps between the bands are deliberate
        Term(("remote chance",), 0, 5),
        Term(("highly unlikely",), 10, 20),
        Term(("unlikely",), 25, 35),
        Term(("realistic possibility",), 40, 50),
        Term(("likely", "probable"), 55, 75),
        Term(("highly likely",), 80, 90),
        Term(("almost certain",), 95, 100),
    ),
)

SCALES: Mapping[str, Scale] = MappingProxyType({scale.id: scale for scale in (_ICD203, _PHIA)})
"""By the id that a briefing names.

Intelligence Community Directive 203 (US); Professional Head of Intelligence Assessment (UK).
"""
