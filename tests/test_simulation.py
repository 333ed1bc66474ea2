"""A decade of a desk in seconds: whatever fails, each edition comes once, on time or late, and the record has no holes."""

from __future__ import annotations

import logging
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from simulation import Simulation

MEMORY = Path("/dev/shm")


@pytest.mark.parametrize(("years", "daily"), [(10, False), (1, True)])
def test_years_of_faults_lose_nothing_and_repeat_nothing(
    years: int,
    daily: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    seed = int(os.environ.get("BRIEF_SEED") or random.SystemRandom().randrange(1 << 32))
    record_property(f"{years} simulated years", f"BRIEF_SEED={seed} replays them")
    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else tmp_path) as folder:
        simulation = Simulation(Path(folder) / "desk", seed, monkeypatch, daily=daily)
        log = logging.getLogger("brief.scheduler")
        monkeypatch.setattr(log, "handlers", [simulation.diary])
        monkeypatch.setattr(log, "propagate", False)
        log.setLevel(logging.INFO)
        simulation.run(years)
    happened = ", ".join(f"{name}: {count}" for name, count in sorted(simulation.counts.items()))
    record_property(f"{years} simulated years", happened)
    assert simulation.counts["editions"] > 200 * years
    assert simulation.counts["killed"] > years
