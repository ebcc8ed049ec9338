"""What a change of farms brings with it: numbers with their days, letters that have not gone out, the workflow."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.identifying import renumber
from records.posting import rewrite
from records.queries.choice_made import last_choice
from records.telling import tell
from scheme.choice_round import Country
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
    told = RegisterChanged(columns["expires_on"], chosen, columns["country"] == Country.BE)
    await tell(session, farmer, farmer, word, at, told)
