"""Who is away when, and who stands in: by oneself and by an administrator."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.account import Wrong, account_page
from api.door import Door
from api.listing import CAMEL
from api.once import AskedOnce, FormOnce, Once
from api.person import person_page
from api.person_acting import taken
from api.sight import actor_of
from api.typed import Day
from api.words import refusal
from records import clock
from records.absence import add_absence, cancel_absence
from records.person import PersonRow
from records.queries.absence import absences_of
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.people import Action

router = APIRouter()
Owner = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]
Manager = Annotated[Door, allowed(Action.MANAGE_PEOPLE)]
Reader = Annotated[Door, allowed(Action.SEE_PEOPLE)]


class AbsenceForm(BaseModel):
    """Both days included."""

    away_from: Day
    away_until: Day
    substitute: str = ""


class AbsenceJson(BaseModel):
    """Both days included; substitute: who takes the tasks, by number."""

    model_config = CAMEL

    away_from: Day
    away_until: Day
    substitute: str


class AbsenceShownJson(AbsenceJson):
    """An absence that is not past."""

    absence_id: str


class AbsencesJson(BaseModel):
    """The absences that are not past, the next one first."""

    model_config = CAMEL

    items: list[AbsenceShownJson]


@router.post("/account/absences", include_in_schema=False)
async def add_own(request: Request, form: Annotated[AbsenceForm, Form()], door: Owner, once: FormOnce) -> Response:
    """I shall be away."""
    try:
        await _add(door, actor_of(door).person, form.away_from, form.away_until, form.substitute, once)
    except RuleViolationError as error:
        return await account_page(request, door, Wrong({"absence": refusal(door.language, error.refusal)}, {}))
    return RedirectResponse("/account#absences", 303)


@router.post("/account/absences/{absence_id}/cancel", include_in_schema=False)
async def cancel_own(absence_id: str, door: Owner) -> Response:
    """I shall be here after all."""
    await _cancel(door, actor_of(door).person, absence_id)
    return RedirectResponse("/account#absences", 303)


@router.post("/people/{person_id}/absences", include_in_schema=False)
async def add_for(
    request: Request, person_id: str, form: Annotated[AbsenceForm, Form()], door: Manager, once: FormOnce
) -> Response:
    """Somebody is away, and could not say so."""
    try:
        await _add(door, person_id, form.away_from, form.away_until, form.substitute, once)
    except RuleViolationError as error:
        wrong = {"absence": refusal(door.language, error.refusal)}
        return await person_page(request, door, person_id, errors=wrong, status=422)
    return RedirectResponse(f"/people/{person_id}#absences", 303)


@router.post("/people/{person_id}/absences/{absence_id}/cancel", include_in_schema=False)
async def cancel_for(person_id: str, absence_id: str, door: Manager) -> Response:
    """Somebody is here after all."""
    await _cancel(door, person_id, absence_id)
    return RedirectResponse(f"/people/{person_id}#absences", 303)


@router.get("/api/v1/account/absences", operation_id="listOwnAbsences", tags=["account"])
async def show_own_json(door: Owner) -> AbsencesJson:
    """One's own absences that are not past."""
    return await _shown(door, actor_of(door).person)


@router.post("/api/v1/account/absences", status_code=201, operation_id="addOwnAbsence", tags=["account"])
async def add_own_json(given: AbsenceJson, door: Owner, once: AskedOnce) -> AbsenceShownJson:
    """Be away, with a substitute of the same role and body."""
    return await _added(door, actor_of(door).person, given, once)


@router.delete(
    "/api/v1/account/absences/{absenceId}", status_code=204, operation_id="cancelOwnAbsence", tags=["account"]
)
async def cancel_own_json(absenceId: str, door: Owner) -> Response:  # noqa: N803  # the API's name
    """Be here after all."""
    await _cancel(door, actor_of(door).person, absenceId)
    return Response(status_code=204)


@router.get("/api/v1/people/{personId}/absences", operation_id="listAbsences", tags=["people"])
async def show_for_json(personId: str, door: Reader) -> AbsencesJson:  # noqa: N803
    """A person's absences that are not past."""
    return await _shown(door, personId)


@router.post("/api/v1/people/{personId}/absences", status_code=201, operation_id="addAbsence", tags=["people"])
async def add_for_json(
    personId: str,  # noqa: N803
    given: AbsenceJson,
    door: Manager,
    once: AskedOnce,
) -> AbsenceShownJson:
    """A person is away."""
    return await _added(door, personId, given, once)


@router.delete(
    "/api/v1/people/{personId}/absences/{absenceId}", status_code=204, operation_id="cancelAbsence", tags=["people"]
)
async def cancel_for_json(personId: str, absenceId: str, door: Manager) -> Response:  # noqa: N803
    """A person is here after all."""
    await _cancel(door, personId, absenceId)
    return Response(status_code=204)


async def _add(  # who is away, when, who stands in, and whether that was said before
    door: Door, person_id: str, first: date, last: date, substitute: str, once: Once
) -> str:
    async with taken(door, person_id) as (session, person):
        before, new = await once.earlier(session, door), str(uuid.uuid4())
        if before is not None:
            return before
        await once.keep(session, door, new)
        return await add_absence(session, person, first, last, substitute, actor_of(door), new)


async def _added(door: Door, person_id: str, given: AbsenceJson, once: Once) -> AbsenceShownJson:
    made = await _add(door, person_id, given.away_from, given.away_until, given.substitute, once)
    return AbsenceShownJson(absence_id=made, **given.model_dump())


async def _cancel(door: Door, person_id: str, absence_id: str) -> None:
    async with taken(door, person_id) as (session, person):
        if not await cancel_absence(session, person.person_id, absence_id, actor_of(door)):
            raise HTTPException(404, "not-found")


async def _shown(door: Door, person_id: str) -> AbsencesJson:
    async with _known(door, person_id) as session:
        found = await absences_of(session, person_id, local_day(await clock.now(session)))
    return AbsencesJson(
        items=[
            AbsenceShownJson(
                absence_id=one.absence_id, away_from=one.away_from, away_until=one.away_until,
                substitute=one.substitute,
            )
            for one in found
        ]
    )  # fmt: skip


@asynccontextmanager
async def _known(door: Door, person_id: str) -> AsyncIterator[AsyncSession]:
    async with door.sessions() as session:
        if await session.get(PersonRow, person_id) is None:
            raise HTTPException(404, "not-found")
        yield session
