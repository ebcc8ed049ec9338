"""What is typed after `ikm lastenboek`: lists of requirements come in as proposals, and go out."""

import asyncio
import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.lastenboek import export_list, import_list
from scheme.ids import PATTERNS, EditionCode
from scheme.requirement_list import ListHead

app = typer.Typer(help="What an audit looks at, as lists of requirements.", no_args_is_help=True)


def edition_code(word: str) -> EditionCode:
    """The code of an edition, as 12 or 12.1."""
    if re.fullmatch(PATTERNS["EditionCode"], word) is None:
        message = f"{word!r} is no edition: write it as 12 or 12.1."
        raise typer.BadParameter(message)
    return EditionCode(word)


@app.command("import")
def lastenboek_import(
    file: Path,
    edition: Annotated[str, typer.Option(help="Its code, such as 12.1.")],
    title: Annotated[str, typer.Option(help="What it is called.")],
    in_force: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Its first day.")],
    source: Annotated[str, typer.Option(help="The decision or document it comes from.")],
    example: Annotated[bool, typer.Option("--example", help="It is not the published text.")] = False,
    sign_in_name: Annotated[str, typer.Option("--as", help="Who proposes it.")] = "secretariat",
) -> None:
    """Propose a list from XLSX or CSV (docs/lastenboek.md); every mistake is named and then nothing is kept."""
    head = ListHead(edition_code(edition), title, in_force.date(), example, source)
    asyncio.run(import_list(file, head, sign_in_name))


@app.command("export")
def lastenboek_export(
    file: Path, list_: Annotated[str | None, typer.Option("--list", help="Its number; the one that counts now.")] = None
) -> None:
    """Write a list to a .xlsx or .csv in the columns of the import."""
    asyncio.run(export_list(file, list_))
