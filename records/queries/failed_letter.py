"""Letters that failed or were refused: why, when they go again by themselves, and whether they may be tried again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import RoundRow
from records.farm import Farm
from records.letter import LetterRow, LetterState
from records.queries.listing import AnySelect, Listing, Paging, count
from records.queries.obstacle import reachable
from records.retrying import delayed, mended, over, stopped
from scheme.letter import LetterKind
from scheme.writable import Obstacle, obstacles


@dataclass(frozen=True)
class FailedLetter:
    """A letter that did not go out. why: the mail server's reply, or what cannot be printed.

    address: where it was refused, None where it never had one; obstacles: what the register still has against one
    that cannot be made; mended: nothing is left to mend, it may be tried again; over: its choice has ended;
    same_address: it would go where it was refused, as where a mailbox was full and may have been emptied;
    next_attempt: real time at which it goes by itself, None where it waits for a person.
    """

    letter_key: str
    farm_id: str
    farm_name: str
    kind: LetterKind
    state: LetterState
    why: str
    address: str | None
    obstacles: tuple[Obstacle, ...]
    mended: bool
    over: bool
    same_address: bool
    next_attempt: datetime | None


async def failed_letters(
    session: AsyncSession, seen: ColumnElement[bool], year: int, paging: Paging
) -> Listing[FailedLetter]:
    """Failed and refused letters of the year's round, by farm."""
    query = _of_round(year).where(seen)
    total = await count(session, query.with_only_columns(col(LetterRow.letter_key)))
    ordered = query.order_by(col(LetterRow.farm_id), col(LetterRow.letter_key))
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_line(*row) for row in rows), paging, total)


async def failed_letter(session: AsyncSession, seen: ColumnElement[bool], letter_key: str) -> FailedLetter | None:
    """One letter, of a round or of a farm alone; None where it neither failed nor was refused."""
    query = _failed().where(col(LetterRow.letter_key) == letter_key, seen)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _line(*row)


async def how_many_wait(session: AsyncSession, seen: ColumnElement[bool], year: int) -> int:
    """Of the letters of `failed_letters`: those that were refused for now and go again by themselves."""
    query = _of_round(year).where(seen, delayed())
    return await count(session, query.with_only_columns(col(LetterRow.letter_key)))


def _of_round(year: int) -> AnySelect:
    of_round = _failed().join(RoundRow, col(RoundRow.case_id) == col(LetterRow.round_id))
    return of_round.where(col(RoundRow.year) == year)


def _failed() -> AnySelect:
    found: AnySelect = select(LetterRow, Farm, mended(), over(), delayed())
    return found.join(Farm, col(Farm.farm_id) == col(LetterRow.farm_id)).where(stopped())


def _line(letter: LetterRow, farm: Farm, *flags: bool) -> FailedLetter:
    may_go, has_ended, waits = flags
    against = obstacles(reachable(farm)) if letter.state == LetterState.FAILED else ()
    return FailedLetter(
        letter_key=letter.letter_key,
        farm_id=letter.farm_id,
        farm_name=farm.name,
        kind=LetterKind(letter.kind),
        state=LetterState(letter.state),
        why=letter.smtp_reply or "",
        address=letter.address,
        obstacles=against,
        mended=bool(may_go) and not has_ended and not against,
        over=has_ended,
        same_address=letter.address is not None and letter.address == farm.email,
        next_attempt=letter.due_at if waits else None,
    )
