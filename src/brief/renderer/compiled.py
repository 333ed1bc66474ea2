"""Templates compiled in an earlier run: Jinja's bytecode, which is found whole or not at all."""

from __future__ import annotations

import marshal
from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from brief import atomic


class Compiled(BytecodeCache):
    """Keeps bytecode in a folder, which is private to the user, the desk and this version of the program.

    What is damaged, or can't be kept, is compiled anew; a text that has changed has another checksum.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        kept = atomic.kept(self.folder / bucket.key) or b""  # whole: Python may crash on damaged bytecode
        checksum, _, code = kept.partition(b"\n")
        if checksum == bucket.checksum.encode():
            bucket.code = marshal.loads(code)  # noqa: S302  (written by ourselves, where nobody else can)

    def dump_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        with suppress(ValueError):  # code that is nested too deeply for a file
            code = marshal.dumps(bucket.code)
            atomic.keep(self.folder / bucket.key, bucket.checksum.encode() + b"\n" + code)
