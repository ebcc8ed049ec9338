"""What is typed after `ikm choice-round`: a round is looked at and started; how one is steered: steering_words.py."""

import asyncio
from typing import Annotated

import typer

from commands import choice_round as rounds
from commands import steering_words
from commands.option import Json

app = typer.Typer(help="The yearly round of choices.", no_args_is_help=True)
app.add_typer(steering_words.app)


@app.command("show")
def choice_round_show(
    year: int, json: Json = False, farms: Annotated[bool, typer.Option(help="A row per farm.")] = False
) -> None:
    """How far the round of a year is."""
    asyncio.run(rounds.show(year, json=json, farms=farms))


@app.command("preview")
def choice_round_preview(year: int, json: Json = False) -> None:
    """Whom the round would write to, on the day the clock shows."""
    asyncio.run(rounds.preview(year, json=json))


@app.command("start")
def choice_round_start(
    year: int, sign_in_name: Annotated[str, typer.Option("--as", help="Who starts it.")] = "secretariat"
) -> None:
    """Start the round of a year in the name of a person of the secretariat."""
    asyncio.run(rounds.start(year, sign_in_name))
