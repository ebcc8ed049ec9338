"""Farms as pages show them: the list with where each stands, and one farm's file."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.farm import Farm, InspectionBody
from records.queries.listing import AnySelect, Listing, Paging, count
from records.submission import SubmissionRow
from scheme.choice import State
from scheme.farmer import Standing
from scheme.ids import CaseId

_DIGITS = 6


@dataclass(frozen=True)
class FarmLine:
    """A line of the list. choice: state of the latest choice; body: chosen or assigned in it, else last time's."""

    farm_id: str
    name: str
    city: str
    expires_on: date | None
    standing: Standing
    stopped_on: date | None
    choice: State | None
    answer_due: date | None
    body: str | None


async def farms(session: AsyncSession, seen: ColumnElement[bool], q: str, paging: Paging) -> Listing[FarmLine]:
    """Farms the visitor may see, by number; q is a number, the end of one, or a part of the name."""
    wanted = select(col(Farm.farm_id)).where(seen, matches(q))
    total = await count(session, wanted)
    lines = _lines().where(seen, matches(q)).order_by(col(Farm.farm_id))
    rows = await session.execute(lines.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_line(row) for row in rows), paging, total)


async def farm(session: AsyncSession, seen: ColumnElement[bool], farm_id: str) -> Farm | None:
    """The farm's register data; None where there is none, or none that the visitor may see."""
    return (await session.execute(select(Farm).where(col(Farm.farm_id) == farm_id, seen))).scalar_one_or_none()


async def farm_line(session: AsyncSession, seen: ColumnElement[bool], farm_id: str) -> FarmLine | None:
    """One farm as a line of the list."""
    row = (await session.execute(_lines().where(col(Farm.farm_id) == farm_id, seen))).one_or_none()
    return None if row is None else _line(row)


async def stop_received_at(session: AsyncSession, case_id: CaseId) -> datetime | None:
    """When the farm's case received a stop that is not yet processed; None when there is none."""
    waiting = select(func.max(col(SubmissionRow.received_at))).where(
        col(SubmissionRow.case_id) == case_id,
        col(SubmissionRow.kind) == "stop",
        col(SubmissionRow.settled_at).is_(None),
    )
    received_at: datetime | None = (await session.execute(waiting)).scalar_one()
    return received_at


async def body_names(session: AsyncSession) -> dict[str, str]:
    """Names of all inspection bodies, past ones too, by id."""
    rows = await session.execute(select(col(InspectionBody.body_id), col(InspectionBody.name)))
    return {row.body_id: row.name for row in rows}


def matches(q: str) -> ColumnElement[bool]:
    """What somebody types to find a farm; nothing typed matches every farm."""
    typed = q.strip()
    if not typed:
        return true()
    number = re.fullmatch(r"(?:[Ff]-?)?(\d{1,6})", typed)
    if number is not None:
        digits = number[1]
        return or_(col(Farm.farm_id) == f"F-{digits.zfill(_DIGITS)}", col(Farm.farm_id).startswith(f"F-{digits}"))
    return or_(col(Farm.name).icontains(typed, autoescape=True), col(Farm.city).istartswith(typed, autoescape=True))


def _lines() -> AnySelect:
    """Farm by farm, with its latest choice."""
    latest = aliased(
        ChoiceRow,
        select(ChoiceRow)
        .where(col(ChoiceRow.farm_id) == col(Farm.farm_id))
        .order_by(col(ChoiceRow.asked_at).desc(), col(ChoiceRow.case_id).desc())
        .limit(1)
        .lateral("latest"),
    )
    chosen, before = aliased(InspectionBody), aliased(InspectionBody)
    return (
        select(
            col(Farm.farm_id),
            col(Farm.name),
            col(Farm.city),
            col(Farm.expires_on),
            col(Farm.standing),
            col(Farm.stopped_on),
            col(latest.state).label("choice"),
            col(latest.answer_due),
            func.coalesce(col(chosen.name), col(before.name)).label("body"),
        )
        .select_from(Farm)
        .join(latest, true(), isouter=True)
        .join(chosen, col(chosen.body_id) == col(latest.body), isouter=True)
        .join(before, col(before.body_id) == col(Farm.previous_body), isouter=True)
    )


def _line(row: Row[Any]) -> FarmLine:
    enums = {"standing": Standing(row.standing), "choice": None if row.choice is None else State(row.choice)}
    return FarmLine(**{**row._mapping, **enums})  # noqa: SLF001  # the public name of a row's columns
