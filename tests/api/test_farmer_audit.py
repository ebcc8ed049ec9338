"""An audit for its farmer: by the link or the typed code of a letter, without account and without JavaScript."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pypdfium2  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from fastapi import FastAPI
from PIL import Image

from api import letter_code
from api.codes import link_token, typed_code
from api.written import day
from records.database import Sessions
from records.stored_file import FileUseRow
from records.submission import SubmissionRow
from rehearsal.paper import CODE
from scheme.audit_facts import Verdict
from scheme.language import Language
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.people import Actor, Role
from scheme.periodic_audit import ActionState, PeriodicAudit, changed, deadlines
from scheme.step import Act, Step
from settings import Settings
from tests.api import test_audit as audits
from tests.api.asked import hidden, keyed, work
from tests.api.conftest import SignIn
from tests.api.test_audit import AUDIT, AUDITOR, plan, ready, receive
from tests.scheme.audits import A21
from tests.world import KEYS, case_of, change, table, write

house = audits.house


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest.fixture
def link(settings: Settings) -> str:
    return f"/audit/2025/F-000001/{link_token(settings, AUDIT, 1)}"


@pytest_asyncio.fixture
async def farmer(app: FastAPI, house: Sessions, visitor: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    letter_code.forget()
    yield visitor


def photograph() -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(made, "JPEG")
    return made.getvalue()


def left_empty(form: dict[str, str]) -> str:
    """The form as a browser sends it whose field of files was left empty."""
    fields = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in form.items()]
    no_file = 'Content-Disposition: form-data; name="files"; filename=""\r\nContent-Type: application/octet-stream'
    return f"{''.join(fields)}--x\r\n{no_file}\r\n\r\n\r\n--x--\r\n"


async def reported(house: Sessions, signed_in: SignIn) -> None:
    """Planned and reported with one finding of grade B."""
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)


async def test_before_the_visit_it_says_who_comes_and_how_to_prepare(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str
) -> None:
    page = await farmer.get(link)
    assert (page.status_code, '<html lang="nl">' in page.text) == (200, True)
    assert "belt u op voor een afspraak" in page.text
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    assert "komt op 1 september 2025" in (await farmer.get(link)).text
    checks = await farmer.get(f"{link}/self-assessment")
    await audits.to_clock(house, datetime(2025, 9, 1, 9, tzinfo=UTC))
    page = (await farmer.get(link)).text
    assert ("was gepland op 1 september 2025" in page, "<h2>Het bezoek" in page) == (True, False)
    assert (
        "Diergezondheid" in checks.text or "Dierengezondheid" in checks.text,
        "<form" in checks.text.split("<main")[1],
    ) == (True, False)


async def test_a_wrong_link_leads_to_the_code(farmer: httpx.AsyncClient, link: str) -> None:
    for path in ("/audit/2025/F-000001/x", link.replace("/2025/", "/2024/"), link.replace("F-000001", "F-000002")):
        page = await farmer.get(path)
        assert (page.status_code, 'href="/choices"' in page.text) == (404, True)


async def test_the_code_opens_it_from_either_page(farmer: httpx.AsyncClient, settings: Settings, link: str) -> None:
    for path in ("/audit", "/choices"):
        form = hidden(await farmer.get(path)) | {"farm_id": "1", "code": typed_code(settings, AUDIT, 1).lower()}
        answer = await farmer.post(path, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, link)
    wrong = await farmer.post("/audit", data=form | {"code": typed_code(settings, AUDIT, 2)})
    assert (wrong.status_code, "horen niet bij elkaar" in wrong.text) == (422, True)


async def test_ten_wrong_codes_close_the_farms_door_for_an_hour(farmer: httpx.AsyncClient) -> None:
    form = hidden(await farmer.get("/audit")) | {"farm_id": "1", "code": "0000-0000-0000"}
    answers = [(await farmer.post("/audit", data=form)).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


async def test_a_proof_with_words_and_a_photograph_is_shown_and_may_come_back(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str
) -> None:
    await reported(house, signed_in)
    assert "<h2>Het bezoek" not in (await farmer.get(link)).text
    assert "1 punt wacht op uw bewijs, uiterlijk op 1 maart 2026" in (await farmer.get(link)).text
    path = f"{link}/findings/A21"
    form = hidden(await farmer.get(path))
    nothing = await farmer.post(
        path, content=left_empty(form), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (nothing.status_code, "Schrijf iets" in nothing.text) == (422, True)
    long = await farmer.post(path, data=form | {"words": "Nieuw" * 401})
    assert (long.status_code, "hoogstens 2.000 tekens" in long.text, "Nieuw" * 401 in long.text) == (422, True, True)
    sent = form | {"words": "Nieuw register"}
    picture = {"files": ("stal.jpg", photograph(), "image/jpeg")}
    text = await farmer.post(path, data=sent, files={"files": ("a.txt", b"hello", "text/plain")})
    assert (text.status_code, "a.txt: " in text.text, "Nieuw register" in text.text) == (422, True, True)
    for _ in range(2):  # pressed twice
        answer = await farmer.post(path, data=sent, files=picture)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?thanks#finding-A21")
    assert "nog niet verwerkt" in (await farmer.get(link)).text
    await work(house, AUDIT)
    (use,) = await table(house, FileUseRow)
    (kept,) = [row for row in await table(house, SubmissionRow) if row.kind == "proof"]
    assert (use.submission_id, use.case_id, use.person) == (kept.submission_id, AUDIT, "F-000001")
    assert kept.facts == {"kind": "proof", "number": "A21", "received_on": None}
    page = (await farmer.get(link)).text
    assert ("Nieuw register" in page, f"{link}/files/{use.file_id}" in page) == (True, True)
    assert (await farmer.get(f"{link}/files/{use.file_id}")).headers["content-type"] == "image/jpeg"
    assert f'href="/files/{use.file_id}"' in (await (await signed_in(Role.AUDITOR)).get(f"/audits/{AUDIT}")).text
    verdict = Verdict(A21, accepted=False, seen=SupplementaryAudit.ON_PAPER, seen_on=kept.received_at.date())
    await receive(house, AUDIT, Actor(AUDITOR, Role.AUDITOR), verdict, words={"reason": "Te donker"})
    await work(house, AUDIT)
    page = (await farmer.get(link)).text
    assert ("Te donker" in page, "nog niet in orde" in page, f"{link}/findings/A21" in page) == (True, True, True)
    told = (await (await signed_in(Role.DECISION_MAKER)).get(f"/certifications/{audits.CERTIFICATION}")).text
    seen = f"oordeel: teruggestuurd naar het bedrijf, op stukken, gezien op {day(verdict.seen_on, Language.NL)}"
    assert (seen in told, "Te donker" in told) == (True, True)


async def test_the_farmer_reads_what_the_auditor_saw_and_opens_the_photograph(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str
) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    auditor, report = await signed_in(Role.AUDITOR), f"/api/v1/audits/{AUDIT}/report"
    wrote = {"key": KEYS[4], "base": 0, "value": "not-met", "words": "Kalf <12>\nniet gemeld.", "device": "one"}
    assert (await auditor.put(f"{report}/answers/A21", json=wrote)).status_code == 200
    for key, item in ((KEYS[5], "A21"), (KEYS[6], "A1")):
        sent = {"data": {"item": item}, "files": {"file": ("kalf.jpg", photograph())}}
        assert (await auditor.put(f"{report}/photos/{key}", **sent)).status_code == 200
    assert ("niet gemeld" in (await farmer.get(link)).text) is False, "a draft is nobody else's"
    assert (await farmer.get(f"{link}/files/{KEYS[5]}")).status_code == 404
    await ready(house)
    for path in (link, f"{link}/findings/A21"):
        page = (await farmer.get(path)).text
        assert ("Kalf &lt;12&gt;\nniet gemeld." in page, f"{link}/files/{KEYS[5]}" in page) == (True, True)
        assert KEYS[6] not in page
    assert (await farmer.get(f"{link}/files/{KEYS[5]}")).headers["content-type"] == "image/jpeg"
    assert (await farmer.get(f"{link}/files/{KEYS[6]}")).status_code == 404, "beside nothing that was found"


async def test_the_secretariat_keys_what_came_by_post(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str
) -> None:
    await reported(house, signed_in)
    secretary = await signed_in(Role.SECRETARIAT)
    path = f"/audits/{AUDIT}/findings/A21/proof"
    assert path in (await secretary.get(f"/audits/{AUDIT}")).text
    answer = await secretary.post(path, data=hidden(await secretary.get(path)) | {"words": "Factuur"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/audits/{AUDIT}")
    await work(house, AUDIT)
    assert "kwam per post" in (await farmer.get(link)).text
    json = await secretary.post(f"/api/v1{path}", data={})
    assert (json.status_code, json.json()["issues"][0]["name"]) == (400, "words")


async def test_what_had_come_in_time_is_keyed_after_the_last_day(house: Sessions, signed_in: SignIn) -> None:
    await reported(house, signed_in)
    audit = await case_of(house, AUDIT)
    (finding,) = audit.findings
    overdue = replace(audit, findings=(replace(finding, state=ActionState.OVERDUE),))
    await write(house, periodic_audit_step(overdue))
    secretary = await signed_in(Role.SECRETARIAT)
    path = f"/audits/{AUDIT}/findings/A21/proof"
    assert path in (await secretary.get(f"/audits/{AUDIT}")).text
    form = hidden(await secretary.get(path)) | {"words": "Factuur", "received_on": finding.due.isoformat()}
    page = await secretary.post(path, data=form)
    assert (page.status_code, "Schrijf waarom" in page.text) == (422, True)
    answer = await secretary.post(path, data=form | {"reason": "Lag op een verkeerde stapel"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/audits/{AUDIT}")
    (kept,) = [row for row in await table(house, SubmissionRow) if row.kind == "proof"]
    assert (kept.facts["received_on"], kept.words) == (
        finding.due.isoformat(), {"words": "Factuur", "reason": "Lag op een verkeerde stapel"},
    )  # fmt: skip


def periodic_audit_step(audit: PeriodicAudit) -> Step[PeriodicAudit]:
    """The last day of its finding has passed."""
    late = changed(audit)
    return Step(late, audit.ready_at or audit.opened_at, Act.CORRECTION_OVERDUE, deadlines=deadlines(late))


async def test_an_audit_has_room_for_so_many_files(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reported(house, signed_in)
    monkeypatch.setattr("records.proving.MOST_OF_AN_AUDIT", 0)
    form = hidden(await farmer.get(f"{link}/findings/A21")) | {"words": "Nieuw"}
    picture = {"files": ("stal.jpg", photograph(), "image/jpeg")}
    full = await farmer.post(f"{link}/findings/A21", data=form, files=picture)
    assert (full.status_code, "per post" in full.text, await table(house, FileUseRow)) == (422, True, [])


async def test_a_revoked_code_opens_nothing(farmer: httpx.AsyncClient, house: Sessions, link: str) -> None:
    await change(house, "UPDATE periodic_audit SET code_version = 2")
    assert (await farmer.get(link)).status_code == 404


async def test_the_letters_page_leads_to_its_audit_and_its_code_opens_it(
    farmer: httpx.AsyncClient, house: Sessions, signed_in: SignIn, link: str
) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    secretary, letter = await signed_in(Role.SECRETARIAT), f"/letters/{AUDIT}:visit:2"
    page = (await secretary.get(letter)).text
    assert (f'href="/audits/{AUDIT}"' in page, "afspraakbrief" in page.lower()) == (True, True)
    sheet = pypdfium2.PdfDocument((await secretary.get(f"{letter}/pdf")).content)[0].get_textpage().get_text_range()
    form = hidden(await farmer.get("/audit")) | {"farm_id": "F-000001", "code": CODE.findall(sheet)[0]}
    assert (await farmer.post("/audit", data=form)).headers["location"] == link
    again = hidden(await secretary.get(f"{letter}/replacement"))
    asked = again | {"street": "Kerkstraat 9", "postcode": "9000", "city": "Gent", "email": "", "reason": "Verhuisd"}
    assert "Kerkstraat 9" in (await secretary.post(f"{letter}/replacement", data=asked)).text
    sent = await secretary.post(f"{letter}/replacement", data=asked | {"confirmed": "true"})
    assert sent.status_code == 303
    assert (await secretary.get(f"/api/v1{letter}")).json()["replacedBy"] == f"{AUDIT}:visit:2-2"
