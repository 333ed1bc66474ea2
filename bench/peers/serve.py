"""The line protocol of a contestant: events are loaded once, then each run makes one document and tells its seconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Item = dict[str, Any]
Load = Callable[[list[Item], Path], Callable[[], bytes]]
"""Events and the path of a template become what makes a document."""


def serve(load: Load) -> None:
    """Answer each line of standard input: `{"load": PATH, "template": PATH}` or `{"run": PATH}`, empty: keep no file."""
    run: Callable[[], bytes] = bytes
    for line in sys.stdin:
        asked = json.loads(line)
        if "load" in asked:
            run = load(json.loads(Path(asked["load"]).read_bytes()), Path(asked["template"]))
            answer: Item = {}
        else:
            start = time.perf_counter()
            data = run()
            answer = {"seconds": time.perf_counter() - start, "bytes": len(data)}
            if asked["run"]:
                Path(asked["run"]).write_bytes(data)
        print(json.dumps(answer), flush=True)
