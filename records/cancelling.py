"""A round is cancelled: what was not sent is withdrawn, what was sent stays valid (design.md §7, Hold).

Part of the transaction in which the round's own step is written.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MemberRow, RoundRow
from records.holding import close_hold_tasks, lift
from records.letter import HoldRow, LetterRow, LetterState
from records.letter_task import close_letter_tasks
from records.submission import OutboxRow
from records.wire import news_json
from scheme.errors import Rule
from scheme.ids import POST, CaseId, NewsId
from scheme.news import LettersWait, News, RoundCancelled
from scheme.people import Actor

UNSENT = (LetterState.PLANNED.value, LetterState.TO_PRINT.value, LetterState.FAILED.value)
_GONE = (LetterState.SENDING.value, LetterState.HANDED_OVER.value, LetterState.PRINTED.value)
_REAL = text("clock_timestamp()")


async def cancel_round(session: AsyncSession, round_id: CaseId, actor: Actor, at: datetime) -> None:
    """Withdraw the letters of all nobody was written to, and tell their choices; ask nobody more; lift the hold."""
    unsent = select(LetterRow).where(col(LetterRow.round_id) == round_id, col(LetterRow.state).in_(UNSENT))
    # Locked before it is counted who was written to: no page can send one of them meanwhile.
    letters = (await session.execute(unsent.order_by(col(LetterRow.letter_key)).with_for_update())).scalars().all()
    cases = list((await session.execute(select(col(ChoiceRow.case_id)).where(never_written(round_id)))).scalars())
    await _withdraw(session, [letter for letter in letters if letter.case_id in set(cases)], actor)
    await _leave_out(session, round_id)
    told = [News(NewsId(f"{round_id}>{case}#cancelled"), CaseId(case), at, RoundCancelled()) for case in cases]
    hold = await session.get(HoldRow, round_id, with_for_update=True)
    if hold is not None and hold.held:
        lift(hold)
        told.append(News(NewsId(f"{round_id}>{POST}#cancelled"), POST, at, LettersWait()))
    await close_hold_tasks(session, round_id, actor)
    await session.flush()
    await _tell(session, told)


def never_written(round_id: str) -> ColumnElement[bool]:
    """The condition on choices: open, of this round, nobody answered, and no letter of it went out or is going out."""
    gone = exists().where(col(LetterRow.case_id) == col(ChoiceRow.case_id), col(LetterRow.state).in_(_GONE))
    unheard = and_(col(ChoiceRow.closed_at).is_(None), col(ChoiceRow.body).is_(None))
    return and_(col(ChoiceRow.round_id) == round_id, unheard, ~gone)


def not_asked(round_id: str) -> ColumnElement[bool]:
    """The condition on members: the round has not come to this farm yet."""
    asked = exists().where(
        col(ChoiceRow.round_id) == col(MemberRow.round_id), col(ChoiceRow.farm_id) == col(MemberRow.farm_id)
    )
    return and_(col(MemberRow.round_id) == round_id, col(MemberRow.refused).is_(None), ~asked)


async def _withdraw(session: AsyncSession, letters: Sequence[LetterRow], actor: Actor) -> None:
    for letter in letters:
        letter.state, letter.due_at = LetterState.WITHDRAWN, None
    await session.flush()
    for letter in letters:
        if letter.smtp_reply is not None:
            await close_letter_tasks(session, letter, actor=actor)


async def _leave_out(session: AsyncSession, round_id: CaseId) -> None:
    """Farms the round has not come to are not asked by it."""
    many = (await session.execute(select(func.count()).select_from(MemberRow).where(not_asked(round_id)))).scalar_one()
    await session.execute(update(MemberRow).where(not_asked(round_id)).values(refused=Rule.ROUND_CANCELLED.value))
    counted = {"refused": col(RoundRow.refused) + many, "open": col(RoundRow.open) - many}
    await session.execute(update(RoundRow).where(col(RoundRow.case_id) == round_id).values(counted))


async def _tell(session: AsyncSession, told: Sequence[News]) -> None:
    if told:
        await session.execute(insert(OutboxRow).values([_row(news) for news in told]).on_conflict_do_nothing())


def _row(news: News) -> dict[str, object]:
    return {
        "news_id": news.id,
        "target": news.target,
        "kind": news.what.kind,
        "payload": news_json(news),
        "created_at": _REAL,
        "next_attempt_at": _REAL,
        "attempts": 0,
    }
