"""Cancelling a round: the figures first, and only while nothing goes out (design.md §7, Hold)."""

import httpx
import pytest_asyncio
from fastapi import FastAPI

from api import words
from records import ledger
from records.database import Sessions
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import Role
from tests.api.asked import ROUND, ask_farms, handed_in, hidden, reach, work
from tests.api.conftest import SignIn

PAGE = "/choice-rounds/2025/cancellation"
WAIT = "Their reminders wait while all letters of the house are held."
ALL_OUT = "Every letter of this round went out: cancelling stops nothing any more."


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    """Farm 1 has its letter, farm 2's waits."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        (first,) = await ledger.claim(session, "page/1", 1)
        await ledger.note_handed_over(session, first, "0" * 64, "250 OK")
    return await signed_in(Role.SECRETARIAT)


async def test_while_letters_go_out_the_figures_move(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    page = await office.get(PAGE)
    assert f'href="/holds/{ROUND}"' in page.text
    assert f'action="{PAGE}"' not in page.text
    refused = await office.post(f"/api/v1{PAGE}", json={"reason": "wrong day"})
    assert (refused.status_code, refused.json()["detail"]) == (422, words.said(Language.NL, Rule.HOLD_FIRST))
    assert await handed_in(made_sessions) == []


async def test_held_it_is_cancelled_with_a_reason_that_stays(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await office.post(f"/api/v1/holds/{ROUND}", json={"reason": "wrong day"})
    meant = (await office.get(f"/api/v1{PAGE}")).json()
    assert (meant["gone"], meant["withdrawn"], meant["goOn"], meant["cancelled"]) == (1, 1, 1, 1)
    form = await office.get(PAGE)
    without = await office.post(PAGE, data=hidden(form))
    assert (without.status_code, 'id="reason-error"' in without.text) == (422, True)
    assert (await office.post(PAGE, data=hidden(form) | {"reason": "verkeerde dag"})).status_code == 303
    await work(made_sessions, ROUND)
    page = await office.get("/choice-rounds/2025")
    assert ("verkeerde dag" in page.text, "An 1" in page.text) == (True, True)
    assert f'href="{PAGE}"' not in page.text
    assert f'action="{PAGE}"' not in (await office.get(PAGE)).text
    again = await office.get("/choice-rounds/2025/preview")
    assert words.said(Language.NL, Rule.ROUND_CANCELLED, day="15 januari 2025") in again.text


async def test_the_houses_hold_is_enough(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await office.post("/api/v1/holds/post", json={"reason": "new printer"})
    page = await office.get(PAGE)
    assert (f'action="{PAGE}"' in page.text, words.translate(Language.NL, WAIT) in page.text) == (True, True)
    done = await office.post(f"/api/v1{PAGE}", json={"reason": "wrong day"})
    assert (done.status_code, len(await handed_in(made_sessions))) == (202, 1)


async def test_after_the_last_letter_nothing_is_stopped(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        (second,) = await ledger.claim(session, "page/2", 1)
        await ledger.note_handed_over(session, second, "0" * 64, "250 OK")
    page = await office.get(PAGE)
    assert (words.translate(Language.NL, ALL_OUT) in page.text, f'action="{PAGE}"' in page.text) == (True, True)


async def test_there_is_no_round_to_cancel(office: httpx.AsyncClient) -> None:
    assert (await office.get("/choice-rounds/2031/cancellation")).status_code == 404
