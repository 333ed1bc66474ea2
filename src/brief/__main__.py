"""The program: `brief`, or `python -m brief`."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line."""
    # To look for garbage takes a sixth of a short run, and finds next to none. A hundred thousand objects are some 10 MB.
    gc.set_threshold(100_000, 10, 10)
    sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]  # OpenSSL takes long to load, and Python can do without
    codes: list[int] = []
    atexit.register(_leave, codes)  # the first to be registered is the last to be called
    interrupt = signal.getsignal(signal.SIGINT)
    if interrupt is signal.default_int_handler:  # which would print a traceback while nobody catches what it raises
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from brief.cli import main  # here, as click is the first that makes many objects

    if interrupt is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int):
            codes.append(end.code)
        raise


def _leave(codes: list[int]) -> None:
    """End at once: to take down all that was imported, piece by piece, would take another twentieth of a short run."""
    with suppress(OSError, ValueError):  # what can't be written is told as ever
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
        if codes:
            os._exit(codes[0])


if __name__ == "__main__":
    main()
