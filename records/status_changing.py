"""A status change's row and tasks; the certificate's turn, in the transaction of its decision (design.md §11)."""

from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.issuing import set_status
from records.queries.certificate import history_of
from records.status_change import StatusChangeRow
from records.status_letter import post_status
from records.task import TaskKind, TaskRow
from records.tasking import close_tasks, open_task
from records.telling import tell
from scheme.certificate import Status, status_on
from scheme.days import local_day
from scheme.ids import CaseId
from scheme.inbox import AnyStep
from scheme.news import SuspensionOver
from scheme.people import Role
from scheme.status_change import TURNS, State, StatusChange
from scheme.step import Act

# Who has to act next, by state.
_TASKS = {State.TO_REVIEW: TaskKind.STATUS_REVIEW, State.TO_DECIDE: TaskKind.STATUS_DECIDE}
_GRANTS = frozenset(turn.act for turn in TURNS.values())


async def save_status_change(session: AsyncSession, case: StatusChange, step: AnyStep) -> None:
    """The row that lists and pages read; a task for whoever acts next; what was granted is done at once."""
    values = status_values(case)
    upsert = insert(StatusChangeRow).values(case_id=case.case_id, **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))
    await _save_tasks(session, case, step)
    if step.act in _GRANTS:
        await _turn(session, case, step)
    if step.act is Act.SUSPENSION_PASSED and await _status(session, case, step.at) is Status.SUSPENDED:
        await _ask_secretariat(session, case, step, TaskKind.SUSPENSION_PASSED, case.suspended_until)


async def _turn(session: AsyncSession, case: StatusChange, step: AnyStep) -> None:
    """The certificate becomes what was decided, and the farmer is told; unless it was replaced or ended meanwhile."""
    turn = TURNS[case.asked.wanted]
    if await _status(session, case, step.at) not in turn.before:
        return
    await set_status(
        session, case.asked.certificate, turn.status, on=local_day(step.at), case_id=case.case_id, at=step.at,
        reason=case.asked.reason,
    )  # fmt: skip
    await post_status(session, case, step)
    if turn.status is not Status.SUSPENDED:
        await _end_suspension(session, case, step)


async def _end_suspension(session: AsyncSession, case: StatusChange, step: AnyStep) -> None:
    """The case that suspended it hears that this is over; whoever was asked what to do about it need not answer."""
    of_certificate = StatusChangeRow.number == case.asked.certificate
    running = select(StatusChangeRow.case_id).where(of_certificate, StatusChangeRow.state == State.SUSPENDED)
    for case_id in await session.exec(running):
        word = f"over-{case.case_id.replace(':', '-').lower()}"
        await tell(session, case.case_id, CaseId(case_id), word, step.at, SuspensionOver())
    which = and_(
        col(TaskRow.case_id).in_(select(StatusChangeRow.case_id).where(of_certificate)),
        col(TaskRow.kind) == TaskKind.SUSPENSION_PASSED.value,
    )
    await close_tasks(session, which, step.actor, step.at)


async def _save_tasks(session: AsyncSession, case: StatusChange, step: AnyStep) -> None:
    wanted = _TASKS.get(case.state)
    done = [kind.value for kind in _TASKS.values() if kind is not wanted]
    done += [] if wanted else [TaskKind.STATUS_LATE.value]
    which = and_(col(TaskRow.case_id) == case.case_id, col(TaskRow.kind).in_(done))
    await close_tasks(session, which, step.actor, step.at)
    if wanted is not None:
        await open_task(
            session, f"{wanted.value}:{case.case_id}:{case.reviewed_by or ''}", wanted, step.at,
            due_on=case.decide_due, role=Role.DECISION_MAKER, farm_id=case.farm_id, case_id=case.case_id,
        )  # fmt: skip
    if step.act is Act.STATUS_LATE:
        await _ask_secretariat(session, case, step, TaskKind.STATUS_LATE, case.decide_due)


async def _ask_secretariat(
    session: AsyncSession, case: StatusChange, step: AnyStep, kind: TaskKind, day: date | None
) -> None:
    await open_task(
        session, f"{kind.value}:{case.case_id}", kind, step.at, due_on=local_day(step.at), farm_id=case.farm_id,
        case_id=case.case_id, facts={"day": None if day is None else day.isoformat()},
    )  # fmt: skip


async def _status(session: AsyncSession, case: StatusChange, at: datetime) -> Status:
    return status_on(await history_of(session, case.asked.certificate), local_day(at))


def status_values(case: StatusChange) -> dict[str, str | bool | date | datetime | None]:
    """The columns of a status change's row that its state gives."""
    return {
        "farm_id": case.farm_id,
        "number": case.asked.certificate,
        "wanted": case.asked.wanted.value,
        "reason": case.asked.reason.value,
        "state": case.state.value,
        "opened_at": case.opened_at,
        "asked_by": case.asked_by,
        "decide_due": case.decide_due,
        "reviewed_by": case.reviewed_by,
        "advice": case.advice,
        "decided_by": case.decided_by,
        "decided_at": case.decided_at,
        "suspended_until": case.suspended_until,
        "closed_at": case.closed_at,
    }
