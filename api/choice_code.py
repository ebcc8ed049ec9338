"""The farmer's other way in: farm number and the letter's code, typed (domain.md §2)."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed_to_anyone
from api.door import Door
from api.letter_code import TypedCode, path_behind
from api.page import page

router = APIRouter(include_in_schema=False)
Anyone = Annotated[Door, allowed_to_anyone()]


@router.get("/choices")
async def ask_code(request: Request, door: Anyone) -> HTMLResponse:
    """The form for number and code."""
    return page(request, door, "choice/code.html", typed=TypedCode(), wrong=False)


@router.post("/choices")
async def check_code(request: Request, typed: Annotated[TypedCode, Form()], door: Anyone) -> Response:
    """Go on to what the code opens; whether number or code was wrong is not told."""
    path = await path_behind(request, door, typed)
    if path is None:
        return page(request, door, "choice/code.html", status=422, typed=typed, wrong=True)
    return RedirectResponse(path, status_code=303)
