"""People who sign in: who they are, and what an administrator does for them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from api import agent, person_acting, revision
from api.access import allowed
from api.door import Door
from api.listing import AskedPage, neighbours
from api.once import FormOnce
from api.page import page
from api.person_acting import PersonAct
from api.person_form import COLUMN_NAMES, FIELDS, ROLES, AskedPeople, PersonForm
from api.words import refusal
from records import clock
from records.queries.absence import absences_of, may_stand_in
from records.queries.account import account_file
from records.queries.farm import body_names
from records.queries.people import people, person_happenings
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.people import Action

router = APIRouter(include_in_schema=False)
Reader = Annotated[Door, allowed(Action.SEE_PEOPLE)]
Manager = Annotated[Door, allowed(Action.MANAGE_PEOPLE)]


@router.get("/people")
async def show_people(request: Request, paging: AskedPage, sieve: AskedPeople, door: Reader) -> Response:
    """Everybody who signs in, or whom the address asks for."""
    async with door.sessions() as session:
        listing = await people(session, local_day(await clock.now(session)), sieve, paging)
        bodies = await body_names(session)
    near = neighbours(request, listing)
    return page(request, door, "person/list.html", listing=listing, to=near, sieve=sieve, roles=ROLES, bodies=bodies)


@router.get("/people/new")
async def ask_person(request: Request, door: Manager) -> Response:
    """The form of a new person."""
    return await _new(request, door, PersonForm(), {})


@router.post("/people")
async def add_person(request: Request, form: Annotated[PersonForm, Form()], door: Manager, once: FormOnce) -> Response:
    """Add a person, and show the password once."""
    wrong = form.errors(new=True)
    if wrong:
        return await _new(request, door, form, wrong)
    values = {**form.values(), "sign_in_name": form.sign_in_name.strip()}
    try:
        added, password = await person_acting.add(door, values, once)
    except RuleViolationError as error:
        return await _new(request, door, form, _beside(door, error))
    return await person_page(request, door, added, password=password, told_before=password is None, status=201)


@router.get("/people/{person_id}")
async def show_person(request: Request, person_id: str, door: Reader) -> Response:
    """One person's account."""
    return await person_page(request, door, person_id)


@router.post("/people/{person_id}")
async def change_person(
    request: Request, person_id: str, form: Annotated[PersonForm, Form()], door: Manager
) -> Response:
    """Change who they are here."""
    wrong = form.errors(new=False)
    if not wrong:
        try:
            await person_acting.change(door, person_id, revision.etag(form.revision), form.values())
        except RuleViolationError as error:
            wrong = _beside(door, error)
    if wrong:
        return await person_page(request, door, person_id, form=form, errors=wrong, status=422)
    return RedirectResponse(f"/people/{person_id}", 303)


@router.post("/people/{person_id}/password")
async def reset_password(request: Request, person_id: str, door: Manager) -> Response:
    """Another password, shown once."""
    password = await person_acting.reset_password(door, person_id)
    return await person_page(request, door, person_id, password=password)


@router.post("/people/{person_id}/{act}")
async def act_on_person(request: Request, person_id: str, act: PersonAct, door: Manager) -> Response:
    """Lock, unlock, take the second factor away, sign out everywhere."""
    try:
        await person_acting.act(door, person_id, act)
    except RuleViolationError as error:
        return await person_page(request, door, person_id, refused=refusal(door.language, error.refusal), status=422)
    return RedirectResponse(f"/people/{person_id}", 303)


async def person_page(request: Request, door: Door, person_id: str, *, status: int = 200, **shown: object) -> Response:
    """The person's page; password: to be shown this once."""
    async with door.sessions() as session:
        file = await account_file(session, person_id, None, datetime.now(UTC))
        if file is None:
            raise HTTPException(404, "not-found")
        today = local_day(await clock.now(session))
        known = {
            "file": file, "absences": await absences_of(session, person_id, today), "today": today,
            "may_stand_in": await may_stand_in(session, file.person), "bodies": await body_names(session),
            "happenings": await person_happenings(session, person_id), "roles": ROLES, "browser": agent.told,
            "column_names": COLUMN_NAMES,
        }  # fmt: skip
    usual: dict[str, object] = {
        "form": None,
        "errors": {},
        "refused": None,
        "password": None,
        "told_before": False,
        "base": f"/people/{person_id}",
    }
    return page(request, door, "person/page.html", status=status, **{**known, **usual, **shown})


async def _new(request: Request, door: Door, form: PersonForm, errors: dict[str, str]) -> Response:
    async with door.sessions() as session:
        bodies = await body_names(session)
    status = 422 if errors else 200
    return page(request, door, "person/new.html", status=status, form=form, errors=errors, roles=ROLES, bodies=bodies)


def _beside(door: Door, error: RuleViolationError) -> dict[str, str]:
    return {FIELDS[error.refusal.rule]: refusal(door.language, error.refusal)}
