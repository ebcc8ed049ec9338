"""Collective extensions: those there are, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.extension import ExtendedRow, ExtensionRow
from records.farm import Dairy, InspectionBody
from records.person import PersonRow
from scheme.extension import Cause, ExtensionState, Selection
from scheme.ids import BodyId, ExtensionId
from scheme.region import Province


@dataclass(frozen=True)
class ExtensionLine:
    """A proposal with what became of it. to: None for the way back, where each goes to its own earlier day.

    proposer: the person's id, proposed_by their name; moved, left: how many certificates.
    """

    extension_id: ExtensionId
    state: ExtensionState
    takes_back: ExtensionId | None
    taken_back_by: ExtensionId | None
    selection: Selection
    dairy: str | None
    body: str | None
    to: date | None
    cause: Cause
    words: str
    proposer: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    moved: int
    left: int


async def extensions(session: AsyncSession) -> tuple[ExtensionLine, ...]:
    """All of them, the latest first."""
    return await _lines(session, col(ExtensionRow.extension_id).is_not(None))


async def extension(session: AsyncSession, extension_id: str) -> ExtensionLine | None:
    """One of them; None where there is none of that id."""
    found = await _lines(session, col(ExtensionRow.extension_id) == extension_id)
    return found[0] if found else None


async def _lines(session: AsyncSession, which: ColumnElement[bool]) -> tuple[ExtensionLine, ...]:
    proposer, decider, back = aliased(PersonRow), aliased(PersonRow), aliased(ExtensionRow)
    many = _counted().subquery("many")
    query = (
        select(
            ExtensionRow, col(proposer.name).label("proposer"), col(decider.name).label("decider"),
            col(back.extension_id).label("back"), col(Dairy.name).label("dairy"),
            col(InspectionBody.name).label("body"), many.c.moved, many.c.stays,
        )
        .join(many, many.c.extension_id == col(ExtensionRow.extension_id))
        .outerjoin(proposer, col(proposer.person_id) == col(ExtensionRow.proposed_by))
        .outerjoin(decider, col(decider.person_id) == col(ExtensionRow.decided_by))
        .outerjoin(back, and_(col(back.takes_back) == col(ExtensionRow.extension_id), col(back.accepted).is_(True)))
        .outerjoin(Dairy, col(Dairy.dairy_id) == col(ExtensionRow.dairy_id))
        .outerjoin(InspectionBody, col(InspectionBody.body_id) == col(ExtensionRow.body_id))
        .where(which)
        .order_by(col(ExtensionRow.extension_id).desc())
    )  # fmt: skip
    return tuple(_line(row) for row in await session.execute(query))


def _counted() -> Any:  # a Select with its labels has no shorter type
    stays = col(ExtendedRow.left).is_not(None)
    return select(
        col(ExtendedRow.extension_id),
        func.count(case((~stays, 1))).label("moved"),
        func.count(case((stays, 1))).label("stays"),
    ).group_by(col(ExtendedRow.extension_id))


def _line(found: Any) -> ExtensionLine:
    row: ExtensionRow = found.ExtensionRow
    selection = Selection(
        row.first_day, row.last_day, None if row.province is None else Province(row.province), row.dairy_id,
        None if row.body_id is None else BodyId(row.body_id),
    )  # fmt: skip
    return ExtensionLine(
        extension_id=ExtensionId(row.extension_id),
        state=_state(row, found.back),
        takes_back=None if row.takes_back is None else ExtensionId(row.takes_back),
        taken_back_by=None if found.back is None else ExtensionId(found.back),
        selection=selection,
        dairy=found.dairy,
        body=found.body,
        to=row.moved_to,
        cause=Cause(row.cause),
        words=row.words,
        proposer=row.proposed_by,
        proposed_by=found.proposer or row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=found.decider or row.decided_by,
        decided_at=row.decided_at,
        moved=found.moved,
        left=found.stays,
    )


def _state(row: ExtensionRow, back: str | None) -> ExtensionState:
    if row.accepted is None:
        return ExtensionState.PROPOSED
    if not row.accepted:
        return ExtensionState.DECLINED
    return ExtensionState.DONE if back is None else ExtensionState.TAKEN_BACK
