"""Letters that did not go out: why, and the button that tries again (design.md §8)."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api import words
from api.smtp_said import said_reply
from records import ledger
from records.database import Sessions
from records.farm import Farm
from scheme.errors import Rule
from scheme.language import Language
from scheme.mail_reply import refused
from scheme.people import Role
from scheme.writable import Obstacle
from settings import Settings
from tests.api.asked import ask_farms, keyed, reach
from tests.api.conftest import SignIn
from tests.world import change

LETTER = "choice:2025:F-000001:choice"


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    """Farm 1's letter was refused, farm 2's cannot be made."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        first, second = await ledger.claim(session, "page/1", 5)
        await ledger.note_refused(session, first, "550 no such user")
        await ledger.note_failed(session, second, "no such sign")
    return await signed_in(Role.SECRETARIAT)


async def test_each_says_why_and_what_to_mend(office: httpx.AsyncClient) -> None:
    page = await office.get("/choice-rounds/2025/failed-letters")
    assert ("550 no such user" in page.text, "no such sign" in page.text) == (True, True)
    assert page.text.count('action="/letters/') == 1
    assert 'href="/choice-rounds/2025/failed-letters"' in (await office.get("/choice-rounds/2025")).text


async def test_the_servers_answer_is_said_in_words(office: httpx.AsyncClient) -> None:
    page = await office.get("/choice-rounds/2025/failed-letters")
    assert said_reply(Language.NL, "550 no such user") in page.text
    line = (await office.get(f"/api/v1/letters/{LETTER}")).json()
    assert (line["channel"], "@" in line["to"]) == ("paper", False)


async def test_what_the_register_still_has_against_it_comes_first(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    async with made_sessions.begin() as session:
        (await session.get_one(Farm, "F-000002")).name = "Hoeve 農場"
    listed = (await office.get("/api/v1/choice-rounds/2025/failed-letters")).json()["items"]
    assert [(one["obstacles"], one["mended"]) for one in listed] == [([], False), (["unprintable"], False)]
    page = await office.get("/choice-rounds/2025/failed-letters")
    assert words.said(Language.NL, Obstacle.UNPRINTABLE) in page.text
    assert ('href="/farms/F-000002/change"' in page.text, 'action="/letters/' in page.text) == (True, False)


async def test_all_that_are_mended_go_again(office: httpx.AsyncClient) -> None:
    done = await office.post("/choice-rounds/2025/failed-letters")
    assert (done.status_code, done.headers["location"]) == (303, "/choice-rounds/2025/failed-letters?again=1")
    listed = (await office.get("/api/v1/choice-rounds/2025/failed-letters")).json()
    assert [(one["letterKey"], one["mended"]) for one in listed["items"]] == [(LETTER, False)]
    assert (await office.post("/api/v1/choice-rounds/2025/failed-letters")).json() == {"letters": 0, "sameAddress": 1}


async def test_the_letters_own_page_tries_it_again_at_the_same_address_where_the_mailbox_was_full(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = f'action="/letters/{LETTER}/retry"'
    await change(made_sessions, "UPDATE farm SET email = 'an@f1.example' WHERE farm_id = 'F-000001'")
    await change(made_sessions, "UPDATE letter SET address = 'an@f1.example' WHERE letter_key = :key", key=LETTER)
    assert form not in (await office.get(f"/letters/{LETTER}")).text
    # A letter of a farm alone stands in no round's list.
    await change(
        made_sessions,
        "UPDATE letter SET round_id = NULL, smtp_reply = '550 5.2.2 Mailbox full' WHERE letter_key = :key",
        key=LETTER,
    )
    assert form in (await office.get(f"/letters/{LETTER}")).text
    again = await office.post(f"/letters/{LETTER}/retry")
    assert (again.status_code, again.headers["location"]) == (303, f"/letters/{LETTER}")
    page = (await office.get(f"/letters/{LETTER}")).text
    assert (form in page, "550 5.2.2" in page) == (False, False)


async def test_its_task_leads_there(office: httpx.AsyncClient) -> None:
    (task,) = (await office.get("/api/v1/tasks?view=group&kind=letter-refused")).json()["items"]
    assert f'href="/letters/{LETTER}"' in (await office.get("/tasks?view=group&kind=letter-refused")).text
    assert (await office.get(f"/tasks/{task['taskId']}")).text.count(f'href="/letters/{LETTER}"') == 2


async def test_one_is_refused_until_its_address_is_another(office: httpx.AsyncClient) -> None:
    refused = await office.post(f"/api/v1/letters/{LETTER}/retry")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem-type:ikm:rule:sameAddress")
    assert refused.json()["detail"] == words.said(Language.NL, Rule.SAME_ADDRESS)
    one = await office.post("/letters/choice:2025:F-000002:choice/retry", data={"year": "2025"})
    assert one.status_code == 303
    again = await office.post("/api/v1/letters/choice:2025:F-000002:choice/retry")
    assert again.json()["detail"] == words.said(Language.NL, Rule.NOT_FAILED)
    assert (await office.post("/api/v1/letters/x/retry")).status_code == 404


async def test_one_that_waits_for_its_next_attempt_says_so_and_goes_now(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await change(
        made_sessions, "UPDATE letter SET state = 'planned', channel = 'mail', smtp_reply = NULL WHERE attempts > 0"
    )
    async with made_sessions.begin() as session:
        first, second = await ledger.claim(session, "page/2", 2)
        await ledger.note_not_taken(session, first, refused(451, "4.3.0 later"))
        await ledger.note_handed_over(session, second, "0" * 64, "250 OK")
    waits, form = words.translate(Language.NL, "waits for the next attempt"), f'action="/letters/{LETTER}/retry"'
    listed = (await office.get("/api/v1/choice-rounds/2025/failed-letters")).json()["items"]
    assert [(one["letterKey"], one["mended"], "nextAttempt" in one) for one in listed] == [(LETTER, True, True)]
    for path in (f"/letters/{LETTER}", "/choice-rounds/2025/failed-letters"):
        page = (await office.get(path)).text
        assert (waits in page, form in page) == (True, True)
    assert (await office.post(f"/api/v1/letters/{LETTER}/retry")).json()["letters"] == 1
    page = (await office.get(f"/letters/{LETTER}")).text
    assert (waits in page, form in page, "451 4.3.0 later" in page) == (False, False, True)
    for key, rule in ((LETTER, Rule.NOT_FAILED), (second.letter_key, Rule.LETTER_GONE)):
        told = await office.post(f"/api/v1/letters/{key}/retry")
        assert (told.status_code, told.json()["detail"]) == (422, words.said(Language.NL, rule))
