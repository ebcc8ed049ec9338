"""What changed for a dairy's suppliers becomes one message each, as soon as the post looks (docs/webhook.md)."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.queries.directory import Supplier
from records.supplier_news import keep_told, supplier_words, untold
from records.webhook import DeliveryRow, WebhookRow, WebhookTold
from scheme.days import local_day
from scheme.webhook import DeliveryState, EventKind

# What is decided wakes the post by its letter; what wakes nobody, as a supplier that came, waits so long.
LOOKS_EVERY = timedelta(minutes=5)


def takes() -> ColumnElement[bool]:
    """Webhooks with address and secret that nobody has given up."""
    return and_(
        col(WebhookRow.url).is_not(None),
        col(WebhookRow.secret_id).is_not(None),
        col(WebhookRow.paused_at).is_(None),
        col(WebhookRow.ended_at).is_(None),
    )


async def plan_webhooks(session: AsyncSession) -> int:
    """Look at every webhook that nobody else looks at now; how many messages are new.

    Held against what was told there last, so a decision that reaches back and what changed while it was paused are
    told too, and nothing twice.
    """
    which = select(WebhookRow).where(takes()).order_by(col(WebhookRow.dairy_id))
    found = (await session.execute(which.with_for_update(skip_locked=True))).scalars().all()
    if not found:
        return 0
    at = await now(session)
    return sum([await _look(session, webhook.dairy_id, at) for webhook in found])


async def next_look(session: AsyncSession) -> datetime | None:
    """Real time at which to look again; None where no dairy is told by machine."""
    anybody = select(func.clock_timestamp() + LOOKS_EVERY).where(select(WebhookRow).where(takes()).exists())
    return (await session.execute(anybody)).scalar_one_or_none()


async def begin_here(session: AsyncSession, dairy_id: str, today: date) -> None:
    """What stands there today is known: only what changes from now on is told."""
    await keep_told(session, WebhookTold, dairy_id, await untold(session, WebhookTold, dairy_id, today), today)


async def _look(session: AsyncSession, dairy_id: str, at: datetime) -> int:
    today = local_day(at)
    changed = await untold(session, WebhookTold, dairy_id, today)
    await keep_told(session, WebhookTold, dairy_id, changed, today)
    for supplier in changed:
        session.add(await _message(session, dairy_id, supplier, at))
    await session.flush()
    return len(changed)


async def _message(session: AsyncSession, dairy_id: str, supplier: Supplier, at: datetime) -> DeliveryRow:
    words: dict[str, Any] = await supplier_words(session, supplier, local_day(at))
    return await planned(session, dairy_id, EventKind.STATUS_CHANGED, at, supplier.farm_id, words)


async def planned(  # the columns of a message
    session: AsyncSession,
    dairy_id: str,
    kind: EventKind,
    at: datetime,
    farm_id: str | None = None,
    words: dict[str, Any] | None = None,
) -> DeliveryRow:
    """A message that is due at once."""
    due: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return DeliveryRow(
        delivery_id=f"msg_{uuid.uuid4().hex}", dairy_id=dairy_id, farm_id=farm_id, kind=kind.value, words=words or {},
        state=DeliveryState.PLANNED.value, planned_at=at, due_at=due, attempts=0,
    )  # fmt: skip
