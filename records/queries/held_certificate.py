"""Certificates as they stand on a day, before an extension moves their last day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Subquery, Text, and_, bindparam, exists, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import CertificateTurn
from records.extension import ExtendedRow
from records.farm import Farm
from records.queries.directory import known_certificates, last_days_on
from scheme.certificate import History, Status, Turn, standing_on
from scheme.choice_round import Country
from scheme.extension import Held, Selection
from scheme.ids import FarmId
from scheme.region import POSTCODES, Province


async def selected(session: AsyncSession, selection: Selection, today: date) -> tuple[Held, ...]:
    """The certificates that a selection names as they stand today, by farm."""
    return await _held(session, today, _conditions(selection), (selection.first, selection.last))


async def held(session: AsyncSession, today: date, farms: Collection[str]) -> dict[str, Held]:
    """The certificates of these farms as they stand today, by key."""
    return {one.key: one for one in await _held(session, today, [among(col(Farm.farm_id), farms)], None)}


async def held_of(session: AsyncSession, today: date, extension_id: str) -> dict[str, Held]:
    """The certificates of the farms of a proposal as they stand today, by key."""
    theirs = select(col(ExtendedRow.farm_id)).where(col(ExtendedRow.extension_id) == extension_id)
    return {one.key: one for one in await _held(session, today, [col(Farm.farm_id).in_(theirs)], None)}


def among(column: Any, keys: Collection[str]) -> ColumnElement[bool]:
    """One parameter however many keys there are: thousands of them cost the driver more than the database."""
    found: ColumnElement[bool] = column == func.any(bindparam(None, sorted(keys), ARRAY(Text)))
    return found


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
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
    rows = select(CertificateTurn).where(among(col(CertificateTurn.number), keys))
    for row in (await session.execute(rows.order_by(col(CertificateTurn.place)))).scalars():
        turn = Turn(row.from_day, Status(row.status), row.valid_until)
        found[row.number] = (*found.get(row.number, ()), turn)
    return found


def _as_held(row: Any, turns: tuple[Turn, ...], today: date) -> Held:
    history = History(row.valid_from, row.valid_until, turns, row.stopped_on)
    return Held(row.key, FarmId(row.farm_id), standing_on(history, today), row.renewed)
