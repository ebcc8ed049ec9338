"""Tasks that wait in the small world, and a hand that opens them."""

from datetime import UTC, date, datetime

from records.database import Sessions
from records.person import AbsenceRow
from records.task import TaskKind, TaskRow
from records.tasking import open_task
from scheme.people import Role

# Wed 2025-01-15, 09:00 in Brussels, as the house of tests/api/asked.py begins.
AT = datetime(2025, 1, 15, 8, tzinfo=UTC)
REFUSED = "letter-refused:choice:2025:F-000001:choice"
LATE = "matter-late:1"
PLANNING = "matter-late:2"


async def open_tasks(sessions: Sessions) -> None:
    """A refused letter of farm 1, due on the 17th; a matter of farm 2 late since the 12th; one for body 1's planner."""
    async with sessions.begin() as session:
        await open_task(
            session, REFUSED, TaskKind.LETTER_REFUSED, AT, due_on=date(2025, 1, 17), farm_id="F-000001",
            facts={"letter": "choice:2025:F-000001:choice"},
        )  # fmt: skip
        await open_task(session, LATE, TaskKind.MATTER_LATE, AT, due_on=date(2025, 1, 12), farm_id="F-000002")
        await open_task(
            session, PLANNING, TaskKind.MATTER_LATE, AT, due_on=date(2025, 1, 16), role=Role.PLANNER, body_id="B-01",
            farm_id="F-000001",
        )  # fmt: skip


async def is_away(sessions: Sessions, person: str, substitute: str, until: date = date(2025, 1, 20)) -> None:
    """The person is away from the 10th; somebody stands in."""
    async with sessions.begin() as session:
        session.add(
            AbsenceRow(
                absence_id=f"away-{person}",
                person_id=person,
                away_from=date(2025, 1, 10),
                away_until=until,
                substitute=substitute,
            )
        )


async def the_task(sessions: Sessions, task_id: str) -> TaskRow:
    """The row as it stands."""
    async with sessions() as session:
        return await session.get_one(TaskRow, task_id)
