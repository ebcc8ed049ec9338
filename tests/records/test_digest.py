"""The daily mail is planned once per person and day, for who wants it, where something waits."""

from datetime import UTC, date, datetime

import pytest

from records.database import Sessions
from records.digest import next_morning, plan_digests
from records.person import PersonRow, StaffMailRow
from records.queries.person import add_person
from records.task import TaskKind
from records.tasking import open_task
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Role
from tests.world import change, set_clock, table

MONDAY = datetime(2025, 1, 13, 8, tzinfo=UTC)  # Mon 2025-01-13 09:00 in Brussels
SATURDAY = datetime(2025, 1, 18, 8, tzinfo=UTC)


async def plan(sessions: Sessions, at: datetime = MONDAY) -> int:
    await set_clock(sessions, at)
    async with sessions.begin() as session:
        return await plan_digests(session)


async def people(sessions: Sessions) -> None:
    """Four who want a mail in four ways, and one task for the secretariat."""
    wants = (("daily", "an@ikm.example"), ("weekdays", "bo@ikm.example"), ("never", "co@ikm.example"), ("daily", None))
    async with sessions.begin() as session:
        for number, (digest, email) in enumerate(wants, 1):
            person = PersonId(f"P-{number:04}")
            await add_person(
                session, person, f"p{number}", f"An {number}", Role.SECRETARIAT, None, Language.FR, "x" * 12
            )
            row = await session.get_one(PersonRow, person)
            row.digest, row.email = digest, email
        await open_task(session, "late:1", TaskKind.MATTER_LATE, MONDAY, due_on=date(2025, 1, 10), farm_id="F-000001")


async def mailed(sessions: Sessions) -> list[str]:
    return [row.mail_id for row in await table(sessions, StaffMailRow)]


async def test_once_a_day_for_who_wants_it(world: Sessions) -> None:
    await people(world)
    assert [await plan(world), await plan(world)] == [2, 0]
    assert await mailed(world) == ["digest:P-0001:2025-01-13", "digest:P-0002:2025-01-13"]
    row = (await table(world, StaffMailRow))[0]
    assert (row.words["language"], row.words["free"]["tasks"][0]["days_left"], row.words["mine"]["total"]) == (
        "fr",
        -3,
        0,
    )
    # Nothing on a Saturday for who wants it on working days.
    assert await plan(world, SATURDAY) == 1


async def test_nothing_where_nothing_waits(world: Sessions) -> None:
    await people(world)
    await change(world, "UPDATE task SET closed_at = now()")
    assert await plan(world) == 0


async def test_a_task_that_sleeps_is_not_told(world: Sessions) -> None:
    await people(world)
    await change(world, "UPDATE task SET person = 'P-0001', follow_up_on = '2025-01-14'")
    assert (await plan(world), await plan(world, datetime(2025, 1, 14, 8, tzinfo=UTC))) == (0, 1)


@pytest.mark.parametrize(
    ("hour", "planned", "morning"),
    [(5, 0, datetime(2025, 1, 13, 6, tzinfo=UTC)), (6, 2, datetime(2025, 1, 14, 6, tzinfo=UTC))],
    ids=["before seven in Brussels", "from seven on"],
)
async def test_a_house_for_real_writes_in_the_morning(
    world: Sessions, monkeypatch: pytest.MonkeyPatch, hour: int, planned: int, morning: datetime
) -> None:
    await people(world)
    await set_clock(world, datetime(2025, 1, 13, hour, tzinfo=UTC))

    async def no_practice_clock(_session: object) -> None:
        return None

    monkeypatch.setattr("records.digest.practice_clock", no_practice_clock)
    async with world.begin() as session:
        assert (await plan_digests(session), await next_morning(session)) == (planned, morning)


async def test_practice_knows_no_morning(world: Sessions) -> None:
    async with world() as session:
        assert await next_morning(session) is None
