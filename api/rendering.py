"""Letters as PDF for a page: written again from the ledger's values, byte for byte the same."""

import asyncio

from fastapi import HTTPException

from api.codes import house
from api.door import Door
from press.batch import bind
from press.letter import CannotTypesetError
from press.said import AnyLetter, typeset
from press.told import any_written
from press.written import Ledger
from records.letter import LetterRow
from scheme.language import Language
from scheme.letter import LetterKind


async def pdf_of(door: Door, row: LetterRow) -> bytes:
    """The letter's PDF, in a thread so that other visitors go on; 409 for one that cannot be printed."""
    try:
        return await asyncio.to_thread(_typeset, door, row)
    except CannotTypesetError as error:
        raise HTTPException(409, "cannot-typeset") from error


async def bound(door: Door, rows: list[LetterRow]) -> bytes:
    """All letters as one PDF for the printer, in the order given."""
    return await asyncio.to_thread(lambda: bind([_typeset(door, row) for row in rows]))


def letter_of(door: Door, row: LetterRow) -> AnyLetter:
    """The letter that the row describes; raises CannotTypesetError where it lacks something."""
    ledger = Ledger(LetterKind(row.kind), Language(row.language), row.case_id, row.farm_id, row.code_version, row.words)
    return any_written(ledger, house(door.settings))


def _typeset(door: Door, row: LetterRow) -> bytes:
    return typeset(letter_of(door, row))
