"""The dairies: who buys the milk, and where they hear of their suppliers."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection, neighbours
from api.once import AskedOnce, FormOnce, Once
from api.page import page
from api.register_form import DAIRY_GROUPS, Conflict, Sheet, fixed_options
from api.register_problem import not_taken
from api.revision import IfMatch, check, etag
from api.sight import actor_of
from records.dairy_change import add_dairy, change_dairy
from records.entering import Problems, judge, next_number
from records.farm import Dairy
from records.queries.change import changes_of, seen_at
from records.queries.dairy import DairyShown, dairies_page, dairy_shown, mails_to
from records.queries.webhook import webhook_shown
from records.register_row import locked
from scheme.language import Language
from scheme.people import Action
from scheme.register import DAIRIES
from scheme.register_column import DAIRY_COLUMNS

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]
Changer = Annotated[Door, allowed(Action.CHANGE_REGISTER)]


class DairyForm(BaseModel):
    """What the form says. revision: that was seen."""

    name: str = ""
    language: str = Language.NL.value
    email: str = ""
    revision: int = 0

    @property
    def typed(self) -> dict[str, str]:
        """The fields of the register alone."""
        return {"name": self.name, "language": self.language, "email": self.email}


class DairyPatchJson(BaseModel):
    """What changes; a field that is left out stays, null empties it."""

    model_config = CAMEL

    name: str | None = None
    language: Language | None = None
    email: str | None = None

    def typed(self, before: dict[str, str]) -> dict[str, str]:
        """The whole dairy as somebody would type it."""
        given = self.model_dump(mode="json", exclude_unset=True)
        return {**before, **{name: value or "" for name, value in given.items()}}


class DairyJson(BaseModel):
    """A dairy. farms: how many deliver to it and take part."""

    model_config = CAMEL

    dairy_id: str
    name: str
    language: str
    email: str | None = None
    revision: int
    farms: int


@router.get("/dairies", include_in_schema=False)
async def list_dairies(request: Request, door: Reader, paging: AskedPage) -> HTMLResponse:
    """All of them, by number."""
    async with door.sessions() as session:
        listing = await dairies_page(session, paging)
    return page(request, door, "dairy/list.html", listing=listing, to=neighbours(request, listing))


@router.get("/dairies/new", include_in_schema=False)
async def new_dairy(request: Request, door: Changer) -> HTMLResponse:
    """The empty form."""
    return _form(request, door, DairyForm(), None)


@router.post("/dairies", include_in_schema=False)
async def enter_dairy(request: Request, form: Annotated[DairyForm, Form()], door: Changer, once: FormOnce) -> Response:
    """A dairy enters the register under the next number; what is wrong stands beside its field."""
    entered = await _enter(door, form.typed, once)
    if isinstance(entered, tuple):
        return _form(request, door, form, None, problems=entered, status=422)
    return RedirectResponse(f"/dairies/{entered}", 303)


@router.get("/dairies/{dairy_id}", include_in_schema=False)
async def show_dairy(request: Request, dairy_id: str, door: Reader) -> HTMLResponse:
    """One dairy, how many farms deliver to it, what it was told of them, and its changes."""
    dairy = await _shown(door, dairy_id)
    async with door.sessions() as session:
        changes, mails = await changes_of(session, dairy_id), await mails_to(session, dairy_id)
        webhook = await webhook_shown(session, dairy_id)
    return page(request, door, "dairy/page.html", dairy=dairy, changes=changes, mails=mails, webhook=webhook)


@router.get("/dairies/{dairy_id}/change", include_in_schema=False)
async def ask_dairy(request: Request, dairy_id: str, door: Changer) -> HTMLResponse:
    """The form of a dairy."""
    dairy = await _shown(door, dairy_id)
    return _form(request, door, DairyForm(**_typed(dairy), revision=dairy.revision), dairy)


@router.post("/dairies/{dairy_id}/change", include_in_schema=False)
async def keep_dairy(request: Request, dairy_id: str, form: Annotated[DairyForm, Form()], door: Changer) -> Response:
    """Change it, unless somebody else did meanwhile."""
    async with door.sessions.begin() as session:
        dairy = await locked(session, Dairy, dairy_id)
        if dairy is None:
            raise HTTPException(404, "not-found")
        if dairy.revision != form.revision:
            there = _typed(dairy)
            seen = await seen_at(session, dairy_id, there, dairy.revision - form.revision)
            return _form(request, door, form, dairy, conflict=Conflict(there, seen), status=409)
        judged = await judge(session, DAIRIES, {**form.typed, "dairy_id": dairy_id})
        if isinstance(judged, tuple):
            return _form(request, door, form, dairy, problems=judged, status=422)
        await change_dairy(session, dairy, judged, actor_of(door))
    return RedirectResponse(f"/dairies/{dairy_id}", 303)


@router.get("/api/v1/dairies", operation_id="listDairies", tags=["register"], response_model_exclude_none=True)
async def list_dairies_json(request: Request, door: Reader, paging: AskedPage) -> Collection[DairyJson]:
    """All dairies, by number."""
    async with door.sessions() as session:
        listing = await dairies_page(session, paging)
    return collection(request, listing, DairyJson.model_validate)


@router.get("/api/v1/dairies/{dairyId}", operation_id="readDairy", tags=["register"], response_model_exclude_none=True)
async def read_dairy_json(dairyId: str, door: Reader, response: Response) -> DairyJson:  # noqa: N803
    """One dairy; its ETag is what a change has to name."""
    shown = await _shown(door, dairyId)
    response.headers["ETag"] = etag(shown.revision)
    return DairyJson.model_validate(shown)


@router.post(
    "/api/v1/dairies", operation_id="addDairy", tags=["register"], status_code=201, response_model_exclude_none=True
)
async def add_dairy_json(given: DairyPatchJson, door: Changer, once: AskedOnce, response: Response) -> DairyJson:
    """A dairy enters the register under the next number."""
    entered = await _enter(door, given.typed(DairyForm().typed), once)
    if isinstance(entered, tuple):
        raise not_taken(door.language, entered)
    response.headers["Location"] = f"/api/v1/dairies/{entered}"
    return await read_dairy_json(entered, door, response)


@router.patch(
    "/api/v1/dairies/{dairyId}", operation_id="changeDairy", tags=["register"], response_model_exclude_none=True
)
async def change_dairy_json(
    dairyId: str,  # noqa: N803  # as it stands in the address
    given: DairyPatchJson,
    door: Changer,
    seen: IfMatch,
    once: AskedOnce,
    response: Response,
) -> DairyJson:
    """Change a dairy."""
    async with door.sessions.begin() as session:
        if await once.earlier(session, door) is None:
            dairy = await locked(session, Dairy, dairyId)
            if dairy is None:
                raise HTTPException(404, "not-found")
            check(seen, dairy.revision)
            judged = await judge(session, DAIRIES, {**given.typed(_typed(dairy)), "dairy_id": dairyId})
            if isinstance(judged, tuple):
                raise not_taken(door.language, judged)
            await once.keep(session, door, dairyId)
            await change_dairy(session, dairy, judged, actor_of(door))
    return await read_dairy_json(dairyId, door, response)


async def _enter(door: Door, typed: dict[str, str], once: Once) -> str | Problems:
    """The number under which it entered, or all that is wrong."""
    async with door.sessions.begin() as session:
        before = await once.earlier(session, door)
        if before is not None:
            return before
        number = await next_number(session, Dairy.dairy_id, 3)
        judged = await judge(session, DAIRIES, {**typed, "dairy_id": number})
        if not isinstance(judged, tuple):
            await once.keep(session, door, number)
            await add_dairy(session, judged, actor_of(door))
            return number
        return judged


async def _shown(door: Door, dairy_id: str) -> DairyShown:
    async with door.sessions() as session:
        found = await dairy_shown(session, dairy_id)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


def _typed(dairy: Dairy | DairyShown) -> dict[str, str]:
    return {"name": dairy.name, "language": dairy.language, "email": dairy.email or ""}


def _form(
    request: Request,
    door: Door,
    form: DairyForm,
    dairy: Dairy | DairyShown | None,
    *,
    problems: Problems = (),
    conflict: Conflict | None = None,
    status: int = 200,
) -> HTMLResponse:
    options = fixed_options(door.language)
    sheet = Sheet(door.language, DAIRY_COLUMNS, form.typed, options, problems).after(conflict)
    shown: dict[str, Any] = {
        "groups": sheet.groups(DAIRY_GROUPS),
        "dairy": dairy,
        "revision": 0 if dairy is None else dairy.revision,
        "conflict": conflict is not None,
        "wrong": bool(problems),
    }
    return page(request, door, "dairy/form.html", status=status, **shown)
