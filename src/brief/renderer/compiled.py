"""Templates compiled in an earlier run: Jinja's bytecode, which is found whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from brief import atomic

_SEAL = 32


class Compiled(BytecodeCache):
    """Keeps bytecode in a folder, which is private to the user, the desk and this version of the program.

    What is damaged, or can't be kept, is compiled anew; that a text has changed Jinja finds itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        with suppress(OSError):
            data = (self.folder / bucket.key).read_bytes()
            seal, code = data[:_SEAL], data[_SEAL:]
            if seal == sha256(code).digest():  # Python may crash on damaged bytecode
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:  # noqa: D102
        with suppress(OSError, ValueError):  # a full disk; code that is nested too deeply for a file
            code = bucket.bytecode_to_string()
            atomic.write(self.folder / bucket.key, sha256(code).digest() + code, over=True, lasting=False)
