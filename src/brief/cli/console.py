"""What the commands share of talking to people and programs."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import click

from brief.desk import load
from brief.errors import BriefError, Problem
from brief.model import Desk
from brief.patterns import regex

PROBLEMS = 1
"""Exit code: at least one briefing has problems; the others were made."""
USAGE = 2
"""Exit code: the command line, or the folder it names, can't be what was meant."""
LOCKED = 75
"""Exit code: try again later (EX_TEMPFAIL of sysexits.h)."""

_MOST_DATES = 10_000
_NO_INDEX, _CACHE = "brief.no_index", "brief.cache"
"""What is noted in the context of a command."""
_YEARS = range(1900, 2201)
"""Of issue dates: the windows and horizons around them are days too."""
_CONTROLS = regex("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class _Day(click.ParamType[dt.date]):
    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
                self.fail(f"{str(value)!r} is no date; write it as 2025-03-10", param, ctx)
            date = dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"there is no day {value}", param, ctx)
        if date.year not in _YEARS:
            self.fail(f"{value} is too far away; the year is one from {_YEARS[0]} to {_YEARS[-1]}", param, ctx)
        return date


DAY = _Day()
"""A date on the command line, near enough to reckon with."""

date_option = click.option(
    "--date", type=DAY, metavar="YYYY-MM-DD", help="The issue date.  [default: the edition last due, or today's]"
)
"""`--date`, of the commands that are about one edition."""


def open_desk(ctx: click.Context, *, whole: bool = True) -> Desk:
    """The desk that the command line names, not `whole` without its seeds; ends the program where there is none."""
    try:
        return load(ctx.obj, whole=whole, cache=cache_of(ctx))
    except BriefError as error:
        complain(error.problems)
        ctx.exit(USAGE)


def cache_of(ctx: click.Context) -> Path | None:
    """The folder for what the desk's runs keep for each other; none where there can be none, or it isn't wanted."""
    if _NO_INDEX in ctx.meta:
        return None
    if _CACHE not in ctx.meta:
        from brief import cache

        ctx.meta[_CACHE] = cache.folder(ctx.obj)
    folder: Path | None = ctx.meta[_CACHE]
    return folder


def remember_dates(ctx: click.Context) -> None:
    """Let dates read as earlier runs have written them, and keep for later ones what this run writes."""
    folder = cache_of(ctx)
    if folder is None:
        return
    from brief import atomic, language
    from brief.desk import fields

    path = folder / "dates.json"
    texts: dict[str, str] = {}
    with suppress(fields.DamagedError, UnicodeDecodeError):
        texts = fields.decode(fields.by_key(fields.filled), (atomic.kept(path) or b"{}").decode())
    known = len(texts)
    language.remember(texts)

    @ctx.call_on_close
    def keep() -> None:
        language.remember(None)
        if known < len(texts) <= _MOST_DATES:
            atomic.keep(path, fields.encode(texts).encode())


def _do_without(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[_NO_INDEX] = True


no_index_option = click.option(
    "--no-index",
    is_flag=True,
    expose_value=False,
    envvar="BRIEF_NO_INDEX",
    callback=_do_without,
    help="Read every file anew, and keep nothing of it for the next run.",
)
"""`--no-index`, of the commands that read a desk."""


def complain(problems: Iterable[Problem]) -> None:
    """Print problems, one a line, to standard error."""
    for problem in problems:
        click.echo(printable(str(problem)), err=True)


def printable(text: str) -> str:
    """The text in one line that no terminal obeys: control characters and line separators as `\\x1b`."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def print_json(value: object) -> None:
    """Print plain data as JSON to standard output."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def shown(path: Path) -> str:
    """A path as a reader of the terminal would type it: relative where it lies below this folder."""
    here = Path.cwd()
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  (a symbolic link stays as it is called)
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def count(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
