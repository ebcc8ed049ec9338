"""The tasks of a periodic audit: plan, report, judge a proof; for the secretariat where a day has passed."""

from dataclasses import replace

from sqlalchemy import and_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.letter_task import ABOUT_LETTERS
from records.task import TaskKind, TaskRow
from records.tasking import close_task, close_tasks, open_task
from scheme.days import add_days, local_day
from scheme.inbox import AnyStep
from scheme.people import Role
from scheme.periodic_audit import ActionState, Finding, PeriodicAudit, State
from scheme.step import Act

# Days for the inspection body to say what it thinks of a proof.
JUDGE_WITHIN_DAYS = 14


async def save_tasks(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """Open and close what follows from the step."""
    if not audit.open:
        await _close_all(session, audit, step)
        await _call_off(session, audit, step)
        return
    match step.act:
        case Act.AUDIT_OPENED:
            await _plan(session, audit, step)
        case Act.AUDIT_RUNS_AGAIN:
            await _again(session, audit, step)
        case Act.AUDIT_PLAN_LATE:
            await _late(session, audit, step, TaskKind.AUDIT_PLAN_LATE)
        case Act.FIRST_AUDIT_LATE:
            await _late(session, audit, step, TaskKind.FIRST_AUDIT_LATE)
        case Act.AUDIT_PLANNED | Act.AUDIT_MOVED | Act.REPORT_TAKEN_BACK:
            await _report(session, audit, step)
        case Act.AUDIT_REPORT_LATE:
            await _late(session, audit, step, TaskKind.AUDIT_REPORT_LATE)
        case Act.AUDIT_REPORTED:
            await _close_all(session, audit, step)
        case _:
            await _corrections(session, audit, step)


def audit_task(kind: TaskKind, audit: PeriodicAudit, word: str = "") -> str:
    """Id of a task of this audit."""
    return f"{kind.value}:{audit.case_id}" + (f":{word}" if word else "")


async def _plan(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    await open_task(
        session, audit_task(TaskKind.AUDIT_PLAN, audit), TaskKind.AUDIT_PLAN, step.at, due_on=audit.plan_due,
        role=Role.PLANNER, body_id=audit.body, farm_id=audit.farm_id, case_id=audit.case_id,
    )  # fmt: skip


async def _report(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """The planned auditor has it; whoever had it before has it no more."""
    await _close_all(session, audit, step)
    if audit.state is State.PLANNED and audit.visit is not None and audit.report_due is not None:
        await open_task(
            session, audit_task(TaskKind.AUDIT_REPORT, audit, str(audit.revision)), TaskKind.AUDIT_REPORT, step.at,
            due_on=audit.report_due, role=Role.AUDITOR, body_id=audit.body, person=audit.visit.auditor,
            farm_id=audit.farm_id, case_id=audit.case_id, facts={"day": local_day(audit.visit.at).isoformat()},
        )  # fmt: skip


async def _again(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """What was asked when the stop came is asked again; the visit is not to be called off any more."""
    called_off = audit_task(TaskKind.VISIT_CALLED_OFF, replace(audit, case_id=audit.continues[-1]))
    await close_task(session, called_off, step.actor, step.at)
    match audit.state:
        case State.TO_PLAN:
            await _plan(session, audit, step)
        case State.PLANNED:
            await _report(session, audit, step)
        case _:
            await _corrections(session, audit, step)


async def _call_off(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """A visit that lies ahead of an audit that ends does not take place: its planner is told."""
    visits = [one for one in (audit.visit, audit.follow_up) if one is not None and one.at > step.at]
    if not visits:
        return
    day = local_day(visits[-1].at)
    await open_task(
        session, audit_task(TaskKind.VISIT_CALLED_OFF, audit), TaskKind.VISIT_CALLED_OFF, step.at, due_on=day,
        role=Role.PLANNER, body_id=audit.body, farm_id=audit.farm_id, case_id=audit.case_id,
        facts={"day": day.isoformat()},
    )  # fmt: skip


async def _late(session: AsyncSession, audit: PeriodicAudit, step: AnyStep, kind: TaskKind) -> None:
    await open_task(
        session, audit_task(kind, audit, str(audit.revision)), kind, step.at, due_on=local_day(step.at),
        farm_id=audit.farm_id, case_id=audit.case_id,
        facts={"body": audit.body, "day": None if step.day is None else step.day.isoformat()},
    )  # fmt: skip


async def _corrections(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """A proof waits for the body's word; an action whose day has passed for the secretariat."""
    for finding in audit.findings:
        task_id = audit_task(TaskKind.CORRECTION_JUDGE, audit, f"{finding.number}:{finding.proofs}")
        if finding.state is ActionState.PROVEN:
            await _judge(session, audit, step, finding, task_id)
        else:
            await close_task(session, task_id, step.actor, step.at)
        if finding.state is ActionState.OVERDUE and step.act is Act.CORRECTION_OVERDUE:
            await _overdue(session, audit, step, finding)
        if finding.state is ActionState.PROVEN and step.act is Act.CORRECTION_IN_TIME:
            await close_task(session, _overdue_task(audit, finding.number, finding.proofs - 1), step.actor, step.at)


async def _judge(session: AsyncSession, audit: PeriodicAudit, step: AnyStep, finding: Finding, task_id: str) -> None:
    if finding.proofs > 1:
        earlier = f"{finding.number}:{finding.proofs - 1}"
        await close_task(session, audit_task(TaskKind.CORRECTION_JUDGE, audit, earlier), step.actor, step.at)
    await open_task(
        session, task_id, TaskKind.CORRECTION_JUDGE, step.at, due_on=add_days(local_day(step.at), JUDGE_WITHIN_DAYS),
        role=Role.AUDITOR, body_id=audit.body, person=audit.auditor, farm_id=audit.farm_id, case_id=audit.case_id,
        facts={"requirement": finding.number},
    )  # fmt: skip


async def _overdue(session: AsyncSession, audit: PeriodicAudit, step: AnyStep, finding: Finding) -> None:
    await open_task(
        session, _overdue_task(audit, finding.number, finding.proofs), TaskKind.CORRECTION_OVERDUE, step.at,
        due_on=local_day(step.at), farm_id=audit.farm_id, case_id=audit.case_id,
        facts={
            "requirement": finding.number, "grade": finding.grade.value, "body": audit.body,
            "day": None if finding.due is None else finding.due.isoformat(),
        },
    )  # fmt: skip


def _overdue_task(audit: PeriodicAudit, number: str, proofs: int) -> str:
    """An action may be overdue again after a proof that had come in time: each time has its own task."""
    return audit_task(TaskKind.CORRECTION_OVERDUE, audit, f"{number}:{proofs}" if proofs else number)


async def _close_all(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    # What is overdue stays for a person, unless nothing hangs on it any more; the task of a letter is over when that is
    # out or withdrawn.
    stays = () if step.act is Act.AUDIT_FOLLOWED else (TaskKind.CORRECTION_OVERDUE,)
    left = [kind.value for kind in (*stays, *ABOUT_LETTERS)]
    which = and_(col(TaskRow.case_id) == audit.case_id, col(TaskRow.kind).not_in(left))
    await close_tasks(session, which, step.actor, step.at)
