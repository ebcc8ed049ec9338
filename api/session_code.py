"""The second factor at sign-in: the one page that a session without its code may use."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field, SecretStr

from api import sign_in
from api.access import allowed_to_anyone
from api.door import Door
from api.listing import CAMEL
from api.page import page
from api.session import ours, told, with_cookie
from api.sign_in import Begun, Denied, Wrong
from records.person import PersonRow

router = APIRouter()
Anyone = Annotated[Door, allowed_to_anyone()]
LONGEST_CODE = 20


class CodeForm(BaseModel):
    """The code as typed, blanks and all."""

    code: str = Field("", max_length=LONGEST_CODE)
    next: str = "/"


class CodeJson(BaseModel):
    """The code that the authenticator shows now."""

    model_config = CAMEL

    code: SecretStr = Field(max_length=LONGEST_CODE)


@router.get("/sign-in/code", include_in_schema=False)
async def ask_code(request: Request, door: Anyone, next: str = "/") -> Response:  # noqa: A002  # the query's name
    """The code's form; without a password before it, the form of the password."""
    who = await sign_in.awaited(request, door)
    return RedirectResponse("/sign-in", 303) if who is None else _asked(request, door, who, ours(next))


@router.post("/sign-in/code", include_in_schema=False)
async def sign_in_with_code(request: Request, form: Annotated[CodeForm, Form()], door: Anyone) -> Response:
    """Complete the session and go on."""
    who = await sign_in.awaited(request, door)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    begun = await sign_in.complete(request, door, who, form.code)
    if isinstance(begun, Begun):
        return with_cookie(RedirectResponse(ours(form.next), 303), begun, door)
    return _asked(request, door, who, ours(form.next), begun)


@router.post("/api/v1/session/code", operation_id="completeSession", tags=["session"])
async def sign_in_with_code_by_json(request: Request, given: CodeJson, door: Anyone) -> Response:
    """Complete the session that `POST /session` began: another token is in the cookie, another csrf value holds."""
    who = await sign_in.awaited(request, door)
    if who is None:
        raise HTTPException(401, "no-code-awaited")
    begun = await sign_in.complete(request, door, who, given.code.get_secret_value())
    if isinstance(begun, Denied):
        raise begun.as_error(Wrong.CODE)
    return with_cookie(JSONResponse(told(begun)), begun, door)


def _asked(request: Request, door: Door, who: PersonRow, target: str, denied: Denied | None = None) -> Response:
    status = 200 if denied is None else 422 if denied.rests is None else 429
    shown = page(request, door, "sign_in_code.html", status=status, next=target, who=who, denied=denied)
    shown.headers.update({} if denied is None else denied.headers())
    return shown
