"""The report as the telephone in the stable speaks it: twice is once, and two telephones never undo each other."""

import uuid
from datetime import UTC, datetime
from html import unescape
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.parts import Parts
from records.audit_report import ReportAnswerRow
from records.database import Sessions
from records.founding import found
from records.periodic_audit import FindingRow
from records.stored_file import FileUseRow, StoredFileRow
from records.submission import SubmissionRow
from scheme.ids import PersonId
from scheme.people import Role
from settings import Settings
from tests.api.asked import reach
from tests.api.conftest import SITE, SignIn
from tests.clamd import VIRUS, FakeClamd, listening
from tests.pictures import photo
from tests.reports import AUDIT, plan_audit, settle_report
from tests.world import KEYS, table
from tests.world import change as change_row

REPORT = f"/api/v1/audits/{AUDIT}/report"


@pytest_asyncio.fixture
async def auditor(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    """The auditor for whom the audit is planned."""
    await plan_audit(made_sessions)
    return await signed_in(Role.AUDITOR)


def change(value: str = "met", words: str = "", base: int = 0, device: str = "one", key: str = "") -> dict[str, Any]:
    return {"key": key or str(uuid.uuid4()), "base": base, "value": value, "words": words, "device": device}


async def put(browser: httpx.AsyncClient, sent: dict[str, Any], item: str = "A1") -> httpx.Response:
    return await browser.put(f"{REPORT}/answers/{item}", json=sent)


async def put_photo(browser: httpx.AsyncClient, content: bytes, key: str = KEYS[5], item: str = "H3") -> httpx.Response:
    return await browser.put(f"{REPORT}/photos/{key}", data={"item": item}, files={"file": ("melkput.jpg", content)})


async def test_an_answer_sent_twice_is_written_once(auditor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    sent = change("not-met", "vuile leiding")
    first, second = await put(auditor, sent), await put(auditor, sent)
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    assert second.json() == first.json()
    assert (await put(auditor, sent | {"value": "met"})).status_code == 422, "the key stands for something else"
    assert len(await table(made_sessions, ReportAnswerRow)) == 1


async def test_a_change_is_told_by_the_clock_of_the_house(auditor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    begins = datetime(2025, 9, 1, 10, tzinfo=UTC)
    async with made_sessions.begin() as session:
        await found(session, practice=True, begins=begins)
    assert datetime.fromisoformat((await put(auditor, change())).json()["changedAt"]) == begins


async def test_a_second_device_that_saw_an_older_revision_overwrites_nothing(auditor: httpx.AsyncClient) -> None:
    mine = change("not-met", "van de eerste", device="one")
    await put(auditor, mine)
    met = await put(auditor, change("met", "van de tweede", device="two"))
    assert (met.status_code, met.headers["content-type"]) == (409, "application/problem+json")
    told = met.json()
    assert (told["theirs"]["value"], told["theirs"]["words"], told["theirs"]["revision"]) == (
        "not-met",
        "van de eerste",
        1,
    )
    assert told["yours"] == {"value": "met", "words": "van de tweede"}
    assert (await auditor.get(REPORT)).json()["answers"][0]["words"] == "van de eerste"
    chosen = await put(auditor, change("met", "van de tweede", base=1, device="two"))
    assert (chosen.status_code, chosen.json()["revision"]) == (200, 2)
    # Its answer had been lost on the way: sent again, it is known, and what the other device chose stays.
    again = await put(auditor, mine)
    assert (again.status_code, again.json()["words"]) == (200, "van de tweede")


async def test_changes_of_one_device_follow_each_other_also_where_it_heard_nothing(auditor: httpx.AsyncClient) -> None:
    for value in ("met", "not-met", "met"):
        answer = await put(auditor, change(value, base=0))
    assert (answer.status_code, answer.json()["revision"]) == (200, 3)


async def test_two_devices_that_say_the_same_do_not_meet(auditor: httpx.AsyncClient) -> None:
    await put(auditor, change("met", device="one"))
    same = await put(auditor, change("met", device="two"))
    assert (same.status_code, same.json()["revision"]) == (200, 1)


@pytest.mark.parametrize(
    ("item", "value", "said"),
    [
        ("A1", "good", "met, not-met, not-applicable, not-assessed"),
        ("surroundings", "met", "good, bad"),
        ("score-H2", "101", "100"),
        ("audited-on", "gisteren", "2025-01-31"),
        ("audited-on", "2099-09-01", "2099"),
        ("audited-on", "2025-02-14", "15 februari 2025"),
    ],
)
async def test_what_an_item_does_not_take_is_said_by_field_and_rule(
    auditor: httpx.AsyncClient, item: str, value: str, said: str
) -> None:
    answer = await put(auditor, change(value), item)
    [issue] = answer.json()["issues"]
    assert (answer.status_code, issue["name"]) == (422, "value")
    assert said in issue["detail"]


async def test_what_is_not_asked_is_not_there(auditor: httpx.AsyncClient) -> None:
    assert (await put(auditor, change(), "Z9")).status_code == 404
    assert (await put_photo(auditor, photo(), item="Z9")).status_code == 404


async def test_a_photograph_sent_twice_is_one(auditor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    for content in (photo(), photo()):
        answer = await put_photo(auditor, content)
        assert (answer.status_code, answer.json()["href"]) == (200, f"/files/{KEYS[5]}")
    assert (await put_photo(auditor, photo(shade=1))).status_code == 422
    assert (await put_photo(auditor, photo(), KEYS[6], "H4")).status_code == 200
    assert (len(await table(made_sessions, StoredFileRow)), len(await table(made_sessions, FileUseRow))) == (1, 2)
    assert (await auditor.get(f"/files/{KEYS[5]}")).headers["content-type"] == "image/jpeg"
    for _ in range(2):
        assert (await auditor.delete(f"{REPORT}/photos/{KEYS[5]}")).status_code == 204
    assert [one["item"] for one in (await auditor.get(REPORT)).json()["photos"]] == ["H4"]


async def test_what_is_no_photograph_is_refused_in_words(auditor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    answer = await put_photo(auditor, b"%PDF-1.7")
    [issue] = answer.json()["issues"]
    assert (answer.status_code, issue["type"], issue["name"]) == (422, "urn:problem-type:ikm:file:damaged", "file")
    assert await table(made_sessions, StoredFileRow) == []


async def test_a_photograph_with_a_virus_is_refused_as_it_came(auditor: httpx.AsyncClient, app: FastAPI) -> None:
    parts: Parts = app.state.parts
    async with listening(FakeClamd()) as port:
        scanned = Settings(public_url=SITE, temporal_address="127.0.0.1:1", clamd_host="127.0.0.1", clamd_port=port)
        app.state.parts = Parts(scanned, parts.sessions, parts.client)
        infected = await put_photo(auditor, photo() + VIRUS)
        assert (infected.status_code, infected.json()["issues"][0]["type"]) == (
            422,
            "urn:problem-type:ikm:file:infected",
        )
        assert (await put_photo(auditor, photo())).status_code == 200


async def test_only_the_auditor_who_was_planned_writes(
    auditor: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    other = await plan_audit(made_sessions, "F-000002", "B-02")
    colleague = await plan_audit(made_sessions, auditor=PersonId("P-0003"), number=2)
    for audit in (other, colleague):
        asked = f"/api/v1/audits/{audit}/report"
        assert (await auditor.get(asked)).status_code == 404
        assert (await auditor.put(f"{asked}/answers/A1", json=change())).status_code == 404
    for role in (Role.PLANNER, Role.SECRETARIAT):
        reader = await signed_in(role)
        assert (await reader.get(REPORT)).json()["writes"] is False
        assert (await put(reader, change())).status_code == 403


async def fill_in(browser: httpx.AsyncClient) -> None:
    """All that is asked, with one finding."""
    asked = (await browser.get(REPORT)).json()
    values = {"assessment": "met", "surroundings": "good", "score": "75", "day": "2025-09-01"}
    for line in [*asked["general"], *(line for module in asked["modules"] for line in module["lines"])]:
        assert (await put(browser, change(values[line["kind"]]), line["item"])).status_code == 200
    await put(browser, change("not-met", "vuile muren", base=1), "H3")


async def test_a_draft_that_lacks_something_is_not_handed_in(
    auditor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await put(auditor, change("not-met"))
    answer = await auditor.post(REPORT, headers={"Idempotency-Key": KEYS[7]})
    said = {issue["name"]: issue["type"].rpartition(":")[2] for issue in answer.json()["issues"]}
    assert (answer.status_code, said["A1"], said["audited-on"]) == (422, "no-words", "unanswered")
    assert await table(made_sessions, SubmissionRow) == []


async def test_another_day_than_that_of_the_visit_warns_and_stops_nothing(auditor: httpx.AsyncClient) -> None:
    await put(auditor, change("2025-08-24"), "audited-on")
    (warning,) = (await auditor.get(REPORT)).json()["warnings"]
    page = (await auditor.get(f"/audits/{AUDIT}/report/hand-in")).text
    assert ("1 september 2025" in warning, "24 augustus 2025" in warning, warning in page) == (True, True, True)


async def test_a_report_is_handed_in_once_and_its_words_stay_in_the_rows(
    auditor: httpx.AsyncClient, made_sessions: Sessions, app: FastAPI
) -> None:
    await reach(app)
    await fill_in(auditor)
    await put_photo(auditor, photo())
    for _ in range(2):
        answer = await auditor.post(REPORT, headers={"Idempotency-Key": KEYS[7]})
        assert (answer.status_code, answer.json()) == (
            200, {"submissionId": KEYS[7], "settled": False, "warnings": []},
        )  # fmt: skip
    assert (await put(auditor, change(base=2))).status_code == 409, "what is handed in waits as it is"
    [row] = await table(made_sessions, SubmissionRow)
    assert row.facts == {
        "kind": "report", "audited_on": "2025-09-01", "surroundings": "good", "score": 75,
        "findings": [{"number": "H3", "grade": "B", "visual": True}],
    }  # fmt: skip
    assert await settle_report(made_sessions) is None
    [finding] = await table(made_sessions, FindingRow)
    assert (finding.number, finding.state) == ("H3", "open")
    await change_row(made_sessions, "UPDATE farm SET language = 'fr'")
    shown, [told] = (
        (await auditor.get(f"/audits/{AUDIT}")).text,
        (await auditor.get(REPORT.removesuffix("/report"))).json()["findings"],
    )
    assert (told["words"], told["photos"]) == ("vuile muren", [f"/api/v1/files/{KEYS[5]}"])
    assert ("vuile muren" in shown, told["text"] in unescape(shown)) == (True, True)
    assert f'href="/files/{KEYS[5]}"' in shown
    assert (await auditor.get(REPORT)).json()["writes"] is False


async def test_what_was_handed_in_is_not_changed_any_more(
    auditor: httpx.AsyncClient, made_sessions: Sessions, app: FastAPI
) -> None:
    await reach(app)
    await fill_in(auditor)
    await auditor.post(REPORT)
    await settle_report(made_sessions)
    for answer in (await put(auditor, change()), await put_photo(auditor, photo())):
        assert (answer.status_code, "theirs" in answer.json()) == (409, False)
        assert "ingediend" in answer.json()["detail"]
