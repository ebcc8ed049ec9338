"""The inspection bodies as pages show them: whether they may be chosen, and by how many farms they are."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow
from records.farm import InspectionBody
from records.queries.counted import counted
from records.queries.listing import Listing, Paging, count
from scheme.choice import OPEN, State
from scheme.choice_round import Body
from scheme.ids import BodyId


@dataclass(frozen=True)
class BodyShown:
    """A body. recognised: on the day that was asked; offered, chosen: farms that have it in their last choice."""

    body_id: str
    name: str
    recognised_from: date
    recognised_until: date
    accreditation: str | None
    scope: list[str]
    email: str | None
    phone: str | None
    revision: int
    recognised: bool
    accredited: bool
    offered: int
    chosen: int


async def bodies_shown(session: AsyncSession, today: date | None) -> list[BodyShown]:
    """All of them, by number. today: None where it does not matter."""
    return [_shown(row, today) for row in await session.execute(_bodies())]


async def bodies_page(session: AsyncSession, today: date, paging: Paging) -> Listing[BodyShown]:
    """One page of them."""
    total = await count(session, select(col(InspectionBody.body_id)))
    rows = await session.execute(_bodies().limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_shown(row, today) for row in rows), paging, total)


async def body_shown(session: AsyncSession, body_id: str, today: date) -> BodyShown | None:
    """One of them, None where there is none of this number."""
    row = (await session.execute(_bodies().where(col(InspectionBody.body_id) == body_id))).one_or_none()
    return None if row is None else _shown(row, today)


def _bodies() -> Any:  # a Select of these columns has no shorter type
    body_id = col(InspectionBody.body_id)
    # A choice is read once, whatever bodies it offers: their names lie in its case, and to look there costs.
    each = func.jsonb_array_elements_text(col(CaseRow.state)["bodies"])
    offered = _farms(each, *OPEN).join(CaseRow, col(CaseRow.case_id) == col(ChoiceRow.case_id)).subquery("offered")
    chosen = _farms(col(ChoiceRow.body), State.CHOSEN, State.ASSIGNED).subquery("chosen")
    return (
        select(
            InspectionBody,
            func.coalesce(offered.c.farms, 0).label("offered"),
            func.coalesce(chosen.c.farms, 0).label("chosen"),
        )
        .join(offered, offered.c.body_id == body_id, isouter=True)
        .join(chosen, chosen.c.body_id == body_id, isouter=True)
        .order_by(body_id)
    )


def _farms(body: Any, *states: State) -> Any:
    """How many farms have each body in their last choice, where that is in one of the states."""
    later = aliased(ChoiceRow)
    last = ~exists().where(col(later.farm_id) == col(ChoiceRow.farm_id), col(later.asked_at) > col(ChoiceRow.asked_at))
    wanted = col(ChoiceRow.state).in_([state.value for state in states])
    named = select(body.label("body_id"), func.count().label("farms")).select_from(ChoiceRow)
    return named.where(wanted, last, counted()).group_by("body_id")


def _shown(row: Any, today: date | None) -> BodyShown:
    body: InspectionBody = row[0]
    judged = Body(BodyId(body.body_id), body.recognised_from, body.recognised_until, tuple(body.scope))
    names = ("body_id", "name", "recognised_from", "recognised_until", "accreditation", "scope", "email", "phone")
    return BodyShown(
        **{name: getattr(body, name) for name in names},
        revision=body.revision,
        recognised=today is not None and judged.recognised_on(today),
        accredited=judged.accredited,
        offered=row.offered,
        chosen=row.chosen,
    )
