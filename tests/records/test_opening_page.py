"""A page of a round in one transaction writes what its farms one by one would."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import MemberRow, RoundRow
from records.database import Sessions
from records.opening import open_member, page_of, round_of
from records.opening_page import open_members
from scheme.choice_round import ChoiceRound, Member
from tests.world import ROUND, begin_round, change, column, number, run_round, table

# Moments in real time differ from one transaction to the next.
REAL = {"created_at", "next_attempt_at", "due_at", "decided_at", "canonical", "sha256", "previous_sha256", "number"}
TABLES = ("case_file", "choice", "deadline", "letter", "outbox", "trail")
Open = Callable[[AsyncSession, ChoiceRound, list[Member]], Awaitable[None]]


async def one_by_one(session: AsyncSession, opened: ChoiceRound, members: list[Member]) -> None:
    for member in members:
        assert await open_member(session, opened, member) is None


async def rows_after(sessions: Sessions, open_all: Open) -> dict[str, list[dict[str, Any]]]:
    """What stands in the tables once all are open, taken back again."""
    async with sessions() as session:
        opened, members = await round_of(session, ROUND), await page_of(session, ROUND, None, 10)
        await open_all(session, opened, members)
        found = {
            name: (await session.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).mappings() for name in TABLES
        }
        return {
            name: [{key: row[key] for key in row if key not in REAL} for row in rows] for name, rows in found.items()
        }


async def test_a_page_is_as_its_farms_one_by_one(world: Sessions) -> None:
    await begin_round(world)
    single, page = await rows_after(world, one_by_one), await rows_after(world, open_members)
    told = [row["news_id"] for row in single.pop("outbox")]
    # That letters wait is told once a page.
    assert [row["news_id"] for row in page.pop("outbox")] == [
        news for news in told if not (news.endswith("#letters-1") and number(1) not in news)
    ]
    for rows in (*single.values(), *page.values()):
        rows.sort(key=str)
    assert page == single
    assert len(page["letter"]) == 3


async def test_a_farm_that_a_rule_refuses_is_left_out_and_counted(world: Sessions) -> None:
    await begin_round(world)
    await change(
        world, "UPDATE farm SET standing = 'stopped', stopped_on = '2025-01-15' WHERE farm_id = :farm", farm=number(2)
    )
    async with world.begin() as session:
        await open_members(session, await round_of(session, ROUND), await page_of(session, ROUND, None, 10))
    assert await column(world, "SELECT farm_id FROM choice ORDER BY 1") == [number(1), number(3)]
    assert [row.refused for row in await table(world, MemberRow)] == [None, "farm-stopped", None]
    (row,) = await table(world, RoundRow)
    assert (row.open, row.refused) == (2, 1)


async def test_a_page_again_changes_nothing(world: Sessions) -> None:
    await run_round(world)
    before = await column(world, "SELECT key FROM trail ORDER BY number")
    async with world.begin() as session:
        await open_members(session, await round_of(session, ROUND), await page_of(session, ROUND, None, 10))
    assert await column(world, "SELECT key FROM trail ORDER BY number") == before
    assert len(await column(world, "SELECT letter_key FROM letter")) == 3
