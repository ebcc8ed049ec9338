"""Over https every cookie of the house is for https alone, for no script, and for our own site."""

import re

import httpx
import pytest
from fastapi import FastAPI

from settings import Settings
from tests.api.conftest import PASSWORD

SITE = "https://ikm.test"


@pytest.fixture
def settings() -> Settings:
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=False)


async def test_every_cookie(app: FastAPI) -> None:
    """The visitor's, the language's, the session's, and the one by which a browser is known."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as visitor:
        shown = await visitor.get("/sign-in")
        token = re.search(r'name="csrf" value="([^"]+)"', shown.text)
        assert token is not None
        chosen = await visitor.post("/language", data={"language": "fr", "csrf": token[1]})
        begun = await visitor.post("/api/v1/session", json={"signInName": "secretariat", "password": PASSWORD})
    cookies = [cookie for answer in (shown, chosen, begun) for cookie in answer.headers.get_list("set-cookie")]
    assert len({cookie.partition("=")[0] for cookie in cookies}) == 4
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= set(cookie.split("; ")), cookie
