"""The farms: list, file, stop."""

from datetime import date

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from api.words import said
from records.body_change import change_body
from records.database import Sessions
from records.farm import InspectionBody
from records.trail import Reading
from records.trailing import append
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import THE_HOUSE, Role
from scheme.step import Act
from tests.api.asked import ask_farms, farmers_case, handed_in, hidden, reach, work
from tests.api.conftest import SignIn
from tests.world import BEGINS, SECRETARY, change

STOP = {"stopped_on": "2025-01-10", "key": "11111111-1111-4111-8111-111111111111"}


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        pytest.param("", {"F-000001", "F-000002"}, id="nothing typed: all"),
        pytest.param("f-000002", {"F-000002"}, id="a number, any case"),
        pytest.param("2", {"F-000002"}, id="the end of a number"),
        pytest.param("hoeve", {"F-000001", "F-000002"}, id="a part of the name"),
        pytest.param("gent", {"F-000001", "F-000002"}, id="the place"),
        pytest.param("100%", set(), id="a sign that SQL would read as anything"),
    ],
)
async def test_the_list_is_searched(office: httpx.AsyncClient, q: str, found: set[str]) -> None:
    page = (await office.get("/api/v1/farms", params={"q": q})).json()
    assert {farm["farmId"] for farm in page["items"]} == found
    assert page["total"] == len(found)


async def test_a_list_in_pages_names_its_neighbours(office: httpx.AsyncClient) -> None:
    page = (await office.get("/api/v1/farms?pageSize=1")).json()
    assert (page["next"], page["first"], page["last"]) == (
        "/api/v1/farms?pageSize=1&page=2",
        "/api/v1/farms?pageSize=1&page=1",
        "/api/v1/farms?pageSize=1&page=2",
    )
    assert "prev" not in page
    assert "next" not in (await office.get(page["next"])).json()


async def test_a_planner_sees_the_farms_of_their_body_only(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    assert (await office.get("/farms/F-000002")).status_code == 200
    planner = await signed_in(Role.PLANNER)
    assert [farm["farmId"] for farm in (await planner.get("/api/v1/farms")).json()["items"]] == ["F-000001"]
    assert (await planner.get("/farms/F-000002")).status_code == 404
    assert "/letters/" not in (await planner.get("/farms/F-000001")).text


async def test_the_file_says_first_where_the_farm_stands(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    file = (await office.get("/api/v1/farms/F-000001")).json()
    assert (file["choice"], file["answerDue"], file["latestChoice"]["defaultBody"]) == (
        "asked",
        "2025-02-14",
        "Melkcontrole",
    )
    assert file["latestChoice"]["inHouse"] is True
    assert [letter["kind"] for letter in file["letters"]] == ["choice"]
    assert [entry["act"] for entry in file["timeline"]] == ["choice:asked", "farm:registered"]
    async with made_sessions() as session:
        assert [(row.person, row.farm_id) for row in await session.exec(select(Reading))] == [("P-0001", "F-000001")]
    # Nobody can add it to the round that has asked it, and its letter has not left.
    page = (await office.get("/farms/F-000001")).text
    assert ("/extra-farms" in page, "nog niet vertrokken: de antwoordtermijn is niet begonnen" in page) == (False, True)
    # On a telephone each letter is a small sheet.
    assert '<td data-label="Datum">' in page


async def test_refused_attempts_stand_folded_behind_what_happened(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """What the house itself could not do stays among the news."""
    async with made_sessions.begin() as session:
        for key, actor in (("a", SECRETARY), ("b", SECRETARY), ("c", THE_HOUSE)):
            await append(session, key=key, chain="F-000001", act=Act.REFUSED, actor=actor, at=BEGINS)
    page = (await office.get("/farms/F-000001")).text
    shown, _, folded = page.partition("<summary>2 geweigerde pogingen</summary>")
    refused = said(Language.NL, Act.REFUSED)
    assert (shown.count(refused), folded.count(refused)) == (1, 2)


async def test_a_stop_is_shown_before_it_is_recorded(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    form = await office.get("/farms/F-000001/stop")
    assert 'value="2025-01-15"' in form.text
    seen = await office.post("/farms/F-000001/stop", data=STOP)
    assert 'name="confirmed"' in seen.text
    assert await handed_in(made_sessions) == []
    recorded = await office.post("/farms/F-000001/stop", data=hidden(seen) | {"confirmed": "true"})
    assert (recorded.status_code, recorded.headers["location"]) == (303, "/farms/F-000001")
    assert "kwam een stopzetting binnen" in (await office.get("/farms/F-000001")).text
    assert (await office.get("/api/v1/farms/F-000001")).json()["settled"] is False
    await work(made_sessions, farmers_case("F-000001"))
    stopped = (await office.get("/api/v1/farms/F-000001")).json()
    assert (stopped["standing"], stopped["stoppedOn"]) == ("stopped", "2025-01-10")
    # The farm has stopped, its choice has yet to hear of it: the page says so until it has.
    assert (stopped["settled"], "wordt nog overgenomen" in (await office.get("/farms/F-000001")).text) == (False, True)
    await change(made_sessions, "UPDATE outbox SET settled_at = now()")
    assert (await office.get("/api/v1/farms/F-000001")).json()["settled"] is True
    assert 'class="note"' not in (await office.get("/farms/F-000001")).text


async def test_a_choice_without_any_body_left_says_so_until_somebody_acts(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await change(made_sessions, "UPDATE inspection_body SET scope = '[]' WHERE body_id <> 'B-01'")
    columns = {"recognised_from": date(2024, 3, 1), "recognised_until": date(2025, 1, 10)}
    async with made_sessions.begin() as session:
        await change_body(session, await session.get_one(InspectionBody, "B-01"), columns, SECRETARY)
    task = "/tasks/choice-reopened:choice:2025:F-000001"
    page, told = [(await office.get(path)).text for path in ("/farms/F-000001", task)]
    assert ("geen andere inspectie-instelling" in page, "nog altijd" in page, task in page) == (True, True, True)
    assert ("Geen inspectie-instelling meer" in told, "Niemand werd aangeschreven" in told) == (True, True)
    assert "noBodyLeft" in (await office.get("/api/v1/farms/F-000001")).json()
    await change(made_sessions, "UPDATE task SET closed_at = opened_at, closed_by = 'P-0001'")
    assert "noBodyLeft" not in (await office.get("/api/v1/farms/F-000001")).json()


async def test_a_stop_handed_in_twice_under_one_key_is_one(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    key = {"Idempotency-Key": STOP["key"]}
    for _ in range(2):
        answer = await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2025-01-10"}, headers=key)
        assert answer.json() == {"submissionId": STOP["key"], "settled": False}
    other = await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2025-01-11"}, headers=key)
    assert other.status_code == 422
    assert len(await handed_in(made_sessions)) == 1


async def test_a_stop_before_the_farm_took_part_is_refused_at_every_door(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """What was told of days long past stays as it was told."""
    from_day = "UPDATE farm SET certificate_from = '2024-03-01' WHERE farm_id = 'F-000001'"
    await change(made_sessions, from_day)
    by_api = await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2024-02-29"})
    assert (by_api.status_code, by_api.json()["type"]) == (422, "urn:problem-type:ikm:rule:stopDay")
    for more in ({}, {"confirmed": "true"}):
        page = await office.post("/farms/F-000001/stop", data=STOP | {"stopped_on": "2001-01-01"} | more)
        assert (page.status_code, said(Language.NL, Rule.STOP_DAY, day=date(2024, 3, 1)) in page.text) == (422, True)
    assert await handed_in(made_sessions) == []
    assert (await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2024-03-01"})).status_code == 200


async def test_a_rule_refuses_in_the_api_as_a_problem(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    key = {"Idempotency-Key": STOP["key"]}
    await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2099-01-01"}, headers=key)
    await work(made_sessions, farmers_case("F-000001"))
    refused = await office.post("/api/v1/farms/F-000001/stop", json={"stoppedOn": "2099-01-01"}, headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem-type:ikm:rule:notInTheFuture")
