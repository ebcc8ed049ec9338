"""Letters that leave by themselves, and those that wait for a person; what is foreseen of a choice hangs on it."""

from collections.abc import Sequence

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.asking import ASKING, has_left, is_in_house, of_letter_that_asks
from records.case import CaseRow
from records.farm import Farm
from records.holding import letter_is_held
from records.letter import HoldRow, LetterChannel, LetterRow, LetterState
from records.posting import UNSENT
from records.wire import case_from
from scheme.choice import Choice
from scheme.ids import POST, CaseId

_BY_ITSELF = (LetterState.PLANNED.value, LetterState.SENDING.value)


async def in_house(session: AsyncSession, choices: Sequence[Choice]) -> frozenset[CaseId]:
    """Of these: the ones whose letter has not left, and does not leave unless a person does something."""
    return frozenset([choice.case_id for choice in choices if await _waits_for_a_person(session, choice)])


async def waits_for(session: AsyncSession, letter: LetterRow) -> Choice | None:
    """The choice whose days begin when this letter leaves; None where it has left, or nothing waits for it."""
    if letter.kind not in ASKING or letter.state not in {*UNSENT, LetterState.SENDING}:
        return None
    row = await session.get_one(CaseRow, letter.case_id)
    case = case_from(row.state) if await is_in_house(session, row) else None
    return case if isinstance(case, Choice) else None


async def goes_by_itself(session: AsyncSession, farm: Farm) -> bool:
    """Whether a letter to this farm would leave now without a person: by mail, and nothing is held."""
    held = await session.get(HoldRow, POST)
    return farm.email is not None and (held is None or not held.held)


async def _waits_for_a_person(session: AsyncSession, choice: Choice) -> bool:
    if await has_left(session, choice) is not False:
        return False
    by_mail = and_(col(LetterRow.channel) == LetterChannel.MAIL.value, col(LetterRow.state).in_(_BY_ITSELF))
    moving = select(LetterRow.letter_key).where(of_letter_that_asks(choice), by_mail, ~letter_is_held())
    return (await session.exec(moving)).first() is None
