"""Parameters on pages and in the JSON API: seen, proposed by one, agreed to by another."""

import re
import uuid

import httpx
import pytest

from scheme.people import Role
from tests.api.asked import hidden
from tests.api.conftest import SignIn

PAGE = "/parameters/choice-answer-days"
NEW = {"value": "40", "valid_from": "2030-02-01", "source": "Board, 2026-11-20", "confirmed_by": "An Claes, 2026-11-23"}


@pytest.fixture
async def secretary(signed_in: SignIn) -> httpx.AsyncClient:
    return await signed_in(Role.SECRETARIAT)


async def test_every_value_says_whence_and_that_nobody_confirmed_it(secretary: httpx.AsyncClient) -> None:
    page = (await secretary.get("/parameters")).text
    assert page.count("te bevestigen door IKM") == page.count('scope="row"') == page.count('href="/parameters/') > 8


async def test_one_proposes_and_another_agrees(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    form = hidden(await secretary.get(PAGE)) | NEW
    assert (await secretary.post(f"{PAGE}/proposals", data=form)).status_code == 303
    own = (await secretary.get(PAGE)).text
    assert 'value="true"' not in own
    other = await signed_in(Role.ADMINISTRATOR)
    [decision] = re.findall(r'action="(/parameters/[^"]+/proposals/[^"]+)"', (await other.get(PAGE)).text)
    assert (await secretary.post(decision, data={"accepted": "true"})).status_code == 422
    assert (await other.post(decision, data={"accepted": "true"})).status_code == 303
    page = (await other.get(PAGE)).text
    assert "An Claes" in page
    assert "40 dagen" in (await other.get("/parameters")).text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "veertig"}, "value"),
        ({"value": "400"}, "value"),
        ({"value": "14"}, "value"),
        ({"valid_from": "1/2/2030"}, "valid_from"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"source": "x"}, "source"),
        ({"confirmed_by": "x" * 121}, "confirmed_by"),
    ],
)
async def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    secretary: httpx.AsyncClient, changed: dict[str, str], field: str
) -> None:
    form = hidden(await secretary.get(PAGE)) | NEW | changed
    page = await secretary.post(f"{PAGE}/proposals", data=form)
    assert page.status_code == 422
    assert re.findall(r'id="(\w+)-error"', page.text) == [field]
    assert (NEW | changed)["source"] in page.text
    assert f'value="{(NEW | changed)[field]}"' in page.text


async def test_the_api_does_the_same(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    other, key = await signed_in(Role.ADMINISTRATOR), str(uuid.uuid4())
    asked = {"value": 40, "validFrom": "2030-02-01", "source": "Board, 2026-11-20"}
    for _ in range(2):
        made = await secretary.post(f"/api/v1{PAGE}/proposals", json=asked, headers={"Idempotency-Key": key})
        assert (made.status_code, made.json()["proposalId"]) == (201, key)
    where = f"/api/v1{PAGE}/proposals/{key}"
    refused = await secretary.post(where, json={"accepted": True})
    assert refused.json()["type"] == "urn:problem-type:ikm:rule:secondPersonNeeded"
    assert (await other.post(where, json={"accepted": True})).json()["accepted"] is True
    known = (await other.get(f"/api/v1{PAGE}")).json()
    assert (known["inForce"]["value"], known["values"][0]["value"], known["least"]) == (30, 40, 7)
    assert len((await other.get("/api/v1/parameters")).json()["items"]) > 3


async def test_a_parameter_or_proposal_that_is_none_is_not_found(secretary: httpx.AsyncClient) -> None:
    assert (await secretary.get("/api/v1/parameters/tea-breaks")).status_code == 400
    answer = await secretary.post(f"/api/v1{PAGE}/proposals/{uuid.uuid4()}", json={"accepted": False})
    assert answer.status_code == 404
