"""The scheme's clock: real time, or the practice clock's row (design.md §5). SQL function `scheme_now()`."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.house import PracticeClock


async def now(session: AsyncSession) -> datetime:
    """The scheme's moment, aware, in UTC."""
    moment: datetime = (await session.execute(text("SELECT scheme_now()"))).scalar_one()
    return moment


async def practice_clock(session: AsyncSession) -> PracticeClock | None:
    """The practice clock's row; None where the house runs for real."""
    return (await session.exec(select(PracticeClock))).first()
