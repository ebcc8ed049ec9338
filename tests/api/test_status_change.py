"""What the pages say of a certificate that is to be suspended, and who may act on it."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from api.words import said
from records.database import Sessions
from records.letter import LetterRow
from records.person import PersonRow
from records.receiving import receive
from records.reopening import open_later
from records.submission import SubmissionRow
from scheme.certificate import Reason
from scheme.errors import Rule
from scheme.ids import CertificateNumber, FarmId, PersonId, SubmissionId, farmer_case, status_case
from scheme.language import Language
from scheme.opening import OpenStatusChange
from scheme.people import Actor, Role
from scheme.status_change import AskStatus, ReviewStatus, Wanted
from tests.api.asked import found_house, reach, work
from tests.api.conftest import HASH, SignIn
from tests.api.test_certificate import issued
from tests.world import change

FARM = FarmId("F-000001")
AT = datetime(2025, 11, 4, 9, tzinfo=UTC)
CASE = status_case(2025, FARM)


async def test_it_is_asked_on_the_farms_page_and_read_by_those_who_decide(
    made_sessions: Sessions, signed_in: SignIn
) -> None:
    desk, link = await signed_in(Role.SECRETARIAT), f'href="/farms/{FARM}/status-change"'
    # Of the certificate from before the house nothing can be asked.
    assert link not in (await desk.get(f"/farms/{FARM}")).text
    number = await issued(made_sessions)
    assert link in (await desk.get(f"/farms/{FARM}")).text
    asking = (await desk.get(f"/farms/{FARM}/status-change")).text
    assert number in asking
    request = OpenStatusChange(
        FARM, AT, SubmissionId("00000000-0000-4000-8000-000000000001"),
        AskStatus(number, Wanted.SUSPEND, Reason.ACTION_LATE), PersonId("P-0001"),
    )  # fmt: skip
    async with made_sessions.begin() as session:
        assert (await open_later(session, request, practice=True)).case_id == CASE
    assert f'href="/status-changes/{CASE}"' in (await desk.get(f"/farms/{FARM}")).text
    assert "<form method" not in (await desk.get(f"/status-changes/{CASE}")).text.split("<main")[1]
    decider = await signed_in(Role.DECISION_MAKER)
    assert f'action="/status-changes/{CASE}/review"' in (await decider.get(f"/status-changes/{CASE}")).text
    assert CASE in (await decider.get("/certifications")).text
    (told,) = (await decider.get("/api/v1/status-changes")).json()["items"]
    assert (told["certificate"], told["wanted"], told["state"]) == (number, "suspend", "to-review")
    missing = await desk.post(f"/farms/{FARM}/status-change", data={
        "certificate": number, "wanted": "suspend", "reason": "action-late", "key": "00000000-0000-4000-8000-000000000002",
    })  # fmt: skip
    assert missing.status_code == 422


SECOND = Actor(PersonId("P-0099"), Role.DECISION_MAKER)
WORDS = {"grant": "true", "reasons": "Niet getoond binnen de termijn.", "key": "00000000-0000-4000-8000-000000000003"}
ASKED = {"wanted": "suspend", "reason": "action-late", "words": "Geen bewijs ontvangen."}


@pytest_asyncio.fixture
async def number(app: FastAPI, made_sessions: Sessions) -> CertificateNumber:
    """Of the certificate of farm 1, whose workflow hears; a second decider works here."""
    await reach(app)
    await found_house(made_sessions, AT)
    async with made_sessions.begin() as session:
        session.add(
            PersonRow(
                person_id=SECOND.person, sign_in_name="second", name="Second Decider", role=SECOND.role.value,
                language="nl", password_hash=HASH,
            )
        )  # fmt: skip
    return await issued(made_sessions)


async def refusals(sessions: Sessions) -> list[str]:
    """The rules that refused what was handed in."""
    async with sessions() as session:
        return [row.refused_by["rule"] for row in await session.exec(select(SubmissionRow)) if row.refused_by]


async def test_asked_by_the_form_reviewed_by_another_and_decided_by_the_form(
    number: CertificateNumber, made_sessions: Sessions, signed_in: SignIn
) -> None:
    desk, decider = await signed_in(Role.SECRETARIAT), await signed_in(Role.DECISION_MAKER)
    form = ASKED | {"certificate": number, "key": "00000000-0000-4000-8000-000000000002"}
    assert (await desk.post(f"/farms/{FARM}/status-change", data=form)).status_code == 303
    await work(made_sessions, farmer_case(FARM))
    for runs in ("status-change", "anything"):
        listed = (await desk.get(f"/api/v1/farms?runs={runs}")).json()["items"]
        assert [one["farmId"] for one in listed] == [FARM], runs
    assert "nog geen beslissing" in (await desk.get(f"/farms/{FARM}")).text.lower()
    # A decision without a review, and without grounds.
    await decider.post(f"/status-changes/{CASE}/decision", data=WORDS)
    await receive(made_sessions, CASE, SECOND, ReviewStatus(grant=True))
    await work(made_sessions, CASE)
    await change(made_sessions, "UPDATE farm SET language = 'fr'")
    bare = WORDS | {"reasons": "", "key": "00000000-0000-4000-8000-000000000004"}
    missing = await decider.post(f"/status-changes/{CASE}/decision", data=bare)
    assert (missing.status_code, 'id="reasons-error"' in missing.text) == (422, True)
    # What is typed goes to the farmer as it is.
    assert "Dit bedrijf leest Frans" in missing.text
    done = await decider.post(f"/status-changes/{CASE}/decision", data=bare | {"reasons": WORDS["reasons"]})
    assert (done.status_code, done.headers["location"]) == (303, f"/status-changes/{CASE}")
    await work(made_sessions, CASE)
    assert await refusals(made_sessions) == [Rule.NOT_REVIEWED]
    assert (await desk.get(f"/api/v1/certificates/{number}/status")).json()["status"] == "suspended"
    assert WORDS["reasons"] in (await decider.get(f"/status-changes/{CASE}")).text
    async with made_sessions() as session:
        assert [row.kind for row in await session.exec(select(LetterRow)) if row.case_id == CASE] == ["status"]


async def test_asked_reviewed_and_decided_by_the_api_each_by_another_person(
    number: CertificateNumber, made_sessions: Sessions, signed_in: SignIn
) -> None:
    desk, decider = await signed_in(Role.SECRETARIAT), await signed_in(Role.DECISION_MAKER)
    for wanted, reason in (("lift", "remedied"), ("suspend", "action-late")):
        sent = ASKED | {"certificate": number, "wanted": wanted, "reason": reason}
        assert (await desk.post(f"/api/v1/farms/{FARM}/status-change", json=sent)).status_code == 200
        await work(made_sessions, farmer_case(FARM))
    path, grounds = f"/api/v1/status-changes/{CASE}", {"grant": True, "reasons": WORDS["reasons"]}
    assert (await decider.post(f"{path}/review", json={"grant": True})).status_code == 200
    await work(made_sessions, CASE)
    # Whoever reviewed does not decide.
    assert (await decider.post(f"{path}/decision", json=grounds)).status_code == 200
    await work(made_sessions, CASE)
    assert await refusals(made_sessions) == [Rule.STATUS_DIFFERS, Rule.SECOND_PERSON_NEEDED]
    assert (await desk.get(path)).json()["state"] == "to-decide"


async def test_a_reason_goes_with_what_is_asked_and_the_page_offers_what_can_be(
    number: CertificateNumber, made_sessions: Sessions, signed_in: SignIn
) -> None:
    desk, asking = await signed_in(Role.SECRETARIAT), f"/farms/{FARM}/status-change"
    page = (await desk.get(asking)).text
    assert [f'value="{one}"' in page for one in ("suspend", "withdraw", "lift", "remedied")] == [
        True,
        True,
        False,
        False,
    ]
    for wanted, reason in (("withdraw", "new-certificate"), ("suspend", "remedied"), ("lift", "action-late")):
        sent = ASKED | {"certificate": number, "wanted": wanted, "reason": reason}
        refused = await desk.post(f"/api/v1{asking}", json=sent)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem-type:ikm:rule:reasonDiffers")
        form = await desk.post(asking, data=sent | {"key": "00000000-0000-4000-8000-000000000005"})
        assert (form.status_code, said(Language.NL, Rule.REASON_DIFFERS) in form.text) == (422, True)
    async with made_sessions() as session:
        assert list(await session.exec(select(SubmissionRow))) == []


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        pytest.param(ASKED | {"wanted": "end"}, "wanted", id="what cannot be asked"),
        pytest.param(ASKED | {"reason": "no-reason"}, "reason", id="a reason that is none"),
        pytest.param(ASKED | {"words": ""}, "words", id="no words"),
        pytest.param(ASKED | {"certificate": "IKM-1"}, "certificate", id="no number"),
    ],
)
async def test_what_is_wrong_is_refused_by_its_field(signed_in: SignIn, sent: dict[str, str], name: str) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    answer = await desk.post(f"/api/v1/farms/{FARM}/status-change", json={"certificate": "IKM-2025-000001"} | sent)
    assert (answer.status_code, [issue["name"] for issue in answer.json()["issues"]]) == (400, [name])
    for route in ("review", "decision"):
        assert (await desk.post(f"/api/v1/status-changes/{CASE}/{route}", json={"grant": True})).status_code == 403
