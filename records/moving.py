"""The last days of many certificates move at once: as records/issuing.py does for one, in few statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import CertificateRow, CertificateTurn
from records.farm import Farm
from records.issuing import names, told_row
from records.parameter import settings_of
from records.queries.choice_made import last_choices
from records.submission import OutboxRow
from records.telling import news_values
from scheme.certificate import Reason
from scheme.certificate_days import watch_on
from scheme.choice_round import Country
from scheme.days import local_day
from scheme.extension import Move
from scheme.ids import farmer_case
from scheme.news import RegisterChanged

_REAL = text("clock_timestamp()")
Farms = Mapping[str, Farm]


async def move_last_days(
    session: AsyncSession, done: Sequence[Move], farms: Farms, *, word: str, at: datetime, reason: Reason
) -> None:
    """Each certificate has another last day from today on, in the state it is in; the old one stays in its turn.

    farms: locked by their reader, with the certificates as they stand. Where the register means the certificate, its
    day moves too and the farm's workflow hears of it. word: tells this from other news of the farm.
    """
    places = await _places(session, done, farms)
    turns = [_turn(one, places[one.held.key], at, reason) for one in done]
    await session.execute(insert(CertificateTurn), turns)
    meant = [one for one in done if names(farms[one.held.farm_id], one.held.key, one.held.standing.valid_until)]
    for one in meant:
        farm = farms[one.held.farm_id]
        farm.expires_on, farm.revision = one.to, farm.revision + 1
    await session.flush()
    await _tell(session, meant, farms, word=word, at=at, back=reason is Reason.EXTENSION_TAKEN_BACK)


async def _places(session: AsyncSession, done: Sequence[Move], farms: Farms) -> dict[str, int]:
    """The place of each certificate's next turn; one that the register alone knew becomes a row before."""
    keys = [one.held.key for one in done]
    number, turn = col(CertificateRow.number), col(CertificateTurn.place)
    query = (
        select(number, func.coalesce(func.max(turn), 0).label("last"))
        .outerjoin(CertificateTurn, col(CertificateTurn.number) == number)
        .where(number.in_(keys))
        .group_by(number)
    )
    places = {row.number: row.last + 1 for row in await session.execute(query)}
    told = [one for one in done if one.held.key not in places]
    session.add_all(told_row(farms[one.held.farm_id], one.held.standing.valid_until) for one in told)
    await session.flush()
    return {key: places.get(key, 1) for key in keys}


def _turn(one: Move, place: int, at: datetime, reason: Reason) -> dict[str, Any]:
    return {
        "number": one.held.key,
        "place": place,
        "from_day": local_day(at),
        "status": one.held.standing.status.value,
        "reason": reason.value,
        "case_id": farmer_case(one.held.farm_id),
        "valid_until": one.to,
        "valid_until_before": one.held.standing.valid_until,
        "decided_at": at,
    }


async def _tell(
    session: AsyncSession, meant: Sequence[Move], farms: Farms, *, word: str, at: datetime, back: bool
) -> None:
    """The farms' workflows count their days of asking, and their warnings, from the certificate."""
    chosen = await last_choices(session, {one.held.farm_id: farms[one.held.farm_id].choice_made_on for one in meant})
    settings, day = await settings_of(session), local_day(at)
    rows = []
    for one in meant:
        farm, case = farms[one.held.farm_id], farmer_case(one.held.farm_id)
        belgian = farm.country == Country.BE
        watch = watch_on(day, settings, letters=belgian)
        told = RegisterChanged(
            farm.expires_on,
            chosen[farm.farm_id],
            belgian,
            watch,
            back_from=one.held.standing.valid_until if back else None,
        )
        rows.append({**news_values(case, case, word, at, told), "created_at": _REAL, "next_attempt_at": _REAL})
    if rows:
        await session.execute(insert(OutboxRow).values(rows).on_conflict_do_nothing())
