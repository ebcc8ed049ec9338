"""The inspection bodies' pages: who may be chosen, until when and for what; changed with a look at what that brings."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.body_sheet import BodyForm, judge_body, typed_of
from api.door import Door
from api.once import FormOnce
from api.page import page
from api.practice import people_of_bodies
from api.register_form import BODY_GROUPS, Conflict, Sheet
from api.sight import actor_of
from records import clock
from records.body_change import add_body, change_body, loss_by
from records.entering import Problems, next_number
from records.farm import InspectionBody
from records.queries.body import bodies_shown, body_shown
from records.queries.change import changes_of, seen_at
from records.queries.farm import farm_names
from records.register_row import locked
from scheme.days import local_day
from scheme.people import Action
from scheme.register_column import BODY_COLUMNS

router = APIRouter(include_in_schema=False)
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]
Changer = Annotated[Door, allowed(Action.CHANGE_REGISTER)]


@router.get("/inspection-bodies")
async def list_bodies(request: Request, door: Reader) -> HTMLResponse:
    """All of them, with whether they may be chosen today."""
    async with door.sessions() as session:
        found = await bodies_shown(session, local_day(await clock.now(session)))
    return page(request, door, "inspection_body/list.html", bodies=found)


@router.get("/inspection-bodies/new")
async def new_body(request: Request, door: Changer) -> HTMLResponse:
    """The empty form."""
    return _form(request, door, BodyForm(), None)


@router.post("/inspection-bodies")
async def enter_body(request: Request, form: Annotated[BodyForm, Form()], door: Changer, once: FormOnce) -> Response:
    """A body enters the register under the next number; what is wrong stands beside its field."""
    async with door.sessions.begin() as session:
        before = await once.earlier(session, door)
        if before is not None:
            return RedirectResponse(f"/inspection-bodies/{before}", 303)
        number = await next_number(session, InspectionBody.body_id, 2)
        judged = await judge_body(session, number, form.typed)
        if isinstance(judged, tuple):
            return _form(request, door, form, None, problems=judged, status=422)
        await once.keep(session, door, number)
        await add_body(session, judged, actor_of(door))
    await people_of_bodies(door)
    return RedirectResponse(f"/inspection-bodies/{number}", 303)


@router.get("/inspection-bodies/{body_id}")
async def show_body(request: Request, body_id: str, door: Reader) -> HTMLResponse:
    """One body, the farms that have it in a choice, and its changes."""
    async with door.sessions() as session:
        body = await body_shown(session, body_id, local_day(await clock.now(session)))
        changes = await changes_of(session, body_id)
    if body is None:
        raise HTTPException(404, "not-found")
    return page(request, door, "inspection_body/page.html", body=body, changes=changes)


@router.get("/inspection-bodies/{body_id}/change")
async def ask_body(request: Request, body_id: str, door: Changer) -> HTMLResponse:
    """The form of a body."""
    async with door.sessions() as session:
        body = await session.get(InspectionBody, body_id)
    if body is None:
        raise HTTPException(404, "not-found")
    return _form(request, door, BodyForm(**typed_of(body), revision=body.revision), body)


@router.post("/inspection-bodies/{body_id}/change")
async def keep_body(request: Request, body_id: str, form: Annotated[BodyForm, Form()], door: Changer) -> Response:
    """Change it; where farms must choose again, say which first, and do it once that is confirmed."""
    async with door.sessions.begin() as session:
        body = await locked(session, InspectionBody, body_id)
        if body is None:
            raise HTTPException(404, "not-found")
        if body.revision != form.revision:
            there = typed_of(body)
            seen = await seen_at(session, body_id, there, body.revision - form.revision)
            return _form(request, door, form, body, conflict=Conflict(there, seen), status=409)
        judged = await judge_body(session, body_id, form.typed)
        if isinstance(judged, tuple):
            return _form(request, door, form, body, problems=judged, status=422)
        lost = await loss_by(session, body, judged)
        if lost is not None and lost.concerned and not form.confirmed:
            names = await farm_names(session, [one.farm_id for one in lost.concerned])
            left = [one for one in await bodies_shown(session, None) if one.body_id in lost.left]
            shown: dict[str, Any] = {"body": body, "form": form, "lost": lost, "names": names, "left": left}
            return page(request, door, "inspection_body/confirm.html", **shown)
        await change_body(session, body, judged, actor_of(door))
    return RedirectResponse(f"/inspection-bodies/{body_id}", 303)


def _form(
    request: Request,
    door: Door,
    form: BodyForm,
    body: InspectionBody | None,
    *,
    problems: Problems = (),
    conflict: Conflict | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The form as it was filled in."""
    sheet = Sheet(door.language, BODY_COLUMNS, form.typed, {}, problems).after(conflict)
    shown: dict[str, Any] = {
        "groups": sheet.groups(BODY_GROUPS),
        "body": body,
        "revision": 0 if body is None else body.revision,
        "conflict": conflict is not None,
        "wrong": bool(problems),
    }
    return page(request, door, "inspection_body/form.html", status=status, **shown)
