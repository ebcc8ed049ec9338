"""Each dairy hears once of what changed for its suppliers' certificates, and of nothing else."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import select, update
from sqlmodel import col

from records.dairy_digest import plan_dairy_digests
from records.database import Sessions
from records.farm import Dairy, Farm
from records.house import PracticeClock
from records.person import StaffMailRow
from scheme.certificate import Status
from scheme.days import start_of_day
from tests.records.test_issuing import issued, set_on
from tests.world import number

FIRST = date(2025, 11, 1)


@pytest_asyncio.fixture
async def supplied(world: Sessions) -> Sessions:
    """Farms 1 and 2 deliver to a dairy that hears of it, farm 3 to one without an address; certificates until 1 Dec."""
    async with world.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkerij Ten Bos", language="fr", email="bos@dairy.example"))
        session.add(Dairy(dairy_id="D-002", name="Melkerij Zonder", language="nl"))
        await session.flush()
        for place, dairy in ((1, "D-001"), (2, "D-001"), (3, "D-002")):
            columns = {"dairy_id": dairy, "supplier_number": f"S{place}"}
            await session.execute(update(Farm).where(col(Farm.farm_id) == number(place)).values(columns))
    return world


async def told(sessions: Sessions, on: date) -> Sequence[tuple[str, str, str | None]]:
    """The lines of the mails that this day brings: supplier, status, last day."""
    async with sessions.begin() as session:
        now: datetime = start_of_day(on)
        await session.execute(update(PracticeClock).values(now=now))
        await plan_dairy_digests(session)
    async with sessions() as session:
        mails = select(StaffMailRow).where(col(StaffMailRow.kind) == "dairy-digest", col(StaffMailRow.day) == on)
        words: list[Any] = [row.words for row in (await session.execute(mails)).scalars()]
    return [(line["supplier_number"], line["status"], line["until"]) for each in words for line in each["lines"]]


async def days_told(sessions: Sessions, on: date) -> Sequence[tuple[str | None, str | None]]:
    """Of each line of that day's mails since when the status holds, and since when the last day where that is later."""
    await told(sessions, on)
    async with sessions() as session:
        mails = select(StaffMailRow).where(col(StaffMailRow.kind) == "dairy-digest", col(StaffMailRow.day) == on)
        words: list[Any] = [row.words for row in (await session.execute(mails)).scalars()]
    return [(line["since"], line.get("moved")) for each in words for line in each["lines"]]


async def test_a_dairy_begins_with_what_stands_there_and_then_hears_of_changes_once(supplied: Sessions) -> None:
    assert await told(supplied, FIRST) == []
    new = await issued(supplied)
    assert await told(supplied, date(2025, 11, 4)) == []
    assert await told(supplied, date(2025, 12, 2)) == [("S1", "valid", "2028-12-01"), ("S2", "expired", "2025-12-01")]
    assert await told(supplied, date(2025, 12, 3)) == []
    await set_on(supplied, new, Status.SUSPENDED, date(2025, 12, 5))
    assert await told(supplied, date(2025, 12, 5)) == [("S1", "suspended", "2028-12-01")]


async def test_a_day_that_nobody_looked_and_a_decision_that_reaches_back_are_told(supplied: Sessions) -> None:
    new = await issued(supplied)
    await told(supplied, FIRST)
    await told(supplied, date(2026, 1, 5))
    await set_on(supplied, new, Status.WITHDRAWN, date(2025, 12, 20))
    assert await told(supplied, date(2026, 3, 1)) == [("S1", "withdrawn", "2028-12-01")]


async def test_each_line_tells_the_day_of_its_change_however_late_the_mail_is(supplied: Sessions) -> None:
    new = await issued(supplied)
    await told(supplied, FIRST)
    assert await days_told(supplied, date(2025, 12, 9)) == [("2025-12-02", None), ("2025-12-02", None)]
    await set_on(supplied, new, Status.SUSPENDED, date(2025, 12, 10))
    assert await days_told(supplied, date(2025, 12, 12)) == [("2025-12-10", None)]
    await set_on(supplied, new, Status.VALID, date(2025, 12, 20))
    assert await days_told(supplied, date(2025, 12, 28)) == [("2025-12-20", None)]
    await set_on(supplied, new, Status.VALID, date(2026, 1, 3), date(2029, 6, 1))
    assert await days_told(supplied, date(2026, 1, 5)) == [("2025-12-20", "2026-01-03")]


async def test_a_supplier_that_stops_and_one_that_comes_are_told(supplied: Sessions) -> None:
    await told(supplied, FIRST)
    async with supplied.begin() as session:
        await session.execute(update(Farm).where(col(Farm.farm_id) == number(1)).values(stopped_on=FIRST))
        await session.execute(update(Farm).where(col(Farm.farm_id) == number(3)).values(dairy_id="D-001"))
    assert await told(supplied, date(2025, 11, 2)) == [("S1", "ended", "2025-12-01"), ("S3", "valid", "2025-12-01")]


async def test_once_a_day_and_never_to_a_dairy_without_an_address(supplied: Sessions) -> None:
    await told(supplied, FIRST)
    assert len(await told(supplied, date(2025, 12, 2))) == 2
    assert len(await told(supplied, date(2025, 12, 2))) == 2
    async with supplied() as session:
        rows = (await session.execute(select(StaffMailRow))).scalars().all()
    assert [(row.dairy_id, row.person_id, row.words["address"], row.words["language"]) for row in rows] == [
        ("D-001", None, "bos@dairy.example", "fr")
    ]
