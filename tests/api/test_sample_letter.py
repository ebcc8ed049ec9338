"""A test letter goes to whoever asks for it, and to nobody else; its code opens nothing (design.md §8)."""

from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api import words
from press.codes import typed_code
from press.sample import NO_VERSION, as_test, compose_test
from press.written import House
from records.database import Sessions
from records.letter import LetterRow
from records.person import StaffMailRow
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import Role
from scheme.step import Act
from settings import Settings
from tests.api.asked import found_house, hidden, keyed, reach
from tests.api.conftest import SignIn
from tests.world import change, column, table

PAGE = "/choice-rounds/2025/test-letter"


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest_asyncio.fixture
async def office(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> httpx.AsyncClient:
    await reach(app)
    await found_house(made_sessions)
    return await signed_in(Role.SECRETARIAT)


async def test_it_goes_to_ones_own_address_and_stands_in_no_ledger(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await change(made_sessions, "UPDATE person SET email = 'an@house.example' WHERE person_id = 'P-0001'")
    form = await office.get(PAGE)
    assert (await office.post(PAGE, data=hidden(form))).status_code == 422
    sent = await office.post(PAGE, data={**hidden(form), "language": ["nl", "fr"]})
    assert 'role="status"' in sent.text
    await office.post(PAGE, data={**hidden(form), "language": ["nl", "fr"]})
    mails = await table(made_sessions, StaffMailRow)
    assert [(mail.words["address"], mail.words["language"]) for mail in mails] == [
        ("an@house.example", "fr"), ("an@house.example", "nl"),
    ]  # fmt: skip
    assert await table(made_sessions, LetterRow) == []
    assert await column(made_sessions, "SELECT act FROM trail WHERE act = :act", act=Act.TEST_LETTER_SENT) == [
        Act.TEST_LETTER_SENT
    ]
    _says_test(mails[0])


def _says_test(mail: StaffMailRow) -> None:
    house, key = House("http://ikm.test", b"k" * 32, practice=False), b"k" * 32
    letter = as_test(Language.NL, mail.words["case_id"], mail.words["farm_id"], mail.words["letter"], house)
    assert letter.practice
    assert letter.code == typed_code(key, mail.words["case_id"], NO_VERSION) != typed_code(key, letter.reference, 1)
    made = compose_test(
        letter, sender="ikm@ikm.example", to="an@house.example", message_id="<x@y.example>", sent_at=datetime.now(UTC)
    )
    assert made["Subject"].startswith("[TEST] [OEFENING]")


async def test_without_an_address_there_is_the_pdf(office: httpx.AsyncClient) -> None:
    refused = await office.post(f"/api/v1{PAGE}", json={"languages": ["nl"]})
    assert (refused.status_code, refused.json()["detail"]) == (422, words.said(Language.NL, Rule.NO_OWN_ADDRESS))
    asked = hidden(await office.get(PAGE)) | {"language": "nl"}
    assert 'href="/account">Vul uw e-mailadres in' in (await office.post(PAGE, data=asked)).text
    shown = await office.get(f"{PAGE}/fr")
    assert (shown.status_code, shown.content[:5]) == (200, b"%PDF-")
