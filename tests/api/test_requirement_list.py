"""The lastenboek as lists: seen by all, brought in as a file by one, accepted by another (docs/lastenboek.md)."""

import io
import re
import uuid

import httpx
import pytest
from openpyxl import load_workbook

from press.sheet import xlsx_bytes
from records.database import Sessions
from records.requirement_list import RequirementListRow
from scheme.people import Role
from scheme.requirement_file import HEADER
from tests.api.asked import found_house, hidden
from tests.api.conftest import SignIn
from tests.world import table

API = "/api/v1/requirement-lists"
HEAD = {"edition": "12.1", "title": "Lastenboek 12.1", "in_force": "2025-01-15", "source": "Board, 2025-01-10"}
JSON_HEAD = {"inForce" if name == "in_force" else name: value for name, value in HEAD.items()}
NL_HEADER = ("Nummer", "Hoofdstuk", "Gradatie", "Visueel", "Tekst", "Frans", "Duits", "Engels", "Bron")
LINES = (
    ("A1", "Dierengezondheid", "B", "", "Eén", "Un", "Eins", "One", "p. 1"),
    ("J7", "Nieuw", "A", "x", "Zeven", "", "", "", ""),
)
MISTAKEN = (
    ("A1", "Dierengezondheid", "B", "", "Eén", "", "", "", ""),
    ("A1", "Dierengezondheid", "Z", "misschien", "", "", "", "", ""),
)


def book(*lines: tuple[str, ...], header: tuple[str, ...] = NL_HEADER) -> dict[str, tuple[str, bytes]]:
    return {"file": ("lijst.xlsx", xlsx_bytes("lijst", header, lines))}


# Made once: a workbook carries the second in which it was written.
GOOD, BAD = book(*LINES), book(*MISTAKEN)


@pytest.fixture
async def secretary(made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """In a house of 15 January 2025, so list L-001 counts."""
    secretary = await signed_in(Role.SECRETARIAT)
    await found_house(made_sessions)
    return secretary


async def test_one_brings_in_a_list_and_another_agrees(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    form = hidden(await secretary.get("/lastenboek")) | HEAD
    for _ in range(2):
        answer = await secretary.post("/lastenboek", data=form, files=GOOD)
        assert (answer.status_code, answer.headers["location"]) == (303, "/lastenboek/L-003")
    own = (await secretary.get("/lastenboek/L-003")).text
    assert ('value="true"' in own, "45 eisen verschillen van L-001" in own) == (False, True)
    assert (await secretary.post("/lastenboek/L-003/decision", data={"accepted": "true"})).status_code == 422
    other = await signed_in(Role.ADMINISTRATOR)
    assert 'value="true"' in (await other.get("/lastenboek/L-003")).text
    assert (await other.post("/lastenboek/L-003/decision", data={"accepted": "true"})).status_code == 303
    page = (await other.get("/lastenboek")).text
    assert re.findall(r"<span class=\"state state-(\w+)\">", page) == ["active", "coming", "replaced"]


async def test_every_mistake_of_a_file_is_named_and_nothing_is_kept(
    secretary: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = hidden(await secretary.get("/lastenboek")) | HEAD
    page = await secretary.post("/lastenboek", data=form, files=BAD)
    assert page.status_code == 422
    for said in (
        "4 fouten",
        "Regel 3",
        "Een eerdere regel heeft hetzelfde nummer",
        "<b>Z</b>",
        "misschien",
        HEAD["title"],
    ):
        assert said in page.text
    answer = await secretary.post(API, data=JSON_HEAD, files=BAD)
    issues = answer.json()["issues"]
    assert [(one["line"], one["name"], one["type"].rpartition(":")[2]) for one in issues] == [
        (3, "number", "doubleRequirement"), (3, "grade", "requirementGrade"), (3, "visual", "visual"),
        (3, "text_nl", "required"),
    ]  # fmt: skip
    assert len(await table(made_sessions, RequirementListRow)) == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"edition": "twaalf"}, "edition"), ({"title": ""}, "title"), ({"in_force": "1/9"}, "in_force"), ({"source": "x"}, "source")],
)  # fmt: skip
async def test_a_mistake_is_told_beside_its_field(
    secretary: httpx.AsyncClient, changed: dict[str, str], field: str
) -> None:
    form = hidden(await secretary.get("/lastenboek")) | HEAD | changed
    page = await secretary.post("/lastenboek", data=form, files=GOOD)
    assert (page.status_code, re.findall(r'id="(\w+)-error"', page.text)) == (422, [field])
    without = await secretary.post("/lastenboek", data=hidden(page) | HEAD)
    assert (without.status_code, re.findall(r'id="(\w+)-error"', without.text)) == (422, ["file"])


async def test_a_list_as_a_file_reads_back_to_the_same_list(secretary: httpx.AsyncClient) -> None:
    for kind in ("xlsx", "csv"):
        saved = await secretary.get(f"/lastenboek/L-001/requirements.{kind}")
        sent = {"file": (f"lijst.{kind}", saved.content)}
        made = await secretary.post(API, data=JSON_HEAD, files=sent)
        assert (made.status_code, made.json()["replaces"], made.json()["differences"]) == (201, "L-001", [])
        there = (await secretary.get(f"{API}/L-001")).json()
        assert made.json()["requirements"] == there["requirements"]
        where = f"{API}/{made.json()['listId']}/decision"
        assert (await secretary.post(where, json={"accepted": False})).json()["state"] == "declined"
    header = [
        cell.value
        for cell in next(
            load_workbook(io.BytesIO((await secretary.get("/lastenboek/L-001/requirements.xlsx")).content)).active.rows
        )
    ]
    assert tuple(header) == HEADER


async def test_the_api_does_the_same(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    other, key = await signed_in(Role.ADMINISTRATOR), {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(2):
        made = await secretary.post(API, data=JSON_HEAD, files=GOOD, headers=key)
        assert (made.status_code, made.headers["location"]) == (201, f"{API}/L-003")
    assert made.json()["modules"][1] == {"letter": "J", "name": {"nl": "Nieuw"}}
    assert made.json()["requirements"][1] == {
        "number": "J7", "module": "J", "rank": 1, "grade": "A", "visual": True, "text": {"nl": "Zeven"},
        "certainty": "D", "toBeConfirmed": False,
    }  # fmt: skip
    refused = await secretary.post(f"{API}/L-003/decision", json={"accepted": True})
    assert refused.json()["type"] == "urn:problem-type:ikm:rule:secondPersonNeeded"
    assert (await other.post(f"{API}/L-003/decision", json={"accepted": True})).json()["state"] == "active"
    assert [one["listId"] for one in (await other.get(API)).json()["items"]] == ["L-003", "L-002", "L-001"]
    assert (await other.get(f"{API}/L-009")).status_code == 404


async def test_an_auditor_sees_each_requirement_with_its_mark(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    page = (await (await signed_in(Role.AUDITOR)).get("/lastenboek/L-002")).text
    assert page.count('scope="row"') == 43 + 4  # 12 differs from 11.1 in A9, D5, F3 and G2
    assert "te bevestigen door IKM" in page
    assert 'enctype="multipart/form-data"' not in (await (await signed_in(Role.AUDITOR)).get("/lastenboek")).text
