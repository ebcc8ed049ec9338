"""A new farm's page says what is missing, and takes its application."""

from datetime import date

import pytest
from fastapi import FastAPI

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import choice_row, farmers_case, found_house, hidden, reach, work
from tests.api.conftest import SignIn
from tests.world import change

FARM = "F-000001"
HERE = f"/farms/{FARM}/application"


@pytest.fixture
async def without(app: FastAPI, made_sessions: Sessions) -> Sessions:
    """A farm without a certificate."""
    await change(made_sessions, "UPDATE farm SET expires_on = NULL")
    await found_house(made_sessions)
    await reach(app)
    return made_sessions


async def test_the_page_offers_it_and_tells_it(without: Sessions, signed_in: SignIn) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    assert f'href="{HERE}"' in (await desk.get(f"/farms/{FARM}")).text
    form = hidden(await desk.get(HERE)) | {"applied_on": "2025-01-10"}
    nobody = await desk.post(HERE, data=form)
    assert (nobody.status_code, "Duid eerst een van de instellingen aan." in nobody.text) == (422, True)
    slip = await desk.post(HERE, data=form | {"body": "B-02", "applied_on": "2020-01-02"})
    assert (slip.status_code, 'id="applied_on-error"' in slip.text) == (422, True)
    issues = await desk.post(f"/api/v1{HERE}", json={"appliedOn": "2020-01-02", "inspectionBody": "B-01"})
    assert [(one["name"], one["type"]) for one in issues.json()["issues"]] == [
        ("appliedOn", "urn:problem-type:ikm:rule:appliedLongAgo"),
    ]  # fmt: skip
    assert (await desk.post(HERE, data=form | {"body": "B-02", "note": "Map 7."})).status_code in {200, 303}
    await work(without, farmers_case(FARM))
    row = await choice_row(without, FARM)
    assert (row.body, row.applied_on, row.channel) == ("B-02", date(2025, 1, 10), "application")
    told = (await desk.get(f"/farms/{FARM}")).text
    assert "deed op 10 januari 2025 een aanvraag; Agrokeur voert de eerste audit uit." in told
    assert "Map 7." in told
    assert HERE not in told
    assert "kan nu geen aanvraag doen" in (await desk.get(HERE)).text
    json = (await desk.get(f"/api/v1/farms/{FARM}")).json()
    assert (json["mayApply"], json["latestChoice"]["appliedOn"]) == (False, "2025-01-10")
    # Had another holder taken over on that day, nobody had applied.
    case = "INSERT INTO case_file SELECT 'farm-change:2025:F-000001', 'farm-change', :farm, NULL, 'x', now(), now(), 1, '{}'"
    await change(without, case, farm=FARM)
    taken = """INSERT INTO farm_change (case_id, farm_id, what, happened_on, body, state, opened_at, asked_by, decide_due, decided_at)
        VALUES ('farm-change:2025:F-000001', :farm, 'takeover', '2025-01-10', 'B-02', 'new-audit', now(), 'P-0001', '2025-02-10', now())"""
    await change(without, taken, farm=FARM)
    told = (await desk.get(f"/farms/{FARM}")).text
    assert (
        f"Sinds de overname op 10 januari 2025 heeft Hoeve {FARM} een eerste audit nodig; Agrokeur voert die uit."
        in told
    )
    assert "deed op 10 januari 2025 een aanvraag" not in told


async def test_the_api_takes_it_once_and_says_what_a_rule_forbids(without: Sessions, signed_in: SignIn) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000001"}
    body = {"appliedOn": "2025-01-10", "inspectionBody": "B-01"}
    for _ in range(2):
        await desk.post(f"/api/v1{HERE}", json=body, headers=key)
        await work(without, farmers_case(FARM))
    assert (await choice_row(without, FARM)).body == "B-01"
    other = await desk.post(f"/api/v1{HERE}", json=body | {"inspectionBody": "B-02"}, headers=key)
    assert other.status_code == 422


async def test_a_farm_with_a_certificate_is_told_so(without: Sessions, signed_in: SignIn) -> None:
    await change(without, "UPDATE farm SET expires_on = '2025-12-01'")
    desk = await signed_in(Role.SECRETARIAT)
    answer = await desk.post(f"/api/v1{HERE}", json={"appliedOn": "2025-01-10", "inspectionBody": "B-01"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:ikm:rule:hasCertificate")
    form = hidden(await desk.get("/account")) | {"applied_on": "2025-01-10", "body": "B-01"}
    assert "heeft al een certificaat, tot en met 1 december 2025" in (await desk.post(HERE, data=form)).text
