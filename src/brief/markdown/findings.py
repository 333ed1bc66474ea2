"""What is wrong with the texts of a document: each fault once, and of one text no more than anybody mends in one go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from brief.errors import Finding, Origin, Severity

MOST_TOLD = 100
"""Errors told of one text, and warnings as many."""

_Text = tuple[Origin | None, Severity]


class Findings:
    """Collects findings; all that the template wrote counts as one text."""

    def __init__(self) -> None:
        self._told: dict[Finding, None] = {}
        self._counts: Counter[_Text] = Counter()
        self._untold: dict[_Text, tuple[Finding, set[int]]] = {}

    def add(self, finding: Finding) -> None:
        """Keeps a finding, or only counts it where its text has too many."""
        if finding in self._told:
            return
        text = (finding.where if isinstance(finding.where, Origin) else None, finding.severity)
        if self._counts[text] < MOST_TOLD:
            self._counts[text] += 1
            self._told[finding] = None
        else:
            self._untold.setdefault(text, (finding, set()))[1].add(hash(finding))

    def all(self) -> tuple[Finding, ...]:
        """The findings in the order they came; then, for each text with too many, how many more there are."""
        return (*self._told, *(_summed_up(first, len(rest)) for first, rest in self._untold.values()))


def _summed_up(first: Finding, count: int) -> Finding:
    if count == 1:
        return first
    return replace(first, message=f"… and {count:,} more {first.severity}s of this text", hint="mend those told first")
