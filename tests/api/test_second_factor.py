"""The second factor: set up, asked for at sign-in, used once, taken away; until it is given nothing opens."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import select

from api.sealing import UnreadableSecretError, seal, unseal
from records.database import Sessions
from records.person import PersonRow, SessionRow
from records.second_factor import STEP_SECONDS, step_of
from records.trail import TrailEntry
from scheme.people import Role
from scheme.step import Act
from settings import Settings
from tests.api.asked import keyed
from tests.api.conftest import PASSWORD, SignIn
from tests.api.test_matrix import GUARDED, PLACES

AT = datetime(2026, 5, 4, 9, 0, 10, tzinfo=UTC)
STEP = int(AT.timestamp()) // STEP_SECONDS
# RFC 6238, appendix B, for SHA-1, cut to six digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SIGN_IN = {"signInName": "administrator", "password": PASSWORD}


@pytest.fixture
def settings() -> Settings:
    """A house with its keys."""
    return keyed().model_copy(update={"payload_key": SecretStr("B" * 43)})


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, code, at, after=None) == seconds // STEP_SECONDS


@pytest.mark.parametrize(
    ("steps", "after", "found"),
    [
        pytest.param(0, None, STEP, id="now"),
        pytest.param(-1, None, STEP - 1, id="a telephone that is late"),
        pytest.param(1, None, STEP + 1, id="a telephone that is early"),
        pytest.param(-2, None, None, id="too late"),
        pytest.param(2, None, None, id="too early"),
        pytest.param(0, STEP, None, id="used before"),
        pytest.param(-1, STEP, None, id="older than one used"),
        pytest.param(1, STEP, STEP + 1, id="after one used"),
    ],
)
def test_a_step_is_used_once(steps: int, after: int | None, found: int | None) -> None:
    code = pyotp.TOTP(RFC_SECRET).at((STEP + steps) * STEP_SECONDS)
    assert step_of(RFC_SECRET, f" {code[:3]} {code[3:]} ", AT, after=after) == found


def test_a_sealed_secret_opens_for_its_person_under_the_houses_key_alone(settings: Settings) -> None:
    sealed = seal(settings, "P-0001", RFC_SECRET)
    assert RFC_SECRET not in sealed
    assert unseal(settings, "P-0001", sealed) == RFC_SECRET
    with pytest.raises(UnreadableSecretError):
        unseal(settings, "P-0002", sealed)
    with pytest.raises(UnreadableSecretError):
        unseal(settings.model_copy(update={"payload_key": SecretStr("C" * 43)}), "P-0001", sealed)


async def test_it_is_set_up_with_a_picture_or_by_hand(signed_in: SignIn, made_sessions: Sessions) -> None:
    """The page shows both; the first code makes it count, and sessions from before end."""
    browser, elsewhere = [await signed_in(Role.ADMINISTRATOR) for _ in range(2)]
    assert (await browser.post("/account/second-factor", data={"password": "x"})).status_code == 422
    assert (await browser.post("/account/second-factor", data={"password": PASSWORD})).status_code == 303
    page = (await browser.get("/account/second-factor")).text
    secret = re.sub(r"\s", "", re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0])
    assert "<svg" in page
    async with made_sessions() as session:
        assert secret not in str((await session.get_one(PersonRow, "P-0007")).totp_sealed)
    confirmation = "/account/second-factor/confirmation"
    assert (await browser.post(confirmation, data={"code": "000000"})).status_code == 422
    assert (await browser.post(confirmation, data={"code": pyotp.TOTP(secret).now()})).status_code == 303
    assert (await browser.get("/account")).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 303
    assert secret not in (await browser.get("/account/second-factor")).text
    assert (await browser.post("/account/second-factor", data={"password": PASSWORD})).status_code == 409


async def test_until_the_code_is_given_nothing_opens(visitor: httpx.AsyncClient, signed_in: SignIn) -> None:
    """On any route, however it is asked; the page of the code is the one way on, and another session comes of it."""
    secret = await enrolled(await signed_in(Role.ADMINISTRATOR))
    half = await visitor.post("/api/v1/session", json=SIGN_IN)
    assert (half.status_code, half.json()["complete"]) == (201, False)
    for route in GUARDED:
        method, path = route.split(" ")
        for name, value in PLACES.items():
            path = path.replace(name, value)
        headers = {"X-CSRF-Token": half.json()["csrf"]}
        answer = await visitor.request(method, path, headers=headers)
        assert answer.status_code == (401 if path.startswith("/api/") else 303), route
        assert answer.headers.get("location", "/sign-in").startswith("/sign-in"), route
    led = await visitor.get("/sign-in", params={"next": "/farms"})
    assert led.headers["location"] == "/sign-in/code?next=%2Ffarms"
    before = visitor.cookies["ikm_session"]
    form = {"code": next_code(secret), "next": "/farms", "csrf": token(await visitor.get("/sign-in/code"))}
    assert (await visitor.post("/sign-in/code", data=form)).headers["location"] == "/farms"
    assert visitor.cookies["ikm_session"] != before
    assert (await visitor.get("/account")).status_code == 200


async def test_a_code_signs_in_once(visitor: httpx.AsyncClient, signed_in: SignIn, made_sessions: Sessions) -> None:
    """Whoever saw it over a shoulder cannot use it again; the trail names the sign-in that was completed."""
    secret = await enrolled(await signed_in(Role.ADMINISTRATOR))
    code = next_code(secret)
    await visitor.post("/api/v1/session", json=SIGN_IN)
    done = await visitor.post("/api/v1/session/code", json={"code": code})
    assert (done.status_code, done.json()["complete"]) == (200, True)
    visitor.cookies.delete("ikm_session")
    await visitor.post("/api/v1/session", json=SIGN_IN)
    again = await visitor.post("/api/v1/session/code", json={"code": code})
    assert (again.status_code, again.headers["content-type"]) == (401, "application/problem+json")
    async with made_sessions() as session:
        entries = list(await session.exec(select(TrailEntry).where(TrailEntry.act == Act.SIGNED_IN.value)))
        rows = list(await session.exec(select(SessionRow.complete).order_by(SessionRow.created_at)))
    assert len(entries) == 1
    assert sorted(rows) == [False, True, True]


async def test_codes_are_not_guessed(visitor: httpx.AsyncClient, signed_in: SignIn) -> None:
    """Five wrong ones and this place rests, whatever session it brings; the right one is not looked at then."""
    secret = await enrolled(await signed_in(Role.ADMINISTRATOR))
    await visitor.post("/api/v1/session", json=SIGN_IN)
    page = token(await visitor.get("/sign-in/code"))
    form = {"code": "000000", "csrf": page}
    assert [(await visitor.post("/sign-in/code", data=form)).status_code for _ in range(6)] == [422] * 5 + [429]
    visitor.cookies.delete("ikm_session")
    await visitor.post("/api/v1/session", json=SIGN_IN)
    denied = await visitor.post("/api/v1/session/code", json={"code": next_code(secret)})
    assert (denied.status_code, int(denied.headers["retry-after"]) > 0) == (429, True)


async def test_it_is_taken_away_with_the_password(signed_in: SignIn, made_sessions: Sessions) -> None:
    """The trail has both; afterwards the password alone signs in."""
    browser = await signed_in(Role.ADMINISTRATOR)
    await enrolled(browser)
    removal = "/api/v1/account/second-factor/removal"
    assert (await browser.post(removal, json={"password": "x"})).status_code == 422
    assert (await browser.post("/account/second-factor/removal", data={"password": PASSWORD})).status_code == 303
    assert (await browser.post("/api/v1/session", json=SIGN_IN)).json()["complete"] is True
    async with made_sessions() as session:
        query = select(TrailEntry.act).where(TrailEntry.act != Act.SIGNED_IN.value).order_by(TrailEntry.place)
        assert list(await session.exec(query)) == [Act.FACTOR_SET.value, Act.FACTOR_REMOVED.value]


async def test_no_code_is_asked_of_nobody(visitor: httpx.AsyncClient) -> None:
    """Without a password before it there is no code page."""
    assert (await visitor.get("/sign-in/code")).headers["location"] == "/sign-in"
    assert (await visitor.post("/api/v1/session/code", json={"code": "123456"})).status_code == 401


async def test_a_factor_sealed_under_another_key_is_said(
    app: FastAPI, visitor: httpx.AsyncClient, signed_in: SignIn, made_sessions: Sessions
) -> None:
    """It is no wrong code: an administrator has to take it away."""
    await enrolled(await signed_in(Role.ADMINISTRATOR))
    async with made_sessions.begin() as session:
        person = await session.get_one(PersonRow, "P-0007")
        person.totp_sealed = seal(app.state.settings, "P-0001", RFC_SECRET)
        session.add(person)
    await visitor.post("/api/v1/session", json=SIGN_IN)
    assert (await visitor.post("/api/v1/session/code", json={"code": "123456"})).status_code == 409


async def test_whose_role_decides_is_told_to_set_one_up(signed_in: SignIn) -> None:
    """Decision makers and administrators, until they have one; nobody is kept out for it."""
    for role, due in ((Role.ADMINISTRATOR, True), (Role.DECISION_MAKER, True), (Role.SECRETARIAT, False)):
        browser = await signed_in(role)
        assert (await browser.get("/api/v1/account")).json()["secondFactorDue"] is due, role
        assert ('class="note"' in (await browser.get("/account")).text) is due, role


async def enrolled(browser: httpx.AsyncClient) -> str:
    """Set up and confirm a second factor; its secret."""
    offer = (await browser.post("/api/v1/account/second-factor", json={"password": PASSWORD})).json()
    assert parse_qs(urlsplit(offer["uri"]).query)["secret"] == [offer["secret"]]
    confirmed = {"code": pyotp.TOTP(offer["secret"]).now()}
    assert (await browser.post("/api/v1/account/second-factor/confirmation", json=confirmed)).status_code == 204
    return str(offer["secret"])


def next_code(secret: str) -> str:
    """The code of the step after the one that confirmed: a telephone may be that early."""
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=1)


def token(page: httpx.Response) -> str:
    """The form's token of a visitor."""
    return page.text.partition('name="csrf" value="')[2].partition('"')[0]
