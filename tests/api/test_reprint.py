"""A printed sheet is printed again from its batch's page (design.md §8)."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from records import ledger
from records.database import Sessions
from scheme.people import Role
from settings import Settings
from tests.api.asked import ask_farms, hidden, keyed, reach
from tests.api.conftest import SignIn

LETTER = "choice:2025:F-000001:choice"


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    """Both letters wait for the printer."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        for row in await ledger.claim(session, "page/1", 5):
            await ledger.note_to_print(session, row, "0" * 64)
    return await signed_in(Role.SECRETARIAT)


async def test_one_sheet_again_gives_the_same_bytes_each_time(office: httpx.AsyncClient) -> None:
    batch = (await office.post("/print-batches")).headers["location"]
    page = await office.get(batch)
    assert page.text.count('name="letter"') == 2
    copy = await office.post(f"{batch}/copies", data=hidden(page) | {"letter": LETTER, "damaged": "true"})
    assert copy.status_code == 303
    shown = await office.get(copy.headers["location"])
    assert f'href="{batch}"' in shown.text
    pdf = (await office.get(f"{copy.headers['location']}/pdf")).content
    assert pdf == (await office.get(f"{copy.headers['location']}/pdf")).content
    assert copy.headers["location"] in (await office.get(batch)).text


async def test_by_json_and_only_of_its_batch(office: httpx.AsyncClient) -> None:
    made = (await office.post("/api/v1/print-batches")).json()
    where = f"/api/v1/print-batches/{made['batchId']}/copies"
    assert (await office.post(where, json={})).json()["letters"] == 2
    refused = await office.post(where, json={"letters": ["choice:2025:F-000009:choice"]})
    assert refused.json()["type"].endswith("rule:notInBatch")
    assert (await office.post("/api/v1/print-batches/x/copies", json={})).status_code == 404
