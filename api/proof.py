"""A proof that something was put right: by the farmer's page, or keyed by the secretariat when it came by post."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.audit import file_of
from api.audit_json import audit_path
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, received_json, refusal_of
from api.page import page
from api.problem_issue import SAID
from api.received_file import FileNotTakenError, name_of, received
from api.sight import actor_of
from api.temporal import Delivered, deliver
from api.typed import MOST_TEXT, AnyText, Text
from api.words import noted, translate
from records.proving import Shown, hand_in_proof, has_room
from records.queries.audit import AuditFile
from records.receiving import KeyReusedError
from scheme.audit_facts import Proof
from scheme.ids import RequirementNumber, SubmissionId
from scheme.people import Action, Actor
from scheme.periodic_audit import ActionState, Finding
from scheme.stored_file import ScannedFile

router = APIRouter()
Typist = Annotated[Door, allowed(Action.PROVE_CORRECTION)]
NOTHING = noted("Write something, or choose a file.")
TOO_MANY = noted("Send %(most)s files at a time; you may hand in more afterwards.")
FULL = noted("This audit has as many files as it can have: send what is missing by post.")
TOO_LONG = noted("Write at most %(most)s characters here, or send the rest as a file.")
NO_REASON = noted("Write why it is keyed only now.")
MOST_FILES = 8


@dataclass(frozen=True)
class ProofForm:
    """What the form holds; key: one per form.

    received_on, reason: of what came by post and is keyed later; the farmer's own page asks for neither.
    """

    words: str = ""
    files: Sequence[UploadFile] = ()
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    received_on: date | None = None
    reason: str = ""


async def proof_form(
    key: Annotated[uuid.UUID, Form()],
    words: Annotated[AnyText, Form()] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> ProofForm:
    """The form as it came; a field of files that was left empty sends one without a name."""
    return ProofForm(words, [file for file in files or () if file.filename], key)


AskedForm = Annotated[ProofForm, Depends(proof_form)]


async def keyed_form(
    form: AskedForm,
    received_on: Annotated[date | Literal[""], Form()] = "",
    reason: Annotated[AnyText, Form()] = "",
) -> ProofForm:
    """The secretariat's form: also when it came by post, and why it is keyed only now."""
    return replace(form, received_on=received_on or None, reason=reason)


KeyedForm = Annotated[ProofForm, Depends(keyed_form)]


class NotTakenError(Exception):
    """Raised where the form has to be filled in again; said: why, in the visitor's language; beside: the field."""

    def __init__(self, said: str, beside: str) -> None:
        super().__init__(said)
        self.said = said
        self.beside = beside


@router.get("/audits/{audit_id}/findings/{number}/proof", include_in_schema=False)
async def ask_proof(request: Request, audit_id: str, number: str, door: Typist) -> HTMLResponse:
    """The form for what came by post."""
    file, _today = await file_of(door, audit_id)
    return _page(request, door, file, finding_in(file, number), ProofForm())


@router.post("/audits/{audit_id}/findings/{number}/proof", include_in_schema=False)
async def key_proof(request: Request, audit_id: str, number: str, form: KeyedForm, door: Typist) -> Response:
    """Hand it in for the farm, and go back to the audit."""
    file, _today = await file_of(door, audit_id)
    finding = finding_in(file, number)
    try:
        delivered = await prove(door, file, finding, actor_of(door), form)
    except NotTakenError as error:
        return _page(request, door, file, finding, form, status=422, errors={error.beside: error.said})
    refused = refusal_of(delivered)
    if refused is None:
        return RedirectResponse(audit_path(file.audit.case_id), status_code=303)
    return _page(request, door, file, finding, form, status=422, refused=refused)


@router.post("/api/v1/audits/{auditId}/findings/{number}/proof", operation_id="proveCorrection", tags=["audits"])
async def key_proof_json(
    auditId: str,  # noqa: N803  # the API's name
    number: str,
    door: Typist,
    key: IdempotencyKey,
    words: Annotated[Text, Form()] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
    receivedOn: Annotated[date | None, Form()] = None,  # noqa: N803  # the API's name
    reason: Annotated[Text, Form()] = "",
) -> ReceivedJson:
    """Hand in, for the farm, what proves that a finding was put right: words, files, or both.

    receivedOn: the day on which it came by post (postmark or stamp), where it is keyed later. What had come by its last
    day is taken after it too, with the reason why it is keyed only now, as long as nothing was decided on it.
    """
    file, _today = await file_of(door, auditId)
    form = ProofForm(words, files or (), key, receivedOn, reason)
    try:
        return received_json(await prove(door, file, finding_in(file, number), actor_of(door), form))
    except NotTakenError as error:
        issue = {"loc": ("body", error.beside), "msg": error.said, "type": SAID}
        raise RequestValidationError([issue]) from error


async def prove(door: Door, file: AuditFile, finding: Finding, actor: Actor, form: ProofForm) -> Delivered:
    """Keep words and files, and deliver the proof.

    Raises NotTakenError, and HTTPException 422 for a key that was used for something else.
    """
    for beside, typed in (("words", form.words), ("reason", form.reason)):
        if len(typed) > MOST_TEXT:
            raise NotTakenError(translate(door.language, TOO_LONG, most=MOST_TEXT), beside)
    if not form.words and not form.files:
        raise NotTakenError(translate(door.language, NOTHING), "words")
    if finding.state is ActionState.OVERDUE and form.received_on is not None and not form.reason:
        raise NotTakenError(translate(door.language, NO_REASON), "reason")
    if len(form.files) > MOST_FILES:
        raise NotTakenError(translate(door.language, TOO_MANY, most=MOST_FILES), "files")
    async with door.sessions() as session:
        if form.files and not await has_room(session, file.audit.case_id, len(form.files)):
            raise NotTakenError(translate(door.language, FULL), "files")
    shown = Shown(form.words, [(await _taken(door, one), name_of(one)) for one in form.files], form.reason)
    facts, key = Proof(RequirementNumber(finding.number), form.received_on), SubmissionId(str(form.key))
    case_id, farm_id = file.audit.case_id, file.audit.farm_id
    try:
        submission = await hand_in_proof(door.sessions, case_id, farm_id, actor, facts, shown, key)
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error
    return await deliver(door, submission)


def finding_in(file: AuditFile, number: str) -> Finding:
    """The finding; HTTPException 404 where the audit has no such one."""
    for one in file.audit.findings:
        if one.number == number:
            return one
    raise HTTPException(404, "not-found")


async def _taken(door: Door, file: UploadFile) -> ScannedFile:
    try:
        return await received(door, file, "files")
    except FileNotTakenError as error:
        raise NotTakenError(f"{name_of(file)}: {error.refused}", "files") from error


def _page(
    request: Request, door: Door, file: AuditFile, finding: Finding, form: ProofForm, *, status: int = 200,
    **said: object,
) -> HTMLResponse:  # fmt: skip
    shown = {"errors": {}, "refused": None} | said
    return page(request, door, "audit/proof.html", status=status, file=file, finding=finding, form=form, **shown)
