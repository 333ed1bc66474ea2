"""The sign of life that a scheduler leaves at every look, for `brief status` and whoever watches over it."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Literal

from brief import atomic
from brief.classes import dataclass
from brief.ledger import instant

_NAME = "heartbeat.json"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a scheduler last looked, which of the two ways it runs, and the fingerprint of the files it then saw.

    `looked`: by briefing, the last look that its ledger tells of, and the last there was, for ledgers are written only when
    something is decided. `stopped`: it ended as it should, and looks no more.
    """

    at: dt.datetime
    mode: Literal["service", "once"]
    files: str = ""
    looked: Mapping[str, tuple[dt.datetime, dt.datetime]] = field(default_factory=dict)
    stopped: bool = False
    pid: int = 0

    def write(self, state: Path) -> None:
        """Leave it in the state folder; raises `OSError`."""
        looked = {slug: [instant.isoformat() for instant in both] for slug, both in self.looked.items()}
        data = {**asdict(self), "at": self.at.isoformat(), "looked": looked, "pid": os.getpid()}
        atomic.write(state / _NAME, json.dumps(data).encode() + b"\n", over=True, lasting=False)


def read(state: Path) -> Heartbeat | None:
    """The last sign of life; none where there is none that can be read."""
    try:
        data = json.loads((state / _NAME).read_text("utf-8"))
        looked = {slug: (instant(told), instant(last)) for slug, (told, last) in data.pop("looked").items()}
        return Heartbeat(at=instant(data.pop("at")), looked=looked, **data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
