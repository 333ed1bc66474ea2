"""What `brief schedule` costs while there is nothing to do, beside what loading the desk alone takes."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
FOLDERS = ("seeds", "briefings", "templates")
SETTLED = 15.0
"""Seconds in which a scheduler has surely taken up and checked the desk, and come to rest."""
LOAD = "import sys, time; from brief import load; desk = load(sys.argv[1], whole=False); print(flush=True); time.sleep(3600)"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        for name in FOLDERS:
            shutil.copytree(REPOSITORY / name, desk / name)
        shutil.copy(REPOSITORY / "brief.yaml", desk)
        loading = subprocess.Popen([sys.executable, "-c", LOAD, desk], stdout=subprocess.PIPE)
        assert loading.stdout
        loading.stdout.readline()
        scheduler = subprocess.Popen([sys.executable, "-m", "brief", "--desk", desk, "schedule"])
        try:
            time.sleep(SETTLED)
            floor, found = _resident(loading.pid), _resident(scheduler.pid)
            begun, before = time.monotonic(), _processor(scheduler.pid)
            time.sleep(seconds)
            used, passed = _processor(scheduler.pid) - before, time.monotonic() - begun
        finally:
            for process in (loading, scheduler):
                process.terminate()
                process.wait()
    print(f"memory: {found:.1f} MiB, {found - floor:.1f} MiB beyond the {floor:.1f} MiB of loading the desk")
    print(f"processor: {used * 1000:.0f} ms in {passed:.0f} s, {used / passed:.3%} of a core")


def _resident(pid: int) -> float:
    """MiB in memory."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def _processor(pid: int) -> float:
    """Seconds of a core used so far, children that have ended included."""
    values = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, values[11:15])) / TICKS


if __name__ == "__main__":
    main()
