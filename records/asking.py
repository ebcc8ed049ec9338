"""The letter that asks: whether it has left the house, the day it carries, and the news of one that left late.

The days of a choice count from the day on which its letter left (docs/decisions/0018).
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.letter import LetterRow, LetterState
from records.telling import tell
from records.wire import case_from
from scheme.choice import Choice, counted_from
from scheme.days import local_day
from scheme.ids import NewsId
from scheme.letter import LetterKind
from scheme.news import LetterLeft, LetterUnsent, News

ASKING = tuple(kind.value for kind in LetterKind if kind.begins)
LEFT = (LetterState.HANDED_OVER, LetterState.PRINTED)


async def unsent(session: AsyncSession, row: CaseRow, at: datetime) -> News | None:
    """The news for a choice whose day has come, if nobody answered and its letter is still in the house."""
    choice = _unanswered(row)
    if choice is None or at < choice.next_at or not await is_in_house(session, row):
        return None
    return News(NewsId(f"{choice.case_id}#unsent-{choice.revision}"), choice.case_id, at, LetterUnsent())


async def is_in_house(session: AsyncSession, row: CaseRow) -> bool:
    """Whether this is a choice nobody answered, open, whose letter has not left."""
    choice = _unanswered(row)
    return choice is not None and await has_left(session, choice) is False


async def has_left(session: AsyncSession, choice: Choice) -> bool | None:
    """Whether the letter that asks has left; None where the choice has no letter of its own, but an earlier one."""
    states = list(await session.exec(select(LetterRow.state).where(of_letter_that_asks(choice))))
    return any(state in LEFT for state in states) if states else None


def of_letter_that_asks(choice: Choice) -> ColumnElement[bool]:
    """The condition on letters: they ask what the choice asks now."""
    asked_at = choice.asked_again[-1] if choice.asked_again else choice.asked_at
    of_case = col(LetterRow.case_id) == choice.case_id
    return and_(of_case, col(LetterRow.kind).in_(ASKING), col(LetterRow.planned_at) >= asked_at)


async def date_anew(session: AsyncSession, rows: Sequence[LetterRow]) -> bool:
    """Letters about to leave carry the day on which they leave, and the last day counted from it; whether any changed.

    One that asks a second time, as a copy to another address, keeps the last day that the first one gave.
    """
    today = local_day(await now(session))
    old = [row for row in rows if row.words["dated"] != today.isoformat()]
    for row in old:
        await _date(session, row, today)
    return bool(old)


async def tell_if_late(session: AsyncSession, row: LetterRow) -> None:
    """The letter has left: where its choice counts from another day, it is told."""
    if row.kind not in ASKING or (row.replaces is None and row.words["dated"] == _planned_on(row)):
        return
    choice = _unanswered(await session.get_one(CaseRow, row.case_id))
    if choice is None or row.words["answer_due"] == choice.answer_due.isoformat():
        return
    word = f"left-{row.letter_key.removeprefix(row.case_id + ':')}"
    left = LetterLeft(date.fromisoformat(row.words["dated"]))
    await tell(session, choice.case_id, choice.case_id, word, await now(session), left)


async def _date(session: AsyncSession, row: LetterRow, today: date) -> None:
    words = {**row.words, "dated": today.isoformat()}
    if row.kind in ASKING:
        choice = _unanswered(await session.get_one(CaseRow, row.case_id))
        if choice is not None and await has_left(session, choice) is False:
            words["answer_due"] = counted_from(choice, today).answer_due.isoformat()
    row.words = words
    if row.state == LetterState.TO_PRINT:
        # Of the letter as it was before.
        row.sha256 = None


def _unanswered(row: CaseRow) -> Choice | None:
    case = case_from(row.state) if row.kind == "choice" and row.closed_at is None else None
    return case if isinstance(case, Choice) and case.body is None else None


def _planned_on(row: LetterRow) -> str:
    return local_day(row.planned_at).isoformat()
