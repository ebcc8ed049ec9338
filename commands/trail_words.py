"""What is typed after `ikm trail`."""

import asyncio
from typing import Annotated

import typer

from commands import trail as trails
from commands.option import Json

app = typer.Typer(help="The trail of what was done.", no_args_is_help=True)


@app.command("verify")
def trail_verify(
    json: Json = False,
    upto: Annotated[int | None, typer.Option(help="Give the seal as it was when the trail had this number.")] = None,
) -> None:
    """Recompute every link of every chain; status 1 and the first broken entry when one does not hold.

    The seal is one figure for the whole trail: written down with its number, it shows later that nothing before
    was rewritten or removed.
    """
    asyncio.run(trails.verify(json=json, upto=upto))
