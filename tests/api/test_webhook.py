"""A dairy's webhook by its page and by the API: address, secret, test, on again, and one message once more."""

import re
import uuid

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from api.words import said
from records.database import Sessions
from records.farm import Dairy
from records.trail import TrailEntry
from records.webhook import DeliveryRow, WebhookRow
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import Role
from scheme.step import Act
from settings import Settings
from tests.api.asked import hidden
from tests.api.conftest import SITE, SignIn

PAGE, API, URL = "/dairies/D-001/webhook", "/api/v1/dairies/D-001/webhook", "https://zuivel.example/ikm?to=1"


@pytest.fixture
def settings() -> Settings:
    """The house running for real, with a key for its secrets."""
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=False, code_key="A" * 43)  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    async with made_sessions.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkerij Ten Bos", language="nl"))
    return await signed_in(Role.SECRETARIAT)


async def test_by_its_page_the_secret_is_shown_once_and_nowhere_kept(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    done = await office.post(PAGE, data={"url": f" {URL} "})
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    form = hidden(await office.get(PAGE))
    made, twice = await office.post(f"{PAGE}/secret", data=form), await office.post(f"{PAGE}/secret", data=form)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{44}", made.text)
    assert (secret in twice.text, secret in (await office.get(PAGE)).text) == (True, False)
    async with made_sessions() as session:
        acts = [row.act for row in await session.exec(select(TrailEntry))]
        row = await session.get_one(WebhookRow, "D-001")
    assert acts == [Act.WEBHOOK_SET, Act.WEBHOOK_SECRET_MADE]
    assert (row.url, row.former_secret_id, secret in repr(row)) == (URL, None, False)


async def test_by_the_api_it_is_set_renewed_tested_and_resumed(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    nothing = await office.get(API)
    assert (nothing.json(), nothing.headers["etag"]) == ({"waiting": 0, "givenUp": 0}, '"1"')
    done = await office.put(API, json={"url": URL}, headers={"If-Match": '"1"'})
    assert (done.json()["url"], done.headers["etag"]) == (URL, '"2"')
    assert (await office.put(API, json={"url": None}, headers={"If-Match": '"1"'})).status_code == 412
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = (await office.post(f"{API}/secret", headers=key)).json()
    assert first == (await office.post(f"{API}/secret", headers=key)).json()
    assert first != (await office.post(f"{API}/secret")).json()
    assert "formerUntil" in (await office.get(API)).json()
    delivery = (await office.post(f"{API}/test")).json()["deliveryId"]
    (listed,) = (await office.get(f"{API}/deliveries")).json()["items"]
    assert (listed["deliveryId"], listed["kind"], listed["state"]) == (delivery, "be.ikm.webhook.test", "planned")
    assert (await office.post(f"{API}/deliveries/{delivery}/again")).status_code == 204
    assert (await office.post(f"{API}/deliveries/msg_none/again")).status_code == 404
    assert (await office.post(f"{API}/resume")).status_code == 204
    async with made_sessions() as session:
        acts = [row.act for row in await session.exec(select(TrailEntry))]
    assert acts[-1] == Act.WEBHOOK_RESUMED


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        pytest.param("http://zuivel.example/", Rule.WEBHOOK_ADDRESS, id="in clear"),
        pytest.param("https://10.0.0.1/", Rule.WEBHOOK_PRIVATE, id="private"),
    ],
)
async def test_an_address_that_cannot_be_is_refused(office: httpx.AsyncClient, url: str, rule: Rule) -> None:
    shown = await office.post(PAGE, data={"url": url})
    assert (shown.status_code, url in shown.text, 'role="alert"' in shown.text) == (422, True, True)
    refused = await office.put(API, json={"url": url}, headers={"If-Match": '"1"'})
    assert (refused.status_code, said_by(refused)) == (422, said(Language.NL, rule))


def said_by(refused: httpx.Response) -> str:
    return str(refused.json()["detail"])


@pytest.mark.parametrize("what", ["secret", "test", "resume"])
async def test_without_an_address_there_is_nothing_to_do(office: httpx.AsyncClient, what: str) -> None:
    assert (await office.post(f"{PAGE}/{what}")).status_code == 422
    refused = await office.post(f"{API}/{what}")
    assert (refused.status_code, said_by(refused)) == (422, said(Language.NL, Rule.NO_WEBHOOK))


async def test_what_waits_for_an_address_that_is_taken_away_is_given_up(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    for path, sent in (("", {"url": URL}), ("/secret", {}), ("/test", {}), ("", {"url": ""})):
        await office.post(PAGE + path, data=sent)
    async with made_sessions() as session:
        assert [row.state for row in await session.exec(select(DeliveryRow))] == ["given-up"]
        assert (await session.get_one(WebhookRow, "D-001")).url is None


async def test_of_a_dairy_that_is_none_there_is_none(office: httpx.AsyncClient) -> None:
    asked = [await office.get("/dairies/D-009/webhook"), await office.get("/api/v1/dairies/D-009/webhook/deliveries")]
    assert [answer.status_code for answer in asked] == [404, 404]
