"""A periodic audit on its pages, from plan to certificate: who may do what, what is asked before, what is said after."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from json import dumps

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlmodel import col

from api.words import said
from records.audit_opening import open_next
from records.case import CaseRow
from records.database import Sessions
from records.person import PersonRow
from records.receiving import receive
from records.recording import write_step
from records.submission import OutboxRow
from records.wire import case_from, news_from
from scheme import certification
from scheme.audit_facts import Report
from scheme.errors import Rule
from scheme.ids import CaseId, FarmId, NewsId, PersonId, farmer_case
from scheme.language import Language
from scheme.lastenboek.outcome import Surroundings
from scheme.opening import OpenAudit, OpenCertification
from scheme.people import Actor, Role
from scheme.periodic_audit import Found
from scheme.step import Act
from tests.api.asked import AT, ask_farms, close_choice, reach, work
from tests.api.conftest import HASH, PEOPLE, SignIn
from tests.scheme.audits import COOLING, REGISTERED
from tests.world import change

FARM = FarmId("F-000001")
CHOICE = CaseId("choice:2025:F-000001")
AUDIT = CaseId("periodic-audit:2025:F-000001")
CERTIFICATION = CaseId("certification:2025:F-000001")
AUDITOR, DECIDER = (PersonId(f"P-{PEOPLE.index(role) + 1:04}") for role in (Role.AUDITOR, Role.DECISION_MAKER))
KEY = "0d1f6c1e-6f0b-4f57-9f5e-3a2a7f6b000{}"


@pytest_asyncio.fixture
async def house(app: FastAPI, made_sessions: Sessions) -> AsyncIterator[Sessions]:
    """The choice of farm 1 has ended with body 1, and its audit is open; a second decider works here."""
    await reach(app)
    await ask_farms(made_sessions)
    await close_choice(made_sessions, CHOICE)
    async with made_sessions.begin() as session:
        opened_by = NewsId(f"{CHOICE}>{farmer_case(FARM)}#closed")
        opened = await open_next(session, OpenAudit(FARM, CHOICE, AT, opened_by), practice=True)
        assert opened.case_id == AUDIT
        session.add(
            PersonRow(
                person_id="P-0099", sign_in_name="second", name="Second Decider", role=Role.DECISION_MAKER.value,
                language="nl", password_hash=HASH,
            )
        )  # fmt: skip
    yield made_sessions


async def to_clock(sessions: Sessions, moment: datetime) -> None:
    async with sessions.begin() as session:
        await session.execute(text("UPDATE practice_clock SET now = :now"), {"now": moment})


async def ready(sessions: Sessions, *found: Found) -> None:
    """Planned, reported with one light finding, and its decision open; with others only reported."""
    async with sessions.begin() as session:
        await session.execute(
            text("UPDATE practice_clock SET now = :now"), {"now": datetime(2025, 9, 2, 8, tzinfo=UTC)}
        )
    report = Report(datetime(2025, 9, 1).date(), found or (REGISTERED,), Surroundings.GOOD, 80)  # noqa: DTZ001  # a day
    await receive(sessions, AUDIT, Actor(AUDITOR, Role.AUDITOR), report)
    await work(sessions, AUDIT)
    if found:
        return
    async with sessions.begin() as session:
        asked = OpenCertification(FARM, AUDIT, datetime(2025, 9, 2, 8, tzinfo=UTC), NewsId(f"{AUDIT}>x#ready-3"))
        assert (await open_next(session, asked, practice=True)).case_id == CERTIFICATION


async def plan(browser: httpx.AsyncClient, on: str, key: int = 1, **more: str) -> httpx.Response:
    form = {"on": on, "at": "10:00", "auditor": AUDITOR, "key": KEY.format(key)} | more
    return await browser.post(f"/audits/{AUDIT}/visit", data=form)


async def test_a_planner_plans_it_and_is_told_what_speaks_against_it(house: Sessions, signed_in: SignIn) -> None:
    planner = await signed_in(Role.PLANNER)
    page = (await planner.get(f"/audits/{AUDIT}")).text
    assert "moet het bezoek plannen, ten laatste op 31 juli 2025" in page
    assert "1 audit moet gepland worden" in (await planner.get("/")).text
    listed = (await planner.get("/audits?state=to-plan")).text
    assert "Hoeve F-000001" in listed
    empty = await planner.post(f"/audits/{AUDIT}/visit", data={"at": "half tien"})
    said_beside = ("Kies de dag", "Kies het uur", "Kies een auditor.", 'value="half tien"')
    assert (empty.status_code, [one for one in said_beside if one not in empty.text]) == (422, [])
    # Before its window: shown, and recorded once that was seen.
    warned = await plan(planner, "2025-05-05")
    assert (warned.status_code, "begint op 31 juli 2025" in warned.text) == (200, True)
    nobody = await plan(planner, "2025-09-01", auditor="P-0001", confirmed="true")
    assert (nobody.status_code, said(Language.NL, Rule.NOT_AN_AUDITOR) in nobody.text) == (422, True)
    night = await plan(planner, "2025-09-01", at="03:00")
    assert (night.status_code, "kijk het uur na" in night.text) == (200, True)
    assert (await plan(planner, "2025-09-01")).status_code == 303
    await work(house, AUDIT)
    page = (await planner.get(f"/audits/{AUDIT}")).text
    assert "bezoekt het bedrijf op 1 september 2025" in page
    week = (await planner.get("/audits/calendar?week=2025-09-03")).text
    assert ("1 september 2025" in week, "Hoeve F-000001" in week) == (True, True)
    assert (">10:00<" in week, "1 september 2025, 10:00" in week) == (True, False)
    await change(house, "UPDATE periodic_audit SET audited_on = '2025-09-01', state = 'done', closed_at = now()")
    assert "Hoeve F-000001" in (await planner.get("/audits/calendar?week=2025-09-03")).text
    await change(house, "UPDATE periodic_audit SET audited_on = NULL, state = 'cancelled'")
    assert "Hoeve F-000001" not in (await planner.get("/audits/calendar?week=2025-09-03")).text


async def test_a_visit_in_another_century_is_refused_and_the_api_tells_what_speaks_against_one(
    house: Sessions, signed_in: SignIn
) -> None:
    planner, path = await signed_in(Role.PLANNER), f"/api/v1/audits/{AUDIT}/visit"
    far = {"visitAt": "2099-09-01T10:00:00+02:00", "auditor": AUDITOR}
    refused = await planner.post(path, json=far)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:problem-type:ikm:rule:visitTooFar")
    page = await plan(planner, "2099-09-01", confirmed="true")
    assert (page.status_code, said(Language.NL, Rule.VISIT_TOO_FAR)[:20] in page.text) == (422, True)
    early = await planner.post(path, json=far | {"visitAt": "2025-05-05T10:00:00+02:00"})
    (warning,) = early.json()["warnings"]
    assert "begint op 31 juli 2025" in warning


async def test_an_auditor_seen_too_often_and_a_body_without_recognition_are_told_and_stop_nobody(
    house: Sessions, signed_in: SignIn
) -> None:
    async with house.begin() as session:
        for year in (2016, 2019, 2022):
            former, day = f"periodic-audit:{year}:{FARM}", f"{year}-09-01"
            told = {"case_id": former, "opened_by": former, "auditor": AUDITOR, "audited_on": day, "closed_at": day}
            # Of the last one something is still to be seen, at nearly the same hour.
            still = {"closed_at": None, "follow_up_auditor": AUDITOR, "follow_up_at": "2025-09-01T09:00:00+02:00"}
            for table in ("case_file", "periodic_audit"):
                copied = f"INSERT INTO {table} SELECT (jsonb_populate_record(c, CAST(:told AS jsonb))).* FROM {table} c"
                values = {"told": dumps(told | (still if year == 2022 else {})), "audit": AUDIT}
                await session.execute(text(f"{copied} WHERE case_id = :audit"), values)
        ends = (
            "UPDATE inspection_body SET recognised_until = '2025-08-31', scope = '[\"17020\"]' WHERE body_id = 'B-01'"
        )
        await session.execute(text(ends))
    planner = await signed_in(Role.PLANNER)
    warned = (await plan(planner, "2025-09-01")).text
    said_before = ("laatste 3 audits", "erkend tot 31 augustus 2025", "accreditatie", "rond dat uur een ander bezoek")
    assert [one for one in said_before if one not in warned] == []
    assert (await plan(planner, "2025-09-01", confirmed="true")).status_code == 303


async def test_a_proof_goes_back_with_a_reason_only(house: Sessions, signed_in: SignIn) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    auditor = await signed_in(Role.AUDITOR)
    path = f"/audits/{AUDIT}/findings/A21/verdict"
    assert "A21" in (await auditor.get(path)).text
    form = {"accepted": "false", "seen_on": "2025-09-02", "key": KEY.format(2)}
    answer = await auditor.post(path, data=form)
    assert (answer.status_code, "Zeg waarom" in answer.text) == (422, True)
    json = {"accepted": False, "seenOn": "2025-09-02"}
    assert (await auditor.post(f"/api/v1{path}", json=json)).json()["detail"].startswith("Zeg waarom")
    assert (await auditor.get(f"/audits/{AUDIT}/findings/A1/verdict")).status_code == 404
    # Nobody went back to the farm.
    seen = {"accepted": True, "seen": "on-site", "seenOn": "2025-09-02"}
    refused = await auditor.post(f"/api/v1{path}", json=seen)
    assert (refused.status_code, refused.json()["detail"]) == (422, said(Language.NL, Rule.FOLLOW_UP_NEEDED))
    form = {"accepted": "true", "seen": "on-site", "seen_on": "2025-09-02", "key": KEY.format(7)}
    answer = await auditor.post(path, data=form)
    assert (answer.status_code, said(Language.NL, Rule.FOLLOW_UP_NEEDED) in answer.text) == (422, True)


async def test_a_supplementary_audit_names_what_is_to_be_seen_and_until_when(
    house: Sessions, signed_in: SignIn
) -> None:
    planner = await signed_in(Role.PLANNER)
    await plan(planner, "2025-09-01")
    await work(house, AUDIT)
    await ready(house, COOLING)
    page = (await planner.get(f"/audits/{AUDIT}/visit")).text
    assert ("C4 (gradatie A)" in page, "laatste dag: 1 december 2025" in page) == (True, True)
    assert ("gepland zijn" in page, 'value="2025-09-02"' in page) == (False, True)
    assert (await plan(planner, "2025-11-25", key=2, confirmed="true")).status_code == 303
    await work(house, AUDIT)
    again = (await planner.get(f"/audits/{AUDIT}/visit")).text
    assert ("komt terug op 25 november 2025" in again, 'value="2025-11-25"' in again) == (True, True)


async def test_two_others_review_and_decide(house: Sessions, signed_in: SignIn) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    # The secretariat reads, the decider acts; an administrator may not.
    secretary, decider = await signed_in(Role.SECRETARIAT), await signed_in(Role.DECISION_MAKER)
    assert (
        '<form method="post" action="/certifications'
        not in (await secretary.get(f"/certifications/{CERTIFICATION}")).text
    )
    page = (await decider.get(f"/certifications/{CERTIFICATION}")).text
    assert ("Certificaat voor 3 jaar, volgens regel 4.6" in page, "1 februari 2026" in page) == (True, True)
    # Advice that is other than what the rules give goes with its grounds.
    needed = said(Language.NL, Rule.GROUNDS_NEEDED)
    strict = {"result": "eighteen-months", "key": KEY.format(9)}
    bare = await decider.post(f"/certifications/{CERTIFICATION}/review", data=strict)
    assert (bare.status_code, needed in bare.text) == (422, True)
    bare = await decider.post(f"/api/v1/certifications/{CERTIFICATION}/review", json={"result": "refusal"})
    (issue,) = bare.json()["issues"]
    assert (bare.status_code, issue["name"], issue["detail"]) == (422, "reasons", needed)
    form = {"result": "three-years", "reasons": "Alles gelezen", "key": KEY.format(3)}
    assert (await decider.post(f"/certifications/{CERTIFICATION}/review", data=form)).status_code == 303
    await work(house, CERTIFICATION)
    again = (await decider.get(f"/certifications/{CERTIFICATION}")).text
    assert ("iemand anders beslist" in again, "Alles gelezen" in again) == (True, True)
    form = {"result": "refusal", "key": KEY.format(4)}
    missing = await decider.post(f"/certifications/{CERTIFICATION}/decision", data=form)
    assert missing.status_code == 422
    json = await decider.post(f"/api/v1/certifications/{CERTIFICATION}/decision", json={"result": "refusal"})
    assert json.json()["detail"].startswith("Zeg waarom")
    form = {"result": "three-years", "key": KEY.format(5)}
    assert (await decider.post(f"/certifications/{CERTIFICATION}/decision", data=form)).status_code == 303
    await work(house, CERTIFICATION)
    # By the same person: refused by rule, and nothing is decided.
    assert (await decider.get(f"/api/v1/certifications/{CERTIFICATION}")).json()["state"] == "to-decide"
    listed = (await decider.get("/certifications")).text
    assert "1 beslissing wacht" in listed
    # Once it is decided about, the farm's page says what came of it, and what still runs.
    assert "het dossier wacht op beoordeling en beslissing" in (await secretary.get(f"/farms/{FARM}")).text
    await change(house, "UPDATE periodic_audit SET decided_at = '2025-09-02T10:00Z'")
    for state, told in (("issued", "toegekend"), ("refused", "geweigerd")):
        await change(house, f"UPDATE certification SET state = '{state}', closed_at = '2025-09-02T10:00Z'")
        said_next = (
            f"Het certificaat werd {told} op 2 september 2025. Er lopen nog corrigerende maatregelen, tot en met 1"
        )
        assert said_next in (await secretary.get(f"/farms/{FARM}")).text


async def test_a_tie_keeps_somebody_out(house: Sessions, signed_in: SignIn) -> None:
    secretary = await signed_in(Role.SECRETARIAT)
    made = await secretary.post(f"/api/v1/farms/{FARM}/ties", json={"personId": DECIDER, "words": "zwager"})
    assert made.status_code == 201
    assert (
        await secretary.post(f"/api/v1/farms/{FARM}/ties", json={"personId": "P-0001", "words": "neef"})
    ).status_code == 422
    page = (await secretary.get(f"/farms/{FARM}/ties")).text
    assert "zwager" in page
    told = "SELECT count(*) FROM outbox WHERE target = :case AND kind = 'tied'"
    async with house() as session:
        assert (await session.execute(text(told), {"case": AUDIT})).scalar_one() == 1
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    decider = await signed_in(Role.DECISION_MAKER)
    assert "iemand anders moet dit doen" in (await decider.get(f"/certifications/{CERTIFICATION}")).text
    ended = await secretary.post(f"/farms/{FARM}/ties/{made.json()['tieId']}/end")
    assert ended.status_code == 303
    acts = "SELECT act FROM trail WHERE key LIKE 'tie:%' ORDER BY number"
    async with house() as session:
        assert list((await session.execute(text(acts))).scalars()) == [Act.TIE_DECLARED, Act.TIE_ENDED]


async def test_the_file_for_an_assessor_tells_from_when_on_each_is_kept_out(house: Sessions, signed_in: SignIn) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    await to_clock(house, datetime(2025, 9, 10, 8, tzinfo=UTC))
    secretary = await signed_in(Role.SECRETARIAT)
    await secretary.post(f"/api/v1/farms/{FARM}/ties", json={"personId": DECIDER, "words": "zwager"})
    async with house.begin() as session:
        told = select(OutboxRow).where(col(OutboxRow.target) == CERTIFICATION, col(OutboxRow.kind) == "tied")
        news = news_from((await session.execute(told)).scalar_one().payload)
        case = case_from((await session.get_one(CaseRow, CERTIFICATION)).state)
        await write_step(session, certification.hear(case, news))  # type: ignore[arg-type]
    clauses = (await secretary.get(f"/api/v1/farms/{FARM}/file")).json()["clauses"]
    (lines,) = [one["lines"] for one in clauses if one["number"] == "4.2"]
    kept = [line["at"][:10] for line in lines if line["what"].startswith("Uitgesloten")]
    assert kept == ["2025-09-02", "2025-09-10"]


async def test_a_report_of_another_farm_is_taken_back_with_a_reason(house: Sessions, signed_in: SignIn) -> None:
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    secretary = await signed_in(Role.SECRETARIAT)
    assert "ander bedrijf" in (await secretary.get(f"/audits/{AUDIT}/report-correction")).text
    form = {"reason": "Verkeerd bedrijf gekozen", "key": KEY.format(6)}
    assert (await secretary.post(f"/audits/{AUDIT}/report-correction", data=form)).status_code == 303
    await work(house, AUDIT)
    assert (await secretary.get(f"/api/v1/audits/{AUDIT}")).json()["state"] == "planned"


async def test_the_farms_page_and_the_tasks_lead_to_the_audit(house: Sessions, signed_in: SignIn) -> None:
    secretary, planner = await signed_in(Role.SECRETARIAT), await signed_in(Role.PLANNER)
    farm = (await secretary.get(f"/farms/{FARM}")).text
    # What is next, what runs, what comes; the day after its last day to plan.
    link = f'href="/audits/{AUDIT}">Periodieke audit</a>'
    assert (farm.count(link), "in te plannen" in farm) == (2, True)
    assert ("in te plannen tegen 31 juli 2025" in farm, "volgende datum: 1 augustus 2025" in farm) == (True, True)
    for page in ("/tasks?view=group", f"/tasks/audit-plan:{AUDIT}"):
        assert link in (await planner.get(page)).text
    for runs, there in {"audit": [FARM], "decision": [], "anything": [FARM]}.items():
        listed = (await secretary.get(f"/api/v1/farms?runs={runs}")).json()
        assert [one["farmId"] for one in listed["items"] if one["farmId"] == FARM] == there, runs
    await plan(planner, "2025-09-01")
    assert "Iets over de audit of het certificaat is ontvangen" in (await secretary.get(f"/farms/{FARM}")).text
    # What has ended stands under its own heading, not with what runs.
    await change(house, "UPDATE periodic_audit SET audited_on = '2025-09-01', state = 'done', closed_at = now()")
    before, ended = (await secretary.get(f"/farms/{FARM}")).text.split("<h2>Wat afgelopen is</h2>")
    assert (link in before.split("<h2>Wat loopt er</h2>")[1], link in ended) == (False, True)
