"""Audits that wait for ever: nobody is asked, no day comes, and nothing that is on its way will move them."""

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, DeadlineRow
from records.farm import Farm
from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.audit_due import RUNS_ON, changes_due
from records.queries.audit_waiting import is_decided, waits_for_audit
from records.queries.counted import of_farm
from records.submission import OutboxRow, SubmissionRow
from records.task import TaskRow
from scheme.farm_change import State
from scheme.farmer import Standing
from scheme.ids import FarmId, farmer_case


async def audits_of_nobody(session: AsyncSession) -> list[str]:
    """Open audits without a task, a day of their own, or a decision that is being made."""
    audit = AuditRow
    asked = select(TaskRow.task_id).where(TaskRow.case_id == audit.case_id, col(TaskRow.closed_at).is_(None))
    comes = select(DeadlineRow.kind).where(DeadlineRow.case_id == audit.case_id)
    decided = select(CertificationRow.case_id).where(
        CertificationRow.audit_id == audit.case_id, col(CertificationRow.closed_at).is_(None)
    )
    handed_in = select(SubmissionRow.submission_id).where(
        SubmissionRow.case_id == audit.case_id, col(SubmissionRow.settled_at).is_(None)
    )
    moved_by = (asked, comes, decided, handed_in)
    query = select(audit.case_id).where(
        col(audit.closed_at).is_(None), *(~one.correlate(audit).exists() for one in moved_by),
        ~_heard_of(audit.case_id), ~_heard_of(_farmer(audit.farm_id)),
    )  # fmt: skip
    return list(await session.exec(query.order_by(col(audit.case_id))))


async def audits_not_opened(session: AsyncSession) -> list[str]:
    """Choices whose audit waited for an earlier one that is over, or decided about, by now."""
    held = select(AuditRow.case_id).where(
        AuditRow.farm_id == Farm.farm_id, col(AuditRow.closed_at).is_(None), ~is_decided()
    )
    query = select(ChoiceRow.case_id).join(Farm, of_farm()).where(
        Farm.standing == Standing.ACTIVE.value, waits_for_audit(), ~held.correlate(Farm).exists(),
        ~_heard_of(_farmer(Farm.farm_id)),
    )  # fmt: skip
    return list(await session.exec(query.order_by(col(ChoiceRow.case_id))))


async def changes_not_audited(session: AsyncSession) -> list[str]:
    """Moves, mergers and splits after which an audit is due, with no choice and no audit that could become it."""
    change = FarmChangeRow
    runs = [
        select(row.case_id)
        .where(row.farm_id == change.farm_id, col(row.closed_at).is_(None))
        .correlate(change)
        .exists()
        for row in (ChoiceRow, AuditRow)
    ]
    # What was decided about an audit that was held since then is a person's word, also where it is a refusal.
    since = select(AuditRow.case_id).where(
        AuditRow.farm_id == change.farm_id, col(AuditRow.audited_on) >= col(change.happened_on)
    )
    query = select(change).join(Farm, col(Farm.farm_id) == col(change.farm_id)).where(
        col(change.what).in_([what.value for what in RUNS_ON]), change.state == State.NEW_AUDIT.value,
        Farm.standing == Standing.ACTIVE.value, col(Farm.expires_on) >= func.date(func.scheme_now()),
        *(~one for one in runs), ~since.correlate(change).exists(), ~_heard_of(_farmer(change.farm_id)),
    )  # fmt: skip
    found = list(await session.exec(query.order_by(col(change.case_id))))
    due = {one.case_id for row in found for one in await changes_due(session, row.farm_id)}
    return [row.case_id for row in found if row.case_id in due]


def _heard_of(case: Any) -> ColumnElement[bool]:  # a column
    """Whether news to this case is still on its way."""
    return select(OutboxRow.news_id).where(col(OutboxRow.target) == case, col(OutboxRow.settled_at).is_(None)).exists()


def _farmer(farm_id: Any) -> ColumnElement[str]:  # a column
    return func.concat(farmer_case(FarmId("")), farm_id)
