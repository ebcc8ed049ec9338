"""The row and tasks of what happened to a farm; what its decision does to the certificate, at once (design.md §11)."""

from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm_changed import FarmChangeRow
from records.merging import still_merged
from records.passing import audit_anew, end_with_holder, go_on
from records.status_letter import post_change
from records.task import TaskKind, TaskRow
from records.tasking import close_tasks, open_task
from scheme.days import local_day
from scheme.farm_change import FarmChange, State
from scheme.inbox import AnyStep
from scheme.people import Role
from scheme.step import Act

# Who has to act next, by state.
_TASKS = {State.TO_REVIEW: TaskKind.CHANGE_REVIEW, State.TO_DECIDE: TaskKind.CHANGE_DECIDE}
# What a decision does; each gives the number that the letter names, or None where no letter goes.
_WAYS = {
    Act.CHANGE_PASSED: go_on,
    Act.CHANGE_NEW_AUDIT: end_with_holder,
    Act.MOVE_PASSED: go_on,
    Act.MOVE_NEW_AUDIT: audit_anew,
    Act.MERGER_PASSED: go_on,
    Act.MERGER_NEW_AUDIT: audit_anew,
    Act.SPLIT_PASSED: go_on,
    Act.SPLIT_NEW_AUDIT: audit_anew,
}


async def save_farm_change(session: AsyncSession, case: FarmChange, step: AnyStep) -> None:
    """The row that lists and pages read; a task for whoever acts next; what was decided is done at once."""
    values = change_values(case)
    upsert = insert(FarmChangeRow).values(case_id=case.case_id, **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))
    await _save_tasks(session, case, step)
    if step.act not in _WAYS:
        return
    number = await _WAYS[step.act](session, case, step)
    # No letter tells of a merger whose other farm takes part again since a moment ago.
    if await still_merged(session, case, step.at) and number is not None:
        await post_change(session, case, step, number)


async def _save_tasks(session: AsyncSession, case: FarmChange, step: AnyStep) -> None:
    wanted = _TASKS.get(case.state)
    done = [kind.value for kind in _TASKS.values() if kind is not wanted]
    done += [] if wanted else [TaskKind.CHANGE_LATE.value]
    which = and_(col(TaskRow.case_id) == case.case_id, col(TaskRow.kind).in_(done))
    await close_tasks(session, which, step.actor, step.at)
    if wanted is not None:
        await open_task(
            session, f"{wanted.value}:{case.case_id}:{case.reviewed_by or ''}", wanted, step.at,
            due_on=case.decide_due, role=Role.DECISION_MAKER, farm_id=case.farm_id, case_id=case.case_id,
        )  # fmt: skip
    if step.act is Act.CHANGE_LATE:
        await open_task(
            session, f"{TaskKind.CHANGE_LATE.value}:{case.case_id}", TaskKind.CHANGE_LATE, step.at,
            due_on=local_day(step.at), farm_id=case.farm_id, case_id=case.case_id,
            facts={"day": case.decide_due.isoformat()},
        )  # fmt: skip


def change_values(case: FarmChange) -> dict[str, str | date | datetime | None]:
    """The columns of its row that its state gives."""
    return {
        "farm_id": case.farm_id,
        "what": case.asked.what.value,
        "happened_on": case.asked.on,
        "body": case.asked.body,
        "state": case.state.value,
        "opened_at": case.opened_at,
        "asked_by": case.asked_by,
        "decide_due": case.decide_due,
        "reviewed_by": case.reviewed_by,
        "advice": None if case.advice is None else case.advice.value,
        "decided_by": case.decided_by,
        "decided_at": case.decided_at,
        "closed_at": case.closed_at,
        "other_farm": case.asked.other,
    }
