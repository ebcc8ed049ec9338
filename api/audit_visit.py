"""A visit is planned: who comes when, with what speaks against it shown before it is recorded (design.md §7)."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError

from api.access import allowed
from api.audit import file_of
from api.audit_json import audit_path
from api.audit_warned import Warned, said_held_by, warnings_of
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Day, Moment
from api.words import noted, translate
from records.queries.audit import AuditFile
from records.queries.audit_list import visits_between
from records.queries.auditor import auditors_of
from scheme.audit_check import check_visit_day
from scheme.audit_facts import Plan
from scheme.days import ZONE, local_day, start_of_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.people import Action
from scheme.periodic_audit import State

router = APIRouter()
Planner = Annotated[Door, allowed(Action.PLAN_AUDIT)]
Short = Annotated[str, Field(max_length=20)]
USUAL_HOUR = time(9)
WRONG = {
    "on": noted("Choose the day of the visit: write it like 2025-01-31."),
    "at": noted("Choose the hour of the visit: write it like 09:30."),
    "auditor": noted("Choose an auditor."),
}


class VisitForm(BaseModel):
    """What the form says."""

    on: Day
    at: time = USUAL_HOUR
    auditor: Annotated[str, Field(min_length=1, max_length=20)]


class VisitTyped(BaseModel):
    """The form as it came, whatever stands in it; what cannot be taken is said beside its field.

    confirmed: the planner has seen what speaks against it; key: one per form.
    """

    on: str = ""
    at: str = USUAL_HOUR.strftime("%H:%M")
    auditor: str = ""
    confirmed: bool = False
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class VisitJson(BaseModel):
    """visitAt: when the auditor comes; auditor: number of a person. What warns a planner is told, and stops nothing."""

    model_config = CAMEL

    visit_at: Moment
    auditor: Short


class PlannedJson(ReceivedJson):
    """What was handed in is kept. warnings: what speaks against it, in sentences of the visitor's language."""

    warnings: list[str]


@router.get("/audits/{audit_id}/visit", include_in_schema=False)
async def ask_visit(request: Request, audit_id: str, door: Planner) -> HTMLResponse:
    """The form of a visit."""
    file, today = await file_of(door, audit_id)
    held = file.audit.state is State.REPORTED
    visit = file.audit.follow_up if held and file.audit.follow_up else file.audit.visit
    first = today if held else max(today, file.audit.plan_due)
    # A visit that was held lends its hour and auditor to the supplementary one, not its day.
    on = first if visit is None or (held and visit is file.audit.visit) else local_day(visit.at)
    at = USUAL_HOUR if visit is None else visit.at.astimezone(ZONE).time()
    auditor = "" if visit is None else visit.auditor
    typed = VisitTyped(on=on.isoformat(), at=at.strftime("%H:%M"), auditor=auditor)
    return await _page(request, door, file, typed, on)


@router.post("/audits/{audit_id}/visit", include_in_schema=False)
async def plan_visit(request: Request, audit_id: str, typed: Annotated[VisitTyped, Form()], door: Planner) -> Response:
    """Show what speaks against it; once confirmed, or where nothing does, record it."""
    file, today = await file_of(door, audit_id)
    try:
        form = VisitForm(on=typed.on, at=typed.at, auditor=typed.auditor)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return await _page(request, door, file, typed, today, wrong=wrong)
    visit_at = datetime.combine(form.on, form.at, ZONE)
    try:
        check_visit_day(file.audit, form.on, today)
        warned = await warnings_of(door, file, visit_at, form.auditor)
        if warned and not typed.confirmed:
            return await _page(request, door, file, typed, form.on, warned=warned)
        refused = refusal_of(await _plan(door, file, visit_at, form.auditor, typed.key))
    except RuleViolationError as violation:
        refused = violation.refusal
    if refused is None:
        return RedirectResponse(audit_path(file.audit.case_id), status_code=303)
    return await _page(request, door, file, typed, form.on, refused=refused)


@router.post("/api/v1/audits/{auditId}/visit", operation_id="planVisit", tags=["audits"])
async def plan_visit_json(auditId: str, visit: VisitJson, key: IdempotencyKey, door: Planner) -> PlannedJson:  # noqa: N803
    """Plan the visit, move it or give it to another auditor; of a reported audit, the visit to what was put right."""
    file, today = await file_of(door, auditId)
    check_visit_day(file.audit, local_day(visit.visit_at), today)
    warned = await warnings_of(door, file, visit.visit_at, visit.auditor)
    kept = received_json(await _plan(door, file, visit.visit_at, visit.auditor, key))
    told = [translate(door.language, one.words, who=one.who, day=one.day, many=one.many) for one in warned]
    return PlannedJson(submission_id=kept.submission_id, settled=kept.settled, warnings=told)


async def _plan(door: Door, file: AuditFile, visit_at: datetime, auditor: str, key: uuid.UUID) -> Delivered:
    """Hand it in; raises RuleViolationError for somebody who is no auditor of the audit's body."""
    async with door.sessions() as session:
        known = await auditors_of(session, file.audit.body)
    if auditor not in {one.person_id for one in known}:
        raise RuleViolationError(Rule.NOT_AN_AUDITOR)
    return await hand_in(door, file.audit.case_id, actor_of(door), Plan(visit_at, PersonId(auditor)), key)


async def _page(
    request: Request, door: Door, file: AuditFile, form: VisitTyped, on: date, *,
    warned: list[Warned] | None = None, refused: Refusal | None = None, wrong: Collection[str] = (),
) -> HTMLResponse:  # fmt: skip
    """The form with the auditors of the body and what they hold in the week around `on`."""
    first = start_of_day(on - timedelta(days=on.weekday()))
    async with door.sessions() as session:
        known = await auditors_of(session, file.audit.body)
        visits = await visits_between(session, sight(door), first, first + timedelta(days=7))
    return page(
        request, door, "audit/visit.html", status=422 if refused or wrong else 200, file=file, form=form,
        auditors=known, visits=visits, warned=warned or [], refused=refused,
        held_by=said_held_by(file),
        errors={name: translate(door.language, WRONG[name]) for name in wrong},
    )  # fmt: skip
