"""What the register said of a farm before it changed: certificates say so until it is decided about, or audited."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm_changed import FarmChangeRow
from records.queries.audit_due import not_audited
from records.trail import Change as Changed
from records.trail import TrailEntry
from scheme.certificate import PRINTED
from scheme.farm_change import STATED, UNDECIDED, Change
from scheme.step import Act


async def change_made(session: AsyncSession, case_id: str, farm_id: str) -> Changed | None:
    """What was changed in the register as this case opened; None where nothing was."""
    made = select(Changed).join(TrailEntry, col(TrailEntry.key) == func.concat("change:", col(Changed.change_id)))
    of_case = made.where(
        col(TrailEntry.chain) == farm_id, col(TrailEntry.act) == Act.FARM_CHANGED.value,
        col(TrailEntry.facts)["case"].astext == case_id,
    )  # fmt: skip
    found: Changed | None = (await session.execute(of_case)).scalar_one_or_none()
    return found


async def printed_before(session: AsyncSession, farm_id: str) -> Mapping[str, Any]:
    """Columns of PRINTED as they were before what is not decided about, or after which an audit is due.

    Where several stated the same, as it was before the first of them.
    """
    row = FarmChangeRow
    waits = select(row).where(col(row.farm_id) == farm_id, col(row.state).in_(UNDECIDED))
    undecided = (await session.execute(waits.order_by(col(row.opened_at)).limit(1))).scalar_one_or_none()
    said: dict[str, Any] = {}
    waiting = [] if undecided is None else [(undecided, frozenset(STATED[Change(undecided.what)]))]
    for change, columns in (*waiting, *reversed(await not_audited(session, farm_id))):
        if (made := await change_made(session, change.case_id, farm_id)) is not None:
            said |= {name: made.before[name] for name in columns if name in made.before}
    return {name: value for name, value in said.items() if name in PRINTED}
