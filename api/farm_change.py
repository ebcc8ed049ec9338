"""What becomes of a farm's certificate after something that happened to it: reviewed by one, decided by another."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.barred import barred
from api.door import Door
from api.farm_change_json import DECIDED, FarmChangeFileJson, FarmChangeJson, file_json, line_json
from api.farm_change_words import KINDS, WORDING
from api.farm_file import note_reading
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL, AskedPage, Collection, collection
from api.page import page
from api.sight import actor_of, sight
from api.status_change import GROUNDS_MISSING
from api.temporal import Delivered
from api.typed import Text
from records.queries.farm_changed import FarmChangeFile, check_effect, farm_change_of, farm_changes
from records.queries.other_farm import OtherFarm, other_farm
from records.queries.task import PAGES
from scheme.errors import Refusal, RuleViolationError
from scheme.farm_change import Change, ChangeHeard, DecideChange, Effect, ReviewChange
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_AUDITS)]
Reviewer = Annotated[Door, allowed(Action.REVIEW_CERTIFICATION)]
Decider = Annotated[Door, allowed(Action.DECIDE_CERTIFICATION)]


class EffectForm(BaseModel):
    """What the form of a review or a decision says. reasons: on what grounds; key: one per form."""

    effect: Effect
    reasons: Text = ""
    key: uuid.UUID


class ReviewChangeJson(BaseModel):
    """advice: passes, or new-audit."""

    model_config = CAMEL

    advice: Effect
    reasons: Text = ""


class DecideChangeJson(BaseModel):
    """effect: passes, or new-audit; reasons: on what grounds, for the farmer."""

    model_config = CAMEL

    effect: Effect
    reasons: Text = Field(min_length=1)


@router.get("/farm-changes/{change_id}", include_in_schema=False)
async def show_farm_change(request: Request, change_id: str, door: Reader) -> HTMLResponse:
    """What happened, and the form of who may act."""
    return await _page(request, door, await _file(door, change_id))


@router.post("/farm-changes/{change_id}/review", include_in_schema=False)
async def review(request: Request, change_id: str, form: Annotated[EffectForm, Form()], door: Reviewer) -> Response:
    """Record the review."""
    file = await _file(door, change_id)
    return await _after(request, door, file, form, await _judge(door, file, ReviewChange(form.effect), form))


@router.post("/farm-changes/{change_id}/decision", include_in_schema=False)
async def decide(request: Request, change_id: str, form: Annotated[EffectForm, Form()], door: Decider) -> Response:
    """Record the decision, with its grounds; it holds from today on."""
    file = await _file(door, change_id)
    if not form.reasons:
        return await _page(request, door, file, form=form, missing=GROUNDS_MISSING, status=422)
    try:
        await _check(door, file, form.effect)
    except RuleViolationError as violation:
        return await _page(request, door, file, form=form, refused=violation.refusal, status=422)
    return await _after(request, door, file, form, await _judge(door, file, DecideChange(form.effect), form))


@router.get(
    "/api/v1/farm-changes", operation_id="listFarmChanges", tags=["certificates"], response_model_exclude_none=True
)
async def list_farm_changes(request: Request, door: Reader, paging: AskedPage) -> Collection[FarmChangeJson]:
    """Takeovers, moves, mergers and splits of farms the visitor sees; those that are to be decided first."""
    async with door.sessions() as session:
        listing = await farm_changes(session, sight(door), paging, undecided_only=False)
    return collection(request, listing, line_json)


@router.get(
    "/api/v1/farm-changes/{changeId}", operation_id="readFarmChange", tags=["certificates"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_farm_change_json(changeId: str, door: Reader) -> FarmChangeFileJson:  # noqa: N803  # the API's name
    """One of them, with all that its page shows."""
    file = await _file(door, changeId)
    return file_json(file, await _other(door, file))


@router.post("/api/v1/farm-changes/{changeId}/review", operation_id="reviewFarmChange", tags=["certificates"])
async def review_json(changeId: str, judged: ReviewChangeJson, key: IdempotencyKey, door: Reviewer) -> ReceivedJson:  # noqa: N803
    """Review what happened; somebody else decides."""
    file = await _file(door, changeId)
    return received_json(await _hand_in(door, file, ReviewChange(judged.advice), judged.reasons, key))


@router.post("/api/v1/farm-changes/{changeId}/decision", operation_id="decideFarmChange", tags=["certificates"])
async def decide_json(changeId: str, judged: DecideChangeJson, key: IdempotencyKey, door: Decider) -> ReceivedJson:  # noqa: N803
    """Decide whether the certificate goes on; it holds from today on."""
    file = await _file(door, changeId)
    await _check(door, file, judged.effect)
    return received_json(await _hand_in(door, file, DecideChange(judged.effect), judged.reasons, key))


async def _file(door: Door, case_id: str) -> FarmChangeFile:
    async with door.sessions.begin() as session:
        file = await farm_change_of(session, sight(door), case_id)
        if file is None:
            raise HTTPException(404, "not-found")
        await note_reading(session, door, file.case.farm_id)
        return file


async def _check(door: Door, file: FarmChangeFile, effect: Effect) -> None:
    async with door.sessions() as session:
        await check_effect(session, file.case, effect)


async def _judge(door: Door, file: FarmChangeFile, facts: ChangeHeard, form: EffectForm) -> Refusal | None:
    return refusal_of(await _hand_in(door, file, facts, form.reasons, form.key))


async def _hand_in(door: Door, file: FarmChangeFile, facts: ChangeHeard, reasons: str, key: uuid.UUID) -> Delivered:
    words = {"reason": reasons} if reasons else None
    return await hand_in(door, file.case.case_id, actor_of(door), facts, key, words=words)


async def _after(
    request: Request, door: Door, file: FarmChangeFile, form: EffectForm, refused: Refusal | None
) -> Response:
    if refused is None:
        return RedirectResponse(f"/farm-changes/{file.case.case_id}", status_code=303)
    return await _page(request, door, await _file(door, file.case.case_id), form=form, refused=refused, status=422)


async def _page(
    request: Request, door: Door, file: FarmChangeFile, *, status: int = 200, form: EffectForm | None = None,
    refused: Refusal | None = None, missing: str | None = None,
) -> HTMLResponse:  # fmt: skip
    """The page; who may not act on it reads why."""
    case = file.case
    return page(
        request, door, "farm_change/page.html", status=status, file=file, refused=refused, missing=missing, form=form,
        barred=barred(door, case), key=uuid.uuid4(), effects=tuple(Effect), other=await _other(door, file),
        wording=WORDING[case.asked.what], decided=DECIDED.get(case.state), kinds=KINDS, pages=PAGES,
    )  # fmt: skip


async def _other(door: Door, file: FarmChangeFile) -> OtherFarm | None:
    """How the farm stood that was merged into it; None where there is none, or none that the visitor may see."""
    if file.line.other is None or file.case.asked.what is not Change.MERGER:
        return None
    async with door.sessions.begin() as session:
        other = await other_farm(session, sight(door), file.line.other, file.case.opened_at)
        if other is not None:
            await note_reading(session, door, file.line.other)
        return other
