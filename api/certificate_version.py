"""A certificate's document is written anew where the register says otherwise by now; its number stays."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.listing import CAMEL
from api.sight import actor_of, sight
from records import clock
from records.queries.certificate import certificate_of_number
from records.revising import revise
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CertificateNumber
from scheme.people import Action

router = APIRouter()
Reviser = Annotated[Door, allowed(Action.REVISE_CERTIFICATE)]


class VersionJson(BaseModel):
    """The version that was written."""

    model_config = CAMEL

    number: str
    version: int


@router.post("/farms/{farm_id}/certificates/{number}/versions", include_in_schema=False)
async def write_version(farm_id: str, number: str, door: Reviser) -> Response:
    """Write it with what the register says now; the post makes the document."""
    try:
        await _revise(door, farm_id, number)
    except RuleViolationError as error:
        # The button was pressed twice: it is written.
        if error.refusal.rule is not Rule.NOTHING_TO_CORRECT:
            raise
    return RedirectResponse(f"/farms/{farm_id}", status_code=303)


@router.post(
    "/api/v1/farms/{farmId}/certificates/{number}/versions", operation_id="writeCertificateVersion",
    tags=["certificates"],
)  # fmt: skip
async def write_version_json(farmId: str, number: str, door: Reviser) -> VersionJson:  # noqa: N803  # the API's name
    """Write the document anew with what the register says now; refused where it says the same."""
    return VersionJson(number=number, version=await _revise(door, farmId, number))


async def _revise(door: Door, farm_id: str, number: str) -> int:
    async with door.sessions.begin() as session:
        at = await clock.now(session)
        found = await certificate_of_number(session, sight(door), number, local_day(at))
        if found is None or found[1].farm_id != farm_id:
            raise HTTPException(404, "not-found")
        return await revise(session, CertificateNumber(number), actor_of(door), at)
