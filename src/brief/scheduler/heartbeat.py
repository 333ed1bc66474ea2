"""The sign of life that a scheduler leaves at every look, for `brief status` and whoever watches over it."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from brief import atomic

_NAME = "heartbeat.json"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a scheduler last looked, which of the two ways it runs, and the fingerprint of the files it then saw.

    `stopped`: it ended as it should, and looks no more.
    """

    at: dt.datetime
    mode: Literal["service", "once"]
    files: str = ""
    stopped: bool = False
    pid: int = 0

    def write(self, state: Path) -> None:
        """Leave it in the state folder; raises `OSError`."""
        data = {**asdict(self), "at": self.at.isoformat(), "pid": os.getpid()}
        atomic.write(state / _NAME, json.dumps(data, indent=1).encode() + b"\n", over=True, lasting=False)


def read(state: Path) -> Heartbeat | None:
    """The last sign of life; none where there is none that can be read."""
    try:
        data = json.loads((state / _NAME).read_text("utf-8"))
        at = dt.datetime.fromisoformat(data.pop("at"))
        return Heartbeat(at.replace(tzinfo=at.tzinfo or dt.UTC), **data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
