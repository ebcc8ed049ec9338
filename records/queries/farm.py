"""Farms as pages show them: the list with where each stands, and one farm's file."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.farm import Dairy, Farm, InspectionBody
from records.queries.counted import counted, of_farm
from records.queries.farm_search import Manner, known_by, manners, rank
from records.queries.farm_sieve import FarmSieve, condition, order
from records.queries.listing import AnySelect, Listing, Paging, count
from records.queries.unasked import unasked_now
from scheme.choice import State
from scheme.farmer import Standing

# What is like so many farms is like them all the same, and to compare each costs more than to find them.
MOST_COMPARED = 500


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
    holder: str = ""
    postcode: str = ""
    country: str = ""
    language: str = ""
    email: str | None = None
    phone: str | None = None
    enterprise_number: str | None = None
    herd_number: str | None = None
    certificate_number: str | None = None
    certification_body: str | None = None
    dairy: str | None = None


async def farms(
    session: AsyncSession, seen: ColumnElement[bool], sieve: FarmSieve, paging: Paging
) -> Listing[FarmLine]:
    """Farms the visitor may see, sifted and sorted; typing errors are forgiven where nothing stands as typed."""
    narrower = true() if sieve.unasked is None else await unasked_now(session, wanted=sieve.unasked)
    for manner in manners(sieve.q):
        wanted = and_(condition(sieve, manner), narrower)
        total = await count(session, select(col(Farm.farm_id)).where(seen, wanted))
        if total:
            break
    else:
        # A page of nothing would look at every farm in turn.
        return Listing((), paging, 0)
    # Which farms stand on the page, before anything is looked up about them: only these are worth it.
    ranked = sieve.q.strip() and not sieve.sort and (manner is Manner.AS_TYPED or total <= MOST_COMPARED)
    best = (rank(sieve.q, manner).desc(),) if ranked else ()
    page = select(col(Farm.farm_id)).where(seen, wanted).order_by(*best, *order(sieve))
    page = page.limit(paging.page_size).offset(paging.offset)
    numbers = list((await session.execute(page)).scalars())
    rows = await session.execute(_lines().where(col(Farm.farm_id).in_(numbers)))
    lines = {row.farm_id: _line(row) for row in rows}
    return Listing(tuple(lines[number] for number in numbers), paging, total)


async def farm_known_by(session: AsyncSession, seen: ColumnElement[bool], typed: str) -> str | None:
    """The one farm that is or was known by this number, whole; None for none or several."""
    known = known_by(typed)
    if known is None:
        return None
    found = list((await session.execute(select(col(Farm.farm_id)).where(seen, known).limit(2))).scalars())
    return found[0] if len(found) == 1 else None


async def farm(session: AsyncSession, seen: ColumnElement[bool], farm_id: str) -> Farm | None:
    """The farm's register data; None where there is none, or none that the visitor may see."""
    return (await session.execute(select(Farm).where(col(Farm.farm_id) == farm_id, seen))).scalar_one_or_none()


async def farm_line(session: AsyncSession, seen: ColumnElement[bool], farm_id: str) -> FarmLine | None:
    """One farm as a line of the list."""
    row = (await session.execute(_lines().where(col(Farm.farm_id) == farm_id, seen))).one_or_none()
    return None if row is None else _line(row)


async def farm_names(session: AsyncSession, farm_ids: Collection[str]) -> dict[str, str]:
    """Names of farms by number."""
    query = select(col(Farm.farm_id), col(Farm.name)).where(col(Farm.farm_id).in_(farm_ids))
    return {row[0]: row[1] for row in await session.execute(query)}


async def body_names(session: AsyncSession) -> dict[str, str]:
    """Names of all inspection bodies, past ones too, by id."""
    rows = await session.execute(select(col(InspectionBody.body_id), col(InspectionBody.name)))
    return {row.body_id: row.name for row in rows}


def _lines() -> AnySelect:
    """Farm by farm, with its latest choice."""
    latest = aliased(
        ChoiceRow,
        select(ChoiceRow)
        .where(of_farm(), counted())
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
            col(Farm.holder),
            col(Farm.postcode),
            col(Farm.country),
            col(Farm.language),
            col(Farm.email),
            col(Farm.phone),
            col(Farm.enterprise_number),
            col(Farm.herd_number),
            col(Farm.certificate_number),
            col(Farm.certification_body),
            col(Dairy.name).label("dairy"),
        )
        .select_from(Farm)
        .join(latest, true(), isouter=True)
        .join(chosen, col(chosen.body_id) == col(latest.body), isouter=True)
        .join(Dairy, col(Dairy.dairy_id) == col(Farm.dairy_id), isouter=True)
        .join(before, col(before.body_id) == col(Farm.previous_body), isouter=True)
    )


def _line(row: Row[Any]) -> FarmLine:
    enums = {"standing": Standing(row.standing), "choice": None if row.choice is None else State(row.choice)}
    return FarmLine(**{**row._mapping, **enums})  # noqa: SLF001  # the public name of a row's columns
