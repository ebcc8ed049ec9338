"""What runs for a farm: each case's step and next date, what is foreseen, and a matter that a person closes."""

from datetime import date

import httpx
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from records.running import known_cases
from records.taking_over import take_over
from records.wire import refusal_from
from scheme.errors import Refusal, Rule
from scheme.people import Role
from tests.api.asked import found_house, handed_in, hidden, reach, work
from tests.api.conftest import SignIn
from tests.running import farms, running_file
from tests.scheme.test_running import read_text, row, text
from tests.world import BEGINS, SECRETARY, bring_in, number

DISPUTE = "/farms/F-000001/matters/1"
CASE = "matter:F-000001:1"


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """A house on Wed 2025-01-15 that has taken over a dispute, an audit, and a choice asked on 2 January."""
    await reach(app)
    await found_house(made_sessions)
    content = text(
        row("dispute", farm="F-000001", reference="2024/117"),
        row("planned-audit", farm="F-000001", due_on="2025-02-10", body="B-01"),
        row("choice", "2025-01-02", "F-000002", due_on="2025-02-03"),
    )
    async with made_sessions.begin() as session:
        known = await known_cases(session)
        await take_over(session, read_text(content, known).new, known, SECRETARY, practice=True)
    return await signed_in(Role.SECRETARIAT)


async def test_the_farms_page_says_what_runs_since_when_and_what_is_next(office: httpx.AsyncClient) -> None:
    page = (await office.get("/farms/F-000001")).text
    for said in ("Geschil", "2024/117", "19 januari 2025", "Geplande audit", "10 februari 2025", f'href="{DISPUTE}"'):
        assert said in page
    other = (await office.get("/farms/F-000002")).text
    assert "Keuze van inspectie-instelling" in other
    # The same day in the same words, where it runs and where it is foreseen; its last day before that stands nowhere.
    assert other.count("Herinnering: antwoorden kan nog tot en met 3 februari 2025") == 2
    assert ("volgende datum: 17 januari 2025" in other, "16 januari 2025" in other) == (True, False)


async def test_what_is_foreseen(office: httpx.AsyncClient) -> None:
    coming = {
        "F-000001": [("2025-01-20", "task"), ("2025-02-11", "task")],
        # The audit by the body that silence gives is to be planned by the day on which its window opens.
        "F-000002": [
            ("2025-01-17", "reminder"),
            ("2025-02-04", "assigned"),
            ("2025-02-04", "audit"),
            ("2025-08-01", "plan-late"),
        ],
    }
    for farm_id, lines in coming.items():
        told = (await office.get(f"/api/v1/farms/{farm_id}/projection")).json()
        assert [(one["on"], one["coming"]) for one in told["items"]] == lines
        assert told["self"] == f"/api/v1/farms/{farm_id}/projection"


async def test_the_list_is_narrowed_to_what_runs(office: httpx.AsyncClient) -> None:
    found = {
        "dispute": ["F-000001"],
        "planned-audit": ["F-000001"],
        "choice": ["F-000002"],
        "anything": ["F-000001", "F-000002"],
        "late": [],
        "suspension": [],
    }
    for runs, farms_there in found.items():
        listed = (await office.get(f"/api/v1/farms?runs={runs}")).json()
        assert [farm["farmId"] for farm in listed["items"]] == farms_there, runs


async def test_the_lists_form_offers_what_can_run(office: httpx.AsyncClient) -> None:
    assert '<option value="dispute" selected>een geschil</option>' in (await office.get("/farms?runs=dispute")).text
    assert (await office.get("/api/v1/farms?runs=nothing")).status_code == 400


async def test_a_matter_is_told_with_its_facts(office: httpx.AsyncClient) -> None:
    told = (await office.get(f"/api/v1{DISPUTE}")).json()
    assert told == {
        "self": f"/api/v1{DISPUTE}", "caseId": CASE, "farmId": "F-000001", "kind": "dispute", "state": "waiting",
        "beganOn": "2024-12-20", "dueOn": "2025-01-19", "reference": "2024/117",
    }  # fmt: skip
    farm = (await office.get("/api/v1/farms/F-000001")).json()
    assert [matter["kind"] for matter in farm["matters"]] == ["dispute", "planned-audit"]


async def test_a_person_closes_it_and_what_they_wrote_stays_out_of_its_facts(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = hidden(await office.get(DISPUTE)) | {"closed_on": "2025-01-14", "note": "An Peeters trok in."}
    assert (await office.post(f"{DISPUTE}/close", data=form)).status_code == 303
    assert "nog niet verwerkt" in (await office.get(DISPUTE)).text
    await work(made_sessions, CASE)
    page = (await office.get(DISPUTE)).text
    assert "Afgehandeld op 14 januari 2025" in page
    assert "An Peeters trok in." in page
    assert '<form class="sheet"' not in page
    [submission] = await handed_in(made_sessions)
    assert submission.facts == {"closed_on": "2025-01-14", "kind": "close-matter"}
    farm = (await office.get("/farms/F-000001")).text
    assert "Geschil: Afgesloten" in farm


async def test_a_close_that_cannot_be_says_why(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    key = {"Idempotency-Key": "11111111-1111-4111-8111-111111111111"}
    wrong = {"closedOn": "2024-12-01"}
    received = await office.post(f"/api/v1{DISPUTE}/close", json=wrong, headers=key)
    assert (received.status_code, received.json()["settled"]) == (200, False)
    await work(made_sessions, CASE)
    [submission] = await handed_in(made_sessions)
    assert refusal_from(submission.refused_by) == Refusal(Rule.BEFORE_IT_BEGAN, date(2024, 12, 20))
    assert (await office.get(f"/api/v1{DISPUTE}")).json()["state"] == "waiting"
    assert (await office.post(f"{DISPUTE}/close", data={"closed_on": "31-12-2024"})).status_code == 422


async def test_only_the_secretariat_closes_and_another_body_sees_nothing(
    office: httpx.AsyncClient, signed_in: SignIn
) -> None:
    assert (await office.get("/farms/F-000002/matters/1")).status_code == 404
    planner = await signed_in(Role.PLANNER)
    page = await planner.get(DISPUTE)
    assert page.status_code == 200
    assert f"{DISPUTE}/close" not in page.text
    assert (await planner.post(f"{DISPUTE}/close", data={})).status_code == 403
    assert (await planner.get("/api/v1/farms/F-000002/projection")).status_code == 404


# What the file of tests/running.py says of each farm on Wed 2025-01-01: what runs, its step, and a matter's last day
# or the day on which a choice goes on.
MOVED_IN: dict[int, list[tuple[str, str, str]]] = {
    1: [("choice", "asked", "2 januari 2025")],  # nobody reminded it in time: at midnight
    2: [("choice", "reminded", "4 januari 2025")],
    3: [("choice", "answered", "4 januari 2025")],
    4: [],  # chosen
    5: [("planned-audit", "waiting", "30 maart 2025")],
    6: [("corrective-action", "waiting", "5 maart 2025")],
    7: [("corrective-action", "waiting", "28 februari 2025")],
    8: [("dispute", "waiting", "5 januari 2025")],
    9: [("appeal", "waiting", "4 februari 2025")],
    10: [("suspension", "waiting", "28 februari 2025")],
    11: [],  # its last audit
    12: [("corrective-action", "late", "29 augustus 2024"), ("dispute", "waiting", "26 oktober 2025")],
}


async def test_every_farms_page_says_its_step_and_next_date(
    app: FastAPI, made_sessions: Sessions, signed_in: SignIn
) -> None:
    await reach(app)
    await found_house(made_sessions, BEGINS)
    await bring_in(made_sessions, farms(12, 3))
    async with made_sessions.begin() as session:
        known = await known_cases(session)
        await take_over(session, read_text(running_file(12), known).new, known, SECRETARY, practice=True)
    browser = await signed_in(Role.SECRETARIAT)
    for place, runs in MOVED_IN.items():
        path = f"/farms/{number(place)}"
        told = (await browser.get(f"/api/v1{path}")).json()
        choice = told.get("latestChoice", {})
        found = [("choice", choice["state"])] if choice.get("state") in {"asked", "reminded", "answered"} else []
        found += [(matter["kind"], matter["state"]) for matter in told["matters"]]
        assert found == [(kind, state) for kind, state, _day in runs], place
        page = (await browser.get(path)).text
        for kind, state, day in runs:
            waits = f"volgende datum: {day}" if kind == "choice" else f"laatste dag: {day}"
            assert (f"de laatste dag was {day}" if state == "late" else waits) in page, place
        assert ("Er loopt nu niets" in page) is (runs == []), place
        assert told["letters"] == []
