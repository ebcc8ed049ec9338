"""A dairy's webhook and its messages as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.queries.listing import Listing, Paging, count
from records.webhook import DeliveryRow, WebhookRow
from scheme.webhook import DeliveryState, DeliveryTrouble, EventKind


@dataclass(frozen=True)
class WebhookShown:
    """Where a dairy is told by machine. waiting, given_up: how many messages; former_until: None once it has passed."""

    dairy_id: str
    url: str | None = None
    secret_since: datetime | None = None
    former_until: datetime | None = None
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    revision: int = 0
    waiting: int = 0
    given_up: int = 0


@dataclass(frozen=True)
class DeliveryShown:
    """A message. number, farm: of the certificate it tells of; due_at: of the next attempt, None when it is over."""

    delivery_id: str
    kind: EventKind
    state: DeliveryState
    planned_at: datetime
    attempts: int
    due_at: datetime | None
    http_status: int | None
    trouble: DeliveryTrouble | None
    number: str | None
    farm: str | None
    delivered_at: datetime | None


async def webhook_shown(session: AsyncSession, dairy_id: str) -> WebhookShown:
    """The dairy's webhook; one without an address where it has none."""
    row = await session.get(WebhookRow, dairy_id)
    if row is None:
        return WebhookShown(dairy_id)
    real = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    states = select(col(DeliveryRow.state), func.count()).where(
        col(DeliveryRow.dairy_id) == dairy_id, col(DeliveryRow.kind) == EventKind.STATUS_CHANGED.value
    )
    many = {row[0]: row[1] for row in await session.execute(states.group_by(col(DeliveryRow.state)))}
    former = row.former_until if row.former_until is not None and row.former_until > real else None
    return WebhookShown(
        dairy_id, row.url, row.secret_since, former, row.failing_since, row.paused_at, row.ended_at, row.revision,
        many.get(DeliveryState.PLANNED.value, 0) + many.get(DeliveryState.SENDING.value, 0),
        many.get(DeliveryState.GIVEN_UP.value, 0),
    )  # fmt: skip


async def deliveries(session: AsyncSession, dairy_id: str, paging: Paging) -> Listing[DeliveryShown]:
    """One page of the messages, newest first."""
    query = select(DeliveryRow).where(col(DeliveryRow.dairy_id) == dairy_id)
    total = await count(session, query)
    ordered = query.order_by(col(DeliveryRow.planned_at).desc(), col(DeliveryRow.delivery_id))
    rows = (await session.execute(ordered.limit(paging.page_size).offset(paging.offset))).scalars()
    return Listing(tuple(map(_shown, rows)), paging, total)


def _shown(row: DeliveryRow) -> DeliveryShown:
    return DeliveryShown(
        row.delivery_id, EventKind(row.kind), DeliveryState(row.state), row.planned_at, row.attempts, row.due_at,
        row.http_status, None if row.trouble is None else DeliveryTrouble(row.trouble), row.words.get("number"),
        row.words.get("farm"), row.delivered_at,
    )  # fmt: skip
