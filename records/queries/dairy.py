"""The dairies as pages show them, with how many farms deliver to each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Dairy, Farm
from records.person import StaffMailRow
from records.queries.listing import Listing, Paging, count
from records.staff_mail import StaffMailState
from scheme.farmer import Standing

_MAILS_SHOWN = 5


@dataclass(frozen=True)
class DairyShown:
    """A dairy. farms: those that deliver to it and take part."""

    dairy_id: str
    name: str
    language: str
    email: str | None
    revision: int
    farms: int


async def dairies_page(session: AsyncSession, paging: Paging) -> Listing[DairyShown]:
    """One page of them, by number."""
    total = await count(session, select(col(Dairy.dairy_id)))
    rows = await session.execute(_dairies().limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_shown(row) for row in rows), paging, total)


async def dairy_shown(session: AsyncSession, dairy_id: str) -> DairyShown | None:
    """One of them, None where there is none of this number."""
    row = (await session.execute(_dairies().where(col(Dairy.dairy_id) == dairy_id))).one_or_none()
    return None if row is None else _shown(row)


@dataclass(frozen=True)
class ToldMail:
    """A mail to a dairy about its suppliers. farms: how many it tells of; reply: of the mail server."""

    day: date
    farms: int
    state: StaffMailState
    reply: str | None


async def mails_to(session: AsyncSession, dairy_id: str) -> tuple[ToldMail, ...]:
    """The latest of them, newest first."""
    rows = select(StaffMailRow).where(col(StaffMailRow.dairy_id) == dairy_id).order_by(col(StaffMailRow.day).desc())
    return tuple(
        ToldMail(row.day, row.words["total"], StaffMailState(row.state), row.smtp_reply)
        for row in (await session.execute(rows.limit(_MAILS_SHOWN))).scalars()
    )


async def dairy_names(session: AsyncSession) -> dict[str, str]:
    """Names by number, in order of name."""
    query = select(col(Dairy.dairy_id), col(Dairy.name)).order_by(col(Dairy.name), col(Dairy.dairy_id))
    return {row[0]: row[1] for row in await session.execute(query)}


def _dairies() -> Any:  # a Select of these columns has no shorter type
    delivers = (col(Farm.dairy_id) == col(Dairy.dairy_id), col(Farm.standing) == Standing.ACTIVE)
    farms = select(func.count()).select_from(Farm).where(*delivers).correlate(Dairy).scalar_subquery()
    return select(Dairy, farms.label("farms")).order_by(col(Dairy.dairy_id))


def _shown(row: Any) -> DairyShown:
    dairy: Dairy = row[0]
    return DairyShown(dairy.dairy_id, dairy.name, dairy.language, dairy.email, dairy.revision, row.farms)
