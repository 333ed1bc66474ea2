"""A decade of a desk in seconds: whatever fails, each edition comes once, on time or late, and the record has no holes."""

from __future__ import annotations

import logging
import os
import random
import tempfile
from pathlib import Path

import pytest

from simulation import Simulation


@pytest.mark.parametrize(("years", "daily"), [(10, False), (1, True)])
def test_a_decade_of_faults_loses_and_repeats_nothing(
    years: int, daily: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("BRIEF_SEED") or random.SystemRandom().randrange(1 << 32))
    memory = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path)
    simulation = Simulation(Path(folder.name) / "desk", seed, monkeypatch, daily=daily)
    log = logging.getLogger("brief.scheduler")
    monkeypatch.setattr(log, "handlers", [simulation.diary])
    monkeypatch.setattr(log, "propagate", False)
    log.setLevel(logging.INFO)
    with capsys.disabled():
        print(f"\n{years} years, to be replayed with BRIEF_SEED={seed}", flush=True)
    simulation.run(years)
    with capsys.disabled():
        folder.cleanup()
        print(", ".join(f"{name}: {count}" for name, count in sorted(simulation.counts.items())))
