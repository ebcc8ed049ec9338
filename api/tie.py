"""Ties between people and a farm: whoever has one neither audits it nor decides about it (ISO/IEC 17065, 4.2)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.door import Door
from api.listing import CAMEL
from api.once import AskedOnce, FormOnce, Once
from api.page import page
from api.sight import actor_of, sight
from api.typed import Line
from records.farm import Farm
from records.queries.farm import farm
from records.tying import Tie, declare_tie, end_tie, people_to_tie, ties_of
from scheme.ids import FarmId, PersonId
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]
Declarer = Annotated[Door, allowed(Action.DECLARE_TIE)]
What = Annotated[Line, Field(min_length=3)]


class TieForm(BaseModel):
    """person: their number; words: what the tie is."""

    person: Annotated[str, Field(max_length=20)]
    words: What


class TieJson(BaseModel):
    """personId: who has a tie to the farm; words: what it is, such as kinship or business."""

    model_config = CAMEL

    person_id: Annotated[str, Field(max_length=20)]
    words: What


class TieShownJson(BaseModel):
    """A tie. endedAt: since when it holds no longer for cases that open."""

    model_config = CAMEL

    tie_id: str
    person_id: str
    person: str
    words: str
    declared_by: str
    declared_at: datetime
    ended_at: datetime | None = None


class TiesJson(BaseModel):
    """The ties to a farm, those that ended last."""

    model_config = CAMEL

    items: list[TieShownJson]


@router.get("/farms/{farm_id}/ties", include_in_schema=False)
async def show_ties(request: Request, farm_id: str, door: Reader) -> HTMLResponse:
    """Who has a tie to the farm, and the form that declares one."""
    async with door.sessions() as session:
        return await _page(request, door, session, await _farm(session, door, farm_id))


@router.post("/farms/{farm_id}/ties", include_in_schema=False)
async def declare(
    request: Request, farm_id: str, form: Annotated[TieForm, Form()], door: Declarer, once: FormOnce
) -> Response:
    """Somebody has a tie to the farm."""
    async with door.sessions.begin() as session:
        found = await _farm(session, door, farm_id)
        if await _declare(session, door, FarmId(farm_id), form.person, form.words, once) is None:
            return await _page(request, door, session, found, typed=form, wrong=True, status=422)
    return RedirectResponse(f"/farms/{farm_id}/ties", 303)


@router.post("/farms/{farm_id}/ties/{tie_id}/end", include_in_schema=False)
async def end(farm_id: str, tie_id: str, door: Declarer) -> Response:
    """The tie holds no longer."""
    await _end(door, farm_id, tie_id)
    return RedirectResponse(f"/farms/{farm_id}/ties", 303)


@router.get(
    "/api/v1/farms/{farmId}/ties", operation_id="listTies", tags=["farms"], response_model_exclude_none=True
)  # fmt: skip
async def show_ties_json(farmId: str, door: Reader) -> TiesJson:  # noqa: N803  # the API's name
    """Who has a tie to the farm."""
    async with door.sessions() as session:
        await _farm(session, door, farmId)
        return TiesJson(items=[TieShownJson.model_validate(tie) for tie in await ties_of(session, farmId)])


@router.post(
    "/api/v1/farms/{farmId}/ties", status_code=201, operation_id="declareTie", tags=["farms"],
    response_model_exclude_none=True,
)  # fmt: skip
async def declare_json(farmId: str, given: TieJson, door: Declarer, once: AskedOnce) -> TieShownJson:  # noqa: N803
    """Declare that somebody has a tie to the farm."""
    async with door.sessions.begin() as session:
        await _farm(session, door, farmId)
        tie_id = await _declare(session, door, FarmId(farmId), given.person_id, given.words, once)
        if tie_id is None:
            raise HTTPException(422, "no-such-person")
        made: Tie = next(tie for tie in await ties_of(session, farmId) if tie.tie_id == tie_id)
        return TieShownJson.model_validate(made)


@router.delete("/api/v1/farms/{farmId}/ties/{tieId}", status_code=204, operation_id="endTie", tags=["farms"])
async def end_json(farmId: str, tieId: str, door: Declarer) -> Response:  # noqa: N803
    """The tie holds no longer for cases that open from now on."""
    await _end(door, farmId, tieId)
    return Response(status_code=204)


async def _farm(session: AsyncSession, door: Door, farm_id: str) -> Farm:
    found = await farm(session, sight(door), farm_id)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


async def _declare(
    session: AsyncSession, door: Door, farm_id: FarmId, person: str, words: str, once: Once
) -> str | None:
    """The number of the tie; None where nobody who audits or decides has that number."""
    if (earlier := await once.earlier(session, door)) is not None:
        return earlier
    if person not in {one.person_id for one in await people_to_tie(session)}:
        return None
    tie_id = await declare_tie(session, farm_id, PersonId(person), words, actor_of(door))
    await once.keep(session, door, tie_id)
    return tie_id


async def _end(door: Door, farm_id: str, tie_id: str) -> None:
    async with door.sessions.begin() as session:
        await _farm(session, door, farm_id)
        if not await end_tie(session, FarmId(farm_id), tie_id, actor_of(door)):
            raise HTTPException(404, "not-found")


async def _page(
    request: Request, door: Door, session: AsyncSession, found: Farm, *, status: int = 200,
    typed: TieForm | None = None, wrong: bool = False,
) -> HTMLResponse:  # fmt: skip
    return page(
        request, door, "tie/page.html", status=status, farm=found, ties=await ties_of(session, found.farm_id),
        people=await people_to_tie(session), typed=typed, wrong=wrong,
    )  # fmt: skip
