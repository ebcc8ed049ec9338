"""What is typed after `ikm register`: register files come in, are compared and go out."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from commands import reconcile as reconciling
from commands.open import opened
from commands.option import Json
from commands.people import practice_people
from commands.register import import_files
from commands.say import say, tell
from scheme.register import FileKind

app = typer.Typer(help="The register of farms.", no_args_is_help=True)


def file_kind(word: str) -> FileKind:
    """The kind that an option names; inspection bodies also as `--bodies` calls them."""
    try:
        return FileKind.BODIES if word == "bodies" else FileKind(word)
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is none of {', '.join(FileKind)}.") from error


_KINDS = "|".join(FileKind)
OfKind = Annotated[
    FileKind | None,
    typer.Option(help="What its lines are; as the header says unless told.", parser=file_kind, metavar=_KINDS),
]
ExportedKind = Annotated[FileKind, typer.Option(help="What to export.", parser=file_kind, metavar=_KINDS)]


@app.command("import")
def register_import(
    file: Path,
    bodies: Annotated[Path | None, typer.Option(help="A file of inspection bodies that comes first.")] = None,
    of: OfKind = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; tell line by line what would be.")] = False,
    json: Json = False,
) -> None:
    """Import CSV or XLSX (docs/register.md); every mistake is named and then nothing is written."""

    async def run() -> None:
        async with opened() as house:
            done = await import_files(house, file, bodies, of=of, dry_run=dry_run, json=json)
            if house.settings.practice and not dry_run:
                await practice_people(house)
        if json and not dry_run:
            tell(vars(done))
        would = " (nothing was written)" if dry_run else ""
        say(f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged{would}.")

    asyncio.run(run())


@app.command("reconcile")
def register_reconcile(
    file: Path,
    of: OfKind = None,
    out: Annotated[Path | None, typer.Option(help="Write the differences to this .csv or .xlsx.")] = None,
    json: Json = False,
) -> None:
    """Compare a spreadsheet with the register and list the differences; status 1 when there are any."""
    asyncio.run(reconciling.reconcile(file, of, out, json=json))


@app.command("export")
def register_export(file: Path, of: ExportedKind = FileKind.FARMS) -> None:
    """Write the register to a .csv or .xlsx in the columns of the import."""
    asyncio.run(reconciling.export(file, of))
