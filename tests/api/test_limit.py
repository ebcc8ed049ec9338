"""A program gone wild waits; the others do not wait for it."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from scheme.people import Role
from settings import Settings
from tests.api.conftest import SITE, SignIn

LINK = "/choices/2025/F-000001/no-such-code"


@pytest.fixture
def settings() -> Settings:
    """Three requests a minute are enough for everybody."""
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=False, requests_a_minute=3)


@pytest_asyncio.fixture
async def elsewhere(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("198.51.100.7", 1234))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as browser:
        yield browser


async def test_a_person_who_asks_too_often_waits_and_nobody_else(signed_in: SignIn) -> None:
    """On pages and in the API together, from whichever browser."""
    one, other = await signed_in(Role.SECRETARIAT), await signed_in(Role.SECRETARIAT)
    for path in ("/farms", "/api/v1/farms", "/tasks"):
        assert (await one.get(path)).status_code == 200
    denied = await other.get("/api/v1/farms")
    assert (denied.status_code, denied.headers["content-type"]) == (429, "application/problem+json")
    assert denied.headers["retry-after"] == "60"
    assert (await one.get("/farms")).status_code == 429
    assert (await (await signed_in(Role.OPERATIONS)).get("/farms")).status_code == 200


async def test_an_address_is_counted_where_nobody_signed_in(
    visitor: httpx.AsyncClient, elsewhere: httpx.AsyncClient
) -> None:
    """The links in letters among them."""
    assert [(await visitor.get(LINK)).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert (await elsewhere.get(LINK)).status_code == 404


async def test_machines_that_ask_how_it_is_and_files_are_not_counted(visitor: httpx.AsyncClient) -> None:
    for _ in range(4):
        assert (await visitor.get("/livez")).status_code == 200
        assert (await visitor.get("/static/ikm.css")).status_code == 200
