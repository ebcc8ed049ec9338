"""What a change of farms brings with it: numbers with their days, letters that have not gone out, the workflow."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import CertificateTurn
from records.farm import Farm
from records.identifying import renumber
from records.parameter import settings_of
from records.posting import rewrite
from records.queries.choice_made import last_choice
from records.telling import tell
from scheme.certificate import Status
from scheme.certificate_days import watch_on
from scheme.choice_round import Country
from scheme.days import local_day
from scheme.identifier import KINDS
from scheme.ids import POST, FarmId, farmer_case
from scheme.news import LettersWait, RegisterChanged

# The farm's workflow counts its day of asking from these.
COUNTED = frozenset({"expires_on", "choice_made_on", "country"})
_NUMBERS = frozenset({*KINDS, "country"})
Columns = Mapping[str, Any]


async def keep_numbers(session: AsyncSession, farm: Farm, columns: Columns, on: date) -> None:
    """Other numbers hold from the day `on` on; before the columns change. Raises BeganLaterError."""
    if any(getattr(farm, name) != columns[name] for name in _NUMBERS):
        await renumber(session, farm, columns, on)


async def write_letters_anew(session: AsyncSession, farms: Mapping[str, Columns], word: str, at: datetime) -> None:
    """Letters to these farms that have not gone out are written to their columns; the post hears of them.

    word: tells this change from others.
    """
    for farm_id in sorted(await rewrite(session, farms)):
        await tell(session, farmer_case(FarmId(farm_id)), POST, word, at, LettersWait())


async def tell_farmer(session: AsyncSession, farm_id: str, columns: Columns, word: str, at: datetime) -> None:
    """The farm's workflow counts its day of asking from the certificate: it hears of another one."""
    farmer = farmer_case(FarmId(farm_id))
    chosen = await last_choice(session, farm_id, columns["choice_made_on"])
    await tell(session, farmer, farmer, word, at, await register_changed(session, columns, chosen, at))


async def register_changed(
    session: AsyncSession, columns: Columns, chosen: date | None, at: datetime
) -> RegisterChanged:
    """The news that the certificate of these columns is another one, or that the farm chose on another day.

    The warnings before its last day go by the parameters of today; a withdrawn certificate has none.
    """
    belgian = columns["country"] == Country.BE
    watch = None
    if not await _withdrawn(session, columns["certificate_number"]):
        watch = watch_on(local_day(at), await settings_of(session), letters=belgian)
    return RegisterChanged(columns["expires_on"], chosen, belgian, watch)


async def _withdrawn(session: AsyncSession, number: str | None) -> bool:
    if number is None:
        return False
    turns = select(CertificateTurn.status).where(CertificateTurn.number == number)
    last = (await session.exec(turns.order_by(col(CertificateTurn.place).desc()).limit(1))).first()
    return last == Status.WITHDRAWN
