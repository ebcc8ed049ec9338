"""The yearly round: preview, start, progress (domain.md §2)."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from records.queries.choice_round import farms_of, progress
from scheme.ids import CaseId
from scheme.people import Role
from tests.api.asked import ask_farms, close_choice, farmers_case, found_house, handed_in, hidden, reach, work
from tests.api.conftest import SignIn
from tests.world import change

FIRST, SECOND = CaseId("choice:2025:F-000001"), CaseId("choice:2025:F-000002")


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    return await signed_in(Role.SECRETARIAT)


async def test_before_a_round_the_page_leads_to_the_preview(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await found_house(made_sessions)
    assert 'href="/choice-rounds/2025/preview"' in (await office.get("/choice-rounds")).text


async def test_the_preview_shows_everyone_and_writes_to_nobody(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await found_house(made_sessions)
    page = await office.get("/choice-rounds/2025/preview")
    assert page.text.count('<th scope="row">') == 2
    assert await handed_in(made_sessions) == []
    started = await office.post("/choice-rounds", data=hidden(page))
    assert (started.status_code, started.headers["location"]) == (303, "/choice-rounds/2025")
    assert [row.kind for row in await handed_in(made_sessions)] == ["start-round"]
    waiting = await office.get("/choice-rounds/2025")
    assert waiting.status_code == 200
    assert 'hx-get="/choice-rounds/2025/progress"' in waiting.text


async def test_another_year_cannot_be_started(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await found_house(made_sessions)
    page = await office.get("/choice-rounds/2031/preview")
    assert 'role="alert"' in page.text
    assert 'action="/choice-rounds"' not in page.text
    assert (await office.get("/choice-rounds/2031")).status_code == 404


async def test_the_start_by_json_says_where_to_look(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await found_house(made_sessions)
    started = await office.post("/api/v1/choice-rounds", json={"year": 2025})
    assert (started.status_code, started.headers["location"]) == (202, "/api/v1/choice-rounds/2025")


async def test_progress_counts_what_happened(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await ask_farms(made_sessions)
    await office.post("/api/v1/paper-answers", json={"farmId": "F-000001", "year": 2025, "body": "B-02"})
    await work(made_sessions, FIRST)
    # The letter of the one who answered is withdrawn.
    assert (await office.get("/api/v1/choice-rounds/2025")).json() == {
        "year": 2025, "state": "asking", "letters": 2, "mailed": 0, "printed": 0, "waiting": 1, "inHouse": 1,
        "reminders": 0, "answered": 1, "assigned": 0, "stopped": 0, "cancelled": 0, "failed": 0, "byBody": {"Agrokeur": 1},
        "byChannel": {"paper": 1},
    }  # fmt: skip
    await close_choice(made_sessions, FIRST)
    await close_choice(made_sessions, SECOND)
    async with made_sessions() as session:
        found = await progress(session, 2025)
    assert found is not None
    assert (found.answered, found.assigned, found.open, dict(found.by_body)) == (1, 1, 0, {"Agrokeur": 2})


async def test_a_farm_that_stopped_after_answering_counts_as_stopped(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await ask_farms(made_sessions)
    await office.post("/api/v1/farms/F-000002/stop", json={"stoppedOn": "2025-01-15"})
    await work(made_sessions, farmers_case("F-000002"))
    page = await office.get("/choice-rounds/2025/farms?state=silent")
    assert page.text.count('<th scope="row">') == 2
    async with made_sessions() as session:
        assert [farm.end for farm in await farms_of(session, 2025)] == [None, None]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", 2), ("?state=heard", 1), ("?state=silent", 1), ("?state=assigned", 0), ("?body=Agrokeur", 1)],
)
async def test_a_number_leads_to_what_it_counts(
    office: httpx.AsyncClient, made_sessions: Sessions, asked: str, found: int
) -> None:
    await ask_farms(made_sessions)
    await office.post("/api/v1/paper-answers", json={"farmId": "F-000001", "year": 2025, "body": "B-02"})
    await work(made_sessions, FIRST)
    assert (await office.get("/choice-rounds/2025/farms" + asked)).text.count('<th scope="row">') == found


async def test_every_farm_of_the_round_by_json(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await ask_farms(made_sessions)
    await close_choice(made_sessions, SECOND)
    page = (await office.get("/api/v1/choice-rounds/2025/farms")).json()
    assert page["items"] == [
        {"farmId": "F-000001", "letterOn": "2025-01-15"},
        {"farmId": "F-000002", "letterOn": "2025-01-15", "body": "B-02", "end": "assigned"},
    ]
    second = (await office.get("/api/v1/choice-rounds/2025/farms?pageSize=1&page=2")).json()
    assert (second["items"], second["total"]) == (page["items"][1:], 2)


async def test_the_preview_lists_what_is_to_be_mended(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await found_house(made_sessions)
    await change(made_sessions, "UPDATE farm SET street = '' WHERE farm_id = 'F-000001'")
    page = await office.get("/choice-rounds/2025/preview")
    assert 'href="/farms/F-000001/change"' in page.text
    assert 'action="/choice-rounds"' not in page.text
    await change(made_sessions, "UPDATE farm SET street = 'Dorp 1'")
    assert 'action="/choice-rounds"' in (await office.get("/choice-rounds/2025/preview")).text
