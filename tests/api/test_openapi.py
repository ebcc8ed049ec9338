"""The API's description: committed, whole, and what callers rely on."""

from collections import Counter

import httpx
import pytest
from fastapi import FastAPI

from api.openapi import describe
from api.snapshot import FILE, snapshot
from scheme.people import Role
from tests.api.conftest import SignIn


def test_the_snapshot_is_the_application() -> None:
    """Whoever changes the API sees it in the diff; `make openapi` writes it anew."""
    assert FILE.read_text() == snapshot()


def test_every_operation_has_its_own_name_a_group_and_the_problem(app: FastAPI) -> None:
    operations = [one for path in describe(app)["paths"].values() for one in path.values()]
    assert [name for name, times in Counter(one["operationId"] for one in operations).items() if times > 1] == []
    assert [one["operationId"] for one in operations if not one.get("tags") or "default" not in one["responses"]] == []
    assert [one["operationId"] for one in operations if "security" not in one] == ["signIn"]


def test_only_the_api_is_described(app: FastAPI) -> None:
    assert [path for path in describe(app)["paths"] if not path.startswith("/api/v1/")] == []


async def test_it_is_served(visitor: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await visitor.get("/openapi.json")).json() == describe(app)


@pytest.mark.parametrize(
    ("path", "sent", "name"),
    [
        pytest.param("/api/v1/choice-rounds", {"year": 2025, "years": 2}, "years", id="a round"),
        pytest.param("/api/v1/farms/F-000001/stop", {"stoppedOn": "2025-01-01", "why": "x"}, "why", id="a stop"),
        pytest.param("/api/v1/session", {"signInName": "a", "password": "b", "role": "c"}, "role", id="signing in"),
        pytest.param("/api/v1/clock", {"until": 12}, "until", id="a moment that is a number"),
    ],
)
async def test_what_it_does_not_know_is_refused_by_name(
    signed_in: SignIn, path: str, sent: dict[str, object], name: str
) -> None:
    answer = await (await signed_in(Role.SECRETARIAT)).post(path, json=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert [issue["name"] for issue in answer.json()["issues"]] == [name]


@pytest.mark.parametrize("path", ["/farms", "/api/v1/farms", "/livez", "/static/ikm.css"])
async def test_head_is_get_without_its_body(signed_in: SignIn, path: str) -> None:
    browser = await signed_in(Role.SECRETARIAT)
    whole, head = await browser.get(path), await browser.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/farms?foo=1", "foo"),
        ("/api/v1/farms?q=a&page_size=2", "page_size"),
        ("/api/v1/farms?sort=;drop", "sort"),
        ("/api/v1/tasks?sort=nothing", "sort"),
    ],
)
async def test_a_parameter_it_does_not_know_is_refused_by_name(signed_in: SignIn, path: str, name: str) -> None:
    office = await signed_in(Role.SECRETARIAT)
    answer = await office.get(path)
    assert (answer.status_code, [issue["name"] for issue in answer.json()["issues"]]) == (400, [name])
    assert (await office.get("/api/v1/farms?q=a&pageSize=2&sort=-expiresOn")).status_code == 200
