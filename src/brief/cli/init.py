"""`brief init`: a new desk."""

from __future__ import annotations

from pathlib import Path

import click

from brief.cli.console import USAGE, shown
from brief.starter import create


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def command(ctx: click.Context, directory: Path) -> None:
    """Make a new desk in DIRECTORY, with working sample content.

    \b
    Example:
      brief init mydesk
      cd mydesk
      brief generate korea-europe-weekly --date 2025-03-10
    """
    try:
        create(directory)
    except FileExistsError:
        click.echo(f"brief: {directory} is not empty; nothing was written (name a new folder)", err=True)
        ctx.exit(USAGE)
    except OSError as error:
        click.echo(f"brief: can't write to {error.filename or directory}: {error.strerror}", err=True)
        ctx.exit(1)
    click.echo(shown(directory))
    click.echo("A desk with sample content. Next: cd there, then `brief check` and `brief list`.", err=True)
