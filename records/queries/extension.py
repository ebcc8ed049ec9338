"""Collective extensions: the certificates that one would move, and those there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Subquery, Text, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import UNNUMBERED, CertificateTurn
from records.extension import ExtendedRow, ExtensionRow
from records.farm import Dairy, Farm, InspectionBody
from records.periodic_audit import TieRow
from records.person import PersonRow
from records.queries.directory import known_certificates, last_days_on
from records.queries.listing import AnySelect, Listing, Paging, count
from scheme.certificate import History, Standing, Status, Turn, standing_on
from scheme.choice_round import Country
from scheme.extension import (
    Cause,
    ExtensionState,
    Held,
    Left,
    Move,
    Selection,
    extended,
    impartial,
    still,
    taken_back,
)
from scheme.ids import BodyId, ExtensionId, FarmId, PersonId
from scheme.region import POSTCODES, Province


@dataclass(frozen=True)
class MoveLine:
    """A certificate of a preview or a proposal. number: None where the register has none; left: why it stays."""

    number: str | None
    farm_id: str
    name: str
    city: str
    last_day: date
    to: date
    status: Status
    left: Left | None


@dataclass(frozen=True)
class ExtensionLine:
    """A proposal with what became of it. to: None for the way back, where each goes to its own earlier day.

    proposer: the person's id, proposed_by their name; moved, left: how many certificates.
    """

    extension_id: ExtensionId
    state: ExtensionState
    takes_back: ExtensionId | None
    taken_back_by: ExtensionId | None
    selection: Selection
    dairy: str | None
    body: str | None
    to: date | None
    cause: Cause
    words: str
    proposer: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    moved: int
    left: int


async def moves(session: AsyncSession, selection: Selection, to: date, today: date) -> tuple[Move, ...]:
    """What moving the last day of these certificates to that day would do today, by farm."""
    between = (selection.first, selection.last)
    found = await _held(session, today, _chosen(selection), between)
    return tuple(extended(one, to) for one in found)


async def held(session: AsyncSession, today: date, farms: Collection[str]) -> dict[str, Held]:
    """The certificates of these farms as they stand today, by key."""
    return {one.key: one for one in await _held(session, today, [_among(col(Farm.farm_id), farms)], None)}


async def _held_of(session: AsyncSession, today: date, extension_id: str) -> dict[str, Held]:
    """The certificates of the farms of a proposal as they stand today, by key."""
    theirs = select(col(ExtendedRow.farm_id)).where(col(ExtendedRow.extension_id) == extension_id)
    return {one.key: one for one in await _held(session, today, [col(Farm.farm_id).in_(theirs)], None)}


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
    session: AsyncSession, extension_id: str, paging: Paging, *, moved: bool | None = None
) -> Listing[MoveLine]:
    """A page of the certificates of a proposal, by farm; moved: only those that move, or only those that stay."""
    query = _extended(extension_id)
    if moved is not None:
        query = query.where(col(ExtendedRow.left).is_(None) if moved else col(ExtendedRow.left).is_not(None))
    rows = await session.execute(query.limit(paging.page_size).offset(paging.offset))
    return Listing(await told(session, [_move(row) for row in rows]), paging, await count(session, query))


def _extended(extension_id: str) -> AnySelect:
    row = ExtendedRow
    columns = map(col, (row.number, row.farm_id, row.status, row.last_day, row.to_day, row.left))
    of_it = select(*columns).where(col(row.extension_id) == extension_id)
    return of_it.order_by(col(row.farm_id), col(row.number))


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
    now = await _held_of(session, today, extension_id)
    judged = tuple(_judge(one, now.get(one.held.key), was.get(one.held.key)) for one in wanted)
    return judged if decider is None else impartial(judged, await _tied(session, row, decider))


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


async def extensions(session: AsyncSession) -> tuple[ExtensionLine, ...]:
    """All of them, the latest first."""
    return await _lines(session, col(ExtensionRow.extension_id).is_not(None))


async def extension(session: AsyncSession, extension_id: str) -> ExtensionLine | None:
    """One of them; None where there is none of that id."""
    found = await _lines(session, col(ExtensionRow.extension_id) == extension_id)
    return found[0] if found else None


async def told(session: AsyncSession, listed: Sequence[Move]) -> tuple[MoveLine, ...]:
    """The moves with the names of their farms, in the same order."""
    farms = {one.held.farm_id for one in listed}
    query = select(col(Farm.farm_id), col(Farm.name), col(Farm.city)).where(_among(col(Farm.farm_id), farms))
    named = {row.farm_id: row for row in await session.execute(query)}
    return tuple(
        MoveLine(
            None if one.held.key.startswith(UNNUMBERED) else one.held.key, one.held.farm_id,
            named[one.held.farm_id].name, named[one.held.farm_id].city, one.held.standing.valid_until, one.to,
            one.held.standing.status, one.left,
        )
        for one in listed
    )  # fmt: skip


def _chosen(selection: Selection) -> list[ColumnElement[bool]]:
    """Conditions on Farm."""
    given: list[ColumnElement[bool]] = []
    if selection.province is not None:
        given.append(_in_province(selection.province))
    if selection.dairy is not None:
        given.append(col(Farm.dairy_id) == selection.dairy)
    if selection.body is not None:
        given.append(col(Farm.previous_body) == selection.body)
    return given


def _in_province(province: Province) -> ColumnElement[bool]:
    """By the postcode of where the milk is produced."""
    postcode = func.coalesce(col(Farm.site_postcode), col(Farm.postcode))
    ranges = [postcode.between(first, last) for first, last in POSTCODES[province]]
    return and_(col(Farm.country) == Country.BE.value, or_(*ranges))


async def _held(
    session: AsyncSession, today: date, chosen: Sequence[ColumnElement[bool]], between: tuple[date, date] | None
) -> tuple[Held, ...]:
    """The certificates of the farms so chosen, by farm; between: days between which they end as it stands today."""
    known, moved = known_certificates(), last_days_on(today)
    until = func.coalesce(moved.c.valid_until, known.c.valid_until)
    query = (
        select(
            known.c.key, known.c.farm_id, known.c.valid_from, known.c.valid_until, col(Farm.stopped_on),
            _renewed(known, moved).label("renewed"),
        )
        .select_from(known)
        .join(Farm, col(Farm.farm_id) == known.c.farm_id)
        .outerjoin(moved, moved.c.number == known.c.key)
        .where(*chosen)
        .order_by(known.c.farm_id, known.c.key)
    )  # fmt: skip
    if between is not None:
        query = query.where(until.between(*between))
    rows = list(await session.execute(query))
    turns = await _turns(session, [row.key for row in rows])
    return tuple(_as_held(row, turns.get(row.key, ()), today) for row in rows)


def _renewed(known: Subquery, moved: Subquery) -> ColumnElement[bool]:
    """Whether its farm has another certificate that runs longer than this one does today."""
    other = known_certificates().alias("other")
    until = func.coalesce(moved.c.valid_until, known.c.valid_until)
    return (
        exists()
        .where(other.c.farm_id == known.c.farm_id, other.c.key != known.c.key, other.c.valid_until > until)
        .correlate(known, moved)
    )


async def _turns(session: AsyncSession, keys: Sequence[str]) -> dict[str, tuple[Turn, ...]]:
    """In the order in which they were decided."""
    found: dict[str, tuple[Turn, ...]] = {}
    rows = select(CertificateTurn).where(_among(col(CertificateTurn.number), keys))
    for row in (await session.execute(rows.order_by(col(CertificateTurn.place)))).scalars():
        turn = Turn(row.from_day, Status(row.status), row.valid_until)
        found[row.number] = (*found.get(row.number, ()), turn)
    return found


def _among(column: Any, keys: Collection[str]) -> ColumnElement[bool]:
    """One parameter however many keys there are: thousands of them cost the driver more than the database."""
    found: ColumnElement[bool] = column == func.any(bindparam(None, sorted(keys), ARRAY(Text)))
    return found


def _as_held(row: Any, turns: tuple[Turn, ...], today: date) -> Held:
    history = History(row.valid_from, row.valid_until, turns, row.stopped_on)
    return Held(row.key, FarmId(row.farm_id), standing_on(history, today), row.renewed)


def _move(row: Any) -> Move:
    standing = Standing(Status(row.status), row.last_day, row.last_day)
    one = Held(row.number, FarmId(row.farm_id), standing, renewed=False)
    return Move(one, row.to_day, None if row.left is None else Left(row.left))


async def _lines(session: AsyncSession, which: ColumnElement[bool]) -> tuple[ExtensionLine, ...]:
    proposer, decider, back = aliased(PersonRow), aliased(PersonRow), aliased(ExtensionRow)
    many = _counted().subquery("many")
    query = (
        select(
            ExtensionRow, col(proposer.name).label("proposer"), col(decider.name).label("decider"),
            col(back.extension_id).label("back"), col(Dairy.name).label("dairy"),
            col(InspectionBody.name).label("body"), many.c.moved, many.c.stays,
        )
        .join(many, many.c.extension_id == col(ExtensionRow.extension_id))
        .outerjoin(proposer, col(proposer.person_id) == col(ExtensionRow.proposed_by))
        .outerjoin(decider, col(decider.person_id) == col(ExtensionRow.decided_by))
        .outerjoin(back, and_(col(back.takes_back) == col(ExtensionRow.extension_id), col(back.accepted).is_(True)))
        .outerjoin(Dairy, col(Dairy.dairy_id) == col(ExtensionRow.dairy_id))
        .outerjoin(InspectionBody, col(InspectionBody.body_id) == col(ExtensionRow.body_id))
        .where(which)
        .order_by(col(ExtensionRow.extension_id).desc())
    )  # fmt: skip
    return tuple(_line(row) for row in await session.execute(query))


def _counted() -> Any:  # a Select with its labels has no shorter type
    stays = col(ExtendedRow.left).is_not(None)
    return select(
        col(ExtendedRow.extension_id),
        func.count(case((~stays, 1))).label("moved"),
        func.count(case((stays, 1))).label("stays"),
    ).group_by(col(ExtendedRow.extension_id))


def _line(found: Any) -> ExtensionLine:
    row: ExtensionRow = found.ExtensionRow
    selection = Selection(
        row.first_day, row.last_day, None if row.province is None else Province(row.province), row.dairy_id,
        None if row.body_id is None else BodyId(row.body_id),
    )  # fmt: skip
    return ExtensionLine(
        extension_id=ExtensionId(row.extension_id),
        state=_state(row, found.back),
        takes_back=None if row.takes_back is None else ExtensionId(row.takes_back),
        taken_back_by=None if found.back is None else ExtensionId(found.back),
        selection=selection,
        dairy=found.dairy,
        body=found.body,
        to=row.moved_to,
        cause=Cause(row.cause),
        words=row.words,
        proposer=row.proposed_by,
        proposed_by=found.proposer or row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=found.decider or row.decided_by,
        decided_at=row.decided_at,
        moved=found.moved,
        left=found.stays,
    )


def _state(row: ExtensionRow, back: str | None) -> ExtensionState:
    if row.accepted is None:
        return ExtensionState.PROPOSED
    if not row.accepted:
        return ExtensionState.DECLINED
    return ExtensionState.DONE if back is None else ExtensionState.TAKEN_BACK
