"""The command line: `ikm --help` lists everything."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from commands import choice_round as rounds
from commands import clock as clocks
from commands import letters as ledgers
from commands import reconcile as reconciling
from commands import steering_words
from commands import trail as trails
from commands.bench.commands import app as bench
from commands.check import check as check_house
from commands.database import app as database
from commands.demo import Wanted, demo
from commands.extension import preview as extension_preview
from commands.lastenboek import export_list, import_list
from commands.open import opened, settings_here
from commands.people import practice_people, show_people, tell_people
from commands.register import import_files
from commands.rehearse import Rehearsed
from commands.rehearse import rehearse as rehearse_year
from commands.say import fail, say, tell
from parts.up import up as start_all
from records.letter import LetterState
from records.migrate import bring_up
from rehearsal.scenario import scenario
from scheme.days import ZONE
from scheme.extension import Selection
from scheme.ids import PATTERNS, BodyId, EditionCode
from scheme.region import Province
from scheme.register import FileKind
from scheme.requirement_list import ListHead
from settings import Settings

app = typer.Typer(
    help="The case system of the IKM / QFL / QMK secretariat.", no_args_is_help=True, pretty_exceptions_enable=False
)
register = typer.Typer(help="The register of farms.", no_args_is_help=True)
lastenboek = typer.Typer(help="What an audit looks at, as lists of requirements.", no_args_is_help=True)
choice_round = typer.Typer(help="The yearly round of choices.", no_args_is_help=True)
extension = typer.Typer(help="Collective extensions of certificates.", no_args_is_help=True)
clock = typer.Typer(help="The practice clock.", no_args_is_help=True)
trail = typer.Typer(help="The trail of what was done.", no_args_is_help=True)
letters = typer.Typer(help="The ledger of letters.", no_args_is_help=True)
user = typer.Typer(help="People who sign in.", no_args_is_help=True)
for name, group in {
    "register": register,
    "lastenboek": lastenboek,
    "choice-round": choice_round,
    "extension": extension,
    "clock": clock,
    "database": database,
    "letters": letters,
    "trail": trail,
    "user": user,
    "bench": bench,
}.items():
    app.add_typer(group, name=name)

choice_round.add_typer(steering_words.app)

Json = Annotated[bool, typer.Option("--json", help="One JSON object on the last line of stdout.")]


def file_kind(word: str) -> FileKind:
    """The kind that an option names; inspection bodies also as `--bodies` calls them."""
    try:
        return FileKind.BODIES if word == "bodies" else FileKind(word)
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is none of {', '.join(FileKind)}.") from error


def edition_code(word: str) -> EditionCode:
    """The code of an edition, as 12 or 12.1."""
    if re.fullmatch(PATTERNS["EditionCode"], word) is None:
        message = f"{word!r} is no edition: write it as 12 or 12.1."
        raise typer.BadParameter(message)
    return EditionCode(word)


_KINDS = "|".join(FileKind)
OfKind = Annotated[
    FileKind | None,
    typer.Option(help="What its lines are; as the header says unless told.", parser=file_kind, metavar=_KINDS),
]
ExportedKind = Annotated[FileKind, typer.Option(help="What to export.", parser=file_kind, metavar=_KINDS)]


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


@register.command("import")
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


@register.command("reconcile")
def register_reconcile(
    file: Path,
    of: OfKind = None,
    out: Annotated[Path | None, typer.Option(help="Write the differences to this .csv or .xlsx.")] = None,
    json: Json = False,
) -> None:
    """Compare a spreadsheet with the register and list the differences; status 1 when there are any."""
    asyncio.run(reconciling.reconcile(file, of, out, json=json))


@register.command("export")
def register_export(file: Path, of: ExportedKind = FileKind.FARMS) -> None:
    """Write the register to a .csv or .xlsx in the columns of the import."""
    asyncio.run(reconciling.export(file, of))


@lastenboek.command("import")
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


@lastenboek.command("export")
def lastenboek_export(
    file: Path, list_: Annotated[str | None, typer.Option("--list", help="Its number; the one that counts now.")] = None
) -> None:
    """Write a list to a .xlsx or .csv in the columns of the import."""
    asyncio.run(export_list(file, list_))


@choice_round.command("show")
def choice_round_show(
    year: int, json: Json = False, farms: Annotated[bool, typer.Option(help="A row per farm.")] = False
) -> None:
    """How far the round of a year is."""
    asyncio.run(rounds.show(year, json=json, farms=farms))


@choice_round.command("preview")
def choice_round_preview(year: int, json: Json = False) -> None:
    """Whom the round would write to, on the day the clock shows."""
    asyncio.run(rounds.preview(year, json=json))


@choice_round.command("start")
def choice_round_start(
    year: int, sign_in_name: Annotated[str, typer.Option("--as", help="Who starts it.")] = "secretariat"
) -> None:
    """Start the round of a year in the name of a person of the secretariat."""
    asyncio.run(rounds.start(year, sign_in_name))


@extension.command("preview")
def extension_preview_command(
    first: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], help="Certificates that end on this day or later.")
    ],
    last: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="And on this day at the latest.")],
    to: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Their new last day.")],
    province: Annotated[Province | None, typer.Option(help="Only farms there, by postcode.")] = None,
    dairy: Annotated[str | None, typer.Option(help="Only suppliers of this dairy.")] = None,
    body: Annotated[str | None, typer.Option(help="Only farms that this body audited last.")] = None,
    json: Json = False,
) -> None:
    """Which certificates an extension would move, and which stay as they are and why; nothing is changed."""
    chosen = Selection(first.date(), last.date(), province, dairy, None if body is None else BodyId(body))
    asyncio.run(extension_preview(chosen, to.date(), json=json))


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


@letters.command("list")
def letters_list(
    state: Annotated[LetterState | None, typer.Option(help="Only those in this state.")] = None,
    json: Json = False,
) -> None:
    """List every letter with its Message-ID."""
    asyncio.run(ledgers.show(state, json=json))


@trail.command("verify")
def trail_verify(
    json: Json = False,
    upto: Annotated[int | None, typer.Option(help="Give the seal as it was when the trail had this number.")] = None,
) -> None:
    """Recompute every link of every chain; status 1 and the first broken entry when one does not hold.

    The seal is one figure for the whole trail: written down with its number, it shows later that nothing before
    was rewritten or removed.
    """
    asyncio.run(trails.verify(json=json, upto=upto))


@user.command("add")
def user_add(
    sign_in_name: str,
    role: str,
    name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    body: Annotated[str | None, typer.Option(help="Inspection body of planners and auditors.")] = None,
) -> None:
    """Add a person who may sign in."""
    asyncio.run(trails.add_user(sign_in_name, role, name, password, body))


@user.command("practice")
def user_practice() -> None:
    """Show the people for practice with their passwords, those of bodies that came in meanwhile too."""
    asyncio.run(tell_people())


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
