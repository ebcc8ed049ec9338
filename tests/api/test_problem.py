"""What went wrong, for machines and for people."""

from collections.abc import AsyncIterator
from datetime import date
from itertools import product
from typing import get_args

import httpx
import pytest
from fastapi import FastAPI
from fastapi._compat import ModelField
from fastapi.params import Form
from pydantic.alias_generators import to_camel
from pydantic_core.core_schema import ErrorType
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from api.app import create_app
from api.parts import Parts
from api.problem_issue import SENTENCES, issue
from api.pulse import Part
from scheme.language import Language
from scheme.people import Role
from settings import Settings
from tests.api.conftest import SignIn

ODD: tuple[object, ...] = (
    None, True, 7, -1, 1.5, 10**30, "", "x", "x" * 20_000, "\ud800", "2025-02-30", "2025-01-01T00:00", "1999-01-01",
    [], ["x"], [["x"]] * 2_000, [{}], {}, {"x": 1},
)  # fmt: skip
AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/v1/nothing"])
async def test_json_problem(visitor: httpx.AsyncClient, path: str) -> None:
    """RFC 9457, in the visitor's language."""
    answer = await visitor.get(path, headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.pop("instance").startswith("urn:uuid:")
    assert problem == {
        "type": "urn:problem-type:belgif:resourceNotFound",
        "title": "Cette page n’existe pas.",
        "status": 404,
        "detail": "Vérifiez l’adresse ou repartez de la page d’accueil.",
    }


@pytest.mark.parametrize("language", Language)
def test_what_pydantic_finds_is_told_in_the_readers_language(language: Language) -> None:
    """Whatever it can find: a sentence of the catalogue with the field's name, nothing of pydantic's own."""
    limits = {said.limit: 9 for said in SENTENCES}
    for kind in get_args(ErrorType):
        error = {"type": kind, "loc": ("body", "veld"), "ctx": limits, "msg": "pydantic's"}
        told, english = (str(issue(one, error)["detail"]) for one in (language, Language.EN))
        assert ("veld" in told, "%(" in told, "–" in told, "pydantic" in told) == (True, False, False, False), kind
        assert (told == english) == (language is Language.EN), kind


@pytest.mark.parametrize(
    ("error", "dutch"),
    [
        ({"type": "missing"}, "year ontbreekt: vul het aan."),
        (
            {"type": "too_short", "ctx": {"field_type": "Value", "min_length": 12}},
            "year is te kort: de minimumlengte is 12.",
        ),
        ({"type": "less_than_equal", "ctx": {"le": 2099}}, "year is te groot: hoogstens 2099."),
        ({"type": "greater_than_equal", "ctx": {"ge": date(2000, 1, 1)}}, "year is te klein: minstens 1 januari 2000."),
        (
            {"type": "literal_error", "ctx": {"expected": "'farms' or 'dairies'"}},
            "year is geen van de gekende waarden: kies uit farms, dairies.",
        ),
    ],
)
def test_the_rule_and_the_remedy_are_named(error: dict[str, object], dutch: str) -> None:
    assert issue(Language.NL, {"loc": ("body", "year"), **error})["detail"] == dutch


def test_whatever_is_sent_is_told_in_dutch() -> None:
    """Every field that an operation takes, with what is none: a sentence of its own, nothing of pydantic's."""
    kinds = set()
    for field, given in product(bodies(), ODD):
        annotation = field.field_info.annotation
        models = (annotation, *get_args(annotation))
        names = {to_camel(name) for model in models for name in getattr(model, "model_fields", ())}
        _, errors = field.validate(dict.fromkeys((*names, "unknown"), given), {}, loc=("body",))
        for error in errors or ():
            kinds.add(error["type"])
            told, english = (issue(one, error)["detail"] for one in (Language.NL, Language.EN))
            assert told not in {english, error["msg"]}, error
            assert "kan zo niet" not in str(told), error
    assert kinds > {
        "too_short",
        "string_too_long",
        "date_from_datetime_parsing",
        "bool_parsing",
        "enum",
        "string_pattern_mismatch",
    }


def bodies() -> list[ModelField]:
    """What each operation of the API takes as JSON."""
    routes = [route for route in create_app(Settings()).state.routes if route.path.startswith("/api/")]
    return [
        route.body_field for route in routes if route.body_field and not isinstance(route.body_field.field_info, Form)
    ]


async def test_a_page_that_does_not_exist(signed_in: SignIn) -> None:
    """The navigation stays."""
    answer = await (await signed_in(Role.PLANNER)).get("/nothing")
    assert answer.status_code == 404
    assert "<h1>Deze pagina bestaat niet.</h1>" in answer.text
    assert 'href="/farms"' in answer.text


async def test_what_a_role_may_not_do(signed_in: SignIn) -> None:
    """In words."""
    answer = await (await signed_in(Role.PLANNER)).get("/letters")
    assert answer.status_code == 403
    assert "<h1>U hebt hier geen toegang toe.</h1>" in answer.text


async def test_a_method_that_a_route_does_not_know(visitor: httpx.AsyncClient) -> None:
    """405, with what it knows."""
    answer = await visitor.put("/sign-in")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


async def test_too_large(visitor: httpx.AsyncClient) -> None:
    """413, before anything is read."""
    answer = await visitor.post("/api/v1/session", content=b"{" * 2_000_001)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    page = await visitor.post("/sign-in", content=b"x" * 2_000_001)
    assert (page.status_code, "<h1>Wat u verstuurde, is te groot.</h1>" in page.text) == (413, True)


async def test_too_large_and_not_said_before(visitor: httpx.AsyncClient) -> None:
    """413 while it comes."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"[" * 1_000_000

    answer = await visitor.post("/api/v1/session", content=pieces(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


async def test_an_error_of_ours_shows_nothing_of_it(
    app: FastAPI, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number to tell, the same headers, no trace."""

    async def breaks(*_given: object) -> None:
        message = "kept to ourselves"
        raise LookupError(message)

    browser = await signed_in(Role.SECRETARIAT)
    monkeypatch.setattr("api.home.home.own_farms", breaks)
    answer = await browser.get("/")
    assert answer.status_code == 500
    assert "Nummer van deze melding" in answer.text
    assert "ourselves" not in answer.text
    assert "default-src" in answer.headers["content-security-policy"]
    assert app.state.pulse.down == frozenset()


async def test_without_a_database_the_sign_in_page_comes(app: FastAPI, visitor: httpx.AsyncClient) -> None:
    """With the strip that says so; what needs the database is 503, and DOWN."""
    parts: Parts = app.state.parts
    engine = create_async_engine(AWAY)
    app.state.parts = Parts(parts.settings, async_sessionmaker(engine, class_=AsyncSession), parts.client)
    down = await app.state.pulse.look(app.state.parts)
    assert down == {Part.DATABASE, Part.TEMPORAL}
    shown = await visitor.get("/sign-in")
    assert shown.status_code == 200
    assert "De databank antwoordt niet" in shown.text
    visitor.cookies.set("ikm_session", "some-token")
    assert (await visitor.get("/farms")).status_code == 503
    assert (await visitor.get("/api/v1/farms")).json()["type"] == "urn:problem-type:belgif:serviceUnavailable"
    statuses = {path: (await visitor.get(path)).status_code for path in ("/livez", "/readyz", "/health")}
    assert statuses == {"/livez": 200, "/readyz": 503, "/health": 503}
    await engine.dispose()


async def test_without_temporal_the_house_is_degraded(visitor: httpx.AsyncClient) -> None:
    """Pages come, and what is handed in is kept."""
    answer = await visitor.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "DEGRADED"})
    assert (await visitor.get("/readyz")).status_code == 200
    assert "De dossiers staan even stil" in (await visitor.get("/sign-in")).text
