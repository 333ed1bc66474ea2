"""The command line: each command, in a file of its own, is a few lines over a public function."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
import time
from contextlib import suppress
from typing import NoReturn

import click

from brief.version import __version__

COMMANDS = {
    "init": "Make a new desk with working sample content.",
    "generate": "Build editions and publish them.",
    "check": "Find every problem of the desk.",
    "list": "Show the briefings and their editions.",
    "status": "Show what was published, what is due and what is overdue.",
    "schedule": "Publish what is due, now or for years.",
    "vars": "Show every name a template may use.",
    "schema": "Print JSON Schemas of the YAML files.",
}
"""What each does, in the order in which a newcomer meets them; each is `command` in the module of its name."""
_GRACE = 2.0
"""Seconds after a signal in which others are not heard."""


class _Commands(click.Group):
    """Commands imported only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return [*COMMANDS]  # the name `list` is that of a module here, once it is imported

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"brief.cli.{cmd_name}").command
        command.short_help = COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where one is mistyped."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from brief.errors import nearest

            ctx.fail(f"there is no command {args[0]!r}; {nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Tell a disk that is full, a reader that has gone and the like in a line; they are no fault of the program."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if os.environ.get("BRIEF_DEBUG"):
                raise
            _give_up(error)


def _give_up(error: OSError) -> NoReturn:
    """Say what the system refused, and end without a second try to print what is left."""
    with suppress(OSError):
        click.echo(f"brief: {error.filename or 'the output'}: {error.strerror or error}", err=True)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # not every stream is a file
            os.dup2(nowhere, stream.fileno())
    sys.exit(1)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--desk",
    type=click.Path(file_okay=False),
    default=".",
    envvar="BRIEF_DESK",
    show_envvar=True,
    help="The desk to work on: a folder with seeds/, briefings/ and templates/.  [default: this folder]",
)
@click.version_option(__version__, prog_name="brief", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, desk: str) -> None:
    """Turn curated events into a Word briefing.

    \b
    Start here:
      brief init mydesk                 a new desk with working sample content
      cd mydesk
      brief check                       is everything in order?
      brief list                        which briefings are there?
      brief generate korea-europe-weekly --date 2025-03-10
      brief schedule                    publish each edition when it is due
      brief status                      is everything on time?

    Exit codes: 0 done; 1 problems, the briefings without any were made; 2 wrong usage;
    75 another process is publishing, or is the desk's scheduler: try again later;
    128 + n ended by signal n, as 130 by Ctrl-C.
    """
    from pathlib import Path  # slow to import, for one who only asks for help

    ctx.obj = Path(desk)


def main() -> None:
    """Run the command line; a fault of the program itself is told in a line, and in full where BRIEF_DEBUG is set."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale says: names and texts are Unicode
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    end = _End()
    for number in {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, end.on_signal)
    try:
        cli(prog_name="brief")
    except BaseException as error:
        if end.code:  # whoever was thrown out may have made something else of it
            sys.exit(end.code)
        if os.environ.get("BRIEF_DEBUG") or not isinstance(error, Exception):
            raise
        _fail(error)


class _End:
    """Ends the program at a signal, so that what was started ends too, and what is temporary is removed.

    Another that follows at once is not to throw it out of that; but a later one is heard, in case the first was lost.
    """

    def __init__(self) -> None:
        self.code = 0
        self._at = 0.0

    def on_signal(self, number: int, _: object) -> None:
        if not self.code or time.monotonic() - self._at > _GRACE:
            self.code, self._at = 128 + number, time.monotonic()
            sys.exit(self.code)


def _fail(error: Exception) -> NoReturn:
    if isinstance(error, OSError):  # as of `brief --help > /dev/full`
        _give_up(error)
    if isinstance(error, MemoryError):
        click.echo("brief: memory ran out", err=True)
    else:
        click.echo(f"brief: a fault of the program: {type(error).__name__}: {error}", err=True)
        click.echo("Set BRIEF_DEBUG=1 and run it again to see where, and please report it.", err=True)
    sys.exit(1)
