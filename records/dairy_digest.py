"""The daily mail to each dairy with what changed for its suppliers' certificates (design.md §11).

Held against what the dairy was told last, not against yesterday: a decision that reaches back, a day on which the
house stood still and a supplier that came from another dairy are told too, once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now, practice_clock
from records.dairy_told import DairyTold, DairyWatch
from records.digest import MORNING
from records.farm import Dairy
from records.person import StaffMailRow
from records.posting import NAMESPACE
from records.staff_mail import StaffMailState
from records.supplier_news import keep_told, supplier_words, untold
from scheme.days import ZONE, local_day

KIND = "dairy-digest"
# A collective extension changes all at once: the mail says how many more there are, the directory which.
SHOWN = 300


@dataclass(frozen=True)
class _Day:
    """The day that is told, and the moment at which its mails are planned."""

    today: date
    at: datetime


async def plan_dairy_digests(session: AsyncSession) -> int:
    """Write today's mail of each dairy with an address and something new; how many are new.

    A dairy that is looked at for the first time is told nothing: what stands there that day is where it begins.
    """
    day = _Day(local_day(at := await now(session)), at)
    if await practice_clock(session) is None and at.astimezone(ZONE).time() < MORNING:
        return 0
    return sum([await _plan(session, dairy, watch, day) for dairy, watch in await _due(session, day.today)])


async def _due(session: AsyncSession, today: date) -> Sequence[tuple[Dairy, DairyWatch]]:
    """Dairies that were not looked at today, for this transaction alone."""
    new = select(col(Dairy.dairy_id)).where(col(Dairy.email).is_not(None), ~_watched())
    await session.execute(insert(DairyWatch).from_select(["dairy_id"], new).on_conflict_do_nothing())
    due = (
        select(Dairy, DairyWatch)
        .join(DairyWatch, col(DairyWatch.dairy_id) == col(Dairy.dairy_id))
        .where(
            col(Dairy.email).is_not(None),
            or_(col(DairyWatch.looked_on).is_(None), col(DairyWatch.looked_on) < today),
        )
        .order_by(col(Dairy.dairy_id))
        .with_for_update(of=DairyWatch, skip_locked=True)
    )
    return [(row[0], row[1]) for row in await session.execute(due)]


def _watched() -> Any:  # what exists() gives has no shorter type
    return select(1).where(col(DairyWatch.dairy_id) == col(Dairy.dairy_id)).exists()


async def _plan(session: AsyncSession, dairy: Dairy, watch: DairyWatch, day: _Day) -> int:
    first, watch.looked_on = watch.looked_on is None, day.today
    changed = await untold(session, DairyTold, dairy.dairy_id, day.today)
    await keep_told(session, DairyTold, dairy.dairy_id, changed, day.today)
    if first or not changed:
        return 0
    lines = [await supplier_words(session, supplier, day.today) for supplier in changed[:SHOWN]]
    mail_id = f"{KIND}:{dairy.dairy_id}:{day.today.isoformat()}"
    values = {
        "mail_id": mail_id,
        "dairy_id": dairy.dairy_id,
        "kind": KIND,
        "day": day.today,
        "words": {
            "name": dairy.name,
            "address": dairy.email,
            "language": dairy.language,
            "total": len(changed),
            "lines": lines,
        },
        "state": StaffMailState.PLANNED.value,
        "message_id": f"<{uuid.uuid5(NAMESPACE, mail_id)}@letters.ikm.example>",
        "planned_at": day.at,
        "due_at": text("clock_timestamp()"),
        "attempts": 0,
    }
    new = insert(StaffMailRow).values(values).on_conflict_do_nothing().returning(col(StaffMailRow.mail_id))
    return len((await session.execute(new)).all())
