"""What is typed after `ikm letters`."""

import asyncio
from typing import Annotated

import typer

from commands import letters as ledgers
from commands.option import Json
from records.letter import LetterState

app = typer.Typer(help="The ledger of letters.", no_args_is_help=True)


@app.command("list")
def letters_list(
    state: Annotated[LetterState | None, typer.Option(help="Only those in this state.")] = None,
    json: Json = False,
) -> None:
    """List every letter with its Message-ID."""
    asyncio.run(ledgers.show(state, json=json))
