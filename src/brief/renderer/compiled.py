"""Templates compiled in an earlier run: Jinja's bytecode, which is found whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from brief import atomic


class Compiled(BytecodeCache):
    """Keeps bytecode in a folder, which is private to the user, the desk and this version of the program.

    What is damaged, or can't be kept, is compiled anew; that a text has changed Jinja finds itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        if code := atomic.kept(self.folder / bucket.key):  # whole: Python may crash on damaged bytecode
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        with suppress(ValueError):  # code that is nested too deeply for a file
            atomic.keep(self.folder / bucket.key, bucket.bytecode_to_string())
