"""Signing in and out, and the language of pages; the same functions as JSON."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, SecretStr
from pydantic.alias_generators import to_camel

from api import attempt, csrf, sign_in, spoken
from api.access import SESSION_COOKIE, allowed_to_anyone
from api.door import Door
from api.page import page
from api.sign_in import Begun, Denied, Wrong
from records.queries import person
from records.queries.person import CODE_AWAITED, SESSION_LASTS
from scheme.language import Language

YEAR_SECONDS = 31_536_000
router = APIRouter()
Anyone = Annotated[Door, allowed_to_anyone()]


class SignIn(BaseModel):
    """What the form asks; fields left empty are told beside the field, not refused."""

    sign_in_name: str = ""
    password: SecretStr = SecretStr("")
    next: str = "/"


class SignInJson(BaseModel):
    """The same as JSON."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

    sign_in_name: str
    password: SecretStr


class ChosenLanguage(BaseModel):
    """The language switch, and the page it stands on."""

    language: Language
    next: str = "/"


@router.get("/sign-in", include_in_schema=False)
async def show_sign_in(request: Request, door: Anyone, next: str = "/") -> Response:  # noqa: A002  # the query's name
    """The form; who is signed in already goes on."""
    if door.actor is not None:
        return RedirectResponse(ours(next), 303)
    if await sign_in.awaited(request, door) is not None:
        return RedirectResponse(code_page(next), 303)
    return page(request, door, "sign_in.html", next=ours(next), sign_in_name="", denied=None)


@router.post("/sign-in", include_in_schema=False)
async def sign_in_by_form(request: Request, form: Annotated[SignIn, Form()], door: Anyone) -> Response:
    """Begin a session and go on; what was wrong stands in the form again, without the password."""
    begun = await sign_in.begin(request, door, form.sign_in_name, form.password.get_secret_value())
    if isinstance(begun, Denied):
        return _asked_again(request, door, form, begun)
    target = ours(form.next) if begun.complete else code_page(form.next)
    return with_cookie(RedirectResponse(target, 303), begun, door)


@router.post("/sign-out", include_in_schema=False)
async def sign_out_by_form(request: Request, door: Anyone) -> Response:
    """End the session on the server and forget its cookie."""
    return await _end(request, door, RedirectResponse("/sign-in", 303))


@router.post("/language", include_in_schema=False)
async def choose_language(form: Annotated[ChosenLanguage, Form()], door: Anyone) -> Response:
    """Pages in another language from now on, for people who sign in on every machine."""
    if door.actor is not None:
        async with door.sessions.begin() as session:
            await person.set_language(session, door.actor.person, form.language)
    answer = RedirectResponse(ours(form.next), 303)
    rules = csrf.cookie_rules(door.settings)
    answer.set_cookie(spoken.COOKIE, form.language.value, max_age=YEAR_SECONDS, **rules)  # type: ignore[arg-type]
    return answer


@router.post("/api/v1/session", status_code=201, operation_id="signIn", tags=["session"])
async def sign_in_by_json(request: Request, given: SignInJson, door: Anyone) -> Response:
    """Begin a session; its token is in the cookie, the csrf value is for forms.

    `complete` is false where a second factor is set: send its code to `/session/code` within ten minutes.
    """
    begun = await sign_in.begin(request, door, given.sign_in_name, given.password.get_secret_value())
    if isinstance(begun, Denied):
        raise begun.as_error(Wrong.PASSWORD)
    return with_cookie(JSONResponse(told(begun), 201), begun, door)


@router.delete("/api/v1/session", status_code=204, operation_id="signOut", tags=["session"])
async def sign_out_by_json(request: Request, door: Anyone) -> Response:
    """End the session."""
    return await _end(request, door, Response(status_code=204))


def told(begun: Begun) -> dict[str, object]:
    """A session as JSON. complete: false while the second factor is awaited (`POST /session/code`)."""
    return {
        "person": begun.actor.person, "role": begun.actor.role.value, "csrf": begun.session.csrf,
        "complete": begun.complete,
    }  # fmt: skip


def code_page(target: str) -> str:
    """Where the code is asked for, on the way to a page."""
    return f"/sign-in/code?{urlencode({'next': ours(target)})}"


def ours(target: str) -> str:
    """`target` if it is a page of ours, else the first page: nobody is led elsewhere after signing in."""
    plain = target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"


def _asked_again(request: Request, door: Door, form: SignIn, denied: Denied) -> Response:
    status = 422 if denied.rests is None else 429
    shown = {"next": ours(form.next), "sign_in_name": form.sign_in_name, "denied": denied}
    answer = page(request, door, "sign_in.html", status=status, **shown)
    answer.headers.update(denied.headers())
    return answer


def with_cookie(answer: Response, begun: Begun, door: Door) -> Response:
    """The answer with the session's cookie; a browser is known from a complete session on."""
    lasts = int((SESSION_LASTS if begun.complete else CODE_AWAITED).total_seconds())
    rules = csrf.cookie_rules(door.settings)
    answer.set_cookie(SESSION_COOKIE, begun.session.token, max_age=lasts, **rules)  # type: ignore[arg-type]
    if begun.complete:
        attempt.remember(answer, door.settings, begun.sign_in_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _end(request: Request, door: Door, answer: Response) -> Response:
    token = request.cookies.get(SESSION_COOKIE)
    if token is not None:
        async with door.sessions.begin() as session:
            await person.close_session(session, token)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer
