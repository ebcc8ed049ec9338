"""A dairy's webhook as JSON; the same functions as its page."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, Field

from api import webhook as asked
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection
from api.once import AskedOnce
from api.revision import IfMatch, check, etag
from api.sight import actor_of
from api.webhook import Keeper, Reader, taken
from records import webhook_change
from records.queries.dairy import dairy_shown
from records.queries.webhook import DeliveryShown, deliveries, webhook_shown
from scheme.webhook import LONGEST_ADDRESS, DeliveryState, DeliveryTrouble, EventKind

router = APIRouter(prefix="/api/v1/dairies/{dairyId}/webhook", tags=["webhooks"])
Address = Annotated[str, Field(max_length=LONGEST_ADDRESS)]


class WebhookJson(BaseModel):
    """Where the dairy is told by machine; url is absent where it is not.

    secretSince: when the present secret was made; formerUntil: until when the one before signs along. failingSince,
    pausedAt, endedAt: nothing was taken since, it was given up, its receiver said it is gone.
    """

    model_config = CAMEL

    url: str | None = None
    secret_since: datetime | None = None
    former_until: datetime | None = None
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    waiting: int
    given_up: int


class WebhookAddress(BaseModel):
    """The address; null for none."""

    model_config = CAMEL

    url: Address | None


class SecretJson(BaseModel):
    """The secret, this once."""

    model_config = CAMEL

    secret: str


class DeliveryJson(BaseModel):
    """A message. deliveryId: its `webhook-id` and the event's id; dueAt: of the next attempt, in real time."""

    model_config = CAMEL

    delivery_id: str
    kind: EventKind
    state: DeliveryState
    planned_at: datetime
    attempts: int
    due_at: datetime | None = None
    http_status: int | None = None
    trouble: DeliveryTrouble | None = None
    number: str | None = None
    farm: str | None = None
    delivered_at: datetime | None = None


class PlannedJson(BaseModel):
    """The message that goes now."""

    model_config = CAMEL

    delivery_id: str


@router.get("", operation_id="readWebhook", response_model_exclude_none=True)
async def read_webhook(dairyId: str, door: Reader, response: Response) -> WebhookJson:  # noqa: N803  # the API's name
    """The dairy's webhook; its ETag is what a change has to name."""
    return await _shown(door, dairyId, response)


@router.put("", operation_id="setWebhook", response_model_exclude_none=True)
async def set_webhook(
    dairyId: str,  # noqa: N803  # as it stands in the address
    given: WebhookAddress,
    door: Keeper,
    seen: IfMatch,
    response: Response,
) -> WebhookJson:
    """Another address, or none."""
    async with taken(door, dairyId) as (session, webhook):
        check(seen, webhook.revision)
        await asked.set_address(door, session, webhook, given.url)
    return await _shown(door, dairyId, response)


@router.post("/secret", operation_id="makeWebhookSecret", status_code=201)
async def make_secret(dairyId: str, door: Keeper, once: AskedOnce) -> SecretJson:  # noqa: N803
    """A new secret; the one before signs along for a day."""
    return SecretJson(secret=await asked.new_secret(door, dairyId, once))


@router.post("/test", operation_id="testWebhook", status_code=202)
async def test_webhook(dairyId: str, door: Keeper, once: AskedOnce) -> PlannedJson:  # noqa: N803
    """Send a message that says nothing but that it is a test."""
    async with taken(door, dairyId) as (session, webhook):
        delivery = await once.earlier(session, door)
        if delivery is None:
            delivery = await webhook_change.plan_test(session, webhook)
            await once.keep(session, door, delivery)
    return PlannedJson(delivery_id=delivery)


@router.post("/resume", operation_id="resumeWebhook", status_code=204)
async def resume(dairyId: str, door: Keeper) -> Response:  # noqa: N803
    """On again after it was paused or had ended: all that was not taken goes now."""
    async with taken(door, dairyId) as (session, webhook):
        await webhook_change.resume(session, webhook, actor_of(door))
    return Response(status_code=204)


@router.get("/deliveries", operation_id="listDeliveries", response_model_exclude_none=True)
async def list_deliveries(
    request: Request,
    dairyId: str,  # noqa: N803  # as it stands in the address
    door: Reader,
    paging: AskedPage,
) -> Collection[DeliveryJson]:
    """The messages, newest first."""
    async with door.sessions() as session:
        if await dairy_shown(session, dairyId) is None:
            raise HTTPException(404, "not-found")
        listing = await deliveries(session, dairyId, paging)
    return collection(request, listing, _json)


@router.post("/deliveries/{deliveryId}/again", operation_id="sendDeliveryAgain", status_code=204)
async def send_again(dairyId: str, deliveryId: str, door: Keeper) -> Response:  # noqa: N803
    """One message once more, under the same id."""
    await asked.again(door, dairyId, deliveryId)
    return Response(status_code=204)


async def _shown(door: Door, dairy_id: str, response: Response) -> WebhookJson:
    async with door.sessions() as session:
        if await dairy_shown(session, dairy_id) is None:
            raise HTTPException(404, "not-found")
        found = await webhook_shown(session, dairy_id)
    # The row that a first change makes begins with this revision.
    response.headers["ETag"] = etag(found.revision or 1)
    return WebhookJson(
        url=found.url,
        secret_since=found.secret_since,
        former_until=found.former_until,
        failing_since=found.failing_since,
        paused_at=found.paused_at,
        ended_at=found.ended_at,
        waiting=found.waiting,
        given_up=found.given_up,
    )


def _json(one: DeliveryShown) -> DeliveryJson:
    return DeliveryJson.model_validate(one)
