"""Farms added to the running round: from a pasted list, each told why not, nobody asked twice."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest_asyncio
from fastapi import FastAPI

from records.case import RoundRow
from records.database import Sessions
from scheme.people import Role
from tests.api.asked import ask_farms, farmers_case, handed_in, hidden, reach, work
from tests.api.conftest import SignIn
from tests.world import change

HERE = "/choice-rounds/2025/extra-farms"
LEFT_OUT = "F-000002"


@pytest_asyncio.fixture
async def desk(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> AsyncIterator[httpx.AsyncClient]:
    """The secretary of a round that left the second farm out."""
    until = "UPDATE farm SET expires_on = :until WHERE farm_id = :farm"
    await change(made_sessions, until, until=None, farm=LEFT_OUT)
    await ask_farms(made_sessions)
    await change(made_sessions, until, until=date(2026, 1, 31), farm=LEFT_OUT)
    await reach(app)
    yield await signed_in(Role.SECRETARIAT)


async def test_a_pasted_list_shows_who_can_be_asked_and_who_not(desk: httpx.AsyncClient) -> None:
    form = hidden(await desk.get(HERE))
    shown = await desk.post(HERE, data=form | {"numbers": "F 000001\n2;  F-000002, f-000077 boer"})
    assert shown.status_code == 200
    for said in ("F-000001", "F-000002", "F-000077", "boer"):
        assert said in shown.text
    assert shown.text.count('<th scope="row">') == 4


async def test_a_farm_is_asked_once_however_often_the_form_is_sent(
    desk: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = hidden(await desk.get(f"{HERE}?numbers={LEFT_OUT}")) | {"numbers": LEFT_OUT, "confirmed": "true"}
    await desk.post(HERE, data=form)
    await work(made_sessions, farmers_case(LEFT_OUT))
    again = await desk.post(HERE, data=form)
    assert again.status_code == 200
    assert [row.facts for row in await handed_in(made_sessions)] == [{"year": 2025, "kind": "join"}]
    shown = (await desk.get("/api/v1/choice-rounds/2025/farms")).json()["items"]
    assert [one["farmId"] for one in shown] == ["F-000001", LEFT_OUT]
    page = (await desk.get("/choice-rounds/2025")).text
    assert HERE in page
    async with made_sessions() as session:
        row = await session.get_one(RoundRow, "choice-round:2025")
    assert (row.farms, row.open) == (2, 2)


async def test_nothing_or_too_much_is_told_beside_the_field(desk: httpx.AsyncClient) -> None:
    for numbers in (" , ", " ".join(str(number) for number in range(1, 300))):
        answer = await desk.post(HERE, data={"numbers": numbers})
        assert (answer.status_code, 'id="numbers-error"' in answer.text) == (422, True)


async def test_the_api_tells_each_farm_apart(desk: httpx.AsyncClient, made_sessions: Sessions) -> None:
    ids = {"farmIds": ["F-000001", LEFT_OUT, "F-000077"]}
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000042"}
    await desk.post(f"/api/v1{HERE}", json=ids, headers=key)
    for farm_id in ("F-000001", LEFT_OUT):
        await work(made_sessions, farmers_case(farm_id))
    answer = (await desk.post(f"/api/v1{HERE}", json=ids, headers=key)).json()["items"]
    assert answer == [
        {"farmId": "F-000001", "known": True, "settled": True, "rule": "already-asked", "day": "2025-01-15"},
        {"farmId": LEFT_OUT, "known": True, "settled": True},
        {"farmId": "F-000077", "known": False, "settled": False},
    ]
