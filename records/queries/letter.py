"""The ledger of letters as pages show it, the batches that were printed, and what is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import RoundRow
from records.farm import Farm
from records.holding import letter_is_held
from records.letter import LetterChannel, LetterRow, LetterState, PrintBatchRow
from records.person import PersonRow
from records.queries.counted import counted_letter
from records.queries.listing import AnySelect, Listing, Paging, count
from records.queries.print_copy import in_batch
from scheme.letter import LetterKind
from scheme.mail_reply import REFUSED

LATEST_BATCHES = 100


@dataclass(frozen=True)
class Sieve:
    """Which letters are wanted; an empty one takes all. year: of the round they belong to.

    refused: a mail server refused it, for now or for good. counted: without those that another one replaces.
    """

    states: Sequence[LetterState] = ()
    kind: LetterKind | None = None
    year: int | None = None
    channel: LetterChannel | None = None
    farm_id: str | None = None
    refused: bool = False
    counted: bool = False


@dataclass(frozen=True)
class LetterLine:
    """A letter of the ledger. at: when it was handed over or printed, else when it was planned.

    to: its mail address if it goes by mail, else street, postcode and place. replaces: the letter of which it is a
    copy to another address; replaced: whether such a copy of this one was written.
    """

    letter_key: str
    farm_id: str
    farm_name: str
    kind: LetterKind
    channel: LetterChannel
    state: LetterState
    at: datetime
    smtp_reply: str | None
    batch_id: str | None
    to: str
    replaces: str | None
    replaced: bool


@dataclass(frozen=True)
class Batch:
    """Letters that were printed together. printed_by: the person's name; reprint_of: the batch this one copies."""

    batch_id: str
    printed_at: datetime
    printed_by: str
    letters: int
    reprint_of: str | None = None


async def letters(
    session: AsyncSession, seen: ColumnElement[bool], sieve: Sieve, paging: Paging
) -> Listing[LetterLine]:
    """The ledger, newest first."""
    query = _sifted(_lines().where(seen), sieve)
    total = await count(session, query)
    ordered = query.order_by(col(LetterRow.planned_at).desc(), col(LetterRow.letter_key))
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_line(row) for row in rows), paging, total)


async def letters_of_farm(session: AsyncSession, farm_id: str) -> tuple[LetterLine, ...]:
    """All letters to one farm, newest first."""
    query = _lines().where(col(LetterRow.farm_id) == farm_id)
    ordered = query.order_by(col(LetterRow.planned_at).desc(), col(LetterRow.letter_key))
    return tuple(_line(row) for row in await session.execute(ordered))


async def letter(session: AsyncSession, seen: ColumnElement[bool], letter_key: str) -> LetterRow | None:
    """One letter's row; None where there is none, or none that the visitor may see."""
    query = select(LetterRow).join(Farm, col(Farm.farm_id) == col(LetterRow.farm_id))
    return (await session.execute(query.where(col(LetterRow.letter_key) == letter_key, seen))).scalar_one_or_none()


async def letter_line(session: AsyncSession, seen: ColumnElement[bool], letter_key: str) -> LetterLine | None:
    """The same letter as a line of the ledger."""
    row = (await session.execute(_lines().where(col(LetterRow.letter_key) == letter_key, seen))).one_or_none()
    return None if row is None else _line(row)


async def replaced_by(session: AsyncSession, letter_key: str) -> str | None:
    """The letter that went out in this one's place, the latest where there are several."""
    query = select(col(LetterRow.letter_key)).where(col(LetterRow.replaces) == letter_key)
    return (await session.execute(query.order_by(col(LetterRow.planned_at).desc()).limit(1))).scalar_one_or_none()


async def letters_of_batch(session: AsyncSession, seen: ColumnElement[bool], batch_id: str) -> tuple[LetterLine, ...]:
    """The letters of a batch, in order of farm."""
    query = _lines().where(in_batch(batch_id), seen)
    ordered = query.order_by(col(LetterRow.farm_id), col(LetterRow.letter_key))
    return tuple(_line(row) for row in await session.execute(ordered))


async def batch_rows(session: AsyncSession, batch_id: str) -> list[LetterRow]:
    """The same letters whole, in the same order, for the printer."""
    query = select(LetterRow).where(in_batch(batch_id))
    return list((await session.execute(query.order_by(col(LetterRow.farm_id), col(LetterRow.letter_key)))).scalars())


async def to_print(session: AsyncSession) -> int:
    """How many letters wait for the printer; held ones do not."""
    ready = col(LetterRow.state) == LetterState.TO_PRINT.value
    waiting = select(col(LetterRow.letter_key)).where(ready, ~letter_is_held())
    return await count(session, waiting)


async def batches(session: AsyncSession) -> tuple[Batch, ...]:
    """The latest batches, newest first."""
    newest = _batches().order_by(col(PrintBatchRow.printed_at).desc(), col(PrintBatchRow.batch_id).desc())
    return tuple(Batch(*row) for row in await session.execute(newest.limit(LATEST_BATCHES)))


async def batch(session: AsyncSession, batch_id: str) -> Batch | None:
    """One batch."""
    row = (await session.execute(_batches().where(col(PrintBatchRow.batch_id) == batch_id))).one_or_none()
    return None if row is None else Batch(*row)


def _lines() -> AnySelect:
    return select(
        col(LetterRow.letter_key),
        col(LetterRow.farm_id),
        col(Farm.name).label("farm_name"),
        col(LetterRow.kind),
        col(LetterRow.channel),
        col(LetterRow.state),
        func.coalesce(col(LetterRow.handed_over_at), col(LetterRow.printed_at), col(LetterRow.planned_at)).label("at"),
        col(LetterRow.smtp_reply),
        col(LetterRow.batch_id),
        _to().label("to"),
        col(LetterRow.replaces),
        (~counted_letter()).label("replaced"),
    ).join(Farm, col(Farm.farm_id) == col(LetterRow.farm_id))


def _to() -> ColumnElement[str]:
    words = col(LetterRow.words)
    by_post = func.concat_ws(" ", words["street"].astext + ",", words["postcode"].astext, words["city"].astext)
    # A letter that a mail server refused keeps that address, but goes on paper.
    by_mail = case((col(LetterRow.channel) == LetterChannel.MAIL.value, col(LetterRow.address)))
    return func.coalesce(by_mail, by_post)


def _line(row: Row[Any]) -> LetterLine:
    enums = {"kind": LetterKind(row.kind), "channel": LetterChannel(row.channel), "state": LetterState(row.state)}
    return LetterLine(**{**row._mapping, **enums})  # noqa: SLF001  # the public name of a row's columns


def _sifted(query: AnySelect, sieve: Sieve) -> AnySelect:
    if sieve.states:
        query = query.where(col(LetterRow.state).in_([state.value for state in sieve.states]))
    if sieve.kind is not None:
        query = query.where(col(LetterRow.kind) == sieve.kind.value)
    if sieve.year is not None:
        year = select(col(RoundRow.case_id)).where(col(RoundRow.year) == sieve.year).scalar_subquery()
        query = query.where(col(LetterRow.round_id) == year)
    if sieve.channel is not None:
        query = query.where(col(LetterRow.channel) == sieve.channel.value)
    if sieve.farm_id is not None:
        query = query.where(col(LetterRow.farm_id) == sieve.farm_id)
    if sieve.counted:
        query = query.where(counted_letter())
    if sieve.refused:
        query = query.where(col(LetterRow.smtp_reply).regexp_match(REFUSED))
    return query


def _batches() -> AnySelect:
    printer = func.coalesce(col(PersonRow.name), col(PrintBatchRow.printed_by))
    return select(
        col(PrintBatchRow.batch_id),
        col(PrintBatchRow.printed_at),
        printer,
        col(PrintBatchRow.letters),
        col(PrintBatchRow.reprint_of),
    ).join(PersonRow, col(PersonRow.person_id) == col(PrintBatchRow.printed_by), isouter=True)
