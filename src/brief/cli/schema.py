"""`brief schema`: JSON Schemas of the YAML files."""

from __future__ import annotations

from pathlib import Path

import click

from brief.cli.console import print_json, shown
from brief.desk.schema import schema


@click.command("schema")
@click.argument("name", required=False, metavar="[NAME]", type=click.Choice(["seeds", "briefing", "desk"]))
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write NAME.schema.json files to this folder.")
def command(name: str | None, output: Path | None) -> None:
    """Print the JSON Schemas of the YAML files, for completion and checks while typing in an editor.

    NAME is seeds (files below seeds/), briefing (files in briefings/) or desk (brief.yaml).

    \b
    Examples:
      brief schema seeds
      brief schema --output .schemas
      then, on the first line of a seeds file, for editors with the YAML language server:
      # yaml-language-server: $schema=../.schemas/seeds.schema.json
    """
    schemas = schema() if name is None else {name: schema()[name]}
    if output is None:
        print_json(schemas[name] if name else schemas)
        return
    import json

    output.mkdir(parents=True, exist_ok=True)
    for each, content in schemas.items():
        path = output / f"{each}.schema.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
        click.echo(shown(path))
