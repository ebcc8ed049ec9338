"""A house goes on from its rows: which workflows there should be, and that letters wait until a person looked."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.holding import hold
from records.trailing import HOUSE_CHAIN, append
from records.wire import case_from
from scheme.ids import POST
from scheme.inbox import AnyCase
from scheme.people import THE_HOUSE
from scheme.step import Act


@dataclass(frozen=True)
class Standing:
    """The scheme's moment, and the cases that have not ended, in the order of opening."""

    at: datetime
    cases: tuple[AnyCase, ...]


async def standing(session: AsyncSession) -> Standing:
    """What goes on."""
    rows = select(CaseRow).where(col(CaseRow.closed_at).is_(None)).order_by(col(CaseRow.opened_at), CaseRow.case_id)
    return Standing(await now(session), tuple(case_from(row.state) for row in await session.exec(rows)))


async def resume(session: AsyncSession, reason: str, key: str) -> None:
    """Hold every letter, and note that the house goes on from its rows. key: of this resumption.

    What went out after the backup stands in no row: a person compares with the mail server's log, then lets them go.
    """
    await hold(session, POST, THE_HOUSE, reason, key)
    at = await now(session)
    await append(
        session, key=f"house#resumed:{key}", chain=HOUSE_CHAIN, act=Act.HOUSE_RESUMED, actor=THE_HOUSE, at=at,
        facts={"about": POST},
    )  # fmt: skip
