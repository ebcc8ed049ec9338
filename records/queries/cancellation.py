"""What cancelling a round would mean, in figures, and what became of one that was cancelled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.cancelling import UNSENT, never_written, not_asked
from records.case import CaseRow, ChoiceRow, MemberRow
from records.letter import LetterRow, LetterState
from records.person import PersonRow
from records.submission import SubmissionRow
from scheme.choice import State

_OUT = (LetterState.HANDED_OVER.value, LetterState.PRINTED.value)


@dataclass(frozen=True)
class Effect:
    """What cancelling would mean, in letters and choices.

    gone: letters that went out; sending: going out at this moment; withdrawn: those that will not go out.
    ended: choices that ended before; go_on: choices whose letter is out; cancelled: choices that end without a body;
    not_asked: farms the round has not come to. over: the round has ended, and nothing can be cancelled any more.
    """

    gone: int
    sending: int
    withdrawn: int
    ended: int
    go_on: int
    cancelled: int
    not_asked: int
    over: bool

    @property
    def stops(self) -> bool:
        """Whether something is left that would be stopped: a letter, a choice without one, a farm not reached."""
        return bool(self.withdrawn + self.sending + self.cancelled + self.not_asked)


@dataclass(frozen=True)
class Cancelled:
    """Who cancelled a round, when and why. by: the person's name; withdrawn: letters that did not go out."""

    by: str
    at: datetime
    reason: str
    withdrawn: int
    cancelled: int
    not_asked: int


async def effect(session: AsyncSession, round_id: str) -> Effect:
    """What cancelling the round at this moment would mean."""
    mine = col(LetterRow.round_id) == round_id
    unwritten = select(col(ChoiceRow.case_id)).where(never_written(round_id))
    lost = and_(mine, col(LetterRow.state).in_(UNSENT), col(LetterRow.case_id).in_(unwritten))
    still_open = and_(col(ChoiceRow.round_id) == round_id, col(ChoiceRow.closed_at).is_(None))
    cancelled = await _many(session, never_written(round_id), ChoiceRow)
    return Effect(
        gone=await _many(session, and_(mine, col(LetterRow.state).in_(_OUT)), LetterRow),
        sending=await _many(session, and_(mine, col(LetterRow.state) == LetterState.SENDING.value), LetterRow),
        withdrawn=await _many(session, lost, LetterRow),
        ended=await _many(
            session, and_(col(ChoiceRow.round_id) == round_id, col(ChoiceRow.closed_at).is_not(None)), ChoiceRow
        ),
        go_on=await _many(session, still_open, ChoiceRow) - cancelled,
        cancelled=cancelled,
        not_asked=await _many(session, not_asked(round_id), MemberRow),
        over=(await session.get_one(CaseRow, round_id)).closed_at is not None,
    )


async def cancelled(session: AsyncSession, round_id: str) -> Cancelled | None:
    """Who cancelled the round, when and why; None where nobody did."""
    handed_in = (
        select(SubmissionRow, func.coalesce(col(PersonRow.name), col(SubmissionRow.person)))
        .join(PersonRow, col(PersonRow.person_id) == col(SubmissionRow.person), isouter=True)
        .where(
            col(SubmissionRow.case_id) == round_id,
            col(SubmissionRow.kind) == "cancel-round",
            col(SubmissionRow.settled_at).is_not(None),
            col(SubmissionRow.refused_by).is_(None),
        )
    )
    row = (await session.execute(handed_in.limit(1))).one_or_none()
    if row is None:
        return None
    submission, name = row
    ended = and_(col(ChoiceRow.round_id) == round_id, col(ChoiceRow.state) == State.CANCELLED.value)
    withdrawn = and_(col(LetterRow.round_id) == round_id, col(LetterRow.state) == LetterState.WITHDRAWN.value)
    left_out = and_(col(MemberRow.round_id) == round_id, col(MemberRow.refused) == "round-cancelled")
    return Cancelled(
        by=name,
        at=submission.received_at,
        reason=(submission.words or {}).get("reason", ""),
        withdrawn=await _many(session, withdrawn, LetterRow),
        cancelled=await _many(session, ended, ChoiceRow),
        not_asked=await _many(session, left_out, MemberRow),
    )


async def _many(
    session: AsyncSession, condition: ColumnElement[bool], rows: type[ChoiceRow | LetterRow | MemberRow]
) -> int:
    found: int = (await session.execute(select(func.count()).select_from(rows).where(condition))).scalar_one()
    return found
