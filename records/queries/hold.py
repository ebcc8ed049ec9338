"""What is held, by whom and why, and how many letters it touches (design.md §7, Hold)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import RoundRow
from records.letter import HoldRow, LetterRow, LetterState
from records.person import PersonRow
from records.queries.listing import AnySelect
from scheme.ids import POST

_GONE = (LetterState.HANDED_OVER.value, LetterState.PRINTED.value)
_WAITING = (LetterState.PLANNED.value, LetterState.TO_PRINT.value)


@dataclass(frozen=True)
class Hold:
    """Letters that may be held, and how many went out or wait.

    year: of the round, None for the whole house; held_by: by name, None where no account holds them; by_failures:
    failures of the mail server hold them, and paper goes on.
    gone: letters that went out; sending: with the mail server at this moment; waiting: the rest.
    """

    hold_id: str
    year: int | None
    held: bool
    reason: str | None
    held_by: str | None
    held_at: datetime | None
    gone: int
    sending: int
    waiting: int
    by_failures: bool = False


async def held(session: AsyncSession) -> tuple[Hold, ...]:
    """What is held now, and why."""
    query = _holds().where(col(HoldRow.held)).order_by(col(HoldRow.hold_id))
    return tuple([await _hold(session, *row) for row in await session.execute(query)])


async def hold_of(session: AsyncSession, hold_id: str) -> Hold | None:
    """A round's letters, or the house's, held or not; None where there is no such round."""
    row = (await session.execute(_holds().where(col(HoldRow.hold_id) == hold_id))).one_or_none()
    if row is not None:
        return await _hold(session, *row)
    known = await session.get(RoundRow, hold_id)
    if known is None and hold_id != POST:
        return None
    year = None if known is None else known.year
    return await _hold(session, HoldRow(hold_id=hold_id), None, year)


def _holds() -> AnySelect:
    return (
        select(HoldRow, col(PersonRow.name), col(RoundRow.year))
        .join(PersonRow, col(PersonRow.person_id) == col(HoldRow.held_by), isouter=True)
        .join(RoundRow, col(RoundRow.case_id) == col(HoldRow.hold_id), isouter=True)
    )


async def _hold(session: AsyncSession, row: HoldRow, holder: str | None, year: int | None) -> Hold:
    many = await _by_state(session, row.hold_id)
    return Hold(
        hold_id=row.hold_id,
        year=year,
        held=row.held,
        reason=row.reason,
        held_by=holder,
        held_at=row.held_at,
        gone=sum(many.get(state, 0) for state in _GONE),
        sending=many.get(LetterState.SENDING.value, 0),
        waiting=sum(many.get(state, 0) for state in _WAITING),
        by_failures=row.held and row.held_by is None,
    )


async def _by_state(session: AsyncSession, hold_id: str) -> Mapping[str, int]:
    query = select(col(LetterRow.state), func.count()).group_by(col(LetterRow.state))
    if hold_id != POST:
        query = query.where(col(LetterRow.round_id) == hold_id)
    return {row[0]: row[1] for row in await session.execute(query)}
