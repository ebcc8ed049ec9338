"""A certificate's suspension, lifting or withdrawal: reviewed by one, decided by another (ISO/IEC 17065, 7.11)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from api.access import allowed
from api.barred import barred
from api.door import Door
from api.farm_file import note_reading
from api.handing import hand_in, refusal_of
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Text
from api.words import noted
from records import clock
from records.queries.status_change import StatusChangeFile, status_change_of
from scheme.days import local_day
from scheme.errors import Refusal, RuleViolationError
from scheme.people import Action
from scheme.status_change import DecideStatus, ReviewStatus, State, StatusHeard, check_status

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_AUDITS)]
Reviewer = Annotated[Door, allowed(Action.REVIEW_CERTIFICATION)]
Decider = Annotated[Door, allowed(Action.DECIDE_CERTIFICATION)]
GROUNDS_MISSING = noted("Say on what grounds: the farmer reads them, and may appeal.")


class JudgedForm(BaseModel):
    """What the form of a review or a decision says. reasons: on what grounds; key: one per form."""

    grant: bool
    reasons: Text = ""
    key: uuid.UUID


@router.get("/status-changes/{change_id}", include_in_schema=False)
async def show_status_change(request: Request, change_id: str, door: Reader) -> HTMLResponse:
    """What is asked, and the form of who may act."""
    return await _page(request, door, await change_file(door, change_id))


@router.post("/status-changes/{change_id}/review", include_in_schema=False)
async def review(request: Request, change_id: str, form: Annotated[JudgedForm, Form()], door: Reviewer) -> Response:
    """Record the review."""
    file = await change_file(door, change_id)
    refused = refusal_of(await judge(door, file, ReviewStatus(form.grant), form.reasons, form.key))
    return await _after(request, door, file, form, refused)


@router.post("/status-changes/{change_id}/decision", include_in_schema=False)
async def decide(request: Request, change_id: str, form: Annotated[JudgedForm, Form()], door: Decider) -> Response:
    """Record the decision, with its grounds; what is granted holds from today on."""
    file = await change_file(door, change_id)
    if not form.reasons:
        return await _page(request, door, file, form=form, missing=GROUNDS_MISSING, status=422)
    try:
        check_grant(file, grant=form.grant)
    except RuleViolationError as violation:
        return await _page(request, door, file, form=form, refused=violation.refusal, status=422)
    refused = refusal_of(await judge(door, file, DecideStatus(form.grant), form.reasons, form.key))
    return await _after(request, door, file, form, refused)


def check_grant(file: StatusChangeFile, *, grant: bool) -> None:
    """Raise RuleViolationError where the certificate meanwhile ended, or was replaced: it can be declined only."""
    if grant and file.case.state is State.TO_DECIDE:
        check_status(file.case.asked.wanted, file.standing.status)


async def judge(door: Door, file: StatusChangeFile, facts: StatusHeard, reasons: str, key: uuid.UUID) -> Delivered:
    """Hand in a review or a decision."""
    words = {"reason": reasons} if reasons else None
    return await hand_in(door, file.case.case_id, actor_of(door), facts, key, words=words)


async def change_file(door: Door, case_id: str) -> StatusChangeFile:
    """What is asked; HTTPException 404 when the visitor may not see such a one."""
    async with door.sessions.begin() as session:
        file = await status_change_of(session, sight(door), case_id)
        if file is None:
            raise HTTPException(404, "not-found")
        await note_reading(session, door, file.case.farm_id)
        return file


async def _after(
    request: Request, door: Door, file: StatusChangeFile, form: JudgedForm, refused: Refusal | None
) -> Response:
    if refused is None:
        return RedirectResponse(f"/status-changes/{file.case.case_id}", status_code=303)
    return await _page(
        request, door, await change_file(door, file.case.case_id), form=form, refused=refused, status=422
    )


async def _page(
    request: Request, door: Door, file: StatusChangeFile, *, status: int = 200, form: JudgedForm | None = None,
    refused: Refusal | None = None, missing: str | None = None,
) -> HTMLResponse:  # fmt: skip
    """The page; who may not act on it reads why."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
    return page(
        request, door, "status_change/page.html", status=status, file=file, today=today, refused=refused,
        missing=missing, form=form, barred=barred(door, file.case), key=uuid.uuid4(),
    )  # fmt: skip
