"""A farm without a certificate has applied: its form says when, and who is to hold the audit (domain.md §1.2)."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.farm_file import FarmFile, file_of
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.register_problem import refused
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day, Text
from api.words import noted
from records.parameter import settings_of
from records.queries.applicant import applicant_of, follows_from
from records.queries.choice_round import bodies
from records.queries.farm import body_names
from records.receiving import received
from scheme.application import Apply, check_applicant, check_applied_on
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, FarmId, farmer_case
from scheme.people import Action

router = APIRouter()
Enterer = Annotated[Door, allowed(Action.ENTER_APPLICATION)]
# What a rule says of the day stands beside it.
OF_DAY = frozenset({Rule.NOT_IN_THE_FUTURE, Rule.APPLIED_BEFORE, Rule.APPLIED_LONG_AGO})


class ApplicationForm(BaseModel):
    """What the form says. note: where the application is kept, or what came with it; key: one per form."""

    applied_on: Day
    body: str = ""
    note: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class ApplicationJson(BaseModel):
    """appliedOn: the day of the application; inspectionBody: which one the farmer chose, by id."""

    model_config = CAMEL

    applied_on: Day
    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    note: Text = ""


@router.get("/farms/{farm_id}/application", include_in_schema=False)
async def ask_application(request: Request, farm_id: str, door: Enterer) -> HTMLResponse:
    """The form: when the farm applied, and which body its farmer chose."""
    file = await file_of(door, farm_id)
    return await _page(request, door, file, ApplicationForm(applied_on=local_day(file.now)))


@router.post("/farms/{farm_id}/application", include_in_schema=False)
async def enter_application(
    request: Request, farm_id: str, form: Annotated[ApplicationForm, Form()], door: Enterer
) -> Response:
    """Record the application; the audit by the body that was chosen opens."""
    file = await file_of(door, farm_id)
    if not form.body:
        return await _page(request, door, file, form, error=noted("Mark one of the bodies first."), status=422)
    try:
        refusal = refusal_of(await _enter(door, file, form.applied_on, form.body, form.note, form.key))
    except RuleViolationError as violation:
        refusal = violation.refusal
    if refusal is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    anew = form.model_copy(update={"key": uuid.uuid4()})
    said = {"wrong" if refusal.rule in OF_DAY else "refused": refusal}
    return await _page(request, door, file, anew, status=422, **said)


@router.post("/api/v1/farms/{farmId}/application", operation_id="enterApplication", tags=["farms"])
async def enter_application_json(
    farmId: str,  # noqa: N803  # the API's name
    application: ApplicationJson,
    key: IdempotencyKey,
    door: Enterer,
) -> ReceivedJson:
    """A farm without a certificate has applied; its first audit, by the body that the farmer chose, opens."""
    file, body = await file_of(door, farmId), application.inspection_body
    try:
        return received_json(await _enter(door, file, application.applied_on, body, application.note, key))
    except RuleViolationError as violation:
        if violation.refusal.rule not in OF_DAY:
            raise
        raise refused(door.language, "applied_on", violation.refusal) from violation


async def _enter(door: Door, file: FarmFile, applied_on: date, body: str, note: str, key: uuid.UUID) -> Delivered:
    await _check(door, file, applied_on, key)
    words = {"note": note} if note else None
    case = farmer_case(FarmId(file.farm.farm_id))
    return await hand_in(door, case, actor_of(door), Apply(applied_on, BodyId(body)), key, words)


async def _check(door: Door, file: FarmFile, applied_on: date, key: uuid.UUID) -> None:
    """Raise RuleViolationError for a farm that never applies as it stands, also where its own workflow cannot say so.

    The same for a day on which it cannot have applied. What runs may be this very application, sent a second time: of
    that the workflow judges.
    """
    today = local_day(file.now)
    async with door.sessions() as session:
        applicant = await applicant_of(session, file.farm, today)
        follows, settings = await follows_from(session, file.farm.farm_id), await settings_of(session)
        sent_before = await received(session, key)
    check_applicant(replace(applicant, running_since=None))
    if not sent_before:
        check_applied_on(applied_on, today, follows, settings)


async def _page(
    request: Request, door: Door, file: FarmFile, form: ApplicationForm, *, status: int = 200, **said: object
) -> HTMLResponse:
    """The form with the bodies that may be chosen today."""
    async with door.sessions() as session:
        names = await body_names(session)
        offered = recognised(await bodies(session), local_day(file.now))
    shown = {"error": None, "refused": None, "wrong": None, **said}
    given = {"file": file, "form": form, "offered": [(body, names[body]) for body in offered]}
    return page(request, door, "application/page.html", status=status, **given, **shown)
