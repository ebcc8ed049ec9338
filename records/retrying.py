"""Letters that failed or were refused are tried again, as the register has them now (design.md §4, door 3; §8)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, text, true, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.farm import Farm
from records.holding import letter_is_held
from records.letter import LetterChannel, LetterRow, LetterState
from records.telling import tell
from records.trailing import append
from scheme.ids import POST
from scheme.letter import LetterKind
from scheme.mail_reply import PASSES
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act

_AT_ONCE = text("clock_timestamp()")


@dataclass(frozen=True)
class Retried:
    """How many letters go out again, and how many wait for another address than the one that is wrong."""

    letters: int
    same_address: int


def stopped() -> ColumnElement[bool]:
    """Letters that did not go out at their first attempt, and have not yet: a person mends them, or they wait."""
    return or_(failed(), delayed())


def failed() -> ColumnElement[bool]:
    """Letters that wait for a person: those that could not be made, and those refused by mail and not printed yet."""
    refused = and_(
        col(LetterRow.channel) == LetterChannel.PAPER.value,
        col(LetterRow.state).in_([LetterState.PLANNED.value, LetterState.TO_PRINT.value]),
        col(LetterRow.smtp_reply).is_not(None),
    )
    return or_(col(LetterRow.state) == LetterState.FAILED.value, refused)


def delayed() -> ColumnElement[bool]:
    """Letters that were refused for now and go by mail again at a later moment, which nobody holds."""
    return and_(
        col(LetterRow.channel) == LetterChannel.MAIL.value,
        col(LetterRow.state) == LetterState.PLANNED.value,
        col(LetterRow.smtp_reply).is_not(None),
        col(LetterRow.due_at) > func.clock_timestamp(),
        ~letter_is_held(),
    )


def mended() -> ColumnElement[bool]:
    """Of those that are stopped: the ones that may go out now.

    A refused one needs a mail address in the register: another one, unless what refused it passes.
    """
    another = col(Farm.email).is_distinct_from(col(LetterRow.address))
    passes = col(LetterRow.smtp_reply).regexp_match(PASSES)
    by_mail = and_(col(Farm.email).is_not(None), or_(another, passes))
    return or_(col(LetterRow.state) == LetterState.FAILED.value, by_mail, delayed())


def over() -> ColumnElement[bool]:
    """Letters whose case has ended meanwhile: asking or reminding would mislead. An assignment still tells."""
    passes = col(LetterRow.kind).in_([kind.value for kind in LetterKind if kind.passes])
    ended = select(CaseRow.case_id).where(
        col(CaseRow.case_id) == col(LetterRow.case_id), col(CaseRow.closed_at).is_not(None)
    )
    return and_(passes, ended.correlate(LetterRow).exists())


async def hasten(session: AsyncSession, hold_id: str) -> None:
    """Letters that were let go and wait for a later attempt are tried now: what refused them is mended.

    hold_id: a round, or `post` for every letter that nobody holds any more.
    """
    whose = true() if hold_id == POST else col(LetterRow.round_id) == hold_id
    await session.execute(update(LetterRow).where(whose, delayed()).values(due_at=_AT_ONCE))


async def retry(
    session: AsyncSession, actor: Actor, *, round_id: str | None = None, letter_key: str | None = None
) -> Retried:
    """Try one letter, or all failed ones of a round, again; what went out is never touched.

    The letter keeps its key, its date and its Message-ID; name, address and language are those of the register now.
    One that waits for a later attempt, and follows the register anyway, is tried now.
    """
    whose = col(LetterRow.round_id) == round_id if letter_key is None else col(LetterRow.letter_key) == letter_key
    found = (
        select(LetterRow, Farm, mended(), delayed())
        .join(Farm, col(Farm.farm_id) == col(LetterRow.farm_id))
        .where(whose, stopped(), ~over())
        .order_by(col(LetterRow.letter_key))
        .with_for_update(of=LetterRow)
    )
    rows = (await session.execute(found)).all()
    at = await now(session)
    again = [(letter, farm, waits) for letter, farm, may_go, waits in rows if may_go]
    for letter, farm, waits in again:
        if not waits:
            _plan_again(letter, farm)
        letter.due_at = _AT_ONCE
    await session.flush()
    if again:
        await tell(session, POST, POST, f"retried-{uuid.uuid4()}", at, LettersWait())
    for letter, *_ in again:
        await _note(session, letter, actor, at)
    return Retried(len(again), len(rows) - len(again))


def _plan_again(letter: LetterRow, farm: Farm) -> None:
    address = {"name": farm.name, "street": farm.street, "postcode": farm.postcode, "city": farm.city}
    until = None if farm.expires_on is None else farm.expires_on.isoformat()
    letter.words = {**letter.words, **address, "country": farm.country, "certificate_until": until}
    letter.channel = LetterChannel.PAPER if farm.email is None else LetterChannel.MAIL
    letter.address, letter.language = farm.email, farm.language
    letter.state, letter.smtp_reply = LetterState.PLANNED, None


async def _note(session: AsyncSession, letter: LetterRow, actor: Actor, at: datetime) -> None:
    await append(
        session,
        key=f"letter:{letter.letter_key}#retried:{letter.attempts}",
        chain=letter.farm_id,
        act=Act.LETTER_RETRIED,
        actor=actor,
        at=at,
        facts={"case": letter.case_id, "about": letter.letter_key},
    )
