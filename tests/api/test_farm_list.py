"""The list of farms: filters and columns in the address, and as a file."""

import csv
import io

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from openpyxl import load_workbook

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import ask_farms, reach
from tests.api.conftest import SignIn
from tests.world import change


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    await change(
        made_sessions, "UPDATE farm SET name = '=1+1', enterprise_number = '0403019261' WHERE farm_id = 'F-000002'"
    )
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("standing=active&sort=-number", ["F-000002", "F-000001"]),
        ("standing=stopped", []),
        ("choice=asked&mail=false", ["F-000001", "F-000002"]),
        ("body=B-02", ["F-000002"]),
        ("language=nl&country=BE&expiresFrom=2026-01-31&expiresUntil=2026-01-31", ["F-000001", "F-000002"]),
        ("round=2025", ["F-000001", "F-000002"]),
        ("round=2024", []),
        ("certificationBody=IKM", []),
        ("unasked=true", []),
        ("unasked=false&runs=choice", ["F-000001", "F-000002"]),
        ("standing=&mail=&expiresFrom=&body=&dairy=&q=hoeve", ["F-000001"]),
    ],
)
async def test_page_and_api_take_the_same_filters(office: httpx.AsyncClient, query: str, found: list[str]) -> None:
    listed = (await office.get(f"/api/v1/farms?{query}")).json()
    assert [farm["farmId"] for farm in listed["items"]] == found
    page = (await office.get(f"/farms?{query}")).text
    assert [number for number in ("F-000001", "F-000002") if f'href="/farms/{number}"' in page] == sorted(found)


async def test_a_whole_number_leads_to_its_farm(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    answer = await office.get("/farms", params={"q": "BE 0403.019.261"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/farms/F-000002")
    planner = await signed_in(Role.PLANNER)
    answer = await planner.get("/farms", params={"q": "BE 0403.019.261"})
    assert (answer.status_code, "F-000002" in answer.text) == (200, False)


@pytest.mark.parametrize("wrong", ["standing=gone", "expiresFrom=soon", "columns=secret", "mail=perhaps"])
async def test_a_filter_that_is_none_is_refused(office: httpx.AsyncClient, wrong: str) -> None:
    assert (
        await office.get(f"/api/v1/farms?{wrong}" if "columns" not in wrong else f"/farms?{wrong}")
    ).status_code in {
        400,
        422,
    }


async def test_the_columns_are_those_one_chose(office: httpx.AsyncClient) -> None:
    page = (await office.get("/farms?columns=holder&columns=postcode")).text
    assert ("Piet Maes" in page, "9000" in page, "Gent" in page.split("<tbody>")[1]) == (True, True, False)
    assert 'aria-sort="ascending"' in (await office.get("/farms?sort=name")).text


async def test_a_row_says_what_each_value_is_where_its_heads_are_not_shown(office: httpx.AsyncClient) -> None:
    """On a telephone a row is a small sheet of its own."""
    shown = (await office.get("/farms?columns=city")).text
    assert ('class="stacked"' in shown, '<td data-label="Gemeente">Gent</td>' in shown) == (True, True)


async def test_the_list_as_a_file(office: httpx.AsyncClient, signed_in: SignIn) -> None:
    answer = await office.get("/farms.csv?sort=-number&columns=name&columns=expiresOn&columns=state")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Bedrijven.csv"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[:3] for row in rows[1:]] == [
        ["F-000002", "'=1+1", "2026-01-31"],
        ["F-000001", "Hoeve F-000001", "2026-01-31"],
    ]
    book = load_workbook(io.BytesIO((await office.get("/farms.xlsx?columns=name")).content))
    assert [cell.value for cell in book.worksheets[0]["B"]][1:] == ["Hoeve F-000001", "=1+1"]
    theirs = await (await signed_in(Role.PLANNER)).get("/farms.csv")
    assert ("F-000001" in theirs.text, "F-000002" in theirs.text) == (True, False)
