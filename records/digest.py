"""The daily mail that lists what waits: planned once per person and day, whoever notices the day first."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now, practice_clock
from records.person import PersonRow, StaffMailRow
from records.posting import NAMESPACE
from records.queries.listing import Paging
from records.queries.task import TaskLine, TaskSieve, tasks
from records.queries.task_sight import TaskView, viewer
from records.staff_mail import StaffMailState
from scheme.days import ZONE, local_day
from scheme.ids import PersonId
from scheme.people import Actor, Digest, Role

KIND = "digest"
# When the day's mail goes out in Brussels; a practice clock jumps, so there a day's mail goes as the day begins.
MORNING = time(7)
SATURDAY = 5
# Of each list; the mail says how many more there are.
SHOWN = Paging(1, 20)


async def plan_digests(session: AsyncSession) -> int:
    """Write today's mail of everybody who wants one and has something waiting; how many are new.

    Nothing before the morning, nothing twice: the row's id is the person and the day.
    """
    at = await now(session)
    today = local_day(at)
    if await practice_clock(session) is None and at.astimezone(ZONE).time() < MORNING:
        return 0
    planned = [await _plan(session, person, today, at) for person in await _due(session, today)]
    return sum(planned)


async def next_morning(session: AsyncSession) -> datetime | None:
    """When the next mails are to be planned, in real time; None in practice, where moving the clock plans them."""
    if await practice_clock(session) is not None:
        return None
    local = (await now(session)).astimezone(ZONE)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, ZONE).astimezone(UTC)


async def _due(session: AsyncSession, today: date) -> Sequence[PersonRow]:
    """Who wants a mail today and has not got it."""
    wants = [Digest.DAILY.value] if today.weekday() >= SATURDAY else [Digest.DAILY.value, Digest.WEEKDAYS.value]
    done = select(StaffMailRow.person_id).where(StaffMailRow.kind == KIND, StaffMailRow.day == today)
    query = select(PersonRow).where(
        col(PersonRow.digest).in_(wants),
        col(PersonRow.email).is_not(None),
        col(PersonRow.locked_at).is_(None),
        col(PersonRow.person_id).not_in(done),
    )
    return (await session.exec(query.order_by(col(PersonRow.person_id)))).all()


async def _plan(session: AsyncSession, person: PersonRow, today: date, at: datetime) -> int:
    looks = await viewer(session, Actor(PersonId(person.person_id), Role(person.role)), person.body_id)
    mine = await tasks(session, looks, TaskSieve(TaskView.MINE), SHOWN)
    free = await tasks(session, looks, TaskSieve(TaskView.GROUP, free=True), SHOWN)
    if not mine.total and not free.total:
        return 0
    mail_id = f"{KIND}:{person.person_id}:{today.isoformat()}"
    values = {
        "mail_id": mail_id,
        "person_id": person.person_id,
        "kind": KIND,
        "day": today,
        "words": {
            "name": person.name,
            "address": person.email,
            "language": person.language,
            "mine": {"total": mine.total, "tasks": [_words(line) for line in mine.items]},
            "free": {"total": free.total, "tasks": [_words(line) for line in free.items]},
        },
        "state": StaffMailState.PLANNED.value,
        "message_id": f"<{uuid.uuid5(NAMESPACE, mail_id)}@letters.ikm.example>",
        "planned_at": at,
        "due_at": text("clock_timestamp()"),
        "attempts": 0,
    }
    new = insert(StaffMailRow).values(values).on_conflict_do_nothing().returning(col(StaffMailRow.mail_id))
    return len((await session.execute(new)).all())


def _words(line: TaskLine) -> dict[str, str | int | None]:
    """A task as the mail tells it."""
    return {
        "task_id": line.row.task_id,
        "kind": line.kind.value,
        "farm": line.farm_name,
        "farm_id": line.row.farm_id,
        "due_on": line.row.due_on.isoformat(),
        "days_left": line.days_left,
    }
