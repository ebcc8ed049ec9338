"""The command line: `ikm --help` lists everything; the words of most groups stand in commands/, one file each."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from commands import (
    choice_round_words,
    extension_words,
    lastenboek_words,
    letters_words,
    register_words,
    trail_words,
    user_words,
)
from commands import clock as clocks
from commands.bench.commands import app as bench
from commands.check import check as check_house
from commands.database import app as database
from commands.demo import Wanted, demo
from commands.open import opened, settings_here
from commands.option import Json
from commands.people import practice_people, show_people
from commands.rehearse import Rehearsed
from commands.rehearse import rehearse as rehearse_year
from commands.say import fail, say
from parts.up import up as start_all
from records.migrate import bring_up
from rehearsal.scenario import scenario
from scheme.days import ZONE
from settings import Settings

app = typer.Typer(
    help="The case system of the IKM / QFL / QMK secretariat.", no_args_is_help=True, pretty_exceptions_enable=False
)
clock = typer.Typer(help="The practice clock.", no_args_is_help=True)
for name, group in {
    "register": register_words.app,
    "lastenboek": lastenboek_words.app,
    "choice-round": choice_round_words.app,
    "extension": extension_words.app,
    "clock": clock,
    "database": database,
    "letters": letters_words.app,
    "trail": trail_words.app,
    "user": user_words.app,
    "bench": bench,
}.items():
    app.add_typer(group, name=name)


@app.command()
def up(
    practice: Annotated[bool, typer.Option(help="An invented world whose clock you move.")] = False,
    begins: Annotated[str, typer.Option(help="First day of the practice clock, YYYY-MM-DD.")] = "",
) -> None:
    """Start everything on this machine, watch it, and stop it with Ctrl-C."""
    settings = _practice(begins) if practice else Settings()
    raise SystemExit(asyncio.run(start_all(settings, on_ready=_greeting(settings))))


@app.command("demo")
def demo_command(
    year: Annotated[int, typer.Argument(help="The year to play.")] = 2025,
    exit_: Annotated[bool, typer.Option("--exit", help="End when the checks are done.")] = False,
    json: Json = False,
    farms: Annotated[int | None, typer.Option(help="So many farms instead of all.", min=20)] = None,
    seed: int = 2025,
) -> None:
    """Play a whole yearly round with simulated people."""
    try:
        played = scenario(str(year))
    except FileNotFoundError:
        fail(f"There is no scenario of {year} in rehearsal/scenarios.")
    settings = _practice(played.register.clock.isoformat())
    wanted = Wanted(year, seed, farms, leave=exit_ or json, json=json)
    raise SystemExit(asyncio.run(start_all(settings, on_ready=lambda: demo(settings_here(), wanted))))


@app.command("rehearse")
def rehearse_command(
    year: Annotated[int, typer.Argument(help="The year to play.")] = 2025,
    farms: Annotated[int | None, typer.Option(help="So many farms are written to, instead of all.", min=12)] = None,
    seed: int = 2025,
    json: Json = False,
) -> None:
    """Play a year's choices and the audits they lead to, up to the certificates; status 0 when all came to an end."""
    try:
        played = scenario(str(year))
    except FileNotFoundError:
        fail(f"There is no scenario of {year} in rehearsal/scenarios.")
    settings = _practice(played.register.clock.isoformat())
    wanted = Rehearsed(year, seed, farms, json)
    ended: list[int] = []

    async def play() -> int:
        ended.append(await rehearse_year(settings_here(), wanted))
        return ended[0]

    stopped = asyncio.run(start_all(settings, on_ready=play))
    # A house that is stopped stops well; a rehearsal that is stopped did not come to its end.
    raise SystemExit(stopped if ended else stopped or 1)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date, as its owner, and found the house if it is new."""
    bring_up(settings_here())


@app.command()
def check(json: Json = False) -> None:
    """Compare cases, deadlines, letters, tasks, trail and workflows; status 1 when two of them do not agree."""
    asyncio.run(check_house(json=json))


@app.command()
def worker() -> None:
    """Run one worker."""
    # It brings workflows and letters along: every other command begins sooner without them.
    import worker as worker_process

    asyncio.run(worker_process.main())


@app.command()
def web(port: int = 8080, host: str = "127.0.0.1") -> None:
    """Serve the pages and the API."""
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, access_log=False)


@clock.command("show")
def clock_show(json: Json = False) -> None:
    """What the practice clock says, and what is not quiet."""
    asyncio.run(clocks.show(json=json))


@clock.command("to")
def clock_to(
    moment: Annotated[str, typer.Argument(help="YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time.")],
    outage: Annotated[bool, typer.Option(help="Move the clock's row alone, as if everything had been down.")] = False,
) -> None:
    """Move the practice clock, event by event."""
    asyncio.run(clocks.to(_moment(moment), outage=outage))


@clock.command("play")
def clock_play(days: Annotated[int, typer.Option(help="Days to play.")] = 1) -> None:
    """Play so many days."""
    asyncio.run(clocks.play(days))


def _greeting(settings: Settings) -> Callable[[], Awaitable[int | None]]:
    async def greet() -> int | None:
        async with opened(settings_here()) as house:
            if settings.practice:
                show_people(await practice_people(house))
            say(f"The pages are at {house.settings.public_url} . Ctrl-C stops everything; the state is kept.")
        return None

    return greet


def _practice(begins: str) -> Settings:
    """The environment's settings, for practice."""
    os.environ["IKM_PRACTICE"] = "true"
    if begins:
        morning = datetime.combine(_moment(begins).date(), time(8), ZONE)
        os.environ["IKM_PRACTICE_BEGINS"] = morning.astimezone(UTC).isoformat()
    return Settings()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = "a date is YYYY-MM-DD, a moment YYYY-MM-DDTHH:MM"
        raise typer.BadParameter(message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def main() -> None:
    """Entry point of the command `ikm`; what a person can put right is said without a trace."""
    try:
        app()
    except ValidationError as error:
        fail("\n".join(str(problem["msg"]) for problem in error.errors()))
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        fail(f"The database does not answer ({reason}): is `ikm up` running, or is DATABASE_URL right?")


if __name__ == "__main__":
    main()
