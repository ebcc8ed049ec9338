"""One's own account: sessions that end at once, another password, mail and digest."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import select

from api.agent import told
from records.database import Sessions
from records.person import PersonRow, SessionRow
from records.trail import Change, TrailEntry
from scheme.people import Role
from scheme.step import Act
from tests.api.conftest import PASSWORD, SignIn
from tests.api.test_matrix import GUARDED, PLACES

NEW = "een heel nieuw wachtwoord"
EVERYWHERE = {"form": "/account/sessions/end", "json": "/api/v1/account/sessions"}


@pytest.mark.parametrize("way", EVERYWHERE)
async def test_a_stolen_cookie_dies_at_sign_out_everywhere(
    signed_in: SignIn, made_sessions: Sessions, way: str
) -> None:
    """At once, on every route; other people stay."""
    owner, thief, planner = [await signed_in(role) for role in (Role.ADMINISTRATOR,) * 2 + (Role.PLANNER,)]
    assert (await thief.get("/account")).status_code == 200
    method = "POST" if way == "form" else "DELETE"
    assert (await owner.request(method, EVERYWHERE[way])).status_code == (303 if way == "form" else 204)
    for route in GUARDED:
        verb, path = route.split(" ")
        for name, value in PLACES.items():
            path = path.replace(name, value)
        answer = await thief.request(verb, path)
        away = (answer.status_code, answer.headers.get("location", "/sign-in")[:8])
        assert away == (401 if path.startswith("/api/") else 303, "/sign-in"), route
    assert (await planner.get("/account")).status_code == 200
    assert await acts(made_sessions) == [(Act.SIGNED_OUT.value, "P-0007", {"about": "P-0007"})]


async def test_sessions_are_told_and_ended_one_by_one(signed_in: SignIn, made_sessions: Sessions) -> None:
    """With browser, address and times; this one first, and nobody else's."""
    here, there, planner = [await signed_in(role) for role in (Role.SECRETARIAT,) * 2 + (Role.PLANNER,)]
    lines = (await here.get("/api/v1/account/sessions")).json()["items"]
    assert [line["here"] for line in lines] == [True, False]
    theirs = (await planner.get("/api/v1/account/sessions")).json()["items"][0]["sessionId"]
    for path in (f"/api/v1/account/sessions/{theirs}", "/api/v1/account/sessions/%25", "/api/v1/account/sessions/a"):
        assert (await here.delete(path)).status_code == 404
    assert (await here.post(f"/account/sessions/{lines[1]['sessionId']}/end")).status_code == 303
    assert (await there.get("/account")).headers["location"] == "/sign-in?next=%2Faccount"
    assert (await here.get("/account")).status_code == 200


async def test_the_page_says_where_one_is_signed_in(visitor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    """By browser and network address; when it was last used is noted every few minutes."""
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sent = {"signInName": "secretariat", "password": PASSWORD}
    await visitor.post("/api/v1/session", json=sent, headers={"User-Agent": firefox})
    async with made_sessions.begin() as session:
        (await session.exec(select(SessionRow))).one().seen_at = datetime.now(UTC) - timedelta(hours=1)
    page = (await visitor.get("/account")).text
    assert "Firefox, Windows" in page
    assert "127.0.0.1" in page
    async with made_sessions() as session:
        row = (await session.exec(select(SessionRow))).one()
    assert row.seen_at is not None
    assert datetime.now(UTC) - row.seen_at < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge, Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        (None, "?"),
    ],
)
def test_a_browser_is_told_as_people_say_it(agent: str | None, shown: str) -> None:
    assert told(agent) == shown


async def test_another_password_ends_the_other_sessions(signed_in: SignIn, made_sessions: Sessions) -> None:
    """This one stays; the old password is worth nothing, the new one signs in."""
    here, there = [await signed_in(Role.SECRETARIAT) for _ in range(2)]
    form = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert (await here.post("/account/password", data=form)).headers["location"] == "/account"
    assert (await here.get("/account")).status_code == 200
    assert (await there.get("/account")).status_code == 303
    tried = {"signInName": "secretariat"}
    assert (await there.post("/api/v1/session", json=tried | {"password": PASSWORD})).status_code == 401
    assert (await there.post("/api/v1/session", json=tried | {"password": NEW})).status_code == 201
    assert (Act.PASSWORD_CHANGED.value, "P-0001", {"about": "P-0001"}) in await acts(made_sessions)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"current": "not this one"}, "current", id="the present one is wrong"),
        pytest.param({"password": "short", "again": "short"}, "password", id="too short"),
        pytest.param({"password": "secretariat 2026", "again": "secretariat 2026"}, "password", id="tried first"),
        pytest.param({"again": "another one, typed wrong"}, "password", id="not the same twice"),
    ],
)
async def test_a_password_is_not_changed(signed_in: SignIn, wrong: dict[str, str], field: str) -> None:
    """It says so beside the field."""
    browser = await signed_in(Role.SECRETARIAT)
    form = {"current": PASSWORD, "password": NEW, "again": NEW} | wrong
    answer = await browser.post("/account/password", data=form)
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', answer.text) == [field]


async def test_with_a_stolen_session_the_password_is_not_guessed(signed_in: SignIn) -> None:
    """The guesses count as those at sign-in do."""
    browser = await signed_in(Role.SECRETARIAT)
    sent = {"current": "x", "password": NEW}
    answers = [await browser.post("/api/v1/account/password", json=sent) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_mail_and_digest_with_before_and_after(signed_in: SignIn, made_sessions: Sessions) -> None:
    """In the trail by hash; the values lie apart. A second tab hears that it came too late."""
    browser = await signed_in(Role.SECRETARIAT)
    form = {"email": " an@IKM.example ", "digest": "weekdays", "revision": "1"}
    assert (await browser.post("/account", data=form)).status_code == 303
    assert (await browser.post("/account", data=form | {"email": ""})).status_code == 412
    async with made_sessions() as session:
        person = await session.get_one(PersonRow, "P-0001")
        change = (await session.exec(select(Change))).one()
    assert (person.email, person.digest, person.revision) == ("an@ikm.example", "weekdays", 2)
    assert change.before == {"email": None, "digest": "never"}
    assert change.after == {"email": "an@ikm.example", "digest": "weekdays"}
    (act, _, facts), *_ = await acts(made_sessions)
    assert (act, facts) == (
        Act.ACCOUNT_CHANGED.value,
        {"about": "P-0001", "change": change.change_id, "sha256": change.sha256},
    )


async def test_a_wrong_mail_address_stays_in_the_form(signed_in: SignIn) -> None:
    answer = await (await signed_in(Role.SECRETARIAT)).post(
        "/account", data={"email": "an at ikm", "digest": "daily", "revision": "1"}
    )
    assert (answer.status_code, 'value="an at ikm"' in answer.text) == (422, True)


async def test_the_account_as_json(signed_in: SignIn) -> None:
    """Changed with its ETag; what is left out stays, null takes the address away."""
    browser = await signed_in(Role.PLANNER)
    read = await browser.get("/api/v1/account")
    assert read.json() == {
        "personId": "P-0003", "signInName": "planner", "name": "An 3", "role": "planner",
        "inspectionBody": "Melkcontrole", "language": "nl", "digest": "never", "secondFactorDue": False,
    }  # fmt: skip
    seen = {"If-Match": read.headers["etag"]}
    changed = await browser.patch("/api/v1/account", json={"email": "p@b.example", "digest": "daily"}, headers=seen)
    assert (changed.status_code, changed.headers["etag"]) == (204, '"2"')
    assert (await browser.patch("/api/v1/account", json={"language": "fr"}, headers=seen)).status_code == 412
    assert (await browser.patch("/api/v1/account", json={"language": "fr"})).status_code == 428
    await browser.patch("/api/v1/account", json={"email": None}, headers={"If-Match": '"2"'})
    now = (await browser.get("/api/v1/account")).json()
    assert ("email" in now, now["digest"], now["language"]) == (False, "daily", "nl")


async def acts(sessions: Sessions) -> list[tuple[str, str, dict[str, object]]]:
    """What the house's chain says about people, without who signed in."""
    async with sessions() as session:
        query = select(TrailEntry).where(TrailEntry.act != Act.SIGNED_IN.value).order_by(TrailEntry.place)
        return [(entry.act, entry.person, entry.facts) for entry in await session.exec(query)]


async def test_a_weak_password_is_refused_by_name_in_json_too(signed_in: SignIn) -> None:
    sent = {"current": PASSWORD, "password": "Welkom2026Welkom!"}
    answer = await (await signed_in(Role.SECRETARIAT)).post("/api/v1/account/password", json=sent)
    assert (answer.status_code, "als eerste" in answer.json()["detail"]) == (422, True)
