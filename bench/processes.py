"""Whole processes, timed from outside, in turn."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def seconds(command: Sequence[str | Path], variables: Mapping[str, str]) -> float:
    """How long a command takes from start to end; one that fails ends the bench."""
    words = list(map(str, command))
    start = time.perf_counter()
    done = subprocess.run(words, env=dict(variables), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    taken = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    return taken


def alternate(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """The seconds of each in every round, the order within a round changing, so that none always follows the same other."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds):
        for name in shuffled(runs, number):
            times[name].append(runs[name]())
    return times


def shuffled(names: Mapping[str, object], number: int) -> list[str]:
    """The names in the order of a round."""
    return random.Random(number).sample(list(names), len(names))
