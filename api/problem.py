"""What went wrong: RFC 9457 for everything under /api (Belgian REST guide), a plain page for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api import words
from api.access import stranger, visit
from api.door import Door
from api.headers import LOG, safe_headers
from api.kept import kept_form
from api.methods import known_at
from api.page import page
from api.problem_issue import issue
from api.problem_kind import ADVICE, KINDS, TITLES
from api.sealing import UnreadableSecretError
from scheme.errors import RuleViolationError

BELGIF = "urn:problem-type:belgif:"


@dataclass(frozen=True)
class Problem:
    """One answer that says no. title and detail: in the visitor's language; issues, members: of the JSON API alone."""

    status: int
    type: str
    title: str
    detail: str
    issues: tuple[Mapping[str, object], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, object] = field(default_factory=dict)
    number: str = field(default_factory=lambda: str(uuid4()))


def install(app: FastAPI) -> None:
    """Answer every error in one of the two ways."""
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]
    app.add_exception_handler(RuleViolationError, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(UnreadableSecretError, _sealed_otherwise)
    app.add_exception_handler(DataError, _unreadable)
    app.add_exception_handler(UnicodeEncodeError, _unreadable)
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(PoolTimeoutError, _unavailable)
    app.add_exception_handler(Exception, _broken)


async def too_large(request: Request) -> Response:
    """What is larger than its address takes; nobody is looked up for it."""
    door = stranger(request)
    return _answer(request, door, _problem(door, 413))


async def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 401 and not _is_api(request):  # noqa: PLR2004  # the status by its number
        return await kept_form(request, await _door(request), 401) or _to_sign_in(request)
    if error.detail == "stale-form" and not _is_api(request):
        kept = await kept_form(request, await _door(request), 403)
        if kept is not None:
            return kept
    door, values = await _door(request), getattr(error, "values", {})
    issues, headers = getattr(error, "issues", ()), error.headers or {}
    if error.status_code == 405:  # noqa: PLR2004
        headers = {"Allow": known_at(request)}
    problem = _problem(door, error.status_code, error.detail, issues=issues, values=values, headers=headers)
    problem = replace(problem, members=getattr(error, "members", {}))
    return _answer(request, door, problem)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    door = await _door(request)
    issues = tuple(issue(door.language, item) for item in error.errors())
    return _answer(request, door, _problem(door, 400 if _is_api(request) else 422, issues=issues))


async def _refused(request: Request, error: RuleViolationError) -> Response:
    door, rule = await _door(request), error.refusal.rule
    title = words.translate(door.language, KINDS[422].title)
    sentence = words.refusal(door.language, error.refusal)
    return _answer(request, door, Problem(422, f"urn:problem-type:ikm:rule:{_camel(rule)}", title, sentence))


async def _sealed_otherwise(request: Request, _error: Exception) -> Response:
    """A second factor that was sealed under another key than the house has now."""
    door = await _door(request)
    return _answer(request, door, _problem(door, 409, "factor-unreadable"))


async def _unreadable(request: Request, _error: Exception) -> Response:
    """Something the database cannot hold at all, such as a NUL or half a character in a text."""
    door = await _door(request)
    return _answer(request, door, _problem(door, 422))


async def _unavailable(request: Request, _error: Exception) -> Response:
    door = _known_door(request)
    return _answer(request, door, _problem(door, 503, headers={"Retry-After": "30"}))


async def _broken(request: Request, error: Exception) -> Response:
    # The outermost layer of all answers here, beyond the one that adds the headers.
    door = _known_door(request)
    problem = _problem(door, 500, headers=safe_headers(door.settings))
    LOG.error("broken", number=problem.number, error=type(error).__name__)
    return _answer(request, door, problem)


def _problem(
    door: Door,
    status: int,
    code: str = "",
    *,
    values: Mapping[str, object] | None = None,
    issues: tuple[Mapping[str, object], ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """A problem by its status; code: what exactly, where its advice is another; values: of the advice's places."""
    kind = KINDS.get(status, KINDS[500])
    title = words.translate(door.language, TITLES.get(code, kind.title))
    wait = -(-int((headers or {}).get("Retry-After", 0)) // 60)
    detail = words.translate(door.language, ADVICE.get(code, kind.advice), minutes=wait, **(values or {}))
    return Problem(status, BELGIF + kind.type, title, detail, issues, headers or {})


def _answer(request: Request, door: Door, problem: Problem) -> Response:
    if _is_api(request):
        return _json(problem)
    shown = page(request, door, "error.html", status=problem.status, problem=problem, farmer=_is_farmers(request))
    shown.headers.update(problem.headers)
    return shown


def _json(problem: Problem) -> Response:
    members: dict[str, object] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:uuid:{problem.number}",
    }
    issues = {"issues": list(problem.issues)} if problem.issues else {}
    return JSONResponse(
        members | issues | dict(problem.members),
        problem.status,
        media_type="application/problem+json",
        headers=problem.headers,
    )


def _to_sign_in(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/sign-in" if request.method != "GET" or back == "/" else f"/sign-in?{urlencode({'next': back})}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


async def _door(request: Request) -> Door:
    """The visit; where no route was found nobody has asked yet who it is."""
    if not hasattr(request.state, "door"):
        try:
            return await visit(request)
        except OperationalError:
            return stranger(request)
    return _known_door(request)


def _known_door(request: Request) -> Door:
    door: Door | None = getattr(request.state, "door", None)
    return door or stranger(request)


def _is_farmers(request: Request) -> bool:
    return request.url.path.startswith(("/choices/", "/audit/"))


def _is_api(request: Request) -> bool:
    return f"{request.url.path}/".startswith("/api/")


def _camel(code: str) -> str:
    first, *rest = code.split("-")
    return first + "".join(part.capitalize() for part in rest)
