"""Answers on paper or by telephone: scan, mark, Enter (domain.md §2)."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.typed import farm_number
from records.database import Sessions
from scheme.ids import CaseId
from scheme.people import Role
from tests.api.asked import ask_farms, choice_row, close_choice, handed_in, hidden, reach, work
from tests.api.conftest import SignIn

CASE = CaseId("choice:2025:F-000001")


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        pytest.param("F-000123", "F-000123", id="as printed"),
        pytest.param(" f-000123 ", "F-000123", id="small, with blanks"),
        pytest.param("123", "F-000123", id="digits only"),
        pytest.param("choice:2025:F-000123", "F-000123", id="the slip's bar code"),
        pytest.param("choice:2025:F-000123:2", "F-000123", id="of a reopened choice"),
        pytest.param("choiceM2025MF)000123", "F-000123", id="a scanner on another keyboard"),
    ],
)
def test_a_farm_number_as_it_is_typed_or_scanned(typed: str, number: str) -> None:
    assert farm_number(typed) == number


@pytest.mark.parametrize("typed", ["", "hoeve", "F-1234567", "2025-1"])
def test_what_holds_no_farm_number(typed: str) -> None:
    with pytest.raises(ValueError, match="no farm number"):
        farm_number(typed)


async def test_scan_mark_and_back_to_the_empty_field(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    page = await office.get("/paper-answers", params={"farm_id": CASE})
    assert "Hoeve F-000001" in page.text
    assert " checked" not in page.text
    keyed = await office.post("/paper-answers", data=hidden(page) | {"body": "B-02"})
    assert keyed.status_code == 303
    assert 'role="status"' in (await office.get(keyed.headers["location"])).text
    await work(made_sessions, CASE)
    row = await choice_row(made_sessions, "F-000001")
    assert (row.state, row.body, row.channel) == ("answered", "B-02", "paper")
    assert "Agrokeur" in (await office.get(keyed.headers["location"])).text


async def test_nothing_marked_keeps_what_was_typed(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    form = hidden(await office.get("/paper-answers?farm_id=1"))
    page = await office.post("/paper-answers", data=form)
    assert page.status_code == 422
    assert 'href="/farms/F-000001/phone-answer"' in page.text
    assert await handed_in(made_sessions) == []


async def test_a_number_without_a_choice_is_told_beside_the_field(office: httpx.AsyncClient) -> None:
    page = await office.get("/paper-answers?farm_id=99")
    assert page.status_code == 404
    assert 'id="farm_id-error"' in page.text


async def test_a_closed_choice_is_told_before_anything_is_keyed(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await close_choice(made_sessions, CASE)
    page = await office.get("/paper-answers?farm_id=1")
    assert page.status_code == 409
    assert "Melkcontrole" in page.text
    # What was answered in time can still be put right.
    assert 'href="/farms/F-000001/choice-correction"' in page.text


async def test_an_answer_after_the_end_is_a_problem_in_the_api(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await close_choice(made_sessions, CASE)
    late = await office.post("/api/v1/paper-answers", json={"farmId": "F-000001", "year": 2025, "body": "B-02"})
    assert (late.status_code, late.json()["type"]) == (422, "urn:problem-type:ikm:rule:caseClosed")
