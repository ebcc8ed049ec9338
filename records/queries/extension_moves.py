"""The certificates that an extension moves: as it would today, as it was proposed, and as it would be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import UNNUMBERED
from records.extension import ExtendedRow, ExtensionRow
from records.farm import Farm
from records.periodic_audit import TieRow
from records.queries.held_certificate import among, held, held_of, selected
from records.queries.listing import AnySelect, Listing, Paging, count
from scheme.certificate import Standing, Status
from scheme.extension import Held, Left, Move, Selection, extended, impartial, still, taken_back
from scheme.ids import FarmId, PersonId


@dataclass(frozen=True)
class MoveLine:
    """A certificate of a preview or a proposal. number: None where the register has none; left: why it stays.

    last_day, to: of the list; status, since: as it stands today, whatever became of the list.
    """

    number: str | None
    farm_id: str
    name: str
    city: str
    last_day: date
    to: date
    status: Status
    since: date
    left: Left | None


async def moves(session: AsyncSession, selection: Selection, to: date, today: date) -> tuple[Move, ...]:
    """What moving the last day of these certificates to that day would do today, by farm."""
    return tuple(extended(one, to) for one in await selected(session, selection, today))


async def moves_back(session: AsyncSession, extension_id: str, today: date) -> tuple[Move, ...]:
    """What taking this extension back would do today."""
    done = await proposed_moves(session, extension_id)
    now = await held(session, today, {one.held.farm_id for one in done})
    return tuple(taken_back(now.get(one.held.key, one.held), one) for one in done if one.left is None)


async def proposed_moves(session: AsyncSession, extension_id: str) -> tuple[Move, ...]:
    """The certificates of a proposal as they stood then, by farm."""
    return tuple(_move(row) for row in await session.execute(_extended(extension_id)))


async def left_of(session: AsyncSession, extension_id: str) -> Mapping[Left, int]:
    """How many certificates of a proposal stay as they are, by why."""
    why = col(ExtendedRow.left)
    query = select(why, func.count()).where(col(ExtendedRow.extension_id) == extension_id, why.is_not(None))
    return {Left(left): many for left, many in await session.execute(query.group_by(why))}


async def extended_page(
    session: AsyncSession, extension_id: str, paging: Paging, today: date, *, moved: bool | None = None
) -> Listing[MoveLine]:
    """A page of the certificates of a proposal, by farm; moved: only those that move, or only those that stay."""
    query = _extended(extension_id)
    if moved is not None:
        query = query.where(col(ExtendedRow.left).is_(None) if moved else col(ExtendedRow.left).is_not(None))
    rows = await session.execute(query.limit(paging.page_size).offset(paging.offset))
    lines = await told_today(session, [_move(row) for row in rows], today)
    return Listing(lines, paging, await count(session, query))


async def judged_moves(
    session: AsyncSession, extension_id: str, today: date, decider: PersonId | None = None
) -> tuple[Move, ...]:
    """What would be moved, as it would be done today; what stands otherwise than when it was proposed is left out.

    decider: who would decide; the certificates of farms to which they have a tie are left out too.
    """
    row = await session.get_one(ExtensionRow, extension_id)
    wanted = [one for one in await proposed_moves(session, extension_id) if one.left is None]
    before = () if row.takes_back is None else await proposed_moves(session, row.takes_back)
    was = {one.held.key: one for one in before}
    now = await held_of(session, today, extension_id)
    judged = tuple(_judge(one, now.get(one.held.key), was.get(one.held.key)) for one in wanted)
    return judged if decider is None else impartial(judged, await _tied(session, row, decider))


async def told_today(session: AsyncSession, listed: Sequence[Move], today: date) -> tuple[MoveLine, ...]:
    """The moves of a proposal, each certificate as it stands today."""
    lines = await told(session, listed)
    now = await held(session, today, {one.held.farm_id for one in listed})
    stand = [now.get(one.held.key, one.held).standing for one in listed]
    return tuple(replace(line, status=one.status, since=one.since) for line, one in zip(lines, stand, strict=True))


async def told(session: AsyncSession, listed: Sequence[Move]) -> tuple[MoveLine, ...]:
    """The moves with the names of their farms, in the same order."""
    farms = {one.held.farm_id for one in listed}
    query = select(col(Farm.farm_id), col(Farm.name), col(Farm.city)).where(among(col(Farm.farm_id), farms))
    named = {row.farm_id: row for row in await session.execute(query)}
    return tuple(
        MoveLine(
            None if one.held.key.startswith(UNNUMBERED) else one.held.key, one.held.farm_id,
            named[one.held.farm_id].name, named[one.held.farm_id].city, one.held.standing.valid_until, one.to,
            one.held.standing.status, one.held.standing.since, one.left,
        )
        for one in listed
    )  # fmt: skip


def _extended(extension_id: str) -> AnySelect:
    row = ExtendedRow
    columns = map(col, (row.number, row.farm_id, row.status, row.last_day, row.to_day, row.left))
    of_it = select(*columns).where(col(row.extension_id) == extension_id)
    return of_it.order_by(col(row.farm_id), col(row.number))


async def _tied(session: AsyncSession, row: ExtensionRow, person: PersonId) -> frozenset[FarmId]:
    """The farms of a proposal to which this person has a tie, or had one after it was proposed."""
    theirs = select(col(ExtendedRow.farm_id)).where(col(ExtendedRow.extension_id) == row.extension_id)
    holds = or_(col(TieRow.ended_at).is_(None), col(TieRow.ended_at) > row.proposed_at)
    query = select(col(TieRow.farm_id)).where(col(TieRow.person_id) == person, holds, col(TieRow.farm_id).in_(theirs))
    return frozenset(FarmId(farm_id) for (farm_id,) in await session.execute(query))


def _judge(proposed: Move, stands: Held | None, was: Move | None) -> Move:
    if stands is None:
        return replace(proposed, left=Left.CHANGED)
    return still(extended(stands, proposed.to) if was is None else taken_back(stands, was), proposed)


def _move(row: Any) -> Move:
    standing = Standing(Status(row.status), row.last_day, row.last_day)
    one = Held(row.number, FarmId(row.farm_id), standing, renewed=False)
    return Move(one, row.to_day, None if row.left is None else Left(row.left))
