"""Letters are printed again: the same sheets under a new number in our books (design.md §8)."""

import uuid

import pytest

from records import ledger
from records.database import Sessions
from records.letter import LetterRow, PrintBatchRow, PrintCopyRow
from records.printing import Batch, print_waiting
from records.queries.letter import batch_rows
from records.queries.print_copy import copies_of
from records.reprinting import reprint
from scheme.errors import Rule, RuleViolationError
from scheme.step import Act
from tests.world import SECRETARY, change, column, run_round, table, the_choice

KEY = uuid.UUID("00000000-0000-4000-8000-000000000042")
FIRST, THIRD = f"{the_choice(1)}:choice", f"{the_choice(3)}:choice"


async def printed(sessions: Sessions) -> Batch:
    """Farms 1 and 3 got their letters on paper."""
    await run_round(sessions)
    await change(sessions, "UPDATE letter SET channel = 'paper' WHERE farm_id = 'F-000001'")
    async with sessions.begin() as session:
        for row in await ledger.claim(session, "page/1", 25):
            if row.channel == "paper":
                await ledger.note_to_print(session, row, "0" * 64)
        made = await print_waiting(session, SECRETARY)
    assert made is not None
    return made


async def again(sessions: Sessions, batch: str, *letters: str, damaged: bool = False) -> Batch | None:
    async with sessions.begin() as session:
        return await reprint(session, SECRETARY, batch, letters, KEY, damaged=damaged)


async def test_one_damaged_sheet_is_printed_again(world: Sessions) -> None:
    first = await printed(world)
    before = await table(world, LetterRow)
    assert await again(world, first.batch_id, THIRD, damaged=True) == Batch(str(KEY), 1)
    assert await table(world, LetterRow) == before
    async with world() as session:
        assert [row.letter_key for row in await batch_rows(session, str(KEY))] == [THIRD]
        assert [row.letter_key for row in await batch_rows(session, first.batch_id)] == [FIRST, THIRD]
        copies = await copies_of(session, first.batch_id)
    assert [(copy.batch_id, copy.damaged) for copy in copies[THIRD]] == [(str(KEY), True)]
    assert await column(world, "SELECT act FROM trail WHERE key = :key", key=f"print-batch:{KEY}") == [
        Act.LETTERS_REPRINTED
    ]


async def test_a_whole_batch_and_its_copy_lead_to_the_first_print(world: Sessions) -> None:
    first = await printed(world)
    assert await again(world, first.batch_id) == Batch(str(KEY), 2)
    assert await again(world, first.batch_id) == Batch(str(KEY), 2)  # the button pressed twice
    assert len(await table(world, PrintCopyRow)) == 2
    (copy,) = [row for row in await table(world, PrintBatchRow) if row.reprint_of]
    assert copy.reprint_of == first.batch_id


async def test_only_letters_of_the_batch(world: Sessions) -> None:
    first = await printed(world)
    with pytest.raises(RuleViolationError, match=Rule.NOT_IN_BATCH):
        await again(world, first.batch_id, f"{the_choice(2)}:choice")
    assert await again(world, "no such batch") is None
