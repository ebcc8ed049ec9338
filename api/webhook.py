"""A dairy's webhook: where it is told by machine, the secret that signs, and what became of each message."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.door import Door
from api.listing import AskedPage, Neighbours, neighbours
from api.once import FormOnce, Once
from api.page import page
from api.sight import actor_of
from connection import key_bytes
from press.webhook import secret_of
from records import webhook_change
from records.farm import Dairy
from records.queries.change import changes_of
from records.queries.dairy import dairy_shown
from records.queries.listing import Paging
from records.queries.webhook import deliveries, webhook_shown
from records.webhook import WebhookRow
from records.webhook_change import locked_webhook, webhook_key
from scheme.errors import Refusal, RuleViolationError
from scheme.people import Action
from scheme.webhook import LONGEST_ADDRESS

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]
Keeper = Annotated[Door, allowed(Action.KEEP_WEBHOOK)]


@router.get("/dairies/{dairy_id}/webhook", include_in_schema=False)
async def show_webhook(request: Request, dairy_id: str, door: Reader, paging: AskedPage) -> HTMLResponse:
    """Its address and how it fares, and the messages."""
    return await _page(request, door, dairy_id, paging)


@router.post("/dairies/{dairy_id}/webhook", include_in_schema=False)
async def keep_address(request: Request, dairy_id: str, door: Keeper, url: Annotated[str, Form()] = "") -> Response:
    """Another address, or none."""
    try:
        async with taken(door, dairy_id) as (session, webhook):
            await set_address(door, session, webhook, url)
    except RuleViolationError as violation:
        return await _page(request, door, dairy_id, Paging(), url=url, refused=violation.refusal)
    return _back(dairy_id)


@router.post("/dairies/{dairy_id}/webhook/secret", include_in_schema=False)
async def renew_secret(request: Request, dairy_id: str, door: Keeper, once: FormOnce) -> Response:
    """A new secret, shown on the page that answers; pressed twice it is the same one."""
    try:
        secret = await new_secret(door, dairy_id, once)
    except RuleViolationError as violation:
        return await _page(request, door, dairy_id, Paging(), refused=violation.refusal)
    return await _page(request, door, dairy_id, Paging(), secret=secret)


@router.post("/dairies/{dairy_id}/webhook/test", include_in_schema=False)
async def send_test(request: Request, dairy_id: str, door: Keeper) -> Response:
    """A message that says nothing but that it is a test."""
    try:
        async with taken(door, dairy_id) as (session, webhook):
            await webhook_change.plan_test(session, webhook)
    except RuleViolationError as violation:
        return await _page(request, door, dairy_id, Paging(), refused=violation.refusal)
    return _back(dairy_id)


@router.post("/dairies/{dairy_id}/webhook/resume", include_in_schema=False)
async def resume(request: Request, dairy_id: str, door: Keeper) -> Response:
    """All that was not taken goes now."""
    try:
        async with taken(door, dairy_id) as (session, webhook):
            await webhook_change.resume(session, webhook, actor_of(door))
    except RuleViolationError as violation:
        return await _page(request, door, dairy_id, Paging(), refused=violation.refusal)
    return _back(dairy_id)


@router.post("/dairies/{dairy_id}/webhook/deliveries/{delivery_id}/again", include_in_schema=False)
async def send_again(request: Request, dairy_id: str, delivery_id: str, door: Keeper) -> Response:
    """One message once more, as it was."""
    try:
        await again(door, dairy_id, delivery_id)
    except RuleViolationError as violation:
        return await _page(request, door, dairy_id, Paging(), refused=violation.refusal)
    return _back(dairy_id)


@asynccontextmanager
async def taken(door: Door, dairy_id: str) -> AsyncIterator[tuple[AsyncSession, WebhookRow]]:
    """The webhook, locked, in a transaction of its own; HTTPException 404 where there is no such dairy."""
    async with door.sessions.begin() as session:
        if await session.get(Dairy, dairy_id) is None:
            raise HTTPException(404, "not-found")
        yield session, await locked_webhook(session, dairy_id)


async def set_address(door: Door, session: AsyncSession, webhook: WebhookRow, url: str | None) -> None:
    """Keep what was typed; empty is none. Raises RuleViolationError."""
    typed = (url or "").strip() or None
    await webhook_change.set_address(session, webhook, typed, actor_of(door), practice=door.settings.practice)


async def new_secret(door: Door, dairy_id: str, once: Once) -> str:
    """The secret to hand over; the same request gives the same one again. Raises RuleViolationError."""
    async with taken(door, dairy_id) as (session, webhook):
        secret_id = await once.earlier(session, door)
        if secret_id is None:
            secret_id = str(uuid.uuid4())
            await once.keep(session, door, secret_id)
            await webhook_change.make_secret(session, webhook, actor_of(door), secret_id)
    return secret_of(key_bytes(door.settings.code_key.get_secret_value()), dairy_id, secret_id)


async def again(door: Door, dairy_id: str, delivery_id: str) -> None:
    """Send it once more; HTTPException 404 where there is none of it, or it is on its way."""
    async with taken(door, dairy_id) as (session, webhook):
        if not await webhook_change.send_again(session, webhook, delivery_id):
            raise HTTPException(404, "not-found")


def _back(dairy_id: str) -> RedirectResponse:
    return RedirectResponse(f"/dairies/{dairy_id}/webhook", 303)


async def _page(
    request: Request,
    door: Door,
    dairy_id: str,
    paging: Paging,
    *,
    url: str | None = None,
    secret: str | None = None,
    refused: Refusal | None = None,
) -> HTMLResponse:
    async with door.sessions() as session:
        dairy = await dairy_shown(session, dairy_id)
        if dairy is None:
            raise HTTPException(404, "not-found")
        webhook = await webhook_shown(session, dairy_id)
        listing = await deliveries(session, dairy_id, paging)
        changes = await changes_of(session, webhook_key(dairy_id))
    values: dict[str, Any] = {
        "dairy": dairy, "webhook": webhook, "listing": listing, "changes": changes, "secret": secret,
        "url": webhook.url or "" if url is None else url, "refused": refused, "longest": LONGEST_ADDRESS,
        "to": Neighbours() if request.method == "POST" else neighbours(request, listing),
    }  # fmt: skip
    return page(request, door, "webhook/page.html", status=422 if refused else 200, **values)
