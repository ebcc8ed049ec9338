"""Letters that were printed again: which sheets a copy holds, and which copies a letter has."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.letter import LetterRow, PrintBatchRow, PrintCopyRow


@dataclass(frozen=True)
class Copy:
    """A later print of one letter."""

    letter_key: str
    batch_id: str
    printed_at: datetime
    damaged: bool


async def copies_of(session: AsyncSession, batch_id: str) -> Mapping[str, tuple[Copy, ...]]:
    """The copies of this batch's letters, oldest first, by letter; a copy itself has none."""
    query = (
        select(
            col(PrintCopyRow.letter_key),
            col(PrintCopyRow.batch_id),
            col(PrintBatchRow.printed_at),
            col(PrintCopyRow.damaged),
        )
        .join(PrintBatchRow, col(PrintBatchRow.batch_id) == col(PrintCopyRow.batch_id))
        .where(col(PrintBatchRow.reprint_of) == batch_id)
        .order_by(col(PrintBatchRow.printed_at), col(PrintCopyRow.batch_id))
    )
    found = defaultdict[str, list[Copy]](list)
    for row in await session.execute(query):
        found[row.letter_key].append(Copy(*row))
    return {letter_key: tuple(copies) for letter_key, copies in found.items()}


def in_batch(batch_id: str) -> ColumnElement[bool]:
    """Printed in this batch, or again in it."""
    again = select(col(PrintCopyRow.letter_key)).where(col(PrintCopyRow.batch_id) == batch_id)
    return or_(col(LetterRow.batch_id) == batch_id, col(LetterRow.letter_key).in_(again))
