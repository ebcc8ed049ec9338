"""What nobody types by accident: never an error of ours, and nothing written."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from records.database import Sessions
from records.submission import SubmissionRow
from scheme.people import Role
from tests.api.asked import ask_farms, reach
from tests.api.conftest import SignIn

YEAR = "99999999999999999999"


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/farms?q=%00", id="NUL in the search"),
        pytest.param("/api/v1/farms?q=%00", id="NUL in the search, JSON"),
        pytest.param("/farms/%00", id="NUL as a farm"),
        pytest.param("/api/v1/farms/%00", id="NUL as a farm, JSON"),
        pytest.param("/letters/%00/pdf", id="NUL as a letter"),
        pytest.param("/print-batches/%00", id="NUL as a batch"),
        pytest.param(f"/choice-rounds/{YEAR}", id="a huge year"),
        pytest.param(f"/api/v1/choice-rounds/{YEAR}", id="a huge year, JSON"),
        pytest.param(f"/choices/{YEAR}/F-000001/abc", id="a huge year in a link"),
    ],
)
async def test_is_refused_as_the_visitors_error(office: httpx.AsyncClient, path: str) -> None:
    answer = await office.get(path)
    assert 400 <= answer.status_code < 500
    if path.startswith("/api"):
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        pytest.param("/api/v1/farms/F-000001/stop", {"stoppedOn": "0001-01-01"}, id="a stop in the year 1"),
        pytest.param("/api/v1/choice-rounds", {"year": 10**20}, id="a round in a huge year"),
        pytest.param(
            "/api/v1/paper-answers",
            {"farmId": "F-000001", "year": 10**30, "body": "B-01", "channel": "paper"},
            id="an answer in a huge year",
        ),
    ],
)
async def test_writes_nothing(
    office: httpx.AsyncClient, made_sessions: Sessions, path: str, sent: dict[str, object]
) -> None:
    answer = await office.post(path, json=sent)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    async with made_sessions() as session:
        assert list(await session.exec(select(SubmissionRow))) == []


async def test_a_nul_in_a_name_is_no_way_in(app: FastAPI, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/api/v1/session", json={"signInName": "a\u0000b", "password": "x" * 12})
    assert answer.status_code in {400, 401, 422}
