"""Letters are held with a reason, and go on when somebody lets them (design.md §7, Hold)."""

import httpx
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import ROUND, ask_farms, hidden, reach
from tests.api.conftest import SignIn


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    return await signed_in(Role.SECRETARIAT)


async def test_hold_and_let_go(office: httpx.AsyncClient) -> None:
    form = await office.get(f"/holds/{ROUND}")
    without = await office.post(f"/holds/{ROUND}", data=hidden(form))
    assert (without.status_code, 'id="reason-error"' in without.text) == (422, True)
    done = await office.post(f"/holds/{ROUND}", data=hidden(form) | {"reason": "verkeerde bijlage <b>"})
    assert (done.status_code, done.headers["location"]) == (303, "/choice-rounds/2025")
    page = await office.get("/choice-rounds/2025")
    assert "verkeerde bijlage &lt;b&gt;" in page.text
    assert "An 1" in page.text  # who
    assert f'action="/holds/{ROUND}/release"' in page.text
    await office.post(f"/holds/{ROUND}/release", data={"back": "/choice-rounds/2025"})
    assert "verkeerde bijlage" not in (await office.get("/choice-rounds/2025")).text


async def test_hold_by_json(office: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000001"}
    held = await office.post(f"/api/v1/holds/{ROUND}", json={"reason": "wrong day"}, headers=key)
    assert held.json() | {"heldAt": ""} == {
        "holdId": ROUND, "held": True, "reason": "wrong day", "heldBy": "An 1", "heldAt": "", "gone": 0, "sending": 0,
        "waiting": 2,
    }  # fmt: skip
    released = await office.post(f"/api/v1/holds/{ROUND}/release")
    assert released.json()["held"] is False
    again = await office.post(f"/api/v1/holds/{ROUND}", json={"reason": "wrong day"}, headers=key)
    assert again.json()["held"] is False


async def test_a_hold_of_nothing_is_not_found(office: httpx.AsyncClient) -> None:
    assert (await office.get("/holds/choice-round:2031")).status_code == 404
    assert (await office.post("/api/v1/holds/x", json={"reason": "why"})).status_code == 404
    assert (await office.post("/api/v1/holds/x/release")).status_code == 404
