"""An office under attack: guessing slows the one who guesses, and nobody else (decision record 0008)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from api.attempt import account
from records.database import Sessions
from records.person import SignInFailureRow
from records.throttling import FAILURES_OF_A_PLACE, FAILURES_ON_AN_ACCOUNT, rest_after
from tests.api.conftest import PASSWORD, SITE

SECRETARY, PLANNER, WRONG = "secretariat", "planner", "koe"
OFFICE, ELSEWHERE, ATTACKER = "192.0.2.10", "198.51.100.7", "203.0.113.66"
At = Callable[[str], httpx.AsyncClient]


@pytest_asyncio.fixture
async def at(app: FastAPI) -> AsyncIterator[At]:
    """A new browser at that network address."""
    async with AsyncExitStack() as stack:
        made: list[httpx.AsyncClient] = []

        def open_browser(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, client=(address, 1234))
            made.append(httpx.AsyncClient(transport=transport, base_url=SITE))
            stack.push_async_callback(made[-1].aclose)
            return made[-1]

        yield open_browser


async def tries(browser: httpx.AsyncClient, name: str, password: str = WRONG) -> httpx.Response:
    """One try to sign in, in a browser that keeps what it knows of this house but no session."""
    browser.cookies.delete("ikm_session")
    return await browser.post("/api/v1/session", json={"signInName": name, "password": password})


async def guessed(sessions: Sessions, app: FastAPI, count: int, **columns: str) -> None:
    """So many wrong guesses a second ago."""
    name = account(app.state.settings, SECRETARY)
    async with sessions.begin() as session:
        for number in range(count):
            values = {"address": f"somewhere-{number}", "sign_in_name": name} | columns
            session.add(SignInFailureRow(at=datetime.now(UTC) - timedelta(seconds=1), **values))


@pytest.mark.parametrize("name", [SECRETARY, "nobody-of-that-name"])
async def test_the_guesser_waits_from_the_fifth_wrong_password(at: At, name: str) -> None:
    """Not even the right one is looked at then; an account that does not exist behaves the same."""
    guesser = at(ATTACKER)
    assert [(await tries(guesser, name)).status_code for _ in range(5)] == [401] * 5
    denied = await tries(guesser, name, PASSWORD)
    assert (denied.status_code, denied.headers["content-type"]) == (429, "application/problem+json")
    assert denied.json()["type"] == "urn:problem-type:belgif:tooManyRequests"
    assert 0 < int(denied.headers["retry-after"]) <= 61
    assert "1 min" in denied.json()["detail"]


async def test_the_form_says_when_to_try_again(at: At) -> None:
    """The name is still there, and the page says how long."""
    guesser = at(ATTACKER)
    token = (await guesser.get("/sign-in")).text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"sign_in_name": SECRETARY, "password": "x", "csrf": token}
    answers = [await guesser.post("/sign-in", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61
    assert "over 1 min" in answers[-1].text
    assert f'value="{SECRETARY}"' in answers[-1].text


async def test_the_rightful_person_signs_in_elsewhere_meanwhile(at: At) -> None:
    """And other people at the guesser's own address: in an office all share one."""
    guesser = at(OFFICE)
    for _ in range(6):
        await tries(guesser, SECRETARY)
    assert (await tries(at(ELSEWHERE), SECRETARY, PASSWORD)).status_code == 201
    assert (await tries(at(OFFICE), PLANNER, PASSWORD)).status_code == 201


async def test_a_browser_that_signed_in_before_is_not_kept_out_by_its_neighbours(
    at: At, app: FastAPI, made_sessions: Sessions
) -> None:
    """Fifty guesses behind the office's address stop strangers there, for ten minutes; the office works on."""
    known, guesser = at(OFFICE), at(OFFICE)
    assert (await tries(known, SECRETARY, PASSWORD)).status_code == 201
    answers = [(await tries(guesser, f"name{n}")).status_code for n in range(FAILURES_OF_A_PLACE + 1)]
    assert answers == [401] * FAILURES_OF_A_PLACE + [429]
    assert (await tries(guesser, SECRETARY, PASSWORD)).status_code == 429
    assert (await tries(known, SECRETARY, PASSWORD)).status_code == 201
    # Known for one account is not known for another.
    assert (await tries(known, PLANNER, PASSWORD)).status_code == 429


async def test_guessing_from_everywhere_stops_at_a_hundred(at: At, app: FastAPI, made_sessions: Sessions) -> None:
    """Strangers are then refused for this account alone, and its owner's own browser is not."""
    known = at(OFFICE)
    await tries(known, SECRETARY, PASSWORD)
    await guessed(made_sessions, app, FAILURES_ON_AN_ACCOUNT)
    assert (await tries(at(ATTACKER), SECRETARY, PASSWORD)).status_code == 429
    assert (await tries(at(ATTACKER), PLANNER, PASSWORD)).status_code == 201
    assert (await tries(known, SECRETARY, PASSWORD)).status_code == 201


async def test_a_known_browser_may_not_guess_either(at: At) -> None:
    """What it is known by may have been stolen."""
    known = at(OFFICE)
    await tries(known, SECRETARY, PASSWORD)
    for _ in range(5):
        assert (await tries(known, SECRETARY)).status_code == 401
    assert (await tries(known, SECRETARY, PASSWORD)).status_code == 429
    assert (await tries(at(OFFICE), SECRETARY, PASSWORD)).status_code == 201


async def test_nobody_makes_themselves_known(at: At, app: FastAPI, made_sessions: Sessions) -> None:
    """The cookie is signed for one account."""
    await guessed(made_sessions, app, FAILURES_ON_AN_ACCOUNT)
    forger, cookie = at(ATTACKER), f"ikm_device_{account(app.state.settings, SECRETARY)[:12]}"
    sent = {"signInName": SECRETARY, "password": PASSWORD}
    for forged in ("", "x", "a.9999999999.x", "a.9999999999", "é.1.x"):
        headers = {"Cookie": f"{cookie}={forged}".encode()}
        assert (await forger.post("/api/v1/session", json=sent, headers=headers)).status_code == 429, forged


async def test_the_right_password_forgives_the_slips_before_it(at: At, made_sessions: Sessions) -> None:
    """Of this account at this place."""
    person = at(OFFICE)
    for _ in range(4):
        await tries(person, SECRETARY)
    assert (await tries(person, SECRETARY, PASSWORD)).status_code == 201
    async with made_sessions() as session:
        assert (await session.exec(select(SignInFailureRow))).all() == []


async def test_nothing_that_was_typed_is_kept(at: At, made_sessions: Sessions) -> None:
    """Somebody types the password into the name's field now and then."""
    await tries(at(OFFICE), "my-secret-password")
    async with made_sessions() as session:
        row = (await session.exec(select(SignInFailureRow))).one()
    assert "secret" not in row.sign_in_name
    assert OFFICE not in row.address


async def test_what_is_a_day_old_is_forgotten(at: At, app: FastAPI, made_sessions: Sessions) -> None:
    """It neither counts nor stays."""
    await guessed(made_sessions, app, 1)
    async with made_sessions.begin() as session:
        (await session.exec(select(SignInFailureRow))).one().at -= timedelta(hours=24)
    await tries(at(OFFICE), PLANNER)
    async with made_sessions() as session:
        assert len((await session.exec(select(SignInFailureRow))).all()) == 1


def test_the_rest_grows_to_an_hour() -> None:
    """A minute at the fifth failure, then twice as long each time."""
    minutes = [rest_after(failures) / timedelta(minutes=1) for failures in (0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 10**6)]
    assert minutes == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
