"""Guessing a password slows the one who guesses, never the office (decision record 0008); all of it in real time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import SignInFailureRow as Failure

REMEMBERED = timedelta(hours=24)
FREE_FAILURES = 5
LONGEST_REST = timedelta(hours=1)
# More than enough to reach the longest: without an end the number outgrows what a duration can hold.
MOST_DOUBLINGS = 10
# An office shares one address: this stops a machine, not a morning of typing errors.
FAILURES_OF_A_PLACE, PLACE_WINDOW = 50, timedelta(minutes=10)
# NIST SP 800-63B, 5.2.2: no more than 100 failures on one account.
FAILURES_ON_AN_ACCOUNT = 100


@dataclass(frozen=True)
class Attempt:
    """One try to sign in. name, place: keyed hashes, so that nothing mistyped into the name field is kept.

    place: the browser, where it signed in as this person before (known), else its network address.
    """

    name: str
    place: str
    known: bool


async def take_turn(session: AsyncSession, attempt: Attempt) -> None:
    """Wait for other tries on the same account: many at once count one by one, until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": attempt.name})


async def rests_until(session: AsyncSession, attempt: Attempt, at: datetime) -> datetime | None:
    """When this place may try this account again; None for now.

    A known browser is asked about its own failures alone: whoever guesses elsewhere cannot keep its owner out.
    """
    own = await _rest_of_its_own(session, attempt, at)
    if attempt.known:
        return own
    here = col(Failure.address) == attempt.place
    place = await _full_until(session, here, FAILURES_OF_A_PLACE, PLACE_WINDOW, at)
    there = col(Failure.sign_in_name) == attempt.name
    account = await _full_until(session, there, FAILURES_ON_AN_ACCOUNT, REMEMBERED, at)
    return max((until for until in (own, place, account) if until is not None), default=None)


async def note_failure(session: AsyncSession, attempt: Attempt, at: datetime) -> None:
    """One more wrong try; what is a day old is forgotten."""
    await session.exec(delete(Failure).where(col(Failure.at) <= at - REMEMBERED))
    session.add(Failure(at=at, address=attempt.place, sign_in_name=attempt.name))
    await session.flush()


async def forgive_place(session: AsyncSession, attempt: Attempt) -> None:
    """The right person was here: what was mistyped at this place before says nothing any more."""
    mine = (col(Failure.sign_in_name) == attempt.name, col(Failure.address) == attempt.place)
    await session.exec(delete(Failure).where(*mine))


async def forgive_account(session: AsyncSession, name: str) -> None:
    """Let an account be tried from everywhere again."""
    await session.exec(delete(Failure).where(col(Failure.sign_in_name) == name))


def rest_after(failures: int) -> timedelta:
    """How long a place rests after so many failures: from the fifth on a minute, then twice as long, up to an hour."""
    if failures < FREE_FAILURES:
        return timedelta()
    return min(timedelta(minutes=2 ** min(failures - FREE_FAILURES, MOST_DOUBLINGS)), LONGEST_REST)


async def _rest_of_its_own(session: AsyncSession, attempt: Attempt, at: datetime) -> datetime | None:
    mine = (Failure.sign_in_name == attempt.name, Failure.address == attempt.place, Failure.at > at - REMEMBERED)
    failures, last = (await session.exec(select(func.count(), func.max(Failure.at)).where(*mine))).one()
    until = None if last is None else last + rest_after(failures)
    return until if until is not None and until > at else None


async def _full_until(
    session: AsyncSession, which: ColumnElement[bool], most: int, window: timedelta, at: datetime
) -> datetime | None:
    counted = select(Failure.at).where(which, Failure.at > at - window).order_by(col(Failure.at).desc())
    oldest = (await session.exec(counted.offset(most - 1).limit(1))).first()
    return None if oldest is None else oldest + window
