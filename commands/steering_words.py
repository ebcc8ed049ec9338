"""What is typed after `ikm choice-round` to steer a round."""

import asyncio
from typing import Annotated

import typer

from commands import steering
from commands.option import Json

app = typer.Typer()
As = Annotated[str, typer.Option("--as", help="In whose name.")]
Reason = Annotated[str, typer.Option(help="Why; everybody who meets it reads it.")]


@app.command("hold")
def hold(year: int, reason: Reason, sign_in_name: As = "secretariat", json: Json = False) -> None:
    """Hold the letters of a round: nothing goes to the mail server or the printer until they are released."""
    asyncio.run(steering.hold(year, reason, sign_in_name, json=json))


@app.command("release")
def release(year: int, sign_in_name: As = "secretariat", json: Json = False) -> None:
    """Let the letters of a round go again."""
    asyncio.run(steering.release(year, sign_in_name, json=json))


@app.command("retry")
def retry(
    year: int,
    letter: Annotated[str | None, typer.Option(help="Only this one, such as choice:2025:F-000001:choice.")] = None,
    sign_in_name: As = "secretariat",
    json: Json = False,
) -> None:
    """Try letters again that failed or were refused and are mended; what went out is never sent again."""
    asyncio.run(steering.retry(year, letter, sign_in_name, json=json))


@app.command("cancel")
def cancel(
    year: int,
    reason: Reason,
    sign_in_name: As = "secretariat",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what it would mean.")] = False,
    json: Json = False,
) -> None:
    """End a round: letters that have not gone out are withdrawn, those that have stay valid."""
    asyncio.run(steering.end(year, reason, sign_in_name, sure=yes, json=json))
