"""A round as a file: a row per farm, safe to open in a spreadsheet."""

import httpx
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import ask_farms, close_choice, reach, work
from tests.api.conftest import SignIn
from tests.world import change


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    """Farm 1 answered on paper, farm 2 never; both choices have ended."""
    await reach(app)
    await ask_farms(made_sessions)
    secretary = await signed_in(Role.SECRETARIAT)
    await secretary.post("/api/v1/paper-answers", json={"farmId": "F-000001", "year": 2025, "body": "B-02"})
    await work(made_sessions, "choice:2025:F-000001")
    for farm in ("F-000001", "F-000002"):
        await close_choice(made_sessions, f"choice:2025:{farm}")  # type: ignore[arg-type]
    return secretary


async def test_a_row_says_what_became_of_the_farm(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await change(made_sessions, "UPDATE farm SET name = '=1+1' WHERE farm_id = 'F-000002'")
    file = await office.get("/choice-rounds/2025/farms.csv")
    _, first, second = file.content.decode("utf-8-sig").splitlines()
    assert first.split(";")[:8] == [
        "F-000001", "Hoeve F-000001", "Gent", "Melkcontrole", "Agrokeur", "gekozen", "op papier", "2025-01-15",
    ]  # fmt: skip
    assert second.split(";")[1:6] == ["'=1+1", "Gent", "Agrokeur", "Agrokeur", "toegewezen"]
    # What would have asked in vain is withdrawn; what tells of the assignment goes out.
    assert "keuzebrief: ingetrokken" in second
    assert second.count("klaar om te versturen") == 1


async def test_the_workbook_and_the_api_give_the_same(office: httpx.AsyncClient) -> None:
    assert (await office.get("/choice-rounds/2025/farms.xlsx")).content[:2] == b"PK"
    page = await office.get("/choice-rounds/2025/farms.csv")
    assert (await office.get("/api/v1/choice-rounds/2025/farms.csv")).content == page.content
    assert (await office.get("/choice-rounds/2031/farms.csv")).status_code == 404
