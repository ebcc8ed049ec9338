"""What the pages say of a certificate that is to be suspended, and who may act on it."""

from datetime import UTC, datetime

from records.database import Sessions
from records.reopening import open_later
from scheme.certificate import Reason
from scheme.ids import FarmId, PersonId, SubmissionId, status_case
from scheme.opening import OpenStatusChange
from scheme.people import Role
from scheme.status_change import AskStatus, Wanted
from tests.api.conftest import SignIn
from tests.api.test_certificate import issued

FARM = FarmId("F-000001")
AT = datetime(2025, 11, 4, 9, tzinfo=UTC)
CASE = status_case(2025, FARM)


async def test_it_is_asked_on_the_farms_page_and_read_by_those_who_decide(
    made_sessions: Sessions, signed_in: SignIn
) -> None:
    number = await issued(made_sessions)
    desk = await signed_in(Role.SECRETARIAT)
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
