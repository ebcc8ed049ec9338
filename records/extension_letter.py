"""Letters about collective extensions enter the ledger, one to each farm, in the transaction of the decision."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import posting
from records.certificate import UNNUMBERED
from records.farm import Farm
from records.letter import LetterRow
from records.telling import tell
from scheme.certificate import Status
from scheme.days import local_day
from scheme.extension import Cause, Move
from scheme.ids import POST, ExtensionId, FarmId, LetterKey, farmer_case
from scheme.letter import LetterKind
from scheme.news import LettersWait


@dataclass(frozen=True)
class Occasion:
    """What the letters tell: an extension, or the way back from one (back), as decided at that moment."""

    extension_id: ExtensionId
    cause: Cause
    back: bool
    at: datetime


def extension_letter_key(farm_id: FarmId, extension_id: ExtensionId) -> LetterKey:
    """A farm has one letter about an extension: never a second row."""
    return LetterKey(f"{farmer_case(farm_id)}:{LetterKind.EXTENSION.value}:{int(extension_id.removeprefix('E-'))}")


async def post_extension(session: AsyncSession, occasion: Occasion, done: Sequence[Move]) -> None:
    """Write to each farm; what still waits to tell it of another last day does not go out any more.

    A farm that was never told of the extension hears nothing of the way back either; where the day that it goes back
    to has passed, its workflow tells it that the certificate ended.
    """
    farms = {one.held.farm_id for one in done}
    silent = await _overtake(session, farms)
    written = select(Farm).where(col(Farm.farm_id).in_(farms - silent if occasion.back else farms))
    rows = {row.farm_id: row for row in await session.exec(written.order_by(col(Farm.farm_id)))}
    letters = [_row(occasion, one, rows[one.held.farm_id]) for one in done if one.held.farm_id in rows]
    if letters:
        await session.execute(insert(LetterRow).on_conflict_do_nothing(), letters)
        await tell(session, POST, POST, f"extension-{occasion.extension_id.lower()}", occasion.at, LettersWait())


async def _overtake(session: AsyncSession, farms: Collection[str]) -> set[str]:
    """Withdraw what has not left, and return the farms that were written to so."""
    waiting = select(LetterRow).where(
        LetterRow.kind == LetterKind.EXTENSION.value,
        col(LetterRow.farm_id).in_(farms),
        col(LetterRow.state).in_([state.value for state in posting.UNSENT]),
    )
    letters = list(await session.exec(waiting.order_by(LetterRow.letter_key).with_for_update()))
    keys = [row.letter_key for row in letters]
    await posting.withdraw(session, col(LetterRow.letter_key).in_(keys), posting.UNSENT)
    return {row.farm_id for row in letters}


def _row(occasion: Occasion, one: Move, farm: Farm) -> dict[str, Any]:
    key = extension_letter_key(one.held.farm_id, occasion.extension_id)
    numbered = not one.held.key.startswith(UNNUMBERED)
    planned = posting.planned(key, LetterKind.EXTENSION, farmer_case(one.held.farm_id), farm, occasion.at)
    return {
        **planned,
        "words": {
            **posting.recipient(farm.model_dump()),
            "dated": local_day(occasion.at).isoformat(),
            "extension": occasion.extension_id,
            "back": occasion.back,
            "cause": occasion.cause.value,
            "certificate_number": one.held.key if numbered else None,
            "valid_until": one.to.isoformat(),
            "valid_until_before": _before(one).isoformat(),
            "suspended": one.held.standing.status is Status.SUSPENDED,
        },
        "due_at": occasion.at,
        "code_version": 1,
    }


def _before(one: Move) -> date:
    return one.held.standing.valid_until
