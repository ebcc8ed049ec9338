"""Paper letters become printed: a batch is one transaction with its trail entry (design.md §4, door 3)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.asking import date_anew, tell_if_late
from records.clock import now
from records.holding import letter_is_held
from records.letter import LetterRow, LetterState, PrintBatchRow
from records.letter_task import ABOUT_LETTERS, close_tasks_of_letters
from records.telling import tell
from records.trailing import HOUSE_CHAIN, Fact, append
from scheme.ids import POST
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act


@dataclass(frozen=True)
class Batch:
    """A print batch and how many letters it holds."""

    batch_id: str
    letters: int


async def print_waiting(session: AsyncSession, actor: Actor) -> Batch | None:
    """Put every letter that waits for the printer into one batch, held ones left; None when there is none.

    Two people who press the button at once get two batches without a letter in common.
    """
    waiting = (
        select(LetterRow)
        .where(LetterRow.state == LetterState.TO_PRINT, ~letter_is_held())
        .order_by(col(LetterRow.planned_at), col(LetterRow.letter_key))
        .with_for_update(skip_locked=True)
    )
    rows = list(await session.exec(waiting))
    if not rows:
        return None
    at = await now(session)
    batch_id = str(uuid.uuid4())
    session.add(PrintBatchRow(batch_id=batch_id, printed_at=at, printed_by=actor.person, letters=len(rows)))
    await session.flush()
    dated_anew = await date_anew(session, rows)
    for row in rows:
        row.state, row.printed_at, row.batch_id = LetterState.PRINTED, at, batch_id
    await session.flush()
    for row in rows:
        await tell_if_late(session, row)
    if dated_anew:
        # The post writes the hashes of what these letters say now.
        await tell(session, POST, POST, f"printed-{batch_id}", at, LettersWait())
    await close_tasks_of_letters(session, col(LetterRow.batch_id) == batch_id, ABOUT_LETTERS, actor)
    batch = Batch(batch_id, len(rows))
    await note_batch(session, actor, Act.LETTERS_PRINTED, batch, at)
    return batch


async def note_batch(session: AsyncSession, actor: Actor, act: Act, batch: Batch, at: datetime) -> None:
    """The batch's entry in the trail, last in its transaction."""
    facts: dict[str, Fact] = {"about": batch.batch_id, "letters": batch.letters}
    await append(
        session, key=f"print-batch:{batch.batch_id}", chain=HOUSE_CHAIN, act=act, actor=actor, at=at, facts=facts
    )
