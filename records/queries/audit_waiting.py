"""A choice that ended while an earlier audit was held back its own: the audit opens when the earlier one lets it.

An audit that is held keeps its farm's next one waiting until it is decided about; what is left of it then, findings of
grade B, is put right beside the next (decision 26).
"""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.counted import latest
from scheme.certification import State as Decision
from scheme.choice import State as ChoiceState
from scheme.ids import CaseId
from scheme.periodic_audit import BEFORE_THE_VISIT, State

_WITH_BODY = (ChoiceState.CHOSEN.value, ChoiceState.ASSIGNED.value)


async def waiting_choice(session: AsyncSession, farm_id: str) -> ChoiceRow | None:
    """The farm's last choice, where it ended with a body while an earlier audit ran and has no audit yet."""
    return (await session.exec(select(ChoiceRow).where(ChoiceRow.farm_id == farm_id, waits_for_audit()))).first()


def waits_for_audit() -> ColumnElement[bool]:
    """The condition on choices: the farm's last one, it ended with a body while an audit ran, and has none yet."""
    choice, audit = ChoiceRow, AuditRow
    has_one = select(1).where(col(audit.choice_id) == col(choice.case_id)).correlate(choice).exists()
    earlier = select(1).where(col(audit.farm_id) == col(choice.farm_id), col(audit.opened_at) <= col(choice.closed_at))
    ran = earlier.where(col(audit.closed_at).is_(None) | (col(audit.closed_at) >= col(choice.closed_at)))
    return and_(
        col(choice.state).in_(_WITH_BODY), latest(choice), ~has_one, ran.correlate(choice).exists(),
    )  # fmt: skip


async def audit_of_choice(session: AsyncSession, choice: CaseId) -> CaseId | None:
    """The audit that followed a choice already, unless another choice took its place."""
    query = select(AuditRow.case_id).where(AuditRow.choice_id == choice, AuditRow.state != State.CANCELLED.value)
    found = (await session.exec(query.order_by(col(AuditRow.opened_at).desc(), col(AuditRow.case_id)))).first()
    return None if found is None else CaseId(found)


async def holds_back(session: AsyncSession, audit: AuditRow) -> bool:
    """Whether an open audit of an earlier choice keeps the next one waiting: it is held, and not decided about."""
    if audit.state in BEFORE_THE_VISIT or audit.decided_at is not None:
        return False
    at_once = select(AuditRow.case_id).where(AuditRow.case_id == audit.case_id, is_decided())
    return (await session.exec(at_once)).first() is None


def is_decided() -> ColumnElement[bool]:
    """The condition on audits: decided about; the news of it may still be on its way to the audit."""
    decided = select(1).where(
        col(CertificationRow.audit_id) == col(AuditRow.case_id), col(CertificationRow.result).is_not(None)
    )
    return or_(col(AuditRow.decided_at).is_not(None), decided.correlate(AuditRow).exists())


async def was_refused(session: AsyncSession, audit: AuditRow) -> bool:
    """Whether what was decided about this audit, or about the one that it goes on from, is a refusal."""
    decided = select(CertificationRow.case_id).join(AuditRow, col(AuditRow.case_id) == col(CertificationRow.audit_id))
    refused = decided.where(AuditRow.choice_id == audit.choice_id, CertificationRow.state == Decision.REFUSED.value)
    return (await session.exec(refused)).first() is not None
