"""The choices that a body stands in, as its loss looks at them (scheme/recognition.py)."""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow
from records.farm import Farm
from records.queries.counted import counted
from scheme.choice import State
from scheme.days import local_day
from scheme.farmer import Standing
from scheme.ids import BodyId, CaseId, FarmId
from scheme.recognition import Chosen


async def choices_with(session: AsyncSession, body_id: str) -> list[Chosen]:
    """The last choice of each farm that takes part, where the body is on offer or was chosen or assigned.

    The cases are locked until the transaction ends: none of them closes unseen while its body is being lost.
    """
    query = (
        select(ChoiceRow, CaseRow, Farm)
        .join(CaseRow, col(CaseRow.case_id) == col(ChoiceRow.case_id))
        .join(Farm, col(Farm.farm_id) == col(ChoiceRow.farm_id))
        .where(col(Farm.standing) == Standing.ACTIVE, _last(), counted())
        .where(or_(col(ChoiceRow.body) == body_id, col(CaseRow.state)["bodies"].contains([body_id])))
        .order_by(col(ChoiceRow.farm_id))
        .with_for_update(of=CaseRow)
    )
    return [_chosen(*row) for row in await session.execute(query)]


def _last() -> ColumnElement[bool]:
    later = aliased(ChoiceRow)
    return ~exists().where(col(later.farm_id) == col(ChoiceRow.farm_id), col(later.asked_at) > col(ChoiceRow.asked_at))


def _chosen(choice: ChoiceRow, case: CaseRow, farm: Farm) -> Chosen:
    return Chosen(
        case_id=CaseId(choice.case_id),
        farm_id=FarmId(choice.farm_id),
        state=State(choice.state),
        bodies=tuple(BodyId(body) for body in case.state["bodies"]),
        body=_body(choice.body),
        default_body=BodyId(choice.default_body),
        previous_body=_body(farm.previous_body),
        closed_on=None if choice.closed_at is None else local_day(choice.closed_at),
        expires_on=farm.expires_on,
        last_audit_on=farm.last_audit_on,
    )


def _body(body: str | None) -> BodyId | None:
    return None if body is None else BodyId(body)
