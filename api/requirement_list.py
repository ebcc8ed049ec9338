"""The lastenboek as lists of requirements: seen by all, brought in as a file by one, accepted by another."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.door import Door
from api.page import page
from api.requirement_list_file import HeadForm, all_lists, decide, hand_in_list, head_form, read_form, shown
from api.requirement_list_words import EXPLAINED, label, mistake_said
from api.sheet_response import SheetKind, sheet_response
from api.words import translate
from scheme.errors import Refusal, RuleViolationError
from scheme.people import Action
from scheme.register_rule import Problem
from scheme.requirement_file import HEADER, written

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LASTENBOEK)]
Changer = Annotated[Door, allowed(Action.CHANGE_LASTENBOEK)]
MOST_TOLD = 200


@router.get("/lastenboek", include_in_schema=False)
async def list_lists(request: Request, door: Reader) -> HTMLResponse:
    """Every list, and the form that brings in another."""
    return await _list_page(request, door, HeadForm())


@router.post("/lastenboek", include_in_schema=False)
async def bring_in_list(
    request: Request,
    door: Changer,
    form: Annotated[HeadForm, Depends(head_form)],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep the list for a second person; every mistake in the file is named, and then nothing is kept."""
    asked, wrong = read_form(form)
    chosen = file is not None and bool(file.filename)
    if asked is None or file is None or not chosen:
        return await _list_page(request, door, form, wrong=wrong | (set() if chosen else {"file"}))
    try:
        kept = await hand_in_list(door, asked, file, form.key)
    except RuleViolationError as violation:
        return await _list_page(request, door, form, refused=violation.refusal)
    if isinstance(kept, tuple):
        return await _list_page(request, door, form, problems=kept)
    return RedirectResponse(f"/lastenboek/{kept}", 303)


@router.get("/lastenboek/{list_id}", include_in_schema=False)
async def show_list(request: Request, list_id: str, door: Reader) -> HTMLResponse:
    """One list: what it asks module by module, and in what it differs from the one before."""
    return page(request, door, "requirement_list/page.html", shown=await shown(door, list_id), refused=None)


@router.post("/lastenboek/{list_id}/decision", include_in_schema=False)
async def decide_list(request: Request, list_id: str, accepted: Annotated[bool, Form()], door: Changer) -> Response:
    """Let new audits go by the list from its first day on, or not."""
    try:
        await decide(door, list_id, accepted=accepted)
    except RuleViolationError as violation:
        values: dict[str, Any] = {"shown": await shown(door, list_id), "refused": violation.refusal}
        return page(request, door, "requirement_list/page.html", status=422, **values)
    return RedirectResponse(f"/lastenboek/{list_id}", 303)


@router.get("/lastenboek/{list_id}/requirements.{kind}", include_in_schema=False)
async def export_list(list_id: str, kind: SheetKind, door: Reader) -> Response:
    """The list as a file that reads back to the same list."""
    found = (await shown(door, list_id)).file
    rows = written(found.requirements, found.modules)
    return sheet_response(f"lastenboek-{found.edition}-{found.list_id}", HEADER, rows, kind)


async def _list_page(
    request: Request,
    door: Door,
    form: HeadForm,
    *,
    wrong: frozenset[str] = frozenset(),
    problems: tuple[Problem, ...] = (),
    refused: Refusal | None = None,
) -> HTMLResponse:
    told = [(one, label(door.language, one.column), mistake_said(door.language, one)) for one in problems[:MOST_TOLD]]
    columns = [(name, label(door.language, name), translate(door.language, EXPLAINED[name])) for name in HEADER]
    values: dict[str, Any] = {"lists": await all_lists(door), "form": form, "wrong": wrong, "refused": refused}
    values |= {"told": told, "mistakes": len(problems), "columns": columns}
    status = 422 if wrong or problems or refused else 200
    return page(request, door, "requirement_list/list.html", status=status, **values)
