"""A certification's row, tasks and news; the certificate itself, in the transaction of its decision (design.md §11)."""

from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.issuing import issue
from records.notice import post_certification
from records.periodic_audit import CertificationRow
from records.task import TaskKind, TaskRow
from records.tasking import close_tasks, open_task
from records.telling import tell
from scheme.certification import Certification, State, validity_of
from scheme.days import local_day
from scheme.inbox import AnyStep
from scheme.lastenboek.outcome import Result
from scheme.news import Decided
from scheme.people import Role
from scheme.step import Act

# Who has to act next, by state.
_TASKS = {State.TO_REVIEW: TaskKind.CERTIFICATION_REVIEW, State.TO_DECIDE: TaskKind.CERTIFICATION_DECIDE}


async def save_certification(session: AsyncSession, case: Certification, step: AnyStep) -> None:
    """The row that lists and counts read; a task for whoever acts next; the audit hears of the decision."""
    values = certification_values(case)
    upsert = insert(CertificationRow).values(case_id=case.case_id, **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))
    await _save_tasks(session, case, step)
    if case.result is not None and case.closed_at is not None:
        await _issue(session, case, case.result, case.closed_at)
        await tell(session, case.case_id, case.audit, "decided", step.at, Decided(case.closed_at))
    await post_certification(session, case, step)


async def _issue(session: AsyncSession, case: Certification, result: Result, at: datetime) -> None:
    """The certificate that the decision gives, if it gives one."""
    valid = validity_of(case, result, local_day(at))
    if valid is None or case.decided_by is None:
        return
    await issue(
        session,
        farm_id=case.farm_id,
        case_id=case.case_id,
        validity=valid,
        edition=case.rules.edition,
        decided_by=case.decided_by,
        at=at,
    )


async def _save_tasks(session: AsyncSession, case: Certification, step: AnyStep) -> None:
    wanted = _TASKS.get(case.state)
    await _close_others(session, case, step, wanted)
    if wanted is not None:
        await open_task(
            session, f"{wanted.value}:{case.case_id}:{case.reviewed_by or ''}", wanted, step.at,
            due_on=case.decide_due, role=Role.DECISION_MAKER, farm_id=case.farm_id, case_id=case.case_id,
        )  # fmt: skip
    if step.act is Act.CERTIFICATION_LATE:
        await open_task(
            session, f"{TaskKind.CERTIFICATION_LATE.value}:{case.case_id}", TaskKind.CERTIFICATION_LATE, step.at,
            due_on=local_day(step.at), farm_id=case.farm_id, case_id=case.case_id,
            facts={"day": case.decide_due.isoformat()},
        )  # fmt: skip


async def _close_others(session: AsyncSession, case: Certification, step: AnyStep, wanted: TaskKind | None) -> None:
    """What was asked in an earlier state is done; that the decision is late stands until it is made."""
    done = [kind.value for kind in _TASKS.values() if kind is not wanted]
    done += [] if case.open else [TaskKind.CERTIFICATION_LATE.value]
    which = and_(col(TaskRow.case_id) == case.case_id, col(TaskRow.kind).in_(done))
    await close_tasks(session, which, step.actor, step.at)


def certification_values(case: Certification) -> dict[str, str | date | datetime | None]:
    """The columns of a decision's row that its state gives."""
    return {
        "farm_id": case.farm_id,
        "audit_id": case.audit,
        "state": case.state.value,
        "opened_at": case.opened_at,
        "decide_due": case.decide_due,
        "reviewed_by": case.reviewed_by,
        "advice": None if case.advice is None else case.advice.value,
        "decided_by": case.decided_by,
        "result": None if case.result is None else case.result.value,
        "valid_from": case.valid_from,
        "valid_until": case.valid_until,
        "closed_at": case.closed_at,
    }
