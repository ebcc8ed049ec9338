"""A hold is lifted: one transaction with its trail entry and the news to the post (design.md §4, door 3)."""

import uuid

from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.holding import close_hold_tasks, lift, note_hold
from records.letter import HoldRow
from records.retrying import hasten
from records.telling import tell
from scheme.ids import POST
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act


async def release(session: AsyncSession, hold_id: str, actor: Actor) -> bool:
    """Let the held letters go, also those whose next attempt is later, and count failures from nought.

    False when there is no such hold. Releasing what is not held changes nothing.
    """
    hold = await session.get(HoldRow, hold_id, with_for_update=True)
    if hold is None or not hold.held:
        return hold is not None
    lift(hold)
    await session.flush()
    await hasten(session, hold_id)
    at, once = await now(session), uuid.uuid4()
    await tell(session, POST, POST, f"released-{once}", at, LettersWait())
    await close_hold_tasks(session, hold_id, actor)
    await note_hold(session, f"hold:{hold_id}#released:{once}", Act.LETTERS_RELEASED, hold_id, actor, at)
    return True
