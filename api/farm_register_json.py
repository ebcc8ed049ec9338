"""A farm's place in the register as JSON: entered, and changed where the caller says which revision they saw."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.door import Door
from api.farm_file import file_of
from api.farm_json import FarmJson, farm_json
from api.farm_sheet import FarmForm, began_later, typed_of
from api.listing import CAMEL
from api.once import AskedOnce, Once
from api.register_problem import NotTakenError, not_taken
from api.revision import IfMatch, check, etag
from api.sight import actor_of
from api.typed import Day
from records import clock
from records.entering import judge, next_number
from records.farm import Farm
from records.farm_change import add_farm, change_farm
from records.register_row import locked
from scheme.choice_round import Country
from scheme.days import local_day
from scheme.identifier import BeganLaterError
from scheme.language import Language
from scheme.people import Action
from scheme.register import FARMS
from scheme.register_rule import ColumnRule, Problem

router = APIRouter(prefix="/api/v1/farms", tags=["farms"])
Changer = Annotated[Door, allowed(Action.CHANGE_REGISTER)]


class FarmPatchJson(BaseModel):
    """What changes; a field that is left out stays, null empties it.

    numbersFrom: the day from which other enterprise, unit and herd numbers hold, today unless given.
    """

    model_config = CAMEL

    name: str | None = None
    holder: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: Country | None = None
    language: Language | None = None
    email: str | None = None
    phone: str | None = None
    enterprise_number: str | None = None
    herd_number: str | None = None
    certificate_number: str | None = None
    certificate_from: date | None = None
    expires_on: date | None = None
    inspection_body: str | None = None
    choice_made_on: date | None = None
    site_street: str | None = None
    site_postcode: str | None = None
    site_city: str | None = None
    establishment_unit: str | None = None
    dairy_id: str | None = None
    supplier_number: str | None = None
    vet_name: str | None = None
    vet_email: str | None = None
    vet_substitute: str | None = None
    certification_body: str | None = None
    last_audit_on: date | None = None
    last_audit_edition: str | None = None
    last_audit_hygiene: int | None = None
    last_audit_findings: int | None = None
    numbers_from: Day | None = None

    def typed(self, before: dict[str, str]) -> dict[str, str]:
        """The whole farm as somebody would type it."""
        given: dict[str, Any] = self.model_dump(mode="json", exclude_unset=True, exclude={"numbers_from"})
        return {**before, **{name: "" if value is None else str(value) for name, value in given.items()}}


@router.post("", operation_id="addFarm", status_code=201, response_model_exclude_none=True)
async def add_farm_json(
    request: Request, given: FarmPatchJson, door: Changer, once: AskedOnce, response: Response
) -> FarmJson:
    """A farm enters the register under the next number; its workflow follows."""
    async with door.sessions.begin() as session:
        number = await once.earlier(session, door) or await _enter(session, door, given, once)
    response.headers["Location"] = f"{request.url.path}/{number}"
    return await _read(door, number, response)


@router.patch("/{farmId}", operation_id="changeFarm", response_model_exclude_none=True)
async def change_farm_json(
    farmId: str,  # noqa: N803  # as it stands in the address
    given: FarmPatchJson,
    door: Changer,
    seen: IfMatch,
    once: AskedOnce,
    response: Response,
) -> FarmJson:
    """Change a farm. Letters that have not gone out yet are written anew."""
    async with door.sessions.begin() as session:
        if await once.earlier(session, door) is None:
            farm = await locked(session, Farm, farmId)
            if farm is None:
                raise HTTPException(404, "not-found")
            check(seen, farm.revision)
            await once.keep(session, door, farmId)
            await _change(session, door, farm, given)
    return await _read(door, farmId, response)


async def _enter(session: AsyncSession, door: Door, given: FarmPatchJson, once: Once) -> str:
    number = await next_number(session, Farm.farm_id, 6)
    judged = await judge(session, FARMS, {**given.typed(FarmForm().typed), "farm_id": number})
    if isinstance(judged, tuple):
        raise not_taken(door.language, judged)
    await once.keep(session, door, number)
    await add_farm(session, judged, actor_of(door), practice=door.settings.practice)
    return number


async def _change(session: AsyncSession, door: Door, farm: Farm, given: FarmPatchJson) -> None:
    judged = await judge(session, FARMS, {**given.typed(typed_of(farm)), "farm_id": farm.farm_id})
    if isinstance(judged, tuple):
        raise not_taken(door.language, judged)
    today = local_day(await clock.now(session))
    if given.numbers_from is not None and given.numbers_from > today:
        raise not_taken(door.language, [_wrong_day(given.numbers_from)])
    try:
        await change_farm(session, farm, judged, given.numbers_from or today, actor_of(door))
    except BeganLaterError as error:
        detail = began_later(door.language, error)
        raise NotTakenError([{"in": "body", "name": "numbersFrom", "detail": detail}]) from error


async def _read(door: Door, farm_id: str, response: Response) -> FarmJson:
    file = await file_of(door, farm_id)
    response.headers["ETag"] = etag(file.farm.revision)
    return farm_json(f"/api/v1/farms/{farm_id}", file)


def _wrong_day(day: date) -> Problem:
    return Problem(0, "numbers_from", day.isoformat(), ColumnRule.NOT_YET)
