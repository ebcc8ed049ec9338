"""People are added, changed, locked and helped by administrators; somebody can always do so."""

import re
from datetime import UTC, date, datetime

import httpx
import pytest
from sqlmodel import select

from records.absence import add_absence
from records.account import take
from records.database import Sessions
from records.person import AbsenceRow, PersonRow, SignInFailureRow
from records.queries.absence import substitutes
from records.trail import Change, TrailEntry
from records.trailing import HOUSE_CHAIN
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.people import THE_HOUSE, Role
from scheme.step import Act
from tests.api.conftest import PASSWORD, SITE, SignIn
from tests.world import change

NEW = {"sign_in_name": "Els", "name": "Els Claes", "role": "planner", "body_id": "B-02", "language": "fr", "email": ""}
# The planner as the form shows them.
PLANNER = {"name": "An 3", "role": "planner", "body_id": "B-01", "language": "nl", "email": "", "revision": "1"}


async def test_a_person_is_added_and_signs_in(
    signed_in: SignIn, visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """With the password that is shown once; the trail says who added them."""
    admin = await signed_in(Role.ADMINISTRATOR)
    added = await admin.post("/people", data=NEW)
    assert added.status_code == 201
    password = re.findall(r"<code>([\w-]+)</code>", added.text)[0]
    begun = await visitor.post("/api/v1/session", json={"signInName": "els", "password": password})
    assert (begun.status_code, begun.json()["role"]) == (201, "planner")
    assert '<html lang="fr">' in (await visitor.get("/farms")).text
    number = begun.json()["person"]
    assert password not in (await admin.get(f"/people/{number}")).text
    assert await told(made_sessions, number) == [(Act.PERSON_ADDED.value, "P-0007")]
    assert "Els Claes" in (await admin.get("/people")).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("role=planner", ["P-0003"]),
        ("body=B-01&role=", ["P-0003", "P-0004"]),
        ("active=false", ["P-0002"]),
        ("active=true&role=decision-maker", []),
    ],
)
async def test_the_list_is_narrowed(signed_in: SignIn, made_sessions: Sessions, query: str, found: list[str]) -> None:
    """By role, by body, by whether the account is locked; on the page as in the JSON API."""
    admin = await signed_in(Role.ADMINISTRATOR)
    await change(made_sessions, "UPDATE person SET locked_at = now() WHERE person_id = 'P-0002'")
    listed = (await admin.get(f"/api/v1/people?{query}")).json()
    assert [one["personId"] for one in listed["items"]] == found
    page = (await admin.get(f"/people?{query}")).text
    assert re.findall(r'href="/people/(P-\d+)"', page) == found
    assert ("Niemand past bij deze filters" in page) is (not found)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"sign_in_name": "PLANNER"}, "sign_in_name", id="a name that is taken"),
        pytest.param({"sign_in_name": " "}, "sign_in_name", id="no name to sign in with"),
        pytest.param({"name": ""}, "name", id="no name"),
        pytest.param({"body_id": ""}, "body_id", id="a planner without a body"),
        pytest.param({"role": "secretariat"}, "body_id", id="the secretariat with a body"),
        pytest.param({"body_id": "B-99"}, "body_id", id="a body that is none"),
        pytest.param({"role": "farmer", "body_id": ""}, "role", id="a farmer"),
        pytest.param({"email": "els at body"}, "email", id="no mail address"),
    ],
)
async def test_a_person_is_not_added(signed_in: SignIn, wrong: dict[str, str], field: str) -> None:
    """It says so beside the field, with what was typed still there."""
    answer = await (await signed_in(Role.ADMINISTRATOR)).post("/people", data=NEW | wrong)
    assert (answer.status_code, re.findall(r'id="(\w+)-error"', answer.text)) == (422, [field])
    assert 'value="Els' in answer.text


async def test_a_change_keeps_before_and_after(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Apart from the trail, which has their hash; whoever saw an older revision is told."""
    admin = await signed_in(Role.ADMINISTRATOR)
    form = PLANNER | {"body_id": "B-02", "email": "an@b.example"}
    assert (await admin.post("/people/P-0003", data=form)).status_code == 303
    assert (await admin.post("/people/P-0003", data=form)).status_code == 412
    async with made_sessions() as session:
        change = (await session.exec(select(Change))).one()
    assert change.before == {"body_id": "B-01", "email": None}
    assert change.after == {"body_id": "B-02", "email": "an@b.example"}
    assert (await told(made_sessions, "P-0003"))[0] == (Act.PERSON_CHANGED.value, "P-0007")
    page = (await admin.get("/people/P-0003")).text
    assert "<del>B-01</del>" in page
    assert "<ins>an@b.example</ins>" in page


async def test_the_last_administrator_stays(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Not locked, not given another role, by whatever way; with a second one it can be."""
    admin = await signed_in(Role.ADMINISTRATOR)
    assert (await admin.post("/people/P-0007/lock")).status_code == 422
    form = {"name": "An 7", "role": "operations", "language": "nl", "revision": "1"}
    refused = await admin.post("/people/P-0007", data=form)
    assert (refused.status_code, re.findall(r'id="(\w+)-error"', refused.text)) == (422, ["role"])
    asked = {"role": "operations"}
    by_json = await admin.patch("/api/v1/people/P-0007", json=asked, headers={"If-Match": '"1"'})
    assert (by_json.status_code, by_json.json()["type"]) == (422, "urn:problem-type:ikm:rule:lastAdministrator")
    assert Rule.LAST_ADMINISTRATOR == "last-administrator"
    second = {"role": "administrator", "name": "An 5", "language": "nl", "revision": "1"}
    assert (await admin.post("/people/P-0005", data=second)).status_code == 303
    assert (await admin.post("/people/P-0007/lock")).status_code == 303
    assert (await admin.get("/people")).headers["location"].startswith("/sign-in")


async def test_who_is_locked_is_out_at_once(
    signed_in: SignIn, visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """Sessions end, the right password opens nothing and reads as a wrong one; unlocked, it opens again."""
    admin, planner = await signed_in(Role.ADMINISTRATOR), await signed_in(Role.PLANNER)
    sent = {"signInName": "planner", "password": PASSWORD}
    assert (await admin.post("/people/P-0003/lock")).status_code == 303
    assert (await planner.get("/farms")).status_code == 303
    assert (await visitor.post("/api/v1/session", json=sent)).status_code == 401
    assert (await admin.post("/people/P-0003/unlock")).status_code == 303
    async with made_sessions() as session:
        assert (await session.exec(select(SignInFailureRow))).all() == []
    assert (await visitor.post("/api/v1/session", json=sent)).status_code == 201
    assert await told(made_sessions, "P-0003") == [
        (Act.PERSON_UNLOCKED.value, "P-0007"), (Act.PERSON_LOCKED.value, "P-0007"),
    ]  # fmt: skip


async def test_a_lost_password_and_a_lost_telephone(
    signed_in: SignIn, visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """Another password, shown once; the second factor taken away; signed out everywhere. Each in the trail."""
    admin, planner = await signed_in(Role.ADMINISTRATOR), await signed_in(Role.PLANNER)
    async with made_sessions.begin() as session:
        person = await session.get_one(PersonRow, "P-0003")
        person.totp_sealed, person.totp_confirmed_at = "x", datetime.now(UTC)
        session.add(person)
    assert (await admin.post("/people/P-0003/second-factor-removal")).status_code == 303
    shown = await admin.post("/people/P-0003/password")
    password = re.findall(r"<code>([\w-]+)</code>", shown.text)[0]
    assert (await planner.get("/farms")).status_code == 303
    for given, status in ((PASSWORD, 401), (password, 201)):
        sent = {"signInName": "planner", "password": given}
        assert (await visitor.post("/api/v1/session", json=sent)).status_code == status
    assert (await admin.post("/people/P-0003/sign-out")).status_code == 303
    assert (await visitor.get("/farms")).status_code == 303
    assert [act for act, _ in await told(made_sessions, "P-0003")] == [
        Act.SIGNED_OUT.value, Act.PASSWORD_RESET.value, Act.FACTOR_REMOVED.value,
    ]  # fmt: skip


async def test_people_as_json(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Listed, added, read with an ETag, changed with it, acted on."""
    admin = await signed_in(Role.ADMINISTRATOR)
    listed = (await admin.get("/api/v1/people?pageSize=2")).json()
    assert (listed["total"], [one["signInName"] for one in listed["items"]]) == (7, ["secretariat", "decision-maker"])
    new = {"signInName": "els", "name": "Els", "role": "auditor", "bodyId": "B-01"}
    added = await admin.post("/api/v1/people", json=new)
    assert (added.status_code, len(added.json()["password"])) == (201, 16)
    place = added.headers["location"].removeprefix(SITE)
    read = await admin.get(place)
    assert read.json() == new | {"personId": added.json()["personId"], "language": "nl", "secondFactor": False}
    seen = {"If-Match": read.headers["etag"]}
    assert (await admin.patch(place, json={"email": "nobody"}, headers=seen)).status_code == 422
    assert (await admin.patch(place, json={"email": "els@b.example"}, headers=seen)).headers["etag"] == '"2"'
    assert (await admin.patch(place, json={"name": "Els B"}, headers=seen)).status_code == 412
    for act in ("lock", "unlock", "sign-out", "second-factor-removal"):
        assert (await admin.post(f"{place}/{act}")).status_code == 204, act
    assert (await admin.post(f"{place}/password")).json()["personId"] == added.json()["personId"]
    refused = await admin.post("/api/v1/people", json=new)
    assert refused.json()["type"] == "urn:problem-type:ikm:rule:nameTaken"
    farmer = await admin.post("/api/v1/people", json=new | {"signInName": "x", "role": "farmer", "bodyId": None})
    assert farmer.json()["type"] == "urn:problem-type:ikm:rule:roleAndBody"
    assert (Rule.NAME_TAKEN, Rule.ROLE_AND_BODY) == ("name-taken", "role-and-body")


async def test_an_assessor_reads_and_does_nothing(signed_in: SignIn) -> None:
    """The pages offer no button either."""
    assessor = await signed_in(Role.ASSESSOR)
    page = await assessor.get("/people/P-0003")
    assert page.status_code == 200
    assert 'action="/people' not in page.text


async def test_an_absence_by_oneself_and_by_an_administrator(signed_in: SignIn, made_sessions: Sessions) -> None:
    """With a substitute of the same role and body; from the first to the last day the tasks are theirs."""
    admin, planner = await signed_in(Role.ADMINISTRATOR), await signed_in(Role.PLANNER)
    stand_in = NEW | {"body_id": "B-01"}
    await admin.post("/people", data=stand_in)
    form = {"away_from": "2099-07-01", "away_until": "2099-07-14", "substitute": "P-0008"}
    assert (await planner.post("/account/absences", data=form)).headers["location"] == "/account#absences"
    async with made_sessions() as session:
        away = await substitutes(session, date(2099, 7, 14))
        row = (await session.exec(select(AbsenceRow))).one()
    assert (away["P-0003"].person_id, away["P-0003"].name) == ("P-0008", "Els Claes")
    assert "Els Claes" in (await planner.get("/account")).text
    assert (await planner.post(f"/account/absences/{row.absence_id}/cancel")).status_code == 303
    assert (await planner.post(f"/account/absences/{row.absence_id}/cancel")).status_code == 404
    made = await admin.post("/api/v1/people/P-0003/absences", json={
        "awayFrom": "2099-07-01", "awayUntil": "2099-07-01", "substitute": "P-0008",
    })  # fmt: skip
    assert made.status_code == 201
    listed = (await planner.get("/api/v1/account/absences")).json()["items"]
    assert [one["absenceId"] for one in listed] == [made.json()["absenceId"]]
    assert (await admin.get("/api/v1/people/P-0003/absences")).json()["items"] == listed
    # Nobody cancels another's.
    own = f"/api/v1/account/absences/{made.json()['absenceId']}"
    assert (await admin.delete(own)).status_code == 404
    assert (await planner.delete(own)).status_code == 204
    assert [act for act, _ in await told(made_sessions, "P-0003")] == [
        Act.ABSENCE_CANCELLED.value, Act.ABSENCE_ADDED.value,
    ] * 2  # fmt: skip


async def test_a_new_person_keeps_the_mail_address(signed_in: SignIn) -> None:
    """By the page and by the API; without one there is none."""
    admin = await signed_in(Role.ADMINISTRATOR)
    await admin.post("/people", data=NEW | {"body_id": "B-01", "email": "els@claes.be"})
    added = {"signInName": "jo", "name": "Jo", "role": "secretariat", "email": "jo@ikm.be"}
    made = await admin.post("/api/v1/people", json=added)
    mails = [(await admin.get(f"/api/v1/people/{one}")).json()["email"] for one in ("P-0008", made.json()["personId"])]
    assert mails == ["els@claes.be", "jo@ikm.be"]


async def test_an_absence_that_cannot_be(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Days the wrong way round or past, a substitute who is oneself or of another role, days that are taken."""
    await (await signed_in(Role.ADMINISTRATOR)).post("/people", data=NEW | {"body_id": "B-01"})
    first, last = date(2099, 7, 1), date(2099, 7, 14)
    cases = [
        (last, first, "P-0008", Rule.ABSENCE_DATES),
        (date(2020, 1, 1), date(2020, 1, 2), "P-0008", Rule.ABSENCE_DATES),
        (first, last, "P-0003", Rule.NO_SUBSTITUTE),
        (first, last, "P-0001", Rule.NO_SUBSTITUTE),
        (first, last, "P-0008", None),
        (last, date(2099, 8, 1), "P-0008", Rule.ABSENCE_OVERLAPS),
    ]
    for begins, ends, substitute, rule in cases:
        found = None
        async with made_sessions.begin() as session:
            person = await take(session, PersonId("P-0003"))
            try:
                await add_absence(session, person, begins, ends, substitute, THE_HOUSE)
            except RuleViolationError as error:
                found = error.refusal.rule
        assert found is rule, (begins, ends, substitute)
    form = {"away_from": "2099-07-14", "away_until": "2099-07-14", "substitute": "P-0008"}
    said = await (await signed_in(Role.PLANNER)).post("/account/absences", data=form)
    assert (said.status_code, "1 juli 2099" in said.text) == (422, True)


async def told(sessions: Sessions, about: str) -> list[tuple[str, str]]:
    """Act and actor of the house's entries about a person, newest first."""
    async with sessions() as session:
        query = select(TrailEntry).where(TrailEntry.chain == HOUSE_CHAIN).order_by(TrailEntry.place)
        return [(one.act, one.person) for one in await session.exec(query) if one.facts.get("about") == about][::-1]
