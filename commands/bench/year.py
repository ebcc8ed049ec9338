"""`ikm bench audits`: what the audits of a year cost on this machine, beside three floors, in one run."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import text

from commands.bench import floors
from commands.bench.cost import Cost, Meter, most_memory
from commands.bench.floors import Floor
from commands.bench.house import BenchHouse, bench_house
from commands.bench.round import all_received
from commands.bench.year_house import Prepared, prepare, workflows
from commands.bench.year_measured import Measured, Year
from commands.bench.year_people import People
from commands.bench.year_table import told
from commands.bench.year_traffic import empty
from commands.say import say
from parts.processes import LOOPBACK, until
from rehearsal.desks import Desks

EVERY_SECONDS = 0.05
# Nobody waits for ever: far more than a slow machine needs.
PATIENCE_SECONDS, PATIENCE_AN_AUDIT = 300, 15

_PAPERS = text("""
SELECT (SELECT count(*) FROM letter WHERE sha256 IS NOT NULL) AS letters,
       (SELECT count(*) FROM letter WHERE handed_over_at IS NOT NULL) AS mailed,
       (SELECT count(*) FROM certificate_version) AS certificates,
       (SELECT count(*) FROM report_answer) AS answers
""")
_TO_MAKE = text("""
SELECT (SELECT count(*) FROM letter WHERE state IN ('planned', 'sending'))
     + (SELECT count(*) FROM certificate_version WHERE signed IS NULL)
""")


async def year_cost(number: int, *, with_floors: bool, json: bool) -> None:
    """The audits of `number` farms; status 1 when they are slower than accepted."""
    async with asyncio.timeout(PATIENCE_SECONDS + number * PATIENCE_AN_AUDIT), bench_house() as house:
        say(f"A house stands; {number} farms come in, choose, and their audits open.")
        prepared = await prepare(house, number)
        say("Planners, auditors and deciders go to work.")
        year = await _year(house, prepared)
        found: dict[str, Floor] = {}
        if with_floors:
            async with floors.frozen(house):
                say("The same letters, certificates and reports in a plain loop.")
                found["loop"] = replace(await floors.loop(house), many=number)
                say("The same by bare workflows.")
                found["bare"] = replace(await floors.bare(house), many=number)
                say("Our own traffic, empty.")
                found["empty"] = await empty(house, prepared)
    measured = Measured(number, year, found)
    told(measured, json=json)
    if measured.failures:
        raise SystemExit(1)


async def _year(house: BenchHouse, prepared: Prepared) -> Year:
    many, desks = len(prepared.audits), Desks(_address(house), prepared.passwords)
    people = People(house, prepared, desks)
    try:
        await people.sign_in()
        asked, before = desks.asked, Meter.read(house.pids)
        await people.work()
        decided, asked = Cost.between(before, Meter.read(house.pids)), desks.asked - asked
    finally:
        await desks.close()
    await until(lambda: _all_made(house), EVERY_SECONDS)
    await until(lambda: all_received(house), EVERY_SECONDS)
    rest = await floors.to_rest(house, before, await workflows(house))
    papers = await _papers(house)
    return Year(Floor(many, decided), Floor(many, rest), people.seconds, papers, asked, most_memory(house.pids))


def _address(house: BenchHouse) -> str:
    return f"http://{LOOPBACK}:{house.open.settings.web_port}"


async def _all_made(house: BenchHouse) -> bool:
    async with house.open.sessions() as session:
        return int((await session.execute(_TO_MAKE)).scalar_one()) == 0


async def _papers(house: BenchHouse) -> Mapping[str, int]:
    async with house.open.sessions() as session:
        return dict((await session.execute(_PAPERS)).mappings().one())
