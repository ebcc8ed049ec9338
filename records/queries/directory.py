"""The directory of certified farms on any day (ISO/IEC 17065, 7.8): name, place, number and status, nothing else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import UNNUMBERED, CertificateRow, CertificateTurn
from records.farm import Farm, FarmSearch
from records.queries.listing import AnySelect, Listing, Paging, count
from scheme.certificate import Status
from scheme.days import ZONE

LISTED = tuple(status.value for status in Status if status.in_directory)
_MOST_WORDS = 6


@dataclass(frozen=True)
class DirectoryLine:
    """A farm with a certificate on that day, which has its status since that day.

    number: None where the register has none for it.
    """

    number: str | None
    name: str
    city: str
    status: Status
    valid_until: date
    since: date


@dataclass(frozen=True)
class Supplier:
    """A farm that delivers to a dairy, with its certificate of a day; status None: none that counts or is suspended.

    since: the first day of that status; moved_on: from which day on it has another last day than before.
    """

    farm_id: str
    name: str
    city: str
    supplier_number: str | None
    number: str | None
    status: Status | None
    valid_until: date | None
    since: date | None = None
    moved_on: date | None = None


async def suppliers(session: AsyncSession, dairy_id: str, day: date) -> Sequence[Supplier]:
    """Those who deliver to this dairy, by name; one that stopped is among them, without a certificate."""
    theirs = _lines(day, "").where(col(Farm.dairy_id) == dairy_id).order_by(None)
    counts = theirs.add_columns(col(Farm.farm_id).label("farm_id")).subquery("counts")
    query = (
        select(
            col(Farm.farm_id), col(Farm.name), col(Farm.city), col(Farm.supplier_number), counts.c.number,
            counts.c.status, counts.c.valid_until, counts.c.since, counts.c.moved_on,
        )
        .outerjoin(counts, counts.c.farm_id == col(Farm.farm_id))
        .where(col(Farm.dairy_id) == dairy_id)
        .order_by(func.lower(col(Farm.name)), col(Farm.farm_id))
    )  # fmt: skip
    return tuple(
        Supplier(
            row.farm_id, row.name, row.city, row.supplier_number, row.number,
            None if row.status is None else Status(row.status), row.valid_until, row.since, row.moved_on,
        )
        for row in await session.execute(query)
    )  # fmt: skip


async def directory(session: AsyncSession, day: date, q: str, paging: Paging) -> Listing[DirectoryLine]:
    """One page of the farms whose certificate is valid or suspended on that day, by name.

    q: words of name and place, or the beginning of a number.
    """
    query = _lines(day, q)
    total = await count(session, query)
    rows = await session.execute(query.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(map(_line, rows)), paging, total)


async def whole_directory(session: AsyncSession, day: date, q: str) -> Sequence[DirectoryLine]:
    """All of them, for a file."""
    return tuple(map(_line, await session.execute(_lines(day, q))))


async def present_number(session: AsyncSession, farm_id: str, day: date) -> str | None:
    """The number of the farm's certificate of that day; None where it has none that counts."""
    query = _lines(day, "").where(col(Farm.farm_id) == farm_id).limit(1)
    row = (await session.execute(query)).first()
    return None if row is None else row.number


def _lines(day: date, q: str) -> AnySelect:
    known, turned, began, moved = known_certificates(), _turned(day), _began(day), last_days_on(day)
    status = func.coalesce(turned.c.status, Status.VALID.value)
    until = func.coalesce(moved.c.valid_until, known.c.valid_until)
    # The greatest of what is there: what never turned began with its first day.
    since = func.greatest(known.c.valid_from, began.c.from_day)
    return (
        select(
            known.c.number, col(Farm.name), col(Farm.city), status.label("status"), until.label("valid_until"),
            since.label("since"), moved.c.from_day.label("moved_on"),
        )
        .select_from(known)
        .join(Farm, col(Farm.farm_id) == known.c.farm_id)
        .outerjoin(turned, turned.c.number == known.c.key)
        .outerjoin(began, began.c.number == known.c.key)
        .outerjoin(moved, moved.c.number == known.c.key)
        .where(
            known.c.valid_from <= day,
            until >= day,
            status.in_(LISTED),
            or_(col(Farm.stopped_on).is_(None), col(Farm.stopped_on) >= day),
            _matches(q, known),
        )
        .order_by(func.lower(col(Farm.name)), col(Farm.farm_id))
    )  # fmt: skip


def known_certificates() -> Subquery:
    """Every certificate: those of this house, and what the register says of one issued before it began.

    key: what its turns are known by; number: what people know it by, if the register knew that.
    """
    number = case((~col(CertificateRow.number).startswith(UNNUMBERED), col(CertificateRow.number)))
    ours = select(
        col(CertificateRow.number).label("key"), number.label("number"), col(CertificateRow.farm_id),
        col(CertificateRow.valid_from), col(CertificateRow.valid_until),
    )  # fmt: skip
    registered = cast(func.timezone(ZONE.key, col(Farm.registered_at)), Date)
    begins = func.coalesce(col(Farm.certificate_from), func.least(col(Farm.expires_on), registered))
    same = exists().where(or_(col(CertificateRow.number) == col(Farm.certificate_number), _told_without_number()))
    by_day = func.concat(UNNUMBERED, col(Farm.farm_id), ":", func.to_char(col(Farm.expires_on), "YYYY-MM-DD"))
    told = select(
        func.coalesce(col(Farm.certificate_number), by_day), col(Farm.certificate_number), col(Farm.farm_id), begins,
        col(Farm.expires_on),
    )  # fmt: skip
    return union_all(ours, told.where(col(Farm.expires_on).is_not(None), ~same)).subquery("known")


def _told_without_number() -> ColumnElement[bool]:
    """The register's certificate without a number is a row by now: that of this farm with the register's last day."""
    turn = select(col(CertificateTurn.valid_until)).where(
        col(CertificateTurn.number) == col(CertificateRow.number), col(CertificateTurn.valid_until).is_not(None)
    )
    latest = turn.order_by(col(CertificateTurn.place).desc()).limit(1).correlate(CertificateRow).scalar_subquery()
    return and_(
        col(Farm.certificate_number).is_(None),
        col(CertificateRow.farm_id) == col(Farm.farm_id),
        col(CertificateRow.number).startswith(UNNUMBERED),
        func.coalesce(latest, col(CertificateRow.valid_until)) == col(Farm.expires_on),
    )


def _turned(day: date) -> Subquery:
    """The status that was decided last for that day, of the few certificates that have one."""
    return _last(day, true(), CertificateTurn.status).subquery("turned")


def _began(day: date) -> Subquery:
    """From which day on the decided status of that day holds without a break, as scheme.certificate reckons it."""
    number, from_day, place = map(col, (CertificateTurn.number, CertificateTurn.from_day, CertificateTurn.place))
    status = col(CertificateTurn.status)
    before = func.lag(status, 1, Status.VALID.value).over(partition_by=number, order_by=(from_day, place))
    turns = select(number, from_day, place, status, before.label("before")).where(from_day <= day).subquery("turns")
    begins = select(turns.c.number, turns.c.from_day).where(turns.c.status != turns.c.before)
    latest = begins.ext(distinct_on(turns.c.number))
    return latest.order_by(turns.c.number, turns.c.from_day.desc(), turns.c.place.desc()).subquery("began")


def last_days_on(day: date) -> Subquery:
    """The last day that was decided last, and from when on it holds."""
    return _last(day, col(CertificateTurn.valid_until).is_not(None), CertificateTurn.valid_until).subquery("moved")


def _last(day: date, which: ColumnElement[bool], column: Any) -> AnySelect:
    number, from_day, place = map(col, (CertificateTurn.number, CertificateTurn.from_day, CertificateTurn.place))
    said = select(number, from_day, col(column)).where(from_day <= day, which)
    return said.ext(distinct_on(number)).order_by(number, from_day.desc(), place.desc())


def _matches(q: str, known: Subquery) -> ColumnElement[bool]:
    """What the public may look for: not the holder, nor the telephone, by which the office finds farms too."""
    words = q.split()[:_MOST_WORDS]
    if not words:
        return true()
    number = known.c.number.istartswith(q.strip(), autoescape=True)
    named = func.plain(func.concat_ws(literal(" "), col(Farm.name), col(Farm.city)))
    plain = [func.plain(literal(word)) for word in words]
    # The index of the office's search narrows it first; what it finds beside name and place does not count.
    indexed = select(col(FarmSearch.farm_id)).where(
        *(col(FarmSearch.words).like(func.plain(literal(f"%{_escaped(word)}%"))) for word in words)
    )
    return or_(number, and_(col(Farm.farm_id).in_(indexed), *(func.strpos(named, word) > 0 for word in plain)))


def _escaped(word: str) -> str:
    """Signs that LIKE would read as anything are themselves."""
    return re.sub(r"([\\%_])", r"\\\1", word)


def _line(row: Any) -> DirectoryLine:
    return DirectoryLine(row.number, row.name, row.city, Status(row.status), row.valid_until, row.since)
