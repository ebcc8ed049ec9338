"""`ikm rehearse`: a year on this machine, from the round of choices to the decisions, played by simulated people."""

from dataclasses import dataclass
from typing import Any

from rich.table import Table

from commands.demo import Timing, bars, load, progress_of
from commands.open import Open, opened
from commands.people import password_of, practice_people
from commands.say import say, stderr, tell
from rehearsal.audit_count import counted, holds
from rehearsal.audits import play_audits
from rehearsal.desks import Desks
from rehearsal.register import generate
from rehearsal.round import Players, Where, agenda, finish, gathered, live, write_letters
from rehearsal.scenario import Scenario, asking, scenario
from scheme.people import Role
from settings import Settings


@dataclass(frozen=True)
class Rehearsed:
    """What was asked for. farms: so many are written to, None for as many as the scenario has."""

    year: int
    seed: int
    farms: int | None = None
    json: bool = False


async def rehearse(settings: Settings, wanted: Rehearsed) -> int:
    """Play the year and count it; status 0 when every audit came to its end and each outcome happened."""
    timing = Timing()
    played = scenario(str(wanted.year))
    if wanted.farms is not None:
        played = asking(played, wanted.farms)
    async with opened(settings) as house:
        if await progress_of(house, wanted.year) is not None:
            say("This house has played its year already: give IKM_VAR a folder that is not there yet.", "bold red")
            return 1
        await load(house, played, wanted.seed, timing)
        figures, ended_with_body = await play(house, played, wanted.seed, timing)
    return report(wanted, figures, holds(figures, ended_with_body), timing)


async def play(house: Open, played: Scenario, seed: int, timing: Timing) -> tuple[dict[str, int], int]:
    """The round and its audits; what was counted, and how many choices ended with a body."""
    people = await practice_people(house)
    web = f"http://127.0.0.1:{house.settings.web_port}"
    name = Role.SECRETARIAT
    where = Where(web, f"http://127.0.0.1:{house.settings.mailbox_port}", name.value, password_of(people, name))
    desks = Desks(web, people)
    _, farms = generate(played, seed)
    with bars() as shown:
        tasks = {what: shown.add_task(what, total=None) for what in ("letters", "answers", "audits")}

        def told(what: str, done: int, of: int) -> None:
            shown.update(tasks[what], completed=done, total=of)

        try:
            async with gathered(where, played, seed, farms, told) as players:
                await play_choices(players)
                timing.done("round")
                audits = await play_audits(players, desks)
                timing.done("audits")
                figures = await players.secretary.round(played.year) or {}
                return await counted(players.secretary.web, audits), figures["answered"] + figures["assigned"]
        finally:
            await desks.close()


async def play_choices(players: Players) -> None:
    """The round, with its answers."""
    await write_letters(players)
    await live(players, agenda(players))
    await finish(players)


def report(wanted: Rehearsed, figures: dict[str, int], checks: dict[str, bool], timing: Timing) -> int:
    """The table or the JSON; status 0 when every check holds."""
    ok = all(checks.values())
    if wanted.json:
        tell(as_json(wanted.year, figures, timing, ok=ok))
    else:
        show(wanted.year, figures)
    for sentence in [sentence for sentence, right in checks.items() if not right]:
        say(f"Does not hold: {sentence}", "bold red")
    say("Seconds: " + ", ".join(f"{stage} {seconds}" for stage, seconds in timing.stages.items()))
    return 0 if ok else 1


def as_json(year: int, figures: dict[str, int], timing: Timing, *, ok: bool) -> dict[str, Any]:
    """What --json tells."""
    rows = [{"key": key, "counted": many} for key, many in figures.items()]
    return {"year": year, "seconds": round(sum(timing.stages.values()), 1), "figures": rows, "ok": ok}


def show(year: int, figures: dict[str, int]) -> None:
    """What the year came to."""
    table = Table("", "counted", title=f"The audits after the choices of {year}")
    for key, many in figures.items():
        table.add_row(key, str(many))
    stderr.print(table)
