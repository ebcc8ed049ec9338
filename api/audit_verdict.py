"""What the inspection body says of a proof, and a report that was of another farm (design.md §4, §7)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.audit import file_of
from api.audit_json import audit_path
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day, Text
from api.words import noted
from records.queries.audit import AuditFile
from scheme.audit_check import check_on_site
from scheme.audit_facts import TakeReportBack, Verdict
from scheme.errors import Refusal, RuleViolationError
from scheme.ids import RequirementNumber
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.people import Action
from scheme.periodic_audit import Finding

router = APIRouter()
Judge = Annotated[Door, allowed(Action.JUDGE_CORRECTION)]
Corrector = Annotated[Door, allowed(Action.CORRECT_CASE)]
REASON_MISSING = noted("Say why, so that the farmer knows what is still missing.")
Reason = Annotated[Text, Field(min_length=1)]


class VerdictForm(BaseModel):
    """What the form says. seen: on paper or on site; reason: for the farmer, where the proof goes back."""

    accepted: bool
    seen: SupplementaryAudit = SupplementaryAudit.ON_PAPER
    seen_on: Day
    reason: Text = ""
    key: uuid.UUID


class VerdictJson(BaseModel):
    """accepted: whether the finding was put right; seenOn: the day on which that was seen; reason: if it was not."""

    model_config = CAMEL

    accepted: bool
    seen: SupplementaryAudit = SupplementaryAudit.ON_PAPER
    seen_on: Day
    reason: Text = ""


class TakenBackForm(BaseModel):
    """Why the report is taken back; key: one per form."""

    reason: Reason
    key: uuid.UUID


class TakenBackJson(BaseModel):
    """reason: why the report is taken back; auditedOn: of the report that was seen."""

    model_config = CAMEL

    audited_on: Day
    reason: Reason


@router.get("/audits/{audit_id}/findings/{number}/verdict", include_in_schema=False)
async def ask_verdict(request: Request, audit_id: str, number: str, door: Judge) -> HTMLResponse:
    """The proof, and the form of the verdict."""
    file, today = await file_of(door, audit_id)
    finding = _finding(file, number)
    return _page(
        request, door, file, finding, VerdictForm(accepted=True, seen_on=today, seen=_way(finding), key=uuid.uuid4())
    )


@router.post("/audits/{audit_id}/findings/{number}/verdict", include_in_schema=False)
async def give_verdict(
    request: Request, audit_id: str, number: str, form: Annotated[VerdictForm, Form()], door: Judge
) -> Response:
    """Record the verdict; a proof is returned with a reason only."""
    file, _today = await file_of(door, audit_id)
    finding = _finding(file, number)
    if not form.accepted and not form.reason:
        return _page(request, door, file, finding, form, missing=REASON_MISSING, status=422)
    try:
        refused = refusal_of(await _judge(door, file, number, form, form.key))
    except RuleViolationError as violation:
        refused = violation.refusal
    if refused is None:
        return RedirectResponse(audit_path(file.audit.case_id), status_code=303)
    return _page(request, door, file, finding, form, refused=refused, status=422)


@router.post("/api/v1/audits/{auditId}/findings/{number}/verdict", operation_id="judgeCorrection", tags=["audits"])
async def give_verdict_json(
    auditId: str, number: str, verdict: VerdictJson, key: IdempotencyKey, door: Judge  # noqa: N803
) -> ReceivedJson:  # fmt: skip
    """Accept a corrective action, or return its proof with a reason."""
    file, _today = await file_of(door, auditId)
    _finding(file, number)
    if not verdict.accepted and not verdict.reason:
        raise HTTPException(422, "reason-missing")
    return received_json(await _judge(door, file, number, verdict, key))


@router.get("/audits/{audit_id}/report-correction", include_in_schema=False)
async def ask_taken_back(request: Request, audit_id: str, door: Corrector) -> HTMLResponse:
    """The form that takes a report back."""
    file, _today = await file_of(door, audit_id)
    return page(request, door, "audit/report_correction.html", file=file, reason="", refused=None, key=uuid.uuid4())


@router.post("/audits/{audit_id}/report-correction", include_in_schema=False)
async def take_back(
    request: Request, audit_id: str, form: Annotated[TakenBackForm, Form()], door: Corrector
) -> Response:
    """Take the report back: the visit waits for its own again."""
    file, today = await file_of(door, audit_id)
    taken = TakeReportBack(file.audit.audited_on or today)
    refused = refusal_of(
        await hand_in(door, file.audit.case_id, actor_of(door), taken, form.key, words={"reason": form.reason})
    )
    if refused is None:
        return RedirectResponse(audit_path(file.audit.case_id), status_code=303)
    shown = {"reason": form.reason, "refused": refused, "key": uuid.uuid4()}
    return page(request, door, "audit/report_correction.html", status=422, file=file, **shown)


@router.post("/api/v1/audits/{auditId}/report-correction", operation_id="takeReportBack", tags=["audits"])
async def take_back_json(auditId: str, taken: TakenBackJson, key: IdempotencyKey, door: Corrector) -> ReceivedJson:  # noqa: N803
    """Take back a report that was of another farm."""
    file, _today = await file_of(door, auditId)
    facts = TakeReportBack(taken.audited_on)
    return received_json(
        await hand_in(door, file.audit.case_id, actor_of(door), facts, key, words={"reason": taken.reason})
    )


async def _judge(
    door: Door, file: AuditFile, number: str, verdict: VerdictForm | VerdictJson, key: uuid.UUID
) -> Delivered:
    """Hand it in; raises RuleViolationError for what nobody went to see."""
    facts = Verdict(RequirementNumber(number), verdict.accepted, verdict.seen, verdict.seen_on)
    check_on_site(file.audit, facts)
    words = {"reason": verdict.reason} if verdict.reason else None
    return await hand_in(door, file.audit.case_id, actor_of(door), facts, key, words=words)


def _finding(file: AuditFile, number: str) -> Finding:
    """The finding; HTTPException 404 where the audit has no such one."""
    for one in file.audit.findings:
        if one.number == number:
            return one
    raise HTTPException(404, "not-found")


def _way(finding: Finding) -> SupplementaryAudit:
    return finding.checked if finding.checked is not SupplementaryAudit.NONE else SupplementaryAudit.ON_PAPER


def _page(
    request: Request, door: Door, file: AuditFile, finding: Finding, form: VerdictForm, *, status: int = 200,
    missing: str | None = None, refused: Refusal | None = None,
) -> HTMLResponse:  # fmt: skip
    ways = (SupplementaryAudit.ON_PAPER, SupplementaryAudit.ON_SITE)
    return page(
        request, door, "audit/verdict.html", status=status, file=file, finding=finding, form=form, ways=ways,
        missing=missing, refused=refused,
    )  # fmt: skip
