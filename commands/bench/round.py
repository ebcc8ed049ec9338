"""`ikm bench choice-round`: what a yearly round costs on this machine, beside three floors, in one run."""

import asyncio
from datetime import UTC, datetime

import httpx
from sqlalchemy import func
from sqlmodel import col, select

from api.door import Door
from commands.bench import floors
from commands.bench.cost import Cost, Meter, most_memory
from commands.bench.floors import Floor
from commands.bench.house import BenchHouse, bench_house, fill
from commands.bench.round_measured import Measured, Round
from commands.bench.round_table import told
from commands.bench.traffic import empty
from commands.choice_round import begin
from commands.say import say
from parts.processes import LOOPBACK, until
from records.case import CaseRow
from records.letter import LetterRow, LetterState
from scheme.days import local_day
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Actor, Role

EVERY_SECONDS = 0.05
# Nobody waits for ever: far more than a slow machine needs.
PATIENCE_SECONDS, PATIENCE_A_FARM = 300, 2
SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)


async def round_cost(number: int, *, with_floors: bool, json: bool) -> None:
    """A round of `number` farms; status 1 when it is slower than accepted."""
    async with asyncio.timeout(PATIENCE_SECONDS + number * PATIENCE_A_FARM), bench_house() as house:
        say(f"A house stands; {number} farms come in and their workflows start.")
        await fill(house, number)
        say("The round begins.")
        ours = await _round(house, number)
        found: dict[str, Floor] = {}
        if with_floors:
            async with floors.frozen(house):
                say("The same letters in a plain loop.")
                found["loop"] = await floors.loop(house)
                say("The same letters by bare workflows.")
                found["bare"] = await floors.bare(house)
                say("Our own traffic, empty.")
                found["empty"] = await empty(house, number)
    measured = Measured(number, ours, found)
    told(measured, json=json)
    if measured.failures:
        raise SystemExit(1)


async def _round(house: BenchHouse, number: int) -> Round:
    year = local_day(datetime.now(UTC)).year
    made = house.open
    door = Door(made.settings, made.sessions, made.client, SECRETARY, "secretariat", None, Language.NL, "")
    before = Meter.read(house.pids)
    await begin(door, SECRETARY, year)
    await until(lambda: _all_noted(house, number), EVERY_SECONDS)
    await until(lambda: all_received(house), EVERY_SECONDS)
    out = Meter.read(house.pids)
    async with house.open.sessions() as session:
        cases = list(await session.exec(select(CaseRow.case_id).where(CaseRow.kind != "calendar")))
    rest = await floors.to_rest(house, before, cases)
    return Round(
        Floor(number, Cost.between(before, out)), Floor(number, rest), await _mailed(house), most_memory(house.pids)
    )


async def _all_noted(house: BenchHouse, number: int) -> bool:
    async with house.open.sessions() as session:
        done = col(LetterRow.state).in_([LetterState.HANDED_OVER, LetterState.TO_PRINT])
        return (await session.exec(select(func.count()).select_from(LetterRow).where(done))).one() == number


async def _mailed(house: BenchHouse) -> int:
    async with house.open.sessions() as session:
        done = LetterRow.state == LetterState.HANDED_OVER
        return (await session.exec(select(func.count()).select_from(LetterRow).where(done))).one()


async def all_received(house: BenchHouse) -> bool:
    """Whether every mail that was handed over lies in the mailbox."""
    url = f"http://{LOOPBACK}:{house.open.settings.mailbox_port}/health"
    async with httpx.AsyncClient(trust_env=False) as client:
        return int((await client.get(url)).json()["last"]) == await _mailed(house)
