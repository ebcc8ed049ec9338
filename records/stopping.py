"""A farm stops, in rows: its letters and tasks end with it, and every open case of it hears (design.md §4)."""

from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import posting
from records.case import CaseRow
from records.certificate_ending import ask_no_more
from records.farm import Farm
from records.letter import LetterRow
from records.telling import tell
from scheme.farmer import Standing
from scheme.ids import CaseId, FarmId, farmer_case
from scheme.news import FarmStopped


async def stop_farm(session: AsyncSession, farm_id: FarmId, stopped_on: date, word: str, at: datetime) -> None:
    """The farm's row, locked by the caller, and one message per open case of it, in the caller's transaction.

    word: tells this stop from others; the same again tells nobody twice.
    """
    farmer = farmer_case(farm_id)
    stopped = {"standing": Standing.STOPPED.value, "stopped_on": stopped_on}
    await session.execute(update(Farm).where(col(Farm.farm_id) == farm_id).values(stopped))
    await posting.withdraw(session, col(LetterRow.farm_id) == farm_id)
    await ask_no_more(session, farmer, at)
    open_cases = (
        select(CaseRow.case_id)
        .where(CaseRow.farm_id == farm_id, col(CaseRow.closed_at).is_(None), CaseRow.kind != "farmer")
        .order_by(CaseRow.case_id)
    )
    for case_id in await session.exec(open_cases):
        await tell(session, farmer, CaseId(case_id), word, at, FarmStopped(stopped_on))


def merger_word(change: CaseId) -> str:
    """Tells the stop of this merger from others."""
    return f"merged-{change.replace(':', '-').lower()}"
