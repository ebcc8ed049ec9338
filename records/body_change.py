"""An inspection body is changed; where it loses days or scope, its choices hear of it (domain.md §12.2)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import change
from records.clock import now
from records.farm import InspectionBody
from records.parameter import rules_at
from records.queries.choice_round import bodies
from records.queries.recognition import choices_with
from records.task import TaskKind
from records.tasking import open_task
from records.telling import tell
from records.trailing import HOUSE_CHAIN, append
from scheme.choice import OPEN
from scheme.choice_round import Body
from scheme.days import local_day
from scheme.ids import CALENDAR, BodyId, farmer_case
from scheme.people import Actor
from scheme.recognition import Loss, last_day, loss, news
from scheme.step import Act

# Days within which somebody must have found a body for a farm that has none left.
TASK_DAYS = 7


async def loss_by(session: AsyncSession, row: InspectionBody, columns: Mapping[str, Any]) -> Loss | None:
    """What the change would bring for choices; None where it takes nothing away."""
    at = await now(session)
    before = Body(BodyId(row.body_id), row.recognised_from, row.recognised_until, tuple(row.scope))
    after = Body(
        before.body_id,
        columns["recognised_from"],
        columns["recognised_until"],
        tuple(columns.get("scope", row.scope)),
    )
    until = last_day(before, after, local_day(at))
    if until is None:
        return None
    others = [body for body in await bodies(session) if body.body_id != row.body_id]
    rules = await rules_at(session, at)
    return loss(before.body_id, until, [*others, after], await choices_with(session, row.body_id), local_day(at), rules)


async def change_body(session: AsyncSession, row: InspectionBody, columns: Mapping[str, Any], actor: Actor) -> bool:
    """Bring the body, locked by its reader, to these columns; False where it was so before."""
    lost = await loss_by(session, row, columns)
    if lost is not None:
        await _tell(session, row, lost)
    return await change(session, row, columns, about=row.body_id, chain=HOUSE_CHAIN, act=Act.BODY_CHANGED, actor=actor)


async def add_body(session: AsyncSession, columns: Mapping[str, Any], actor: Actor) -> None:
    """A body enters the register."""
    session.add(InspectionBody(**columns))
    await session.flush()
    key, body_id = f"body:{columns['body_id']}", str(columns["body_id"])
    at, facts = await now(session), {"about": body_id, "body": body_id}
    await append(session, key=key, chain=HOUSE_CHAIN, act=Act.BODY_ADDED, actor=actor, at=at, facts=facts)


async def _tell(session: AsyncSession, row: InspectionBody, lost: Loss) -> None:
    """Tell each choice that is open, and the farm's own workflow where it is closed; where nobody is left, a person."""
    at = await now(session)
    word = f"lost-{row.body_id.lower()}-{row.revision + 1}"
    for chosen, what in news(lost):
        target = chosen.case_id if chosen.state in OPEN else farmer_case(chosen.farm_id)
        await tell(session, CALENDAR, target, word, at, what)
    if lost.left:
        return
    for chosen in lost.concerned:
        await open_task(
            session,
            f"choice-reopened:{chosen.case_id}",
            TaskKind.CHOICE_REOPENED,
            at,
            due_on=local_day(at) + timedelta(days=TASK_DAYS),
            farm_id=chosen.farm_id,
            case_id=chosen.case_id,
            facts={"body": row.body_id},
        )
