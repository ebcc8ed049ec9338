"""An audit for its farmer, by the link of a letter: no account, no JavaScript (domain.md §1)."""

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed_to_anyone
from api.choice import in_language_of
from api.codes import token_is_right
from api.door import Door
from api.handing import refusal_of
from api.letter import pdf
from api.letter_code import TypedCode, path_behind
from api.page import page
from api.proof import AskedForm, NotTakenError, ProofForm, finding_in, prove
from api.stored_file import shown_file
from api.typed import Year
from press.certificate import certificate_file
from records.queries.certificate import signed_pdf
from records.queries.farmer_audit import FarmerAudit, coded_audits, farmer_audit
from records.queries.stored_file import file_of_audit
from scheme.people import farmer_of
from scheme.periodic_audit import Finding

router = APIRouter(include_in_schema=False)
Anyone = Annotated[Door, allowed_to_anyone()]
PATH = "/audit/{year}/{farm_id}/{token}"


@dataclass(frozen=True)
class Opened:
    """An audit whose token is right; path: the link itself."""

    door: Door
    audit: FarmerAudit
    path: str


async def opened(request: Request, year: Year, farm_id: str, token: str, door: Anyone) -> Opened:
    """The audit behind the link, in the farm's language unless the visitor chose one; 404 for a wrong token."""
    async with door.sessions() as session:
        coded = await coded_audits(session, farm_id, year)
        right = [one for one in coded if token_is_right(door.settings, one.case_id, one.code_version, token)]
        audit = await farmer_audit(session, right[0].case_id) if right else None
    if audit is None:
        raise HTTPException(404, "not-found")
    return Opened(in_language_of(request, door, audit.language), audit, f"/audit/{year}/{farm_id}/{token}")


# Depends reaches the gate of `opened` too: the routes below name their door as every route does.
Visit = Annotated[Opened, Depends(opened)]


@router.get("/audit")
async def ask_code(request: Request, door: Anyone) -> HTMLResponse:
    """The form for number and code."""
    return page(request, door, "farmer_audit/code.html", typed=TypedCode(), wrong=False)


@router.post("/audit")
async def check_code(request: Request, typed: Annotated[TypedCode, Form()], door: Anyone) -> Response:
    """Go on to what the code opens; whether number or code was wrong is not told."""
    path = await path_behind(request, door, typed)
    if path is None:
        return page(request, door, "farmer_audit/code.html", status=422, typed=typed, wrong=True)
    return RedirectResponse(path, status_code=303)


@router.get(PATH)
async def show_own_audit(request: Request, visit: Visit, door: Anyone) -> HTMLResponse:  # noqa: ARG001
    """Where it stands, what is next and by when, what was found and what was handed in."""
    return _page(request, visit, "page.html", thanks="thanks" in request.query_params)


@router.get(PATH + "/self-assessment")
async def show_self_assessment(request: Request, visit: Visit, door: Anyone) -> HTMLResponse:  # noqa: ARG001
    """The requirements, module by module, to tick for oneself: nothing is sent or kept."""
    return _page(request, visit, "self_assessment.html")


@router.get(PATH + "/certificate.pdf")
async def show_own_certificate(visit: Visit, door: Anyone) -> Response:
    """The signed document that the decision gave, the newest version."""
    decision = visit.audit.decision
    if decision is None or decision.number is None:
        raise HTTPException(404, "not-found")
    async with door.sessions() as session:
        row = await signed_pdf(session, decision.number)
    if row is None or row.signed is None:
        raise HTTPException(409, "document-in-the-making")
    name = certificate_file(visit.audit.language, decision.number, row.version)
    return pdf(row.signed, name.removesuffix(".pdf"))


@router.get(PATH + "/files/{file_id}")
async def show_own_file(visit: Visit, file_id: uuid.UUID, door: Anyone) -> Response:
    """A file that came with a proof of this audit, or a photograph that the auditor took of what was found."""
    file, photos = visit.audit.file.audit, visit.audit.file.photos
    async with door.sessions() as session:
        found = await file_of_audit(session, (*file.continues, file.case_id), photos, str(file_id))
    if found is None:
        raise HTTPException(404, "not-found")
    return shown_file(door, found, farmer_of(file.farm_id))


@router.get(PATH + "/findings/{number}")
async def ask_own_proof(request: Request, visit: Visit, number: str, door: Anyone) -> HTMLResponse:  # noqa: ARG001
    """One finding: what is asked, what was handed in, and the form for more."""
    return _finding_page(request, visit, finding_in(visit.audit.file, number), ProofForm())


@router.post(PATH + "/findings/{number}")
async def hand_in_own_proof(
    request: Request, visit: Visit, number: str, form: AskedForm, door: Anyone  # noqa: ARG001
) -> Response:  # fmt: skip
    """Hand it in, and go back to the page that says so."""
    file = visit.audit.file
    finding = finding_in(file, number)
    try:
        delivered = await prove(visit.door, file, finding, farmer_of(file.audit.farm_id), form)
    except NotTakenError as error:
        return _finding_page(request, visit, finding, form, status=422, errors={error.beside: error.said})
    refused = refusal_of(delivered)
    if refused is None:
        return RedirectResponse(f"{visit.path}?thanks#finding-{finding.number}", status_code=303)
    return _finding_page(request, visit, finding, form, status=422, refused=refused)


def _finding_page(
    request: Request, visit: Opened, finding: Finding, form: ProofForm, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"errors": {}, "refused": None} | said
    return _page(request, visit, "finding.html", status=status, finding=finding, form=form, **shown)


def _page(request: Request, visit: Opened, template: str, *, status: int = 200, **shown: object) -> HTMLResponse:
    audit = visit.audit
    known = {"file": audit.file, "decision": audit.decision, "coming": audit.coming, "path": visit.path}
    return page(request, visit.door, f"farmer_audit/{template}", status=status, **known, **shown)
