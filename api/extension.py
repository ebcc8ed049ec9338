"""Collective extensions of certificates as pages: preview, proposal, decision, and the way back (domain.md §1)."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.extension_form import (
    AskedOnly,
    ExtensionForm,
    Listed,
    all_extensions,
    decide,
    preview,
    propose,
    read_proposal,
    read_selection,
    selection_form,
    shown,
    take_back,
    whole_list,
    whole_preview,
    withdraw,
)
from api.listing import AskedPage, Neighbours, neighbours
from api.page import page
from api.sheet_response import SheetKind, sheet_response
from api.words import noted, said, translate
from records.queries.dairy import dairy_names
from records.queries.extension_moves import MoveLine
from records.queries.farm import body_names
from records.queries.listing import Paging
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.extension import Cause
from scheme.language import Language
from scheme.people import Action
from scheme.region import Province

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_EXTENSIONS)]
Proposer = Annotated[Door, allowed(Action.PROPOSE_EXTENSION)]
Decider = Annotated[Door, allowed(Action.DECIDE_EXTENSION)]
Selected = Annotated[ExtensionForm, Depends(selection_form)]
HEADS = (
    noted("Certificate"), noted("Farm"), noted("Name"), noted("Municipality"), noted("Status"), noted("Last day"),
    noted("New last day"), noted("Stays as it is, because"),
)  # fmt: skip
SHORTEST = 5


class BackForm(BaseModel):
    """Why an extension is taken back; key: one per form."""

    words: Annotated[str, Field(max_length=1_000)] = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


@router.get("/extensions", include_in_schema=False)
async def list_extensions(request: Request, door: Reader) -> HTMLResponse:
    """Every collective extension, and where it stands."""
    return page(request, door, "extension/list.html", extensions=await all_extensions(door))


@router.get("/extensions/new", include_in_schema=False)
async def new_extension(
    request: Request, door: Proposer, form: Selected, paging: AskedPage, only: AskedOnly = ""
) -> HTMLResponse:
    """Choose the certificates, and see which ones would be moved."""
    if not form.asked:
        return await _new_page(request, door, form)
    asked, wrong = read_selection(form)
    if asked is None:
        return await _new_page(request, door, form, wrong=wrong)
    try:
        found = await preview(door, asked, paging, only)
    except RuleViolationError as violation:
        return await _new_page(request, door, form, refused=violation.refusal)
    return await _new_page(request, door, form, found=found)


@router.get("/extensions/preview.{kind}", include_in_schema=False)
async def export_preview(request: Request, door: Proposer, kind: SheetKind, form: Selected) -> Response:
    """The whole preview as a file."""
    asked, wrong = read_selection(form)
    if asked is None:
        return await _new_page(request, door, form, wrong=wrong)
    try:
        lines = await whole_preview(door, asked)
    except RuleViolationError as violation:
        return await _new_page(request, door, form, refused=violation.refusal)
    return _sheet(door.language, translate(door.language, noted("Extension preview")), lines, kind)


@router.post("/extensions", include_in_schema=False)
async def propose_extension(request: Request, form: Annotated[ExtensionForm, Form()], door: Proposer) -> Response:
    """Keep the proposal for a decision maker; what cannot be is said beside its field, above the preview."""
    asked, wrong = read_proposal(form)
    refused = None
    if asked is not None:
        try:
            return RedirectResponse(f"/extensions/{await propose(door, asked, form.key)}", 303)
        except RuleViolationError as violation:
            refused = violation.refusal
    chosen, _ = read_selection(form)
    try:
        found = None if chosen is None else await preview(door, chosen, Paging())
    except RuleViolationError as violation:
        found, refused = None, violation.refusal
    return await _new_page(request, door, form, found=found, wrong=wrong, refused=refused)


@router.get("/extensions/{extension_id}", include_in_schema=False)
async def show_extension(
    request: Request, extension_id: str, door: Reader, paging: AskedPage, only: AskedOnly = ""
) -> HTMLResponse:
    """One of them: its state in a sentence, what is next, its certificates."""
    return await _page(request, door, extension_id, paging, only=only)


@router.get("/extensions/{extension_id}/certificates.{kind}", include_in_schema=False)
async def export_extension(extension_id: str, kind: SheetKind, door: Reader) -> Response:
    """Its certificates as a file."""
    return _sheet(door.language, extension_id, await whole_list(door, extension_id), kind)


@router.post("/extensions/{extension_id}/decision", include_in_schema=False)
async def decide_on_extension(
    request: Request, extension_id: str, accepted: Annotated[bool, Form()], door: Decider
) -> Response:
    """Do what was proposed, or not."""
    try:
        await decide(door, extension_id, accepted=accepted)
    except RuleViolationError as violation:
        return await _page(request, door, extension_id, Paging(), refused=violation.refusal)
    return RedirectResponse(f"/extensions/{extension_id}", 303)


@router.post("/extensions/{extension_id}/withdrawal", include_in_schema=False)
async def withdraw_extension(request: Request, extension_id: str, door: Proposer) -> Response:
    """Take one's own proposal away."""
    try:
        await withdraw(door, extension_id)
    except RuleViolationError as violation:
        return await _page(request, door, extension_id, Paging(), refused=violation.refusal)
    return RedirectResponse(f"/extensions/{extension_id}", 303)


@router.post("/extensions/{extension_id}/way-back", include_in_schema=False)
async def propose_way_back(
    request: Request, extension_id: str, form: Annotated[BackForm, Form()], door: Proposer
) -> Response:
    """Propose that it is taken back; another person decides on the page that follows."""
    if len(form.words.strip()) < SHORTEST:
        return await _page(request, door, extension_id, Paging(), back=form, wrong=frozenset({"words"}))
    try:
        found = await take_back(door, extension_id, form.words.strip(), form.key)
    except RuleViolationError as violation:
        return await _page(request, door, extension_id, Paging(), back=form, refused=violation.refusal)
    return RedirectResponse(f"/extensions/{found}", 303)


async def _new_page(
    request: Request,
    door: Door,
    form: ExtensionForm,
    *,
    found: Listed | None = None,
    wrong: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
) -> HTMLResponse:
    async with door.sessions() as session:
        choices: dict[str, Any] = {"dairies": await dairy_names(session), "bodies": await body_names(session)}
    choices |= {"provinces": tuple(Province), "causes": tuple(Cause)}
    to = Neighbours() if found is None or request.method == "POST" else neighbours(request, found.listing)
    query = request.url.remove_query_params(["page", "only"]).query if request.method == "GET" else ""
    too_long = refused if refused is not None and refused.rule is Rule.EXTENSION_TOO_LONG else None
    said_above = None if too_long else refused
    values = {"form": form, "found": found, "wrong": wrong, "refused": said_above, "to": to, "query": query}
    status = 422 if wrong or refused else 200
    return page(request, door, "extension/new.html", status=status, too_long=too_long, **choices, **values)


async def _page(
    request: Request,
    door: Door,
    extension_id: str,
    paging: Paging,
    *,
    only: str = "",
    back: BackForm | None = None,
    wrong: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
) -> HTMLResponse:
    found = await shown(door, extension_id, paging, only)  # type: ignore[arg-type]  # of its three words
    to = Neighbours() if request.method == "POST" else neighbours(request, found.listed.listing)
    values: dict[str, Any] = {"shown": found, "to": to, "only": only, "wrong": wrong, "refused": refused}
    status = 422 if wrong or refused else 200
    return page(request, door, "extension/page.html", status=status, back_form=back or BackForm(), **values)


def _sheet(language: Language, name: str, lines: Any, kind: SheetKind) -> Response:
    header = [translate(language, head) for head in HEADS]
    return sheet_response(name, header, (_row(language, one) for one in lines), kind)


def _row(language: Language, one: MoveLine) -> list[object]:
    moves = one.left is None
    why = None if one.left is None else said(language, one.left)
    return [
        one.number,
        one.farm_id,
        one.name,
        one.city,
        said(language, one.status),
        one.last_day,
        one.to if moves else None,
        why,
    ]
