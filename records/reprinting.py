"""Printed letters are printed again: the same sheets, and a copy in our books only (design.md §4, door 3; §8)."""

import uuid
from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.holding import written
from records.letter import LetterRow, PrintBatchRow, PrintCopyRow
from records.printing import Batch, note_batch
from scheme.errors import Rule, RuleViolationError
from scheme.people import Actor
from scheme.step import Act


async def reprint(
    session: AsyncSession, actor: Actor, batch_id: str, letter_keys: Collection[str], key: uuid.UUID, *, damaged: bool
) -> Batch | None:
    """Print letters of a batch again, all of them where none is named; None where there is no such batch.

    Each letter keeps its state, its batch and its day. damaged: the earlier sheets are of no use any more.
    key: of the request and id of the copy; the same again is the same copy.
    Raises RuleViolationError for a letter of another batch.
    """
    first = await session.get(PrintBatchRow, batch_id)
    if first is None:
        return None
    copy_id, original = str(key), first.reprint_of or batch_id
    made = await session.get(PrintBatchRow, copy_id)
    if made is not None and await written(session, f"print-batch:{copy_id}"):
        return Batch(copy_id, made.letters)
    keys = await _letters(session, original)
    wanted = [one for one in keys if one in letter_keys] if letter_keys else keys
    if not wanted or set(letter_keys) - set(keys):
        raise RuleViolationError(Rule.NOT_IN_BATCH)
    await _write(session, actor, copy_id, original, wanted, damaged=damaged)
    return Batch(copy_id, len(wanted))


async def _letters(session: AsyncSession, batch_id: str) -> list[str]:
    query = select(LetterRow.letter_key).where(LetterRow.batch_id == batch_id)
    return list(await session.exec(query.order_by(col(LetterRow.farm_id), col(LetterRow.letter_key))))


async def _write(
    session: AsyncSession, actor: Actor, copy_id: str, original: str, letters: list[str], *, damaged: bool
) -> None:
    at = await now(session)
    session.add(
        PrintBatchRow(
            batch_id=copy_id, printed_at=at, printed_by=actor.person, letters=len(letters), reprint_of=original
        )
    )
    await session.flush()
    session.add_all([PrintCopyRow(batch_id=copy_id, letter_key=one, damaged=damaged) for one in letters])
    await session.flush()
    await note_batch(session, actor, Act.LETTERS_REPRINTED, Batch(copy_id, len(letters)), at)
