"""A dairy's webhook as the office keeps it: its address, a new secret, a test, and on again after it was given up."""

import uuid
from datetime import datetime

from sqlalchemy import and_, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import change
from records.clock import now
from records.task import TaskKind, TaskRow
from records.tasking import close_tasks
from records.telling import tell
from records.trailing import HOUSE_CHAIN, Fact, append
from records.webhook import DeliveryRow, WebhookRow
from records.webhook_planning import begin_here, planned
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import POST
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act
from scheme.webhook import FORMER_SIGNS, DeliveryState, EventKind, check_address


def webhook_key(dairy_id: str) -> str:
    """What its changes are about: they lie apart from those of the dairy's own row, whose revisions are counted."""
    return f"webhook:{dairy_id}"


async def locked_webhook(session: AsyncSession, dairy_id: str) -> WebhookRow:
    """The webhook's row, for this transaction alone; an empty one where the dairy, which exists, has none yet."""
    new = insert(WebhookRow).values(dairy_id=dairy_id, revision=1)
    await session.execute(new.on_conflict_do_nothing())
    return await session.get_one(WebhookRow, dairy_id, with_for_update=True, populate_existing=True)


async def set_address(
    session: AsyncSession, webhook: WebhookRow, url: str | None, actor: Actor, *, practice: bool
) -> None:
    """Another address, or None for no more; it begins with what stands there today. Raises RuleViolationError."""
    if url is not None:
        check_address(url, practice=practice)
    before, at = webhook.url, await now(session)
    if before == url:
        return
    if before is None:
        await begin_here(session, webhook.dairy_id, local_day(at))
    if url is None:
        await _drop_waiting(session, webhook.dairy_id)
    _fresh(webhook)
    await _close_tasks(session, webhook.dairy_id, actor, at)
    await change(
        session,
        webhook,
        {"url": url},
        about=webhook_key(webhook.dairy_id),
        chain=HOUSE_CHAIN,
        act=Act.WEBHOOK_SET,
        actor=actor,
    )
    await _wake(session, at)


async def make_secret(session: AsyncSession, webhook: WebhookRow, actor: Actor, secret_id: str) -> None:
    """From now on this one signs; the one before signs along for a day. Raises RuleViolationError."""
    if webhook.url is None:
        raise RuleViolationError(Rule.NO_WEBHOOK)
    at = await now(session)
    real: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    if webhook.secret_id is not None:
        webhook.former_secret_id, webhook.former_until = webhook.secret_id, real + FORMER_SIGNS
    webhook.secret_id, webhook.secret_since = secret_id, at
    await _note(session, webhook, Act.WEBHOOK_SECRET_MADE, actor, at)


async def plan_test(session: AsyncSession, webhook: WebhookRow) -> str:
    """A message that says nothing but that it is a test, by its id; tried once. Raises RuleViolationError."""
    _check_set(webhook)
    at = await now(session)
    row = await planned(session, webhook.dairy_id, EventKind.TEST, at)
    session.add(row)
    await session.flush()
    await _wake(session, at)
    return row.delivery_id


async def resume(session: AsyncSession, webhook: WebhookRow, actor: Actor) -> None:
    """On again: what was given up and what waits goes now, and what changed meanwhile is looked for.

    Raises RuleViolationError.
    """
    _check_set(webhook)
    at = await now(session)
    _fresh(webhook)
    of_dairy = col(DeliveryRow.dairy_id) == webhook.dairy_id
    kind = col(DeliveryRow.kind) == EventKind.STATUS_CHANGED.value
    left = col(DeliveryRow.state).in_((DeliveryState.PLANNED.value, DeliveryState.GIVEN_UP.value))
    await session.execute(update(DeliveryRow).where(of_dairy, kind, left).values(_ANEW))
    await _close_tasks(session, webhook.dairy_id, actor, at)
    await _note(session, webhook, Act.WEBHOOK_RESUMED, actor, at)
    await _wake(session, at)


async def send_again(session: AsyncSession, webhook: WebhookRow, delivery_id: str) -> bool:
    """The same message once more, under the same id; False where there is none of it. Raises RuleViolationError."""
    _check_set(webhook)
    mine = and_(
        col(DeliveryRow.delivery_id) == delivery_id,
        col(DeliveryRow.dairy_id) == webhook.dairy_id,
        col(DeliveryRow.state) != DeliveryState.SENDING.value,
    )
    again = update(DeliveryRow).where(mine).values(_ANEW).returning(col(DeliveryRow.delivery_id))
    if (await session.execute(again)).first() is None:
        return False
    await _wake(session, await now(session))
    return True


_ANEW = {
    "state": DeliveryState.PLANNED.value, "attempts": 0, "due_at": text("clock_timestamp()"), "began_at": None,
    "trouble": None, "http_status": None,
}  # fmt: skip


async def _drop_waiting(session: AsyncSession, dairy_id: str) -> None:
    """Nobody is there to take them; an address that is set another day begins with what stands there then."""
    waiting = col(DeliveryRow.state) == DeliveryState.PLANNED.value
    left = update(DeliveryRow).where(col(DeliveryRow.dairy_id) == dairy_id, waiting)
    await session.execute(left.values(state=DeliveryState.GIVEN_UP.value, due_at=None))


def _check_set(webhook: WebhookRow) -> None:
    if webhook.url is None or webhook.secret_id is None:
        raise RuleViolationError(Rule.NO_WEBHOOK)


def _fresh(webhook: WebhookRow) -> None:
    webhook.failing_since = webhook.paused_at = webhook.ended_at = None


async def _close_tasks(session: AsyncSession, dairy_id: str, actor: Actor, at: datetime) -> None:
    about = and_(
        col(TaskRow.kind) == TaskKind.WEBHOOK_FAILED.value, col(TaskRow.facts)["dairy"].as_string() == dairy_id
    )
    await close_tasks(session, about, actor, at)


async def _note(session: AsyncSession, webhook: WebhookRow, act: Act, actor: Actor, at: datetime) -> None:
    webhook.revision += 1
    session.add(webhook)
    await session.flush()
    key = webhook_key(webhook.dairy_id)
    facts: dict[str, Fact] = {"about": key}
    await append(
        session, key=f"{key}:{webhook.revision}", chain=HOUSE_CHAIN, act=act, actor=actor, at=at,
        facts=facts,
    )  # fmt: skip


async def _wake(session: AsyncSession, at: datetime) -> None:
    """The post looks now, not at its next turn."""
    await tell(session, POST, POST, f"webhook-{uuid.uuid4()}", at, LettersWait())
