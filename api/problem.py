"""What went wrong: RFC 9457 for everything under /api (Belgian REST guide), a plain page for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api import words
from api.access import stranger
from api.door import Door
from api.headers import safe_headers
from api.page import page
from api.words import noted
from scheme.errors import RuleViolationError

BELGIF = "urn:problem-type:belgif:"


@dataclass(frozen=True)
class Kind:
    """A problem: its type in the JSON API, and what a person reads (title, and what to do)."""

    type: str
    title: str
    advice: str


KINDS: Mapping[int, Kind] = {
    400: Kind("badRequest", noted("This request is not complete."), noted("Go back, check what you filled in and send it again.")),  # noqa: E501
    401: Kind("noAccessToken", noted("You are not signed in."), noted("Sign in and try again.")),
    403: Kind("missingPermission", noted("You may not do this."), noted("Ask the secretariat if you need to.")),
    404: Kind("resourceNotFound", noted("This page does not exist."), noted("Check the address, or begin from the first page.")),  # noqa: E501
    405: Kind("methodNotAllowed", noted("This page cannot be used in that way."), noted("Begin from the first page.")),
    410: Kind("resourceNotFound", noted("This page is no longer in use."), noted("Use the latest letter you received, or ask the secretariat.")),  # noqa: E501
    413: Kind("payloadTooLarge", noted("What you sent is too large."), noted("Send a smaller file.")),
    422: Kind("badRequest", noted("This cannot be taken as it stands."), noted("Go back, check what you filled in and send it again.")),  # noqa: E501
    429: Kind("tooManyRequests", noted("Too many attempts."), noted("Wait ten minutes and try again.")),
    500: Kind("internalServerError", noted("Something went wrong on our side."), noted("Nothing you sent before is lost. Try again; if it stays, tell the secretariat the number below.")),  # noqa: E501
    503: Kind("serviceUnavailable", noted("The house does not answer for a moment."), noted("Try again in a minute. If you were filling in a form, go back: what you typed is still there.")),  # noqa: E501
}  # fmt: skip
ADVICE: Mapping[str, str] = {
    "stale-form": noted("The form was open for too long. Go back, load the page again and send it once more."),
    "foreign-site": noted("The form was sent from another site than ours. Open our own page and send it from there."),
}


def install(app: FastAPI) -> None:
    """Answer every error in one of the two ways."""
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(RuleViolationError, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(Exception, _broken)


async def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 401 and not _is_api(request):  # noqa: PLR2004  # the status by its number
        return _to_sign_in(request)
    return _answer(request, error.status_code, advice=ADVICE.get(error.detail), headers=error.headers)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    issues = [_issue(item) for item in error.errors()]
    return _answer(request, 400 if _is_api(request) else 422, issues=issues)


async def _refused(request: Request, error: RuleViolationError) -> Response:
    sentence = words.refusal(_door(request).language, error.refusal)
    return _answer(request, 422, said=sentence, kind=f"urn:problem-type:ikm:rule:{_camel(error.refusal.rule)}")


async def _unavailable(request: Request, _error: Exception) -> Response:
    return _answer(request, 503, headers={"Retry-After": "30"})


async def _broken(request: Request, _error: Exception) -> Response:
    # The outermost layer of all answers here, beyond the one that adds the headers.
    return _answer(request, 500, headers=safe_headers(request.app.state.parts.settings))


def _answer(  # noqa: PLR0913  # the members of a problem
    request: Request,
    status: int,
    *,
    advice: str | None = None,
    said: str | None = None,
    kind: str | None = None,
    issues: list[dict[str, object]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The problem as JSON or as a page. said: a sentence that is already in the visitor's language."""
    door = _door(request)
    about = KINDS.get(status, KINDS[500])
    detail = said or words.translate(door.language, advice or about.advice)
    number = uuid4()
    if _is_api(request):
        problem = {
            "type": kind or BELGIF + about.type, "title": words.translate(door.language, about.title),
            "status": status, "detail": detail, "instance": f"urn:uuid:{number}",
        }  # fmt: skip
        if issues:
            problem["issues"] = issues
        return JSONResponse(problem, status, media_type="application/problem+json", headers=headers)
    shown = page(request, door, "error.html", status=status, title=about.title, detail=detail, number=str(number))
    shown.headers.update(headers or {})
    return shown


def _to_sign_in(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/sign-in" if request.method != "GET" or back == "/" else f"/sign-in?{urlencode({'next': back})}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def _issue(error: Mapping[str, object]) -> dict[str, object]:
    """One of pydantic's errors, without the value that was given: it may be a password."""
    place, *names = [str(part) for part in error["loc"]]  # type: ignore[attr-defined]
    kind = f"{BELGIF}input-validation:schemaViolation"
    return {"type": kind, "in": place, "name": ".".join(names), "detail": error["msg"]}


def _door(request: Request) -> Door:
    door: Door | None = getattr(request.state, "door", None)
    return door or stranger(request)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _camel(code: str) -> str:
    first, *rest = code.split("-")
    return first + "".join(part.capitalize() for part in rest)
