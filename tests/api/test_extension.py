"""A collective extension on pages and by the API: preview, proposal, decision by another, files, the way back."""

import uuid
from datetime import UTC, datetime

import httpx
import pytest

from records.database import Sessions
from scheme.people import Role
from tests.api.asked import found_house, hidden
from tests.api.conftest import SignIn
from tests.world import change, set_clock

API = "/api/v1/extensions"
CHOSEN = {"first": "2026-01-01", "last": "2026-02-28", "to": "2026-05-31"}
SAID = {"cause": "epidemic", "words": "De audits liggen stil."}


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@pytest.fixture
async def secretary(made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """In a house of 15 January 2025 with two farms whose certificates end on 31 January 2026; the second stopped."""
    secretary = await signed_in(Role.SECRETARIAT)
    await found_house(made_sessions)
    await change(made_sessions, "UPDATE farm SET stopped_on = '2025-01-10' WHERE farm_id = 'F-000002'")
    await change(made_sessions, "UPDATE farm SET certificate_number = 'OLD-1' WHERE farm_id = 'F-000001'")
    return secretary


async def test_a_preview_then_a_proposal_that_another_decides(
    secretary: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    previewed = await secretary.get("/extensions/new", params=CHOSEN)
    for said in ("1 certificaat krijgt", "blijft zoals het is: het bedrijf is gestopt", "31 mei 2026"):
        assert said in previewed.text
    form = hidden(previewed) | SAID
    for _ in range(2):
        made = await secretary.post("/extensions", data=form)
        assert (made.status_code, made.headers["location"]) == (303, "/extensions/E-001")
    assert "/extensions/E-001" in (await secretary.get("/")).text
    own = (await secretary.get("/extensions/E-001")).text
    assert ('value="true"' in own, "/extensions/E-001/withdrawal" in own) == (False, True)
    decider = await signed_in(Role.DECISION_MAKER)
    assert 'value="true"' in (await decider.get("/extensions/E-001")).text
    decided = await decider.post("/extensions/E-001/decision", data={"accepted": "true"})
    assert decided.status_code == 303
    done = (await secretary.get("/extensions/E-001")).text
    public = (await secretary.get("/c/OLD-1")).text
    assert "de laatste dag schoof van 31 januari 2026 naar 31 mei 2026" in public
    assert ("1 certificaat" in done, "/extensions/E-001/way-back" in done) == (True, True)
    ends = "1 certificaat zou meteen eindigen"
    assert ends not in done
    await set_clock(made_sessions, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert ends in (await secretary.get("/extensions/E-001")).text
    back = await secretary.post("/extensions/E-001/way-back", data={"words": "Voorbij.", "key": str(uuid.uuid4())})
    assert back.headers["location"] == "/extensions/E-002"
    assert ends in (await decider.get("/extensions/E-002")).text
    await decider.post("/extensions/E-002/decision", data={"accepted": "true"})
    after = (await decider.get("/extensions/E-002")).text
    assert ("sinds 2 maart 2026" in after, ends in after) == (True, False)
    (stands,) = (await decider.get(f"{API}/E-002/certificates")).json()["items"]
    assert (stands["status"], stands["since"], stands["to"]) == ("expired", "2026-03-02", "2026-01-31")
    assert "E-001" in (await secretary.get("/extensions")).text


async def test_whoever_has_a_tie_to_all_that_is_left_reads_so_and_finds_no_door(
    secretary: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    await secretary.post("/extensions", data=hidden(await secretary.get("/extensions/new", params=CHOSEN)) | SAID)
    decider = await signed_in(Role.DECISION_MAKER)
    tie = """INSERT INTO tie (tie_id, person_id, farm_id, words, declared_by, declared_at)
        SELECT 't', person_id, 'F-000001', 'broer', person_id, now() FROM person WHERE role = 'decision-maker'"""
    await change(made_sessions, tie)
    page = (await decider.get("/extensions/E-001")).text
    assert ('value="true"' in page, "U hebt een band met het bedrijf van 1 certificaat" in page) == (False, True)
    for accepted in ("true", "false"):
        refused = await decider.post("/extensions/E-001/decision", data={"accepted": accepted})
        assert (refused.status_code, "iemand anders moet dit doen" in refused.text) == (422, True)
    by_api = await decider.post(f"{API}/E-001/decision", json={"accepted": True})
    assert by_api.json()["type"] == "urn:problem-type:ikm:rule:involved"


async def test_mistakes_are_told_beside_their_fields_and_above(secretary: httpx.AsyncClient) -> None:
    page = await secretary.get("/extensions/new", params=CHOSEN | {"to": "gisteren"})
    assert (page.status_code, 'id="to-error"' in page.text) == (422, True)
    far = CHOSEN | {"to": "2095-05-01"}
    late = await secretary.get("/extensions/new", params=far)
    assert (late.status_code, 'id="to-error"' in late.text, "12 maanden" in late.text) == (422, True, True)
    for answer in (
        await secretary.get(f"{API}/preview", params=far),
        await secretary.post(API, json=far | SAID | {"seen": "x"}, headers=keyed()),
    ):
        assert [(one["name"], one["type"]) for one in answer.json()["issues"]] == [
            ("to", "urn:problem-type:ikm:rule:extensionTooLong"),
        ]  # fmt: skip
    early = await secretary.get("/extensions/new", params=CHOSEN | {"to": "2025-12-31"})
    assert (early.status_code, 'role="alert"' in early.text) == (422, True)
    form = hidden(await secretary.get("/extensions/new", params=CHOSEN))
    silent = await secretary.post("/extensions", data=form)
    assert [f'id="{field}-error"' in silent.text for field in ("cause", "words")] == [True, True]
    otherwise = await secretary.post("/extensions", data=form | SAID | {"seen": "x"})
    assert (otherwise.status_code, 'role="alert"' in otherwise.text) == (422, True)


async def test_the_same_by_the_api(secretary: httpx.AsyncClient, signed_in: SignIn) -> None:
    previewed = (await secretary.get(f"{API}/preview", params=CHOSEN)).json()
    assert (previewed["moved"], previewed["left"]) == (1, [{"why": "stopped", "certificates": 1}])
    unseen = await secretary.post(API, json={**CHOSEN, **SAID}, headers=keyed())
    assert (unseen.status_code, [one["name"] for one in unseen.json()["issues"]]) == (400, ["seen"])
    asked = {**CHOSEN, **SAID, "seen": previewed["seen"]}
    made = await secretary.post(API, json=asked, headers=keyed())
    assert (made.status_code, made.json()["state"], made.headers["location"]) == (201, "proposed", f"{API}/E-001")
    office = await signed_in(Role.ADMINISTRATOR)
    assert (await office.post(f"{API}/E-001/decision", json={"accepted": True})).status_code == 403
    decider = await signed_in(Role.DECISION_MAKER)
    decided = await decider.post(f"{API}/E-001/decision", json={"accepted": True})
    assert (decided.json()["state"], decided.json()["moved"], decided.json()["left"]) == ("done", 1, 1)
    listed = (await office.get(f"{API}/E-001/certificates", params={"only": "moved"})).json()["items"]
    assert [(one["farmId"], one["lastDay"], one["to"]) for one in listed] == [("F-000001", "2026-01-31", "2026-05-31")]
    public = (await office.get("/api/v1/directory", params={"on": "2026-05-31"})).json()["items"]
    assert [one["validUntil"] for one in public] == ["2026-05-31"]
    back = await secretary.post(f"{API}/E-001/way-back", json={"words": "Voorbij."}, headers=keyed())
    assert (back.status_code, back.json()["takesBack"], "to" in back.json()) == (201, "E-001", False)
    withdrawn = await secretary.post(f"{API}/E-002/withdrawal", json={})
    assert withdrawn.json()["state"] == "declined"
    assert [one["state"] for one in (await secretary.get(API)).json()["items"]] == ["declined", "done"]


async def test_lists_are_kept_as_files(secretary: httpx.AsyncClient) -> None:
    saved = (await secretary.get("/extensions/preview.csv", params=CHOSEN)).text
    assert [line.split(";")[1] for line in saved.splitlines()[1:]] == ["F-000001", "F-000002"]
    seen = (await secretary.get(f"{API}/preview", params=CHOSEN)).json()["seen"]
    await secretary.post(API, json={**CHOSEN, **SAID, "seen": seen}, headers=keyed())
    kept = (await secretary.get("/extensions/E-001/certificates.csv")).text
    assert kept == saved
