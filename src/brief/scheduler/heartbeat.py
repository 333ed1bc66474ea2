"""The sign of life that a scheduler leaves at every look, for `brief status` and whoever watches over it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from brief import atomic

_NAME = "heartbeat.json"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a scheduler last looked, which of the two ways it runs, and the fingerprint of the files it then saw.

    `looked`: up to when what was due is on record, by briefing; the ledgers, written only when something is decided, may
    know of an earlier time. `stopped`: it ended as it should, and looks no more.
    """

    at: dt.datetime
    mode: Literal["service", "once"]
    files: str = ""
    looked: Mapping[str, dt.datetime] = field(default_factory=dict)
    stopped: bool = False
    pid: int = 0

    def write(self, state: Path) -> None:
        """Leave it in the state folder; raises `OSError`."""
        looked = {slug: instant.isoformat() for slug, instant in self.looked.items()}
        data = {**asdict(self), "at": self.at.isoformat(), "looked": looked, "pid": os.getpid()}
        atomic.write(state / _NAME, json.dumps(data).encode() + b"\n", over=True, lasting=False)


def read(state: Path) -> Heartbeat | None:
    """The last sign of life; none where there is none that can be read."""
    try:
        data = json.loads((state / _NAME).read_text("utf-8"))
        at, looked = _instant(data.pop("at")), {slug: _instant(text) for slug, text in data.pop("looked").items()}
        return Heartbeat(at=at, looked=looked, **data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _instant(text: str) -> dt.datetime:
    instant = dt.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
