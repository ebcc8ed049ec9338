"""The same request under the same key is done once and answered as before; its key cannot mean something else."""

import re
import uuid

import pytest
from sqlmodel import SQLModel, func, select

from records.database import Sessions
from records.farm import Dairy, Farm, InspectionBody
from records.person import AbsenceRow, PersonRow
from records.request_key import RequestKeyRow
from scheme.people import Role
from tests.api.asked import hidden
from tests.api.conftest import SignIn

FARM = {
    "name": "Hoeve Nieuw", "holder": "Els Claes", "street": "Dorp 3", "postcode": "9000", "city": "Gent",
    "country": "BE", "language": "nl",
}  # fmt: skip
PERSON = {"signInName": "els", "name": "Els Claes", "role": "planner", "bodyId": "B-01", "email": "els@claes.be"}
AWAY = {"awayFrom": "2099-07-01", "awayUntil": "2099-07-14", "substitute": "P-0008"}
MADE = [
    pytest.param("farms", FARM, "name", Farm, id="a farm"),
    pytest.param("dairies", {"name": "Zuivel", "language": "nl"}, "name", Dairy, id="a dairy"),
    pytest.param(
        "inspection-bodies", {"name": "Keur", "recognisedFrom": "2025-01-01", "recognisedUntil": "2099-01-01"},
        "name", InspectionBody, id="an inspection body",
    ),
    pytest.param("people", PERSON | {"signInName": "jo"}, "name", PersonRow, id="a person"),
    pytest.param("people/P-0003/absences", AWAY, "awayUntil", AbsenceRow, id="an absence"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "asked", "name", "table"), MADE)
async def test_what_is_sent_twice_is_made_once(
    signed_in: SignIn, made_sessions: Sessions, path: str, asked: dict[str, str], name: str, table: type[SQLModel]
) -> None:
    by = await signed_in(Role.ADMINISTRATOR if path.startswith("people") else Role.SECRETARIAT)
    if table is AbsenceRow:
        await by.post("/api/v1/people", json=PERSON)
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = await by.post(f"/api/v1/{path}", json=asked, headers=key)
    there = await count(made_sessions, table)
    again = await by.post(f"/api/v1/{path}", json=asked, headers=key)
    other = await by.post(f"/api/v1/{path}", json=asked | {name: "2099-07-02"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.headers.get("location") == first.headers.get("location")
    # A password is told once, and kept nowhere.
    assert again.json() == {name: value for name, value in first.json().items() if name != "password"}
    assert await count(made_sessions, table) == there


@pytest.mark.parametrize(("path", "asked", "name", "table"), MADE)
async def test_a_button_pressed_twice_makes_one(
    signed_in: SignIn, made_sessions: Sessions, path: str, asked: dict[str, str], name: str, table: type[SQLModel]
) -> None:
    """What is typed into the same form afterwards is another."""
    by = await signed_in(Role.ADMINISTRATOR if path.startswith("people") else Role.SECRETARIAT)
    if table is AbsenceRow:
        await by.post("/api/v1/people", json=PERSON)
    before = await count(made_sessions, table)
    shown = await by.get("/people/P-0003" if table is AbsenceRow else f"/{path}/new")
    typed = {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", one): value for one, value in asked.items()}
    form = {"key": hidden(shown)["key"], **typed}
    first, again = await by.post(f"/{path}", data=form), await by.post(f"/{path}", data=form)
    assert first.status_code == again.status_code
    assert again.headers.get("location") == first.headers.get("location")
    assert await count(made_sessions, table) == before + 1
    if table is Dairy:
        other = await by.post(f"/{path}", data=form | {name: "Anders"})
        assert (other.status_code, await count(made_sessions, table)) == (303, before + 2)


async def test_a_change_that_is_sent_again_is_answered_as_before(signed_in: SignIn, made_sessions: Sessions) -> None:
    office, admin = await signed_in(Role.SECRETARIAT), await signed_in(Role.ADMINISTRATOR)
    await office.post("/api/v1/dairies", json={"name": "Zuivel", "language": "nl"})
    places = [
        (office, "farms/F-000001", {"name": "Hoeve Anders"}),
        (office, "dairies/D-001", {"name": "Anders"}),
        (office, "inspection-bodies/B-01", {"name": "Anders"}),
        (admin, "people/P-0003", {"name": "Anders"}),
        (admin, "account", {"email": "an@ikm.be"}),
    ]
    for by, path, asked in places:
        seen = (await by.get(f"/api/v1/{path}")).headers["etag"]
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": seen}
        first, again = [await by.patch(f"/api/v1/{path}", json=asked, headers=headers) for _ in range(2)]
        assert (first.status_code, again.status_code) in {(200, 200), (204, 204)}, path
        assert again.headers["etag"] == first.headers["etag"] != seen
        assert (await by.patch(f"/api/v1/{path}", json=asked, headers={"If-Match": seen})).status_code == 412
    assert await count(made_sessions, RequestKeyRow) == len(places)


async def test_what_was_refused_leaves_its_key_free(signed_in: SignIn, made_sessions: Sessions) -> None:
    office, key = await signed_in(Role.SECRETARIAT), {"Idempotency-Key": str(uuid.uuid4())}
    wrong = await office.post("/api/v1/farms", json=FARM | {"postcode": "12"}, headers=key)
    right = await office.post("/api/v1/farms", json=FARM, headers=key)
    assert (wrong.status_code, right.status_code) == (422, 201)
    assert await count(made_sessions, RequestKeyRow) == 1


async def count(sessions: Sessions, table: type[SQLModel]) -> int:
    async with sessions() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()
