"""`ikm bench choice-round`: what a yearly round costs on this machine, beside three floors, in one run."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from sqlalchemy import func
from sqlmodel import col, select

from api.door import Door
from commands.bench import floors
from commands.bench.cost import Cost, Meter, most_memory
from commands.bench.floors import Floor
from commands.bench.house import BenchHouse, bench_house, fill
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
LETTERS_TO_LOOP, REST_SECONDS, REST_FARMS = 0.6, 60, 982
SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)


@dataclass(frozen=True)
class Round:
    """What our own round took: until the last letter was out and noted, and until every case's workflow rested."""

    letters: Floor
    rest: Floor
    mailed: int
    memory: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """One run. floors: by their names, none without."""

    farms: int
    round: Round
    floors: Mapping[str, Floor]

    @property
    def ratios(self) -> dict[str, float]:
        """Our letters a second to those of the floors, and our farms at rest to those of empty traffic."""
        ours = {"loop": self.round.letters, "bare": self.round.letters, "empty": self.round.rest}
        return {name: round(ours[name].a_second / floor.a_second, 2) for name, floor in self.floors.items()}

    @property
    def failures(self) -> list[str]:
        """What is slower than accepted, in words."""
        found = []
        if self.ratios.get("loop", 1) < LETTERS_TO_LOOP:
            found.append(f"letters at {self.ratios['loop']} of the plain loop; accepted is {LETTERS_TO_LOOP}")
        if self.ratios.get("bare", 2) <= 1:
            found.append(f"letters at {self.ratios['bare']} of bare workflows; accepted is above 1")
        accepted = REST_SECONDS * max(1, self.farms / REST_FARMS)
        if self.round.rest.cost.seconds > accepted:
            found.append(f"at rest after {self.round.rest.cost.seconds:.1f} s; accepted are {accepted:.0f}")
        return found


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
