"""What a mail server answered, in words of the reader's language, with what can be done (RFC 5321, RFC 3463)."""

import httpx
import pytest
from fastapi import FastAPI

from api.smtp_said import CODES, ENHANCED, OTHERWISE, said_hold, said_reply
from api.words import translate
from records import ledger
from records.database import Sessions
from scheme.language import Language
from scheme.mail_reply import Mishap, refused
from scheme.people import Role
from settings import Settings
from tests.api.asked import ROUND, ask_farms, keyed, reach
from tests.api.conftest import SignIn
from tests.world import change

AGAIN = "The letter is tried again by itself for a day; then it goes on paper."
VAIN = "It was tried for a day, in vain."


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("250 2.0.0 Kept as 1", "The mail server took the letter."),
        ("550 5.1.1 No such user", ENHANCED["1.1"]),
        ("550 no such user", CODES["550"]),
        ("550-5.2.1 The account is disabled", ENHANCED["2.1"]),
        ("599 odd", "The mail server refused the letter for good."),
        ("452 4.2.2 Over quota", f"{ENHANCED['2.2']} {AGAIN}"),
        ("451 later", f"{CODES['451']} {AGAIN}"),
        ("given-up: 452 4.2.2 Over quota", f"{ENHANCED['2.2']} {VAIN}"),
        ("given-up: lost-after-data", "The mail server hung up when it had the letter: it may have arrived."),
        ("too-slow", f"The mail server was too slow. {AGAIN}"),
        ("no font has 😀", OTHERWISE),
    ],
)
def test_the_most_telling_figure_decides(reply: str, said: str) -> None:
    assert said_reply(Language.EN, reply) == said


@pytest.mark.parametrize("mishap", Mishap)
def test_what_happened_without_a_reply_is_said_too(mishap: Mishap) -> None:
    said = said_hold(Language.NL, mishap.value)
    assert said not in {translate(Language.NL, OTHERWISE), said_hold(Language.FR, mishap.value)}


async def test_a_round_that_failures_held_says_why_wherever_it_is_met(
    app: FastAPI, signed_in: SignIn, made_sessions: Sessions
) -> None:
    await reach(app)
    await ask_farms(made_sessions)
    await fail(made_sessions)
    office: httpx.AsyncClient = await signed_in(Role.SECRETARIAT)
    why = said_hold(Language.NL, "535 5.7.8 wrong password")
    for place in ("/", "/choice-rounds/2025", "/letters"):
        assert why in (await office.get(place)).text
    assert "535 5.7.8 wrong password" in (await office.get("/choice-rounds/2025")).text
    told = (await office.get(f"/api/v1/holds/{ROUND}")).json()
    assert (told["reason"], told["meaning"], "heldBy" in told) == ("535 5.7.8 wrong password", why, False)


async def fail(sessions: Sessions) -> None:
    """Nine letters failed before; this is the tenth, and it waits for its next attempt."""
    await change(sessions, "INSERT INTO hold VALUES (:round, false, NULL, 9)", round=ROUND)
    await refuse_one(sessions)


async def refuse_one(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        row, *_ = await ledger.claim(session, "page/1", 1)
        await ledger.note_not_taken(session, row, refused(535, "5.7.8 wrong password"))


async def test_the_letters_page_says_when_it_is_tried_again(
    app: FastAPI, signed_in: SignIn, made_sessions: Sessions
) -> None:
    await reach(app)
    await change(made_sessions, "UPDATE farm SET email = 'an@hoeve.example'")
    await ask_farms(made_sessions)
    await refuse_one(made_sessions)
    office = await signed_in(Role.SECRETARIAT)
    page = await office.get("/letters/choice:2025:F-000001:choice")
    assert "Volgende poging" in page.text
    assert "F-000001" in (await office.get("/letters?refused=true")).text
