"""A planner of one body and a farm of another: for every route it is as if the farm did not exist."""

import httpx
import pytest
from fastapi import FastAPI

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import ask_farms, reach
from tests.api.conftest import SignIn
from tests.api.test_matrix import PLACES, RULES

THEIRS, NOBODYS = "F-000002", "F-999999"
WITH_A_FARM = tuple(route for route in RULES if "{farm" in route and "{token}" not in route)
LISTS = ("/farms", "/farms?q=hoeve", "/farms?q=F-000002", "/api/v1/farms", "/api/v1/farms?q=hoeve", "/")


@pytest.mark.parametrize("role", [Role.PLANNER, Role.AUDITOR])
async def test_the_farm_of_another_body_does_not_exist(app: FastAPI, signed_in: SignIn, role: Role) -> None:
    """The same answer as for a number that no farm has: not even that it exists is told."""
    await reach(app)
    browser = await signed_in(role)
    different = []
    for route in WITH_A_FARM:
        theirs, nobodys = await _ask(browser, route, THEIRS), await _ask(browser, route, NOBODYS)
        if theirs.status_code != nobodys.status_code or theirs.status_code not in {403, 404}:
            different.append((route, theirs.status_code, nobodys.status_code))
        assert THEIRS not in _told(theirs, THEIRS), route
    assert different == []


@pytest.mark.parametrize("path", LISTS)
async def test_it_stands_in_no_list(app: FastAPI, made_sessions: Sessions, signed_in: SignIn, path: str) -> None:
    await reach(app)
    await ask_farms(made_sessions)
    planner = await signed_in(Role.PLANNER)
    assert "Hoeve F-000002" not in (await planner.get(path)).text


async def _ask(browser: httpx.AsyncClient, route: str, farm_id: str) -> httpx.Response:
    method, path = route.split(" ")
    for name, value in {**PLACES, "{farm_id}": farm_id, "{farmId}": farm_id}.items():
        path = path.replace(name, value)
    sent: dict[str, str] | None = {} if method != "GET" and path.startswith("/api/") else None
    return await browser.request(method, path, json=sent, headers={"If-Match": '"1"'})


def _told(answer: httpx.Response, farm_id: str) -> str:
    """The answer without the address that was asked for, which error pages and forms repeat."""
    return answer.text.replace(f"/farms/{farm_id}", "").replace(f"%2Ffarms%2F{farm_id}", "")
