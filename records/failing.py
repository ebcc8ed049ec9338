"""Ten failures in a row, over all workers, hold a round's letters and say why (docs/decisions/0021)."""

import uuid

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.holding import locked, note_hold
from records.letter import HoldRow, LetterRow
from records.letter_task import open_hold_task
from scheme.ids import POST
from scheme.people import THE_HOUSE
from scheme.step import Act

HOUSE_HOLD = str(POST)
FAILURES_THAT_HOLD = 10


async def end_failures(session: AsyncSession, row: LetterRow) -> None:
    """A letter went out: failures count from nought."""
    counted = update(HoldRow).where(
        col(HoldRow.hold_id) == (row.round_id or HOUSE_HOLD), col(HoldRow.failures_in_a_row) > 0
    )
    await session.execute(counted.values(failures_in_a_row=0))


async def count_failure(session: AsyncSession, row: LetterRow, reply: str, most: int | None = None) -> None:
    """One more failure; the tenth holds the letters of this one's round, for every worker's next letter.

    most: how many this failure may make it, None for no limit. Pages that wait side by side for a server that
    is away each fail; none of them counts further than its own attempts.
    """
    hold = await locked(session, row.round_id or HOUSE_HOLD)
    counted = hold.failures_in_a_row + 1
    hold.failures_in_a_row = counted if most is None else max(hold.failures_in_a_row, min(counted, most))
    if hold.failures_in_a_row >= FAILURES_THAT_HOLD and not hold.held:
        await _hold(session, hold, row, reply)


async def _hold(session: AsyncSession, hold: HoldRow, row: LetterRow, reply: str) -> None:
    at, once = await now(session), uuid.uuid4()
    hold.held, hold.reason, hold.held_at = True, reply, at
    await session.flush()
    await open_hold_task(session, row, hold.hold_id, at, str(once))
    key = f"hold:{hold.hold_id}#failures:{once}"
    await note_hold(session, key, Act.LETTERS_HELD, hold.hold_id, THE_HOUSE, at)
