"""The ledger of letters, its PDFs, the printer's batches and holds."""

from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import col, select, update

from records.case import CaseRow
from records.database import Sessions
from records.letter import HoldRow, LetterRow, LetterState
from records.recording import write_step
from records.submission import OutboxRow
from records.trail import TrailEntry
from records.wire import case_from
from scheme.choice_heard import hear
from scheme.choice_letter import unsent
from scheme.people import Role
from settings import Settings
from tests.api.asked import ask_farms, keyed, reach
from tests.api.conftest import SignIn
from tests.world import SECRETARY, answer

CASE = "choice:2025:F-000001"
LETTER = f"{CASE}:choice"


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """Two letters wait for the printer."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        await session.exec(update(LetterRow).values(state=LetterState.TO_PRINT.value, due_at=None))
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", 2), ("?state=to-print", 2), ("?state=planned&state=sending", 0), ("?kind=reminder", 0), ("?year=2025", 2)],
)
async def test_the_ledger_is_narrowed(office: httpx.AsyncClient, asked: str, found: int) -> None:
    assert (await office.get(f"/api/v1/letters{asked}")).json()["total"] == found
    assert (await office.get(f"/letters{asked}")).text.count('<th scope="row">') == found


async def test_a_letter_says_where_it_is_and_what_the_mail_server_said(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    refused = {"channel": "mail", "address": "an@hoeve.example", "smtp_reply": "550 5.1.1 No such user", "attempts": 2}
    async with made_sessions.begin() as session:
        await session.exec(update(LetterRow).values(**refused).where(col(LetterRow.letter_key) == LETTER))
    assert (await office.get("/api/v1/letters?refused=true&channel=mail&farm=f-000001&year=")).json()["total"] == 1
    page = (await office.get(f"/letters/{LETTER}")).text
    assert ("Deze mailbox bestaat niet" in page, "550 5.1.1 No such user" in page, "Message-ID" in page) == (True,) * 3
    assert ('href="/farms/F-000001"' in page, "IKM: kies uw inspectie-instelling" in page) == (True, True)
    told = (await office.get(f"/api/v1/letters/{LETTER}")).json()
    assert (told["attempts"], told["caseId"], told["smtpReply"]) == (2, "choice:2025:F-000001", refused["smtp_reply"])
    assert told["meaning"].startswith("Deze mailbox bestaat niet")
    assert (await office.get("/letters/choice:2025:F-000009:choice")).status_code == 404


async def test_a_letter_in_the_house_says_that_the_days_stand_still(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    late = datetime(2025, 1, 29, 23, tzinfo=UTC)
    begins = "De antwoordtermijn van het bedrijf begint op de dag dat hij vertrekt"
    page = (await office.get(f"/letters/{LETTER}")).text
    assert (begins in page, "staat stil" in page) == (True, False)
    async with made_sessions.begin() as session:
        await write_step(session, unsent(case_from((await session.get_one(CaseRow, CASE)).state), late))
    assert "De termijn staat stil sinds 30 januari 2025." in (await office.get(f"/letters/{LETTER}")).text
    assert (await office.get(f"/api/v1/letters/{LETTER}")).json()["unsentSince"] == "2025-01-29T23:00:00Z"
    await office.post("/print-batches")
    assert begins not in (await office.get(f"/letters/{LETTER}")).text


async def test_a_letter_that_was_withdrawn_says_why(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        choice = case_from((await session.get_one(CaseRow, CASE)).state)
        await write_step(session, hear(choice, answer(actor=SECRETARY)))
    assert "het bedrijf had al geantwoord" in (await office.get(f"/letters/{LETTER}")).text
    told = (await office.get(f"/api/v1/letters/{LETTER}")).json()
    assert (told["state"], told["withdrawn"]) == ("withdrawn", "answered")


async def test_the_mail_is_shown_in_a_frame_that_runs_nothing(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    assert (await office.get(f"/letters/{LETTER}/mail")).status_code == 404
    async with made_sessions.begin() as session:
        await session.exec(update(LetterRow).values(channel="mail", address="an@hoeve.example"))
    mail = await office.get(f"/letters/{LETTER}/mail")
    assert ("Geachte melkveehouder" in mail.text, "sandbox" in mail.headers["content-security-policy"]) == (True, True)


async def test_an_empty_filter_of_the_form_takes_all(office: httpx.AsyncClient) -> None:
    page = await office.get("/letters?state=&kind=&channel=&farm=&year=")
    assert (page.status_code, page.text.count('<th scope="row">')) == (200, 2)


async def test_a_letter_is_shown_as_it_goes_out(office: httpx.AsyncClient) -> None:
    pdf = await office.get(f"/letters/{LETTER}/pdf")
    assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.headers["content-disposition"] == 'inline; filename="choice-2025-F-000001-choice.pdf"'
    assert (await office.get("/letters/choice:2025:F-000009:choice/pdf")).status_code == 404


async def test_what_waits_for_the_printer_becomes_one_batch(office: httpx.AsyncClient) -> None:
    printed = await office.post("/print-batches")
    assert printed.status_code == 303
    where = printed.headers["location"]
    assert (await office.get(where)).text.count('<th scope="row">') == 2
    assert (await office.get(f"{where}/pdf")).content[:5] == b"%PDF-"
    assert where in (await office.get("/print-batches")).text
    assert (await office.post("/print-batches")).headers["location"] == "/print-batches"


async def test_printing_by_json(office: httpx.AsyncClient) -> None:
    first = await office.post("/api/v1/print-batches", json={})
    assert (first.status_code, first.json()["letters"]) == (201, 2)
    assert first.headers["location"] == f"/print-batches/{first.json()['batchId']}/pdf"
    second = await office.post("/api/v1/print-batches", json={})
    assert (second.status_code, second.json()) == (200, {"letters": 0})


async def test_a_hold_says_why_and_is_released_with_a_trace(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        session.add(HoldRow(hold_id="post", held=True, reason="ten failures in a row", failures_in_a_row=10))
    assert "ten failures in a row" in (await office.get("/letters")).text
    released = await office.post("/holds/post/release", data={"back": "/letters"})
    assert (released.status_code, released.headers["location"]) == (303, "/letters")
    async with made_sessions() as session:
        hold = await session.get_one(HoldRow, "post")
        acts = await session.exec(select(TrailEntry.act).where(TrailEntry.act == "letter:released"))
        told = await session.exec(select(OutboxRow.kind).where(col(OutboxRow.news_id).contains("#released-")))
        assert (hold.held, hold.failures_in_a_row) == (False, 0)
        assert (acts.all(), told.all()) == (["letter:released"], ["letters-wait"])
    assert (await office.post("/holds/no-such/release", data={"back": "/"})).status_code == 404


async def test_a_mail_that_waits_says_that_its_pdf_is_no_sending(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    """Whoever prints it while letters are held would write twice."""
    said = "“Naar een ander adres versturen” en laat het e-mailadres leeg"
    assert said not in (await office.get(f"/letters/{LETTER}")).text
    waits = {"channel": "mail", "address": "an@hoeve.example", "state": LetterState.PLANNED.value}
    async with made_sessions.begin() as session:
        await session.exec(update(LetterRow).values(**waits).where(col(LetterRow.letter_key) == LETTER))
    assert said in (await office.get(f"/letters/{LETTER}")).text
