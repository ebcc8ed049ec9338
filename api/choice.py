"""The farmer's answer, by the letter's link: no account, no JavaScript, opening it does nothing (domain.md §2)."""

import uuid
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed_to_anyone
from api.codes import token_is_right
from api.door import Door
from api.handing import hand_in, refusal_of
from api.page import page
from api.spoken import COOKIE
from api.typed import Year
from records.queries.choice import ChoiceFile, HandedIn, choice_of, unsettled_answer
from scheme.choice import Channel, State
from scheme.choice_heard import Answer
from scheme.ids import BodyId
from scheme.language import Language
from scheme.people import farmer_of

router = APIRouter(include_in_schema=False)
Anyone = Annotated[Door, allowed_to_anyone()]
Way = Literal[Channel.LINK, Channel.CODE]
PATH = "/choices/{year}/{farm_id}/{token}"


class Marked(BaseModel):
    """The body that was marked. by: whether the farmer came by link or by typed code; key: one per confirmation."""

    body: str = ""
    by: Way = Channel.LINK
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Opened:
    """A choice whose token is right. waiting: an answer that is not yet processed; path: the link itself."""

    door: Door
    choice: ChoiceFile
    waiting: HandedIn | None
    path: str


async def opened(request: Request, year: Year, farm_id: str, token: str, door: Anyone) -> Opened:
    """The choice behind the link, in the farm's language unless the visitor chose one; 404 for a wrong token."""
    async with door.sessions() as session:
        choice = await choice_of(session, farm_id, year)
        if choice is None or not token_is_right(door.settings, choice.case_id, choice.code_version, token):
            raise HTTPException(404, "not-found")
        waiting = await unsettled_answer(session, choice.case_id)
    path = f"/choices/{year}/{farm_id}/{token}"
    return Opened(in_language_of(request, door, choice.language), choice, waiting, path)


# Depends reaches the gate of `opened` too: the routes below name their door as every route does.
Visit = Annotated[Opened, Depends(opened)]


@router.get(PATH)
async def show_choice(
    request: Request,
    visit: Visit,
    door: Anyone,  # noqa: ARG001
    by: Annotated[Way, Query()] = Channel.LINK,
    body: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """What may be chosen, until when, and what silence gives; once closed, what was decided (410).

    body: the one that was marked; then it says exactly what will be recorded. Nothing is recorded yet.
    """
    if not visit.choice.open:
        return page(request, visit.door, "choice/closed.html", status=410, choice=visit.choice)
    offer = visit.choice.offered(body)
    if offer is not None:
        shown: dict[str, Any] = {
            "choice": visit.choice,
            "offer": offer,
            "path": visit.path,
            "by": by,
            "key": uuid.uuid4(),
        }
        return page(request, visit.door, "choice/confirm.html", **shown)
    thanks = "thanks" in request.query_params and visit.choice.state is State.ANSWERED
    return _form(request, visit, by, thanks=thanks)


@router.post(PATH)
async def mark_choice(
    request: Request,
    visit: Visit,
    form: Annotated[Marked, Form()],
    door: Anyone,  # noqa: ARG001
) -> Response:
    """Go on to the page that states what will be recorded: it can be come back to, and loaded again."""
    if not visit.choice.open:
        return RedirectResponse(visit.path, status_code=303)
    if visit.choice.offered(form.body) is None:
        return _form(request, visit, form.by, status=422, nothing_marked=True)
    marked = urlencode({"by": form.by.value, "body": form.body})
    return RedirectResponse(f"{visit.path}?{marked}", status_code=303)


@router.post(PATH + "/answer")
async def answer_choice(request: Request, visit: Visit, form: Annotated[Marked, Form()], door: Anyone) -> Response:
    """Record the answer, and go back to the page that says so."""
    answer = Answer(BodyId(form.body), form.by)
    if visit.choice.offered(form.body) is None:
        return _form(request, visit, form.by, status=422, nothing_marked=True)
    farmer = farmer_of(visit.choice.farm_id)
    refused = refusal_of(await hand_in(door, visit.choice.case_id, farmer, answer, form.key))
    if refused is None or not visit.choice.open:
        return RedirectResponse(f"{visit.path}?{urlencode({'by': form.by.value})}&thanks", status_code=303)
    return _form(request, visit, form.by, status=422, refused=refused)


def in_language_of(request: Request, door: Door, language: Language) -> Door:
    """The visit in the farm's language, unless the visitor chose another or works here."""
    chosen = door.actor is not None or COOKIE in request.cookies
    return door if chosen else replace(door, language=language)


def _form(request: Request, visit: Opened, by: Way, *, status: int = 200, **said: object) -> HTMLResponse:
    nothing = {"thanks": False, "nothing_marked": False, "refused": None}
    shown: dict[str, Any] = {"choice": visit.choice, "waiting": visit.waiting, "path": visit.path, "by": by}
    return page(request, visit.door, "choice/page.html", status=status, **nothing | shown | said)
