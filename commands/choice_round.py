"""`ikm choice-round`: preview, start, show; the same functions as the pages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from rich.table import Table

from api.door import Door
from api.temporal import Delivered, deliver
from commands.acting import door_of, why
from commands.open import opened
from commands.say import fail, say, stdout, tell
from records.clock import now
from records.parameter import rules_at
from records.queries.choice_round import FarmOfRound, as_json, bodies, candidate, farms_of, progress
from records.queries.expiring import expiring
from records.receiving import receive
from scheme.choice_round import Start, members, recognised
from scheme.days import ZONE, local_day
from scheme.errors import RuleViolationError
from scheme.ids import CALENDAR, BodyId
from scheme.people import Actor


async def show(year: int, *, json: bool, farms: bool) -> None:
    """The round's figures, and with `farms` a row per farm."""
    async with opened() as house, house.sessions() as session:
        found = await progress(session, year)
        if found is None:
            fail(f"There is no round of {year}.")
        figures = as_json(found)
        rows = [_farm(farm) for farm in await farms_of(session, year)] if farms else []
    if json:
        tell({**figures, "farms": rows} if farms else figures)
        return
    _print(figures, rows)


async def preview(year: int, *, json: bool) -> None:
    """Whom the round would write to if it began now."""
    async with opened() as house, house.sessions() as session:
        at = await now(session)
        day = local_day(at)
        rules = await rules_at(session, at)
        try:
            rows = await expiring(session, day, rules)
            found = members(map(candidate, rows), recognised(await bodies(session), day), day, rules)
        except RuleViolationError as violation:
            fail(why(violation.refusal))
    silence = dict(sorted(Counter(member.default_body for member in found).items()))
    if day.year != year:
        say(f"The clock says {day}: a round is started in its own year.")
    if json:
        tell({"year": year, "lettersOn": day.isoformat(), "farms": len(found), "silenceGives": silence})
        return
    stdout.print(foreseen(day, silence))


def foreseen(day: date, silence: Mapping[BodyId, int]) -> str:
    """The day of the letters and how many there would be. silence: body to its farms, where none would answer."""
    if not silence:
        return f"Letters on {day}: none, no certificate asks for one."
    each = ", ".join(f"{body} {_farms(many)}" for body, many in silence.items())
    return f"Letters on {day}: {_farms(sum(silence.values()))}. If nobody answered: {each}."


def _farms(many: int) -> str:
    return "1 farm" if many == 1 else f"{many} farms"


async def start(year: int, sign_in_name: str) -> None:
    """Hand in the start, as the button does."""
    async with opened() as house:
        door = await door_of(house, sign_in_name)
        if door.actor is None:
            fail(f"Nobody signs in as {sign_in_name}.")
        delivered = await begin(door, door.actor, year)
    if delivered.outcome is None:
        say("Received, not yet processed; there is nothing to type again.")
    elif delivered.outcome.refused_by is not None:
        fail(why(delivered.outcome.refused_by))
    else:
        say(f"The round of {year} has begun.")


async def begin(door: Door, actor: Actor, year: int) -> Delivered:
    """Hand in the start of the year's round in this person's name."""
    return await deliver(door, await receive(door.sessions, CALENDAR, actor, Start(year)))


def _farm(farm: FarmOfRound) -> dict[str, Any]:
    return {_camel(name): _plain(value) for name, value in asdict(farm).items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _print(figures: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    table = Table("", "", title=f"Choice round {figures['year']}: {figures['state']}", show_header=False)
    for name, value in figures.items():
        if isinstance(value, int):
            table.add_row(name, str(value))
    table.add_section()
    for body, many in figures["byBody"].items():
        table.add_row(body, str(many))
    stdout.print(table)
    for row in rows:
        stdout.print(" ".join(str(value or "-") for value in row.values()))
