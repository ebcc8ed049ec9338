"""A farm that moved: whether an audit of its new site is due, and whether its certificate may be written anew."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.undecided_change import undecided
from scheme.errors import Refusal, Rule
from scheme.farm_change import Change, State


async def site_due(session: AsyncSession, farm_id: str) -> date | None:
    """Since when the milk is produced at a site of which an audit is due; None where none is."""
    change = await site_change(session, farm_id)
    return None if change is None else change.happened_on


async def site_change(session: AsyncSession, farm_id: str) -> FarmChangeRow | None:
    """The move after which an audit of the new site is due; None where none is.

    It is due from the decision that says so until an audit that was held there leads to a certificate, or a later move
    is decided about.
    """
    row = FarmChangeRow
    moves = select(row).where(
        col(row.farm_id) == farm_id, col(row.what) == Change.MOVE.value, col(row.decided_at).is_not(None)
    )
    last: FarmChangeRow | None = (
        await session.execute(moves.order_by(col(row.decided_at).desc()).limit(1))
    ).scalar_one_or_none()
    if last is None or last.state != State.NEW_AUDIT:
        return None
    certified = select(col(CertificationRow.case_id)).join(
        AuditRow, col(AuditRow.case_id) == col(CertificationRow.audit_id)
    )
    there = certified.where(
        col(CertificationRow.farm_id) == farm_id, col(CertificationRow.valid_from).is_not(None),
        col(CertificationRow.closed_at) >= last.decided_at, col(AuditRow.audited_on) >= last.happened_on,
    )  # fmt: skip
    return last if (await session.execute(there.limit(1))).first() is None else None


async def no_version(session: AsyncSession, farm_id: str) -> Refusal | None:
    """Why no new version of the farm's certificate is written by hand now; None where one may be.

    What is printed already may be printed again all the same.
    """
    if (day := await undecided(session, farm_id)) is not None:
        return Refusal(Rule.HOLDER_UNDECIDED, day)
    since = await site_due(session, farm_id)
    return None if since is None else Refusal(Rule.SITE_AUDIT_DUE, since)
