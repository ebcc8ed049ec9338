"""`ikm rehearse`: a year on this machine, from the round of choices to the decisions, played by simulated people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from commands.demo import Timing, bars, load, progress_of
from commands.open import Open, opened
from commands.people import password_of, practice_people
from commands.say import say, stderr, tell
from rehearsal.audit_count import counted, holds
from rehearsal.audits import play_audits
from rehearsal.desks import Desks
from rehearsal.published import Published, beside
from rehearsal.register import generate
from rehearsal.round import Players, Where, agenda, finish, gathered, live, write_letters
from rehearsal.scenario import Scenario, asking, expected, scenario
from scheme.people import Role
from settings import Settings

# What the house plays, so that it is not taken for another year.
FILE = "rehearsal.json"


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
        begun = await progress_of(house, wanted.year) is not None
        if not noted(settings.var / FILE, wanted, begun=begun):
            say("This house has begun another year: give IKM_VAR a folder that is not there yet.", "bold red")
            return 1
        if begun:
            say("This rehearsal was interrupted, or has ended: it goes on from where the house stands.")
        else:
            await load(house, played, wanted.seed, timing)
        figures, round_ = await play(house, played, wanted.seed, timing)
    compared = tuple(beside(figures, round_["letters"], expected(str(wanted.year))))
    return report(wanted, figures, compared, holds(figures, round_["answered"] + round_["assigned"]), timing)


def noted(file: Path, wanted: Rehearsed, *, begun: bool) -> bool:
    """Whether this rehearsal is the one that the house plays; it is noted where the house has played nothing yet."""
    asked = {"year": wanted.year, "seed": wanted.seed, "farms": wanted.farms}
    if not file.exists() and not begun:
        file.write_text(json.dumps(asked))
    return file.exists() and json.loads(file.read_text()) == asked


async def play(house: Open, played: Scenario, seed: int, timing: Timing) -> tuple[dict[str, int], dict[str, Any]]:
    """The round and its audits; what was counted of the audits, and the round's own figures."""
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
                return await counted(players.secretary.web, audits), await players.secretary.round(played.year) or {}
        finally:
            await desks.close()


async def play_choices(players: Players) -> None:
    """The round, with its answers."""
    await write_letters(players)
    await live(players, agenda(players))
    await finish(players)


def report(
    wanted: Rehearsed,
    figures: dict[str, int],
    compared: Sequence[Published],
    checks: dict[str, bool],
    timing: Timing,
) -> int:
    """The table or the JSON; status 0 when every check holds."""
    ok = all(checks.values())
    if wanted.json:
        tell(as_json(wanted.year, figures, compared, timing, ok=ok))
    else:
        show(wanted.year, figures, compared)
    for sentence in [sentence for sentence, right in checks.items() if not right]:
        say(f"Does not hold: {sentence}", "bold red")
    say("Seconds: " + ", ".join(f"{stage} {seconds}" for stage, seconds in timing.stages.items()))
    return 0 if ok else 1


def as_json(
    year: int, figures: dict[str, int], compared: Sequence[Published], timing: Timing, *, ok: bool
) -> dict[str, Any]:
    """What --json tells."""
    rows: list[dict[str, Any]] = [{"key": key, "counted": many} for key, many in figures.items()]
    rows += [{**vars(one), "equal": one.equal} for one in compared]
    return {"year": year, "seconds": round(sum(timing.stages.values()), 1), "figures": rows, "ok": ok}


def show(year: int, figures: dict[str, int], compared: Sequence[Published]) -> None:
    """What the year came to."""
    table = Table("", "counted", "annual report", title=f"The audits after the choices of {year}")
    for key, many in figures.items():
        table.add_row(key, str(many))
    table.add_section()
    for one in compared:
        unit = " %" if one.percent else ""
        table.add_row(one.key, f"{one.counted}{unit}", f"{one.published}{unit}")
    stderr.print(table)
