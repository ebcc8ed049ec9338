"""Running cases taken over, and the year played: what was foreseen is what happened, and the start wrote to nobody."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

from sqlmodel import col, select

from api.stepping import step
from records.clock import now
from records.farm import Farm
from records.letter import LetterRow
from records.queries.matter import situation_of
from records.running import known_cases
from records.taking_over import take_over
from records.trail import TrailEntry
from scheme.projection import foreseen
from scheme.step import Act
from tests.house import BEGINS, House
from tests.running import farms, running_file
from tests.scheme.test_running import read_text
from tests.world import SECRETARY, bring_in

ENDS = datetime(2026, 6, 30, 8, tzinfo=UTC)
ECHOES = tuple(act.value for act in (Act.CASE_OPENED, Act.CASE_CLOSED, Act.AUDIT_READY))
Days = dict[str, list[tuple[datetime, str, str | None]]]


async def test_what_is_foreseen_at_the_start_is_what_happens(house: House) -> None:
    await holds_for(house, 12, days=3)


async def holds_for(house: House, many: int, days: int) -> None:
    """Must hold for a register of so many farms, each with what runs, their certificates ending on so many days."""
    await bring_in(house.sessions, farms(many, days))
    await take_over_file(house, running_file(many))
    await play(house, BEGINS)
    assert await letters(house) == 0
    assert (await house.mailbox.get("/messages")).json()["items"] == []
    began = await last_entry(house)
    expected = await all_foreseen(house)
    await play(house, ENDS)
    happened = await all_happened(house, began)
    assert {farm: lines for farm, lines in happened.items() if lines != expected[farm]} == {}
    assert sum(map(len, expected.values())) > many
    assert await letters(house) > 0


async def play(house: House, until: datetime) -> None:
    """Step until the clock stands there and the house is quiet, however long a slow machine takes."""
    async with asyncio.timeout(1200):
        while not (await step(house, until)).reached:
            pass


async def take_over_file(house: House, content: str) -> None:
    async with house.sessions.begin() as session:
        known = await known_cases(session)
        read = read_text(content, known)
        assert read.read.problems == ()
        await take_over(session, read.new, known, SECRETARY, practice=True)


async def letters(house: House) -> int:
    async with house.sessions() as session:
        return len(list(await session.exec(select(LetterRow))))


async def last_entry(house: House) -> int:
    async with house.sessions() as session:
        return max(await session.exec(select(TrailEntry.number)))


async def all_foreseen(house: House) -> Days:
    """Of each farm: when, which act, about which body; the certificate's own end is nobody's act."""
    found: Days = {}
    async with house.sessions() as session:
        moment = await now(session)
        for farm_id in await session.exec(select(Farm.farm_id)):
            situation = await situation_of(session, farm_id)
            assert situation is not None
            lines = [
                (one.at, one.act.value, one.body)
                for one in foreseen(situation, moment)
                if one.act is not None and one.at <= ENDS
            ]
            found[farm_id] = sorted(lines, key=str)
    return found


async def all_happened(house: House, began: int) -> Days:
    found: Days = defaultdict(list)
    async with house.sessions() as session:
        query = select(TrailEntry).where(TrailEntry.number > began, TrailEntry.chain != "house")
        for entry in await session.exec(query.where(col(TrailEntry.act).not_in(ECHOES))):
            found[entry.chain].append((entry.at, entry.act, entry.facts.get("body")))
        for farm_id in await session.exec(select(Farm.farm_id)):
            found[farm_id].sort(key=str)
    return found
