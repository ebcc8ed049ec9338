"""Suspensions, liftings and withdrawals of certificates as JSON."""

from datetime import date, datetime

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from api.handing import IdempotencyKey, ReceivedJson, received_json
from api.listing import CAMEL, AskedPage, Collection, collection
from api.sight import sight
from api.status_change import Decider, Reader, Reviewer, change_file, check_grant, judge
from api.typed import Text
from records.queries.status_change import StatusChangeLine, status_changes
from scheme.status_change import DecideStatus, ReviewStatus

router = APIRouter()


class StatusChangeJson(BaseModel):
    """wanted: suspend, lift or withdraw; decideDue: the last day of the decision; askedBy and the others: by name."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    case_id: str
    farm_id: str
    farm_name: str
    city: str
    certificate: str
    wanted: str
    reason: str
    state: str
    opened_at: datetime
    asked_by: str
    decide_due: date
    reviewed_by: str | None = None
    decided_by: str | None = None
    suspended_until: date | None = None


class ReviewStatusJson(BaseModel):
    """grant: whether it should be done."""

    model_config = CAMEL

    grant: bool
    reasons: Text = ""


class DecideStatusJson(BaseModel):
    """grant: whether it is done; reasons: on what grounds, for the farmer."""

    model_config = CAMEL

    grant: bool
    reasons: Text = Field(min_length=1)


@router.get(
    "/api/v1/status-changes", operation_id="listStatusChanges", tags=["certificates"],
    response_model_exclude_none=True,
)  # fmt: skip
async def list_status_changes(request: Request, door: Reader, paging: AskedPage) -> Collection[StatusChangeJson]:
    """Of farms the visitor sees; those that are to be decided first."""
    async with door.sessions() as session:
        listing = await status_changes(session, sight(door), paging, undecided_only=False)
    return collection(request, listing, _json)


@router.get(
    "/api/v1/status-changes/{changeId}", operation_id="readStatusChange", tags=["certificates"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_status_change_json(changeId: str, door: Reader) -> StatusChangeJson:  # noqa: N803  # the API's name
    """One of them."""
    return _json((await change_file(door, changeId)).line)


@router.post("/api/v1/status-changes/{changeId}/review", operation_id="reviewStatusChange", tags=["certificates"])
async def review_json(changeId: str, judged: ReviewStatusJson, key: IdempotencyKey, door: Reviewer) -> ReceivedJson:  # noqa: N803
    """Review what is asked; somebody else decides."""
    file = await change_file(door, changeId)
    return received_json(await judge(door, file, ReviewStatus(judged.grant), judged.reasons, key))


@router.post("/api/v1/status-changes/{changeId}/decision", operation_id="decideStatusChange", tags=["certificates"])
async def decide_json(changeId: str, judged: DecideStatusJson, key: IdempotencyKey, door: Decider) -> ReceivedJson:  # noqa: N803
    """Decide; what is granted holds from today on."""
    file = await change_file(door, changeId)
    if not judged.reasons:
        raise HTTPException(422, "reason-missing")
    check_grant(file, grant=judged.grant)
    return received_json(await judge(door, file, DecideStatus(judged.grant), judged.reasons, key))


def _json(line: StatusChangeLine) -> StatusChangeJson:
    return StatusChangeJson(
        self=f"/api/v1/status-changes/{line.case_id}",
        case_id=line.case_id,
        farm_id=line.farm_id,
        farm_name=line.farm_name,
        city=line.city,
        certificate=line.number,
        wanted=line.wanted,
        reason=line.reason,
        state=line.state,
        opened_at=line.opened_at,
        asked_by=line.asked_by,
        decide_due=line.decide_due,
        reviewed_by=line.reviewed_by,
        decided_by=line.decided_by,
        suspended_until=line.suspended_until,
    )
