"""A farm's place in the register: seen whole, changed by hand, and a new farm entered (domain.md §1.4, §9)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.door import Door
from api.farm_sheet import FarmForm, began_later, options_of, typed_of
from api.once import FormOnce
from api.page import page
from api.register_form import FARM_GROUPS, Conflict, Sheet
from api.sight import actor_of
from api.words import noted, translate
from records import clock
from records.entering import Problems, judge, next_number
from records.farm import Farm
from records.farm_change import add_farm, change_farm
from records.queries.change import seen_at
from records.register_row import locked
from scheme.days import local_day
from scheme.identifier import BeganLaterError
from scheme.people import Action
from scheme.register import FARMS
from scheme.register_column import COLUMNS

router = APIRouter(include_in_schema=False)
Changer = Annotated[Door, allowed(Action.CHANGE_REGISTER)]


@router.get("/farms/new")
async def new_farm(request: Request, door: Changer) -> HTMLResponse:
    """The empty form."""
    return await _form(request, door, FarmForm(), None)


@router.post("/farms")
async def enter_farm(request: Request, form: Annotated[FarmForm, Form()], door: Changer, once: FormOnce) -> Response:
    """A farm enters the register under the next number and gets its workflow; what is wrong stands beside its field."""
    async with door.sessions.begin() as session:
        before = await once.earlier(session, door)
        if before is not None:
            return RedirectResponse(f"/farms/{before}", 303)
        number = await next_number(session, Farm.farm_id, 6)
        judged = await judge(session, FARMS, {**form.typed, "farm_id": number})
        if not isinstance(judged, tuple):
            await once.keep(session, door, number)
            await add_farm(session, judged, actor_of(door), practice=door.settings.practice)
            return RedirectResponse(f"/farms/{number}", 303)
    return await _form(request, door, form, None, problems=judged, status=422)


@router.get("/farms/{farm_id}/change")
async def ask_farm(request: Request, farm_id: str, door: Changer) -> HTMLResponse:
    """The form of a farm."""
    async with door.sessions() as session:
        farm = await session.get(Farm, farm_id)
        today = local_day(await clock.now(session))
    if farm is None:
        raise HTTPException(404, "not-found")
    form = FarmForm(**typed_of(farm), revision=farm.revision, numbers_from=today.isoformat())
    return await _form(request, door, form, farm)


@router.post("/farms/{farm_id}/change")
async def keep_farm(request: Request, farm_id: str, form: Annotated[FarmForm, Form()], door: Changer) -> Response:
    """Change it, unless somebody else did meanwhile; nothing that was typed is lost."""
    async with door.sessions.begin() as session:
        farm = await locked(session, Farm, farm_id)
        if farm is None:
            raise HTTPException(404, "not-found")
        if farm.revision != form.revision:
            there = typed_of(farm)
            seen = await seen_at(session, farm_id, there, farm.revision - form.revision)
            return await _form(request, door, form, farm, conflict=Conflict(there, seen), status=409)
        judged = await judge(session, FARMS, {**form.typed, "farm_id": farm_id})
        if isinstance(judged, tuple):
            return await _form(request, door, form, farm, problems=judged, status=422)
        day = day_typed(form.numbers_from, local_day(await clock.now(session)))
        if day is None:
            wrong = translate(door.language, noted("Fill in a day, today or earlier."))
            return await _form(request, door, form, farm, day_error=wrong, status=422)
        try:
            await change_farm(session, farm, judged, day, actor_of(door))
        except BeganLaterError as error:
            wrong = began_later(door.language, error)
            return await _form(request, door, form, farm, day_error=wrong, status=422)
    return RedirectResponse(f"/farms/{farm_id}", 303)


def day_typed(text: str, today: date) -> date | None:
    """The day from which numbers hold: today where none was typed; None for what is no day up to today."""
    if not text.strip():
        return today
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found <= today else None


async def _form(
    request: Request,
    door: Door,
    form: FarmForm,
    farm: Farm | None,
    *,
    problems: Problems = (),
    conflict: Conflict | None = None,
    day_error: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The form as it was filled in."""
    async with door.sessions() as session:
        options = await options_of(session, door.language)
    sheet = Sheet(door.language, COLUMNS, form.typed, options, problems).after(conflict)
    shown: dict[str, Any] = {
        "groups": sheet.groups(FARM_GROUPS),
        "farm": farm,
        "form": form,
        "revision": 0 if farm is None else farm.revision,
        "conflict": conflict is not None,
        "wrong": bool(problems) or day_error is not None,
        "day_error": day_error,
    }
    return page(request, door, "farm/form.html", status=status, **shown)
