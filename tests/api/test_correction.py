"""Answers by telephone and corrections, from the form to the timeline: both facts and the words stay visible."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.codes import link_token
from records.database import Sessions
from scheme.choice_heard import hear
from scheme.ids import FarmId, choice_case
from scheme.people import Role
from settings import Settings
from tests.api.asked import (
    ask_farms,
    choice_row,
    close_choice,
    farmers_case,
    handed_in,
    hidden,
    keyed,
    reach,
    work,
)
from tests.api.conftest import SignIn
from tests.world import STOPPED, case_of, change, write

FARM = "F-000001"
CASE = choice_case(2025, FarmId(FARM))
HERE = f"/farms/{FARM}"
CALL = {
    "body": "B-02",
    "caller": "Mia Claes",
    "caller_role": "de partner",
    "called_at": "2025-01-15T08:30",
    "note": "An is ziek",
}
WHY = "Strook van de buren ingetikt"


@pytest.fixture
def settings() -> Settings:
    """A house with a key for its codes."""
    return keyed()


@pytest_asyncio.fixture
async def desk(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> AsyncIterator[httpx.AsyncClient]:
    """The secretary; both farms were asked."""
    await ask_farms(made_sessions)
    await reach(app)
    yield await signed_in(Role.SECRETARIAT)


async def confirmed(desk: httpx.AsyncClient, path: str, form: dict[str, str]) -> httpx.Response:
    """Open the form, go on, and confirm what it shows."""
    opened = await desk.get(path)
    assert opened.status_code == 200, opened.text
    asked = await desk.post(path, data=hidden(opened) | form)
    assert asked.status_code == 200, asked.text
    return await desk.post(path, data=hidden(asked) | {"confirmed": "true"})


async def note_call(desk: httpx.AsyncClient, sessions: Sessions) -> None:
    assert (await confirmed(desk, f"{HERE}/phone-answer", CALL)).status_code == 303
    await work(sessions, CASE)


async def stop(desk: httpx.AsyncClient, sessions: Sessions) -> None:
    await confirmed(desk, f"{HERE}/stop", {"stopped_on": "2025-01-15"})
    await work(sessions, farmers_case(FARM))


async def test_an_answer_by_telephone_is_noted_with_who_said_it(
    desk: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await note_call(desk, made_sessions)
    (row,) = await handed_in(made_sessions)
    assert row.facts == {"body": "B-02", "channel": "phone", "kind": "answer"}
    assert row.words == {
        **{name: CALL[name] for name in ("caller", "caller_role", "note")},
        "called_at": row.words["called_at"],
    }
    page = (await desk.get(HERE)).text
    for said in ("Mia Claes", "de partner", "An is ziek", "An 1"):
        assert said in page
    (told, *_) = (await desk.get(f"/api/v1{HERE}")).json()["timeline"]
    assert (told["act"], told["person"], told["said"]["caller"], told["said"]["calledAt"]) == (
        "choice:answered",
        "An 1",
        "Mia Claes",
        "2025-01-15T08:30:00+01:00",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", ""),
        ("caller", " "),
        ("caller_role", ""),
        ("called_at", "gisteren"),
        ("called_at", "2025-02-01T10:00"),
        ("called_at", "1999-01-15T08:30"),
    ],
)
async def test_what_is_missing_stands_beside_its_field(desk: httpx.AsyncClient, field: str, value: str) -> None:
    answer = await desk.post(f"{HERE}/phone-answer", data={**CALL, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "An is ziek" in answer.text


async def test_the_api_notes_a_call_once_per_key(desk: httpx.AsyncClient, made_sessions: Sessions) -> None:
    call = {
        "inspectionBody": "B-02",
        "caller": "Mia",
        "callerRole": "partner",
        "calledAt": "2025-01-15T08:30:00+01:00",
    }
    key = {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(2):
        assert (await desk.post(f"/api/v1{HERE}/phone-answer", json=call, headers=key)).status_code == 200
    assert len(await handed_in(made_sessions)) == 1
    other = await desk.post(f"/api/v1{HERE}/phone-answer", json={**call, "caller": "Jan"}, headers=key)
    assert other.status_code == 422


@pytest.mark.parametrize("at", ["2025-02-01T10:00:00+01:00", "1999-01-15T08:30:00+01:00", "2025-01-14T23:59:00+01:00"])
async def test_a_call_after_now_or_before_the_question_is_refused(desk: httpx.AsyncClient, at: str) -> None:
    call = {"inspectionBody": "B-02", "caller": "Mia", "callerRole": "partner", "calledAt": at}
    answer = await desk.post(f"/api/v1{HERE}/phone-answer", json=call)
    assert (answer.status_code, [one["name"] for one in answer.json()["issues"]]) == (422, ["calledAt"])


async def test_another_farms_choice_is_not_corrected_here(desk: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await note_call(desk, made_sessions)
    form = hidden(await desk.get(f"{HERE}/choice-correction")) | {"body": "B-01", "channel": "phone", "reason": WHY}
    other = CASE.replace(FARM, "F-000002")
    json = {"caseId": other, "insteadOf": "B-02", "inspectionBody": "B-01", "channel": "phone", "reason": WHY}
    before = len(await handed_in(made_sessions))
    assert (await desk.post(f"/api/v1{HERE}/choice-correction", json=json)).status_code == 404
    sent = form | {"case_id": other, "confirmed": "true"}
    assert (await desk.post(f"{HERE}/choice-correction", data=sent)).status_code == 404
    assert len(await handed_in(made_sessions)) == before


async def test_a_wrong_body_is_corrected_while_the_choice_is_open(
    desk: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await note_call(desk, made_sessions)
    done = await confirmed(desk, f"{HERE}/choice-correction", {"body": "B-01", "channel": "phone", "reason": WHY})
    assert done.status_code == 303
    await work(made_sessions, CASE)
    assert (await choice_row(made_sessions, FARM)).body == "B-01"
    timeline = (await desk.get(f"/api/v1{HERE}")).json()["timeline"]
    assert [(one["act"], one.get("inspectionBody")) for one in timeline[:2]] == [
        ("choice:corrected", "Melkcontrole"),
        ("choice:answered", "Agrokeur"),
    ]
    assert timeline[0]["said"] == {"reason": WHY}
    assert WHY in (await desk.get(HERE)).text


async def test_a_reason_is_asked_for(desk: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await note_call(desk, made_sessions)
    form = hidden(await desk.get(f"{HERE}/choice-correction")) | {"body": "B-01", "channel": "phone", "reason": "  "}
    answer = await desk.post(f"{HERE}/choice-correction", data=form)
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text


async def test_after_its_end_a_choice_is_corrected_by_a_later_one(
    desk: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await note_call(desk, made_sessions)
    await close_choice(made_sessions, CASE)
    tab = hidden(await desk.get(f"{HERE}/choice-correction"))
    await confirmed(desk, f"{HERE}/choice-correction", {"body": "B-01", "channel": "phone", "reason": WHY})
    await work(made_sessions, farmers_case(FARM))
    page = (await desk.get(HERE)).text
    for said in ("Melkcontrole", "Agrokeur", WHY):
        assert said in page
    shown = (await desk.get("/api/v1/choice-rounds/2025")).json()
    assert (shown["byBody"], shown["byChannel"], shown["answered"]) == ({"Melkcontrole": 1}, {"phone": 1}, 1)
    stale = tab | {"body": "B-01", "channel": "paper", "reason": WHY, "confirmed": "true"}
    await desk.post(f"{HERE}/choice-correction", data=stale)
    await work(made_sessions, farmers_case(FARM))
    late = [row.refused_by for row in await handed_in(made_sessions) if row.submission_id == tab["key"]]
    assert late == [{"rule": "changed-meanwhile", "day": None, "many": None}]


async def test_a_stop_that_was_a_mistake_is_taken_back(desk: httpx.AsyncClient, made_sessions: Sessions) -> None:
    await stop(desk, made_sessions)
    await write(made_sessions, hear(await case_of(made_sessions, CASE), STOPPED))
    done = await confirmed(desk, f"{HERE}/stop-correction", {"reason": WHY})
    assert done.status_code == 303
    await work(made_sessions, farmers_case(FARM))
    farm = (await desk.get(f"/api/v1{HERE}")).json()
    assert (farm["standing"], farm["choice"], farm["answerDue"]) == ("active", "asked", "2025-02-14")
    assert farm["timeline"][0]["act"] == "farm:stop-taken-back"
    assert farm["timeline"][0]["said"] == {"reason": WHY}
    assert (await desk.get("/api/v1/choice-rounds/2025")).json()["stopped"] == 0


LETTER = f"/letters/choice:2025:{FARM}:choice/replacement"
ADDRESS = {"street": "Kerkstraat 9", "postcode": "9000", "city": "Gent", "email": ""}


async def test_the_wrong_recipient_can_no_longer_answer(
    desk: httpx.AsyncClient, visitor: httpx.AsyncClient, settings: Settings, made_sessions: Sessions
) -> None:
    links = [f"/choices/2025/{FARM}/{link_token(settings, CASE, version)}" for version in (1, 2)]
    await change(made_sessions, "UPDATE letter SET state = 'printed'")
    assert [(await visitor.get(link)).status_code for link in links] == [200, 404]
    assert (await confirmed(desk, LETTER, {**ADDRESS, "reason": WHY})).status_code == 303
    assert [(await visitor.get(link)).status_code for link in links] == [404, 200]
    page = (await desk.get(HERE)).text
    for said in ("Dorp 1, 9000 Gent", "Kerkstraat 9, 9000 Gent", WHY):
        assert said in page
    assert (await desk.get("/letters")).text.count("vervangen: het adres klopte niet") == 1
    letters = (await desk.get(f"/api/v1{HERE}")).json()["letters"]
    assert [(one["to"], one["state"], one["replaced"]) for one in letters] == [
        ("Dorp 1, 9000 Gent", "printed", True),
        ("Kerkstraat 9, 9000 Gent", "planned", False),
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("street", ""), ("postcode", "12"), ("city", ""), ("email", "an@"), ("reason", " ")]
)
async def test_an_address_that_cannot_be_is_told_beside_its_field(
    desk: httpx.AsyncClient, field: str, value: str
) -> None:
    wrong = {**ADDRESS, "reason": WHY, field: value}
    answer = await desk.post(LETTER, data=wrong)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    refused = await desk.post(f"/api/v1{LETTER}", json=wrong)
    assert (refused.status_code, refused.json()["issues"][0]["name"]) == (400, field)


async def test_only_a_stop_can_be_taken_back(desk: httpx.AsyncClient) -> None:
    assert (await desk.get(f"{HERE}/stop-correction")).status_code == 404
    assert (await desk.get(f"{HERE}/choice-correction")).status_code == 404
