"""Messages to dairies that are due: claimed with a lease, sent, noted, and tried again at growing distance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.task import TaskKind
from records.tasking import open_task
from records.webhook import DeliveryRow, WebhookRow
from scheme.days import local_day
from scheme.webhook import Answer, DeliveryState, DeliveryTrouble, EventKind, next_try

# Nothing of an address that takes nothing keeps the letters waiting: there one message is tried for all the others, the
# oldest. A test goes in any case, which is how somebody sees that the address is well again.
_DUE = """
SELECT d.delivery_id, d.due_at FROM webhook_delivery d JOIN webhook w ON w.dairy_id = d.dairy_id
WHERE d.state IN ('planned', 'sending') AND w.url IS NOT NULL AND w.secret_id IS NOT NULL
    AND (d.kind = 'be.ikm.webhook.test' OR (w.paused_at IS NULL AND w.ended_at IS NULL AND (
        w.failing_since IS NULL OR d.delivery_id = (
            SELECT o.delivery_id FROM webhook_delivery o
            WHERE o.dairy_id = d.dairy_id AND o.state IN ('planned', 'sending') AND o.kind <> 'be.ikm.webhook.test'
            ORDER BY coalesce(o.http_status = 429 OR o.http_status >= 500, false)
                OR coalesce(o.trouble IN ('no-answer', 'forbidden', 'redirected'), false) DESC,
                o.began_at NULLS LAST, o.planned_at, o.delivery_id LIMIT 1))))
"""
_CLAIM = text(f"""
WITH due AS ({_DUE} AND d.due_at <= clock_timestamp() ORDER BY d.due_at, d.delivery_id LIMIT :size
    FOR UPDATE OF d SKIP LOCKED)
UPDATE webhook_delivery SET state = 'sending', attempts = attempts + 1,
    began_at = coalesce(began_at, clock_timestamp()), due_at = clock_timestamp() + interval '2 minutes'
FROM due WHERE webhook_delivery.delivery_id = due.delivery_id RETURNING webhook_delivery.delivery_id
""")  # noqa: S608  # no text of anybody's
_NEXT_DUE = text(f"SELECT min(due_at) FROM ({_DUE}) due")  # noqa: S608
_REAL = text("clock_timestamp()")


@dataclass(frozen=True)
class ToSend:
    """A message with the webhook it goes to. secret_ids: those that sign now, the newest first."""

    row: DeliveryRow
    url: str
    secret_ids: tuple[str, ...]


async def claim_webhooks(session: AsyncSession, size: int) -> list[ToSend]:
    """Messages that are due, for this caller alone for two minutes."""
    ids = (await session.execute(_CLAIM, {"size": size})).scalars().all()
    real: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    query = select(DeliveryRow, WebhookRow).join(WebhookRow, col(WebhookRow.dairy_id) == col(DeliveryRow.dairy_id))
    found = await session.exec(query.where(col(DeliveryRow.delivery_id).in_(ids)).order_by(col(DeliveryRow.planned_at)))
    return [ToSend(row, webhook.url or "", _signing(webhook, real)) for row, webhook in found]


async def next_webhook(session: AsyncSession) -> datetime | None:
    """Real time at which the earliest is tried; None when none waits."""
    due: datetime | None = (await session.execute(_NEXT_DUE)).scalar_one()
    return due


async def note_answer(session: AsyncSession, row: DeliveryRow, answer: Answer) -> None:
    """It was taken; or it is tried again later; or it is given up, which the secretariat hears of."""
    webhook = await session.get_one(WebhookRow, row.dairy_id, with_for_update=True, populate_existing=True)
    if answer.trouble is None:
        taken = {"state": DeliveryState.DELIVERED.value, "delivered_at": text("scheme_now()"), "due_at": None}
        if await _note(session, row, {**taken, "http_status": answer.http_status, "trouble": None}):
            webhook.failing_since, webhook.delivered_at = None, await _real(session)
        return
    told = {"http_status": answer.http_status, "trouble": answer.trouble.value}
    wait = None if row.kind == EventKind.TEST else next_try(row.attempts)
    if answer.trouble is DeliveryTrouble.GONE or wait is None:
        if await _note(session, row, {**told, "state": DeliveryState.GIVEN_UP.value, "due_at": None}):
            await _given_up(session, webhook, row, answer)
    elif await _note(session, row, {**told, "state": DeliveryState.PLANNED.value, "due_at": _in(wait)}):
        webhook.failing_since = (webhook.failing_since or await _real(session)) if answer.of_the_address else None


async def _given_up(session: AsyncSession, webhook: WebhookRow, row: DeliveryRow, answer: Answer) -> None:
    """An address that took nothing since this message was first tried is paused; one that is gone has ended."""
    at = await now(session)
    if answer.trouble is DeliveryTrouble.GONE:
        webhook.ended_at = webhook.ended_at or at
    elif row.kind == EventKind.TEST:
        return
    elif webhook.delivered_at is None or row.began_at is None or webhook.delivered_at < row.began_at:
        webhook.paused_at = webhook.paused_at or at
    today = local_day(at)
    await open_task(
        session, f"{TaskKind.WEBHOOK_FAILED.value}:{webhook.dairy_id}:{today.isoformat()}", TaskKind.WEBHOOK_FAILED, at,
        due_on=today, facts={"dairy": webhook.dairy_id},
    )  # fmt: skip


def _signing(webhook: WebhookRow, real: datetime) -> tuple[str, ...]:
    former = webhook.former_until is not None and webhook.former_until > real
    ids = (webhook.secret_id, webhook.former_secret_id if former else None)
    return tuple(one for one in ids if one is not None)


def _in(wait: timedelta) -> Any:  # what text() gives once bound
    return text("clock_timestamp() + make_interval(secs => :wait)").bindparams(wait=wait.total_seconds())


async def _real(session: AsyncSession) -> datetime:
    moment: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return moment


async def _note(session: AsyncSession, row: DeliveryRow, values: dict[str, Any]) -> bool:
    """False where another has it by now: the lease had run out."""
    mine = update(DeliveryRow).where(
        col(DeliveryRow.delivery_id) == row.delivery_id,
        col(DeliveryRow.attempts) == row.attempts,
        col(DeliveryRow.state) == DeliveryState.SENDING.value,
    )
    noted = await session.execute(mine.values(**values).returning(col(DeliveryRow.delivery_id)))
    return noted.first() is not None
