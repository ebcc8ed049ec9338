"""A farm that moved, or that a merger or a split made another one: whether an audit of it as it is now is due.

Its certificate runs on until then, and says what it said. After a takeover it ends: the farm is one that applied.
"""

from datetime import date

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.undecided_change import undecided
from scheme.days import add_days
from scheme.errors import Refusal, Rule
from scheme.farm_change import STATED, Change, State

# What leaves the certificate running where a new audit is needed, with why it is not written anew by hand until then.
RUNS_ON = {
    Change.MOVE: Rule.SITE_AUDIT_DUE,
    Change.MERGER: Rule.MERGER_AUDIT_DUE,
    Change.SPLIT: Rule.SPLIT_AUDIT_DUE,
}


async def change_due(session: AsyncSession, farm_id: str) -> FarmChangeRow | None:
    """The first change after which an audit of the farm is due; None where none is."""
    return next(iter(await changes_due(session, farm_id)), None)


async def due_since(session: AsyncSession, farm_id: str) -> date | None:
    """Since when the farm is another one, of which an audit is due; None where none is."""
    change = await change_due(session, farm_id)
    return None if change is None else change.happened_on


async def due_after(session: AsyncSession, farm_id: str) -> Change | None:
    """What happened to the farm, an audit of which is due; None where none is."""
    change = await change_due(session, farm_id)
    return None if change is None else Change(change.what)


async def changes_due(session: AsyncSession, farm_id: str) -> list[FarmChangeRow]:
    """The moves, mergers and splits after which an audit is due, by their day.

    It is due from the decision that says so until an audit that was held since then leads to a certificate. A later
    move that is decided about takes the place of an earlier one; a merger whose other farm takes part again is none.
    """
    row = FarmChangeRow
    decided = select(row).where(
        col(row.farm_id) == farm_id,
        col(row.what).in_([what.value for what in RUNS_ON]),
        col(row.decided_at).is_not(None),
    )
    in_order = decided.order_by(col(row.decided_at), col(row.case_id)).execution_options(populate_existing=True)
    found: list[FarmChangeRow] = list((await session.execute(in_order)).scalars())
    last_move = next((one for one in reversed(found) if one.what == Change.MOVE), None)
    standing = [one for one in found if one.state == State.NEW_AUDIT and (one.what != Change.MOVE or one is last_move)]
    due = [one for one in standing if await _happened(session, one) and not await _audited(session, one)]
    return sorted(due, key=lambda one: one.happened_on)


async def not_audited(session: AsyncSession, farm_id: str) -> list[tuple[FarmChangeRow, frozenset[str]]]:
    """Changes whose audit is due, with what each stated of the farm and no later one that passed stated anew.

    By columns of the register: the certificate that runs on goes on saying what it said before.
    """
    if not (due := await changes_due(session, farm_id)):
        return []
    row = FarmChangeRow
    query = select(col(row.what), col(row.decided_at)).where(
        col(row.farm_id) == farm_id, col(row.state) == State.PASSED.value
    )
    passed = [(STATED[Change(what)], decided_at) for what, decided_at in await session.execute(query)]
    return [
        (one, frozenset(STATED[Change(one.what)]).difference(*(said for said, at in passed if at >= one.decided_at)))
        for one in due
    ]


async def no_version(session: AsyncSession, farm_id: str) -> Refusal | None:
    """Why no new version of the farm's certificate is written by hand now; None where one may be.

    What is printed already may be printed again all the same.
    """
    if (day := await undecided(session, farm_id)) is not None:
        return Refusal(Rule.HOLDER_UNDECIDED, day)
    change = await change_due(session, farm_id)
    return None if change is None else Refusal(RUNS_ON[Change(change.what)], change.happened_on)


async def _happened(session: AsyncSession, change: FarmChangeRow) -> bool:
    """Whether it still did: where the stop of a merged farm is taken back, nothing of it is part of this one."""
    if change.what != Change.MERGER or change.other_farm is None:
        return True
    stopped = select(col(Farm.stopped_on)).where(col(Farm.farm_id) == change.other_farm)
    return (await session.execute(stopped)).scalar_one_or_none() == add_days(change.happened_on, -1)


async def _audited(session: AsyncSession, change: FarmChangeRow) -> bool:
    """Whether an audit that was held since then led to a certificate after the decision."""
    certified = select(col(CertificationRow.case_id)).join(
        AuditRow, col(AuditRow.case_id) == col(CertificationRow.audit_id)
    )
    since = certified.where(
        col(CertificationRow.farm_id) == change.farm_id, col(CertificationRow.valid_from).is_not(None),
        col(CertificationRow.closed_at) >= change.decided_at, col(AuditRow.audited_on) >= change.happened_on,
    )  # fmt: skip
    return (await session.execute(since.limit(1))).first() is not None
