"""The program: `brief`, or `python -m brief`."""

from __future__ import annotations

import atexit
import gc


def main() -> None:
    """Run the command line."""
    # To look for garbage takes a sixth of a short run, and finds next to none. A hundred thousand objects are some 10 MB.
    gc.set_threshold(100_000, 10, 10)
    atexit.register(gc.freeze)  # what is left at the end goes with the process
    from brief.cli import main  # here, as click is the first that makes many objects

    main()


if __name__ == "__main__":
    main()
