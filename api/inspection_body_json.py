"""The inspection bodies as JSON: list, read, add, change, with a dry run of what a change brings."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.body_sheet import BodyForm, LossJson, judge_body, typed_of
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection
from api.once import AskedOnce, Once
from api.practice import people_of_bodies
from api.register_problem import not_taken
from api.revision import IfMatch, check, etag
from api.sight import actor_of
from records import clock
from records.body_change import add_body, change_body, loss_by
from records.entering import next_number
from records.farm import InspectionBody
from records.queries.body import BodyShown, bodies_page, body_shown
from records.register_row import locked
from scheme.days import local_day
from scheme.people import Action
from scheme.recognition import Loss

router = APIRouter(prefix="/api/v1/inspection-bodies", tags=["register"])
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]
Changer = Annotated[Door, allowed(Action.CHANGE_REGISTER)]
DryRun = Annotated[bool, Query(alias="dryRun", description="Only say what the change would bring.")]


class BodyPatchJson(BaseModel):
    """What changes; a field that is left out stays, null empties it. scope: codes of the accreditation."""

    model_config = CAMEL

    name: str | None = None
    recognised_from: date | None = None
    recognised_until: date | None = None
    accreditation: str | None = None
    scope: list[str] | None = None
    email: str | None = None
    phone: str | None = None

    def typed(self, before: dict[str, str]) -> dict[str, str]:
        """The whole body as somebody would type it."""
        given = self.model_dump(mode="json", exclude_unset=True)
        return {**before, **{name: _text(value) for name, value in given.items()}}


class BodyJson(BaseModel):
    """An inspection body. recognised: whether it may be chosen today; offered, chosen: farms by their last choice."""

    model_config = CAMEL

    body_id: str
    name: str
    recognised_from: date
    recognised_until: date
    accreditation: str | None = None
    scope: list[str]
    email: str | None = None
    phone: str | None = None
    revision: int
    recognised: bool
    offered: int
    chosen: int


class BodyChangedJson(BodyJson):
    """The body after the change (in a dry run: before it) and what the change brings, if it takes anything away."""

    loss: LossJson | None = None


@router.get("", operation_id="listInspectionBodies", response_model_exclude_none=True)
async def list_bodies_json(request: Request, door: Reader, paging: AskedPage) -> Collection[BodyJson]:
    """All inspection bodies, by number."""
    async with door.sessions() as session:
        listing = await bodies_page(session, local_day(await clock.now(session)), paging)
    return collection(request, listing, BodyJson.model_validate)


@router.get("/{bodyId}", operation_id="readInspectionBody", response_model_exclude_none=True)
async def read_body_json(bodyId: str, door: Reader, response: Response) -> BodyJson:  # noqa: N803
    """One inspection body; its ETag is what a change has to name."""
    shown = await _shown(door, bodyId)
    response.headers["ETag"] = etag(shown.revision)
    return BodyJson.model_validate(shown)


@router.post("", operation_id="addInspectionBody", status_code=201, response_model_exclude_none=True)
async def add_body_json(given: BodyPatchJson, door: Changer, once: AskedOnce, response: Response) -> BodyJson:
    """A body enters the register under the next number."""
    async with door.sessions.begin() as session:
        number = await once.earlier(session, door) or await _enter(session, door, given, once)
    await people_of_bodies(door)
    response.headers["Location"] = f"/api/v1/inspection-bodies/{number}"
    return await read_body_json(number, door, response)


@router.patch("/{bodyId}", operation_id="changeInspectionBody", response_model_exclude_none=True)
async def change_body_json(
    bodyId: str,  # noqa: N803
    given: BodyPatchJson,
    door: Changer,
    seen: IfMatch,
    once: AskedOnce,
    response: Response,
    dry_run: DryRun = False,  # noqa: FBT002  # a flag of the address
) -> BodyChangedJson:
    """Change a body. Where it loses days or scope, farms that have it are asked to choose again.

    Sent again under the same key: without loss, which has been by then.
    """
    lost = None
    async with door.sessions.begin() as session:
        if await once.earlier(session, door) is None:
            body = await locked(session, InspectionBody, bodyId)
            if body is None:
                raise HTTPException(404, "not-found")
            check(seen, body.revision)
            judged = await judge_body(session, bodyId, given.typed(typed_of(body)))
            if isinstance(judged, tuple):
                raise not_taken(door.language, judged)
            lost = await loss_by(session, body, judged)
            if not dry_run:
                await once.keep(session, door, bodyId)
                await change_body(session, body, judged, actor_of(door))
    shown = await read_body_json(bodyId, door, response)
    return BodyChangedJson(**shown.model_dump(), loss=None if lost is None else _loss(lost))


async def _enter(session: AsyncSession, door: Door, given: BodyPatchJson, once: Once) -> str:
    number = await next_number(session, InspectionBody.body_id, 2)
    judged = await judge_body(session, number, given.typed(BodyForm().typed))
    if isinstance(judged, tuple):
        raise not_taken(door.language, judged)
    await once.keep(session, door, number)
    await add_body(session, judged, actor_of(door))
    return number


async def _shown(door: Door, body_id: str) -> BodyShown:
    async with door.sessions() as session:
        found = await body_shown(session, body_id, local_day(await clock.now(session)))
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _loss(lost: Loss) -> LossJson:
    kinds = {name: [one.farm_id for one in getattr(lost, name)] for name in ("asked_again", "reopened", "withdrawn")}
    return LossJson(**kinds, left=list(lost.left))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)
