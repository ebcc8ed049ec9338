"""Saved filters: kept, shared by link, renamed, removed; a shared one shows nobody more than they may see."""

import uuid

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import found_house, reach
from tests.api.conftest import SignIn

FARMS = {"path": "/farms", "query": "body=&standing=active&page=2", "name": "Nog actief"}


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await found_house(made_sessions)
    return await signed_in(Role.SECRETARIAT)


async def keep(browser: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await browser.post("/filters", data={**FARMS, "key": str(uuid.uuid4()), **changes})


async def known(browser: httpx.AsyncClient) -> list[tuple[str, bool]]:
    return [(one["name"], one["mine"]) for one in (await browser.get("/api/v1/filters")).json()["items"]]


async def test_a_filter_is_kept_under_a_name_without_page_and_empty_fields(office: httpx.AsyncClient) -> None:
    kept = await keep(office)
    assert (kept.status_code, kept.headers["location"]) == (303, "/farms?standing=active")
    assert 'href="/farms?standing=active">Nog actief</a>' in (await office.get("/farms")).text
    assert "Nog actief" not in (await office.get("/tasks")).text
    nameless = await keep(office, name=" ")
    assert (nameless.status_code, "Geef de filter een naam" in nameless.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("/farms", "standing=bogus", "query.standing"),
        ("/farms", "q=a%00", "query.q"),
        ("/letters", "state=bogus", "query.state"),
        ("/tasks", "sort=bogus", "query.sort"),
    ],
)
async def test_a_filter_that_cannot_work_is_not_kept(
    office: httpx.AsyncClient, path: str, query: str, name: str
) -> None:
    sent = {"path": path, "query": query, "name": "Kapot"}
    answer = await office.post("/api/v1/filters", json=sent)
    assert (answer.status_code, [one["name"] for one in answer.json()["issues"]]) == (400, [name])
    assert (await keep(office, **sent)).status_code == 422
    assert await known(office) == []


async def test_the_same_form_twice_is_one_filter(office: httpx.AsyncClient) -> None:
    key = str(uuid.uuid4())
    await keep(office, key=key)
    await keep(office, key=key)
    assert await known(office) == [("Nog actief", True)]


async def test_what_is_shared_shows_each_their_own_farms(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    planner = await signed_in(Role.PLANNER)
    await keep(office, shared="true")
    await keep(office, path="/letters", query="state=failed", name="Mislukt", shared="true")
    # A list that somebody may not open is no filter of theirs.
    assert await known(planner) == [("Nog actief", False)]
    (shared,) = (await planner.get("/api/v1/filters")).json()["items"]
    page = (await planner.get(shared["address"])).text
    assert ("F-000001" in page, "F-000002" in page) == (True, False)
    changes = {"name": "Van mij", "shared": False}
    assert (await planner.put(f"/api/v1/filters/{shared['filterId']}", json=changes)).status_code == 404
    assert (await planner.delete(f"/api/v1/filters/{shared['filterId']}")).status_code == 404


async def test_it_is_renamed_and_removed(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    made = await office.post("/api/v1/filters", json={**FARMS, "shared": True})
    assert made.status_code == 201
    one = f"/filters/{made.json()['filterId']}"
    assert (await office.post(one, data={"name": "Anders"})).status_code == 303
    assert (await known(office), await known(await signed_in(Role.OPERATIONS))) == ([("Anders", True)], [])
    assert (await office.post(one, data={"name": ""})).status_code == 422
    assert "Anders" in (await office.get("/filters")).text
    assert (await office.post(f"{one}/removal")).status_code == 303
    assert (await known(office), (await office.post(one, data={"name": "Weg"})).status_code) == ([], 404)
