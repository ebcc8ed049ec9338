"""Review and decision about a certificate: by people who took no part and have no tie (ISO/IEC 17065, 7.5 and 7.6)."""

import uuid
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api import keys, register_problem
from api.access import allowed
from api.barred import barred
from api.door import Door
from api.farm_file import note_reading
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL, AskedPage, Collection, PageOfList, collection, neighbours
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Text
from api.words import noted
from records import clock
from records.queries.certification import CertificationFile, CertificationLine, certification_of, certifications
from records.queries.farm_changed import farm_changes
from records.queries.listing import Paging
from records.queries.status_change import status_changes
from scheme.certification import Decide, Review, needs_grounds, validity_of
from scheme.days import local_day
from scheme.errors import Refusal, Rule
from scheme.lastenboek.outcome import Result
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_AUDITS)]
Reviewer = Annotated[Door, allowed(Action.REVIEW_CERTIFICATION)]
Decider = Annotated[Door, allowed(Action.DECIDE_CERTIFICATION)]
# Whether decisions that were made are asked too.
Ended = Annotated[bool, Query()]
REASONS_MISSING = noted("Say on what grounds: the farmer reads them, and may appeal.")


class JudgedForm(BaseModel):
    """What the form of a review or a decision says. reasons: on what grounds; key: one per form."""

    result: Result
    reasons: Text = ""
    key: uuid.UUID


class JudgedJson(BaseModel):
    """result: three-years, eighteen-months or refusal; reasons: on what grounds.

    They are needed for a refusal and for less than the rules give, of a review as of a decision.
    """

    model_config = CAMEL

    result: Result
    reasons: Text = ""


class CertificationLineJson(BaseModel):
    """A decision in a list. decideDue: its last day; reviewedBy, decidedBy: by name."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    case_id: str
    farm_id: str
    farm_name: str
    city: str
    state: str
    opened_at: datetime
    decide_due: date
    reviewed_by: str | None = None
    decided_by: str | None = None
    result: str | None = None
    valid_until: date | None = None


class CertificationJson(CertificationLineJson):
    """A decision. best: what the rules give at most, by the rule of that number; certificate: that was issued.

    advice, remarks: of the review.
    """

    audit: str
    advice: str | None = None
    remarks: str | None = None
    best: str
    rule: str
    valid_from: date | None = None
    certificate: str | None = None


@router.get("/certifications", include_in_schema=False)
async def list_certifications(
    request: Request,
    door: Reader,
    paging: AskedPage,
    ended: Ended = False,  # noqa: FBT002  # of the address
    suspensions: PageOfList = 1,
    changes: PageOfList = 1,
) -> HTMLResponse:
    """Decisions that wait, or all of them; each of the three lists in pages of its own."""
    async with door.sessions() as session:
        listing = await certifications(session, sight(door), paging, open_only=not ended)
        changed = await status_changes(session, sight(door), Paging(suspensions), undecided_only=not ended)
        happened = await farm_changes(session, sight(door), Paging(changes), undecided_only=not ended)
        today = local_day(await clock.now(session))
    return page(
        request, door, "certification/list.html", listing=listing, to=neighbours(request, listing), today=today,
        ended=ended, changes=changed, to_changes=neighbours(request, changed, "suspensions"), happened=happened,
        to_happened=neighbours(request, happened, "changes"), total=listing.total + changed.total + happened.total,
    )  # fmt: skip


@router.get("/certifications/{case_id}", include_in_schema=False)
async def show_certification(request: Request, case_id: str, door: Reader) -> HTMLResponse:
    """The file, what the rules give, and the form of who may act."""
    return await _page(request, door, await _file(door, case_id))


@router.post("/certifications/{case_id}/review", include_in_schema=False)
async def review(request: Request, case_id: str, form: Annotated[JudgedForm, Form()], door: Reviewer) -> Response:
    """Record the review; a refusal, and what is stricter than the rules, needs its grounds."""
    file = await _file(door, case_id)
    if needs_grounds(form.result, file.case.best.result) and not form.reasons:
        return await _page(request, door, file, form=form, missing=keys.key(Rule.GROUNDS_NEEDED), status=422)
    refused = refusal_of(await _hand_in(door, file, Review(form.result), form.reasons, form.key))
    return await _after(request, door, file, form, refused)


@router.post("/certifications/{case_id}/decision", include_in_schema=False)
async def decide(request: Request, case_id: str, form: Annotated[JudgedForm, Form()], door: Decider) -> Response:
    """Record the decision; a refusal, and what is stricter than the rules, needs its reasons."""
    file = await _file(door, case_id)
    if needs_grounds(form.result, file.case.best.result) and not form.reasons:
        return await _page(request, door, file, form=form, missing=REASONS_MISSING, status=422)
    refused = refusal_of(await _hand_in(door, file, Decide(form.result), form.reasons, form.key))
    return await _after(request, door, file, form, refused)


@router.get(
    "/api/v1/certifications", operation_id="listCertifications", tags=["certifications"],
    response_model_exclude_none=True,
)  # fmt: skip
async def list_certifications_json(
    request: Request,
    door: Reader,
    paging: AskedPage,
    ended: Ended = False,  # noqa: FBT002  # of the address
) -> Collection[CertificationLineJson]:
    """Decisions about farms the visitor sees; ended: those that were made too."""
    async with door.sessions() as session:
        listing = await certifications(session, sight(door), paging, open_only=not ended)
    return collection(request, listing, _line_json)


@router.get(
    "/api/v1/certifications/{caseId}", operation_id="readCertification", tags=["certifications"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_certification_json(caseId: str, door: Reader) -> CertificationJson:  # noqa: N803  # the API's name
    """One decision, with what the rules give."""
    file = await _file(door, caseId)
    return CertificationJson(
        **_line_json(file.line).model_dump(by_alias=True),
        audit=file.case.audit,
        advice=file.case.advice,
        remarks=file.remarks,
        best=file.case.best.result,
        rule=file.case.best.rule,
        valid_from=file.case.valid_from,
        certificate=file.certificate,
    )


@router.post("/api/v1/certifications/{caseId}/review", operation_id="reviewCertification", tags=["certifications"])
async def review_json(caseId: str, judged: JudgedJson, key: IdempotencyKey, door: Reviewer) -> ReceivedJson:  # noqa: N803
    """Review the file; somebody else decides."""
    file = await _file(door, caseId)
    if needs_grounds(judged.result, file.case.best.result) and not judged.reasons:
        raise _unsaid(door, "grounds-missing")
    return received_json(await _hand_in(door, file, Review(judged.result), judged.reasons, key))


@router.post("/api/v1/certifications/{caseId}/decision", operation_id="decideCertification", tags=["certifications"])
async def decide_json(caseId: str, judged: JudgedJson, key: IdempotencyKey, door: Decider) -> ReceivedJson:  # noqa: N803
    """Decide about the certificate."""
    file = await _file(door, caseId)
    if needs_grounds(judged.result, file.case.best.result) and not judged.reasons:
        raise _unsaid(door, "reason-missing")
    return received_json(await _hand_in(door, file, Decide(judged.result), judged.reasons, key))


async def _hand_in(
    door: Door, file: CertificationFile, facts: Review | Decide, reasons: str, key: uuid.UUID
) -> Delivered:
    words = {"reason": reasons} if reasons else None
    return await hand_in(door, file.case.case_id, actor_of(door), facts, key, words=words)


def _unsaid(door: Door, code: str) -> HTTPException:
    return register_problem.refused(door.language, "reasons", Refusal(Rule.GROUNDS_NEEDED), code)


async def _file(door: Door, case_id: str) -> CertificationFile:
    """The decision; HTTPException 404 when the visitor may not see such a one."""
    async with door.sessions.begin() as session:
        file = await certification_of(session, sight(door), case_id)
        if file is None:
            raise HTTPException(404, "not-found")
        await note_reading(session, door, file.case.farm_id)
        return file


async def _after(
    request: Request, door: Door, file: CertificationFile, form: JudgedForm, refused: Refusal | None
) -> Response:
    if refused is None:
        return RedirectResponse(f"/certifications/{file.case.case_id}", status_code=303)
    return await _page(request, door, await _file(door, file.case.case_id), form=form, refused=refused, status=422)


async def _page(
    request: Request, door: Door, file: CertificationFile, *, status: int = 200, form: JudgedForm | None = None,
    refused: Refusal | None = None, missing: str | None = None,
) -> HTMLResponse:  # fmt: skip
    """The page; who may not act on it reads why."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
    order = list(Result)
    offered = order[order.index(file.case.best.result) :]
    return page(
        request, door, "certification/page.html", status=status, file=file, today=today, refused=refused,
        missing=missing, form=form, barred=barred(door, file.case), offered=offered, key=uuid.uuid4(),
        validities={result: validity_of(file.case, result, today) for result in offered},
    )  # fmt: skip


def _line_json(line: CertificationLine) -> CertificationLineJson:
    return CertificationLineJson(
        self=f"/api/v1/certifications/{line.case_id}",
        case_id=line.case_id,
        farm_id=line.farm_id,
        farm_name=line.farm_name,
        city=line.city,
        state=line.state,
        opened_at=line.opened_at,
        decide_due=line.decide_due,
        reviewed_by=line.reviewed_by,
        decided_by=line.decided_by,
        result=line.result,
        valid_until=line.valid_until,
    )
