"""Letters about an audit in the one ledger: each step its own, withdrawn where a later step overtakes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records.database import Sessions
from records.farm import Farm
from records.letter import LetterRow, LetterState
from records.queries.withdrawal import Withdrawal, why_withdrawn
from records.replacing import Address, Replacement, replace_letter
from records.submission import SubmissionRow
from records.wire import facts_json
from scheme import audit_heard, certification
from scheme.audit_due import fall_due
from scheme.audit_facts import Plan, Proof, Report, TakeReportBack, Verdict
from scheme.certification import Decide, Review
from scheme.ids import CaseId, SubmissionId
from scheme.inbox import Facts
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.lastenboek.outcome import Result, Surroundings
from scheme.news import ChoiceReplaced, FarmStopped
from scheme.people import Actor
from scheme.step import Submission
from tests.records import test_audit_opening as opening
from tests.records.test_audit_opening import AUDIT, CERTIFICATION, DECIDER, REVIEWER, VISIT_AT
from tests.scheme.audits import A21, AUDITOR, COOLING, FARMER, REGISTERED
from tests.world import KEYS, PLANNER, SECRETARY, case_of, change, close_choice, column, news, run_round, table, write

AT = datetime(2025, 6, 11, 8, tzinfo=UTC)
PLAN = Plan(VISIT_AT, AUDITOR.person)
REPORT = Report(VISIT_AT.date(), (REGISTERED,), Surroundings.GOOD, 80)
PAPER = SupplementaryAudit.ON_PAPER
STATES = (
    "SELECT letter_key || ' ' || state FROM letter WHERE kind NOT IN ('choice', 'assignment') ORDER BY planned_at, 1"
)


@pytest.fixture
async def planned(world: Sessions) -> Sessions:
    """The audit of farm 1 is planned."""
    await run_round(world)
    await close_choice(world)
    async with world.begin() as session:
        for actor in (PLANNER, AUDITOR, REVIEWER, DECIDER):
            session.add(opening.person(actor))
    await opening.audit(world)
    await hand_in(world, PLAN, PLANNER, 1, at=VISIT_AT - timedelta(days=30))
    return world


async def hand_in(
    sessions: Sessions,
    facts: Facts,
    actor: Actor,
    key: int,
    *,
    words: str = "",
    at: datetime = AT,
    case: CaseId = AUDIT,
) -> None:
    """Somebody hands it in, with words; the case's step is written."""
    async with sessions.begin() as session:
        session.add(
            SubmissionRow(
                submission_id=KEYS[key], case_id=case, kind=facts.kind, person=actor.person, role=actor.role.value,
                received_at=at, facts=facts_json(facts), words={"reason": words}, digest="-", created_at=at,
                next_attempt_at=at,
            )
        )  # fmt: skip
    word = certification if case == CERTIFICATION else audit_heard
    item = Submission(SubmissionId(KEYS[key]), case, actor, at, facts)
    await write(sessions, word.hear(await case_of(sessions, case), item))  # type: ignore[arg-type]  # of its word


async def letter_of(sessions: Sessions, kind: str) -> LetterRow:
    """The last letter of this kind."""
    rows = [row for row in await table(sessions, LetterRow) if row.kind == kind]
    return max(rows, key=lambda row: row.planned_at)


async def test_an_appointment_by_mail_with_all_that_it_says(planned: Sessions) -> None:
    letter = await letter_of(planned, "visit")
    assert (letter.letter_key, letter.channel, letter.state, letter.code_version) == (
        "periodic-audit:2025:F-000001:visit:2", "mail", LetterState.PLANNED, 1,
    )  # fmt: skip
    said = {key: letter.words[key] for key in ("occasion", "visit_at", "auditor", "audit", "dated")}
    assert said == {
        "occasion": "visit", "visit_at": "2025-06-10T08:00:00+00:00", "auditor": AUDITOR.person, "audit": AUDIT,
        "dated": "2025-05-11",
    }  # fmt: skip
    told = "SELECT count(*) FROM outbox WHERE target = 'post' AND news_id LIKE 'periodic-audit%letters-2'"
    assert await column(planned, told) == [1]


async def test_another_day_overtakes_the_letter_that_has_not_left(planned: Sessions) -> None:
    await hand_in(planned, replace(PLAN, visit_at=VISIT_AT + timedelta(days=1)), PLANNER, 2, at=VISIT_AT - timedelta(9))
    assert await column(planned, STATES) == [f"{AUDIT}:visit:2 withdrawn", f"{AUDIT}:visit:3 planned"]
    async with planned() as session:
        first = await session.get_one(LetterRow, f"{AUDIT}:visit:2")
        assert await why_withdrawn(session, first) is Withdrawal.OVERTAKEN


async def test_from_report_to_certificate(planned: Sessions) -> None:
    await hand_in(planned, replace(REPORT, findings=(REGISTERED, COOLING)), AUDITOR, 2)
    (second, first) = (await letter_of(planned, "report")).words["findings"]
    assert (first["number"], first["grade"], first["due"], bool(first["text"]["fr"])) == ("C4", "A", "2025-09-10", True)
    assert (second["number"], second["due"]) == ("A21", "2025-12-10")
    await hand_in(planned, Proof(A21), FARMER, 3)
    await hand_in(planned, Verdict(A21, False, PAPER, AT.date()), AUDITOR, 4, words="Op de foto is niets te zien.")
    returned = (await letter_of(planned, "returned")).words
    assert (returned["reason"], [one["number"] for one in returned["findings"]]) == (
        "Op de foto is niets te zien.", ["A21"],
    )  # fmt: skip
    audit = await case_of(planned, AUDIT)
    await write(planned, fall_due(audit, audit.next_at))
    assert [one["number"] for one in (await letter_of(planned, "due")).words["findings"]] == ["C4"]
    seen = Verdict(COOLING.number, True, SupplementaryAudit.ON_SITE, AT.date())
    await hand_in(planned, seen, AUDITOR, 5)
    assert (await opening.decision(planned, opening.NewsId(f"{AUDIT}>farmer:F-000001#ready-7"))).case_id
    await hand_in(planned, Review(Result.THREE_YEARS), REVIEWER, 6, case=CERTIFICATION)
    await hand_in(planned, Decide(Result.THREE_YEARS), DECIDER, 7, case=CERTIFICATION)
    granted = await letter_of(planned, "certificate")
    assert granted.letter_key == "certification:2025:F-000001:certificate:3"
    assert (granted.words["certificate_number"], granted.words["left"]) == ("IKM-2025-000001", True)


async def test_a_refusal_gives_reasons_and_the_days_of_an_appeal(planned: Sessions) -> None:
    await hand_in(planned, REPORT, AUDITOR, 2)
    await opening.decision(planned)
    await hand_in(planned, Review(Result.REFUSAL), REVIEWER, 3, case=CERTIFICATION)
    await hand_in(planned, Decide(Result.REFUSAL), DECIDER, 4, words="De koeling werkt niet.", case=CERTIFICATION)
    refusal = (await letter_of(planned, "refusal")).words
    assert (refusal["reason"], refusal["appeal_days"], refusal["audit"]) == ("De koeling werkt niet.", 60, AUDIT)
    assert refusal["appeal_until"] == "2025-07-11"


async def test_a_farm_without_mail_gets_paper(planned: Sessions) -> None:
    await change(planned, "UPDATE farm SET email = NULL")
    await hand_in(planned, REPORT, AUDITOR, 2)
    assert (await letter_of(planned, "report")).channel == "paper"


async def test_a_report_taken_back_withdraws_what_told_of_it(planned: Sessions) -> None:
    await change(planned, "UPDATE letter SET state = 'handed-over'")
    await hand_in(planned, REPORT, AUDITOR, 2)
    await hand_in(planned, TakeReportBack(VISIT_AT.date()), SECRETARY, 3)
    assert await column(planned, STATES) == [f"{AUDIT}:visit:2 handed-over", f"{AUDIT}:report:3 withdrawn"]
    # Reported again, told this time, and taken back again: the farmer hears of it, once.
    await hand_in(planned, REPORT, AUDITOR, 4, at=AT + timedelta(hours=1))
    await change(planned, "UPDATE letter SET state = 'printed' WHERE state = 'planned'")
    await hand_in(planned, TakeReportBack(VISIT_AT.date()), SECRETARY, 5, at=AT + timedelta(hours=2))
    back = await letter_of(planned, "report-back")
    assert (back.letter_key, back.words["audited_on"], back.words["body"]) == (
        f"{AUDIT}:report-back:6", "2025-06-10", "Keurpunt 1",
    )  # fmt: skip
    await hand_in(planned, REPORT, AUDITOR, 6, at=AT + timedelta(hours=3))
    await hand_in(planned, TakeReportBack(VISIT_AT.date()), SECRETARY, 7, at=AT + timedelta(hours=4))
    assert await column(planned, "SELECT count(*) FROM letter WHERE kind = 'report-back'") == [1]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (FarmStopped(VISIT_AT.date()), Withdrawal.STOPPED),
        (ChoiceReplaced(CaseId("choice:2025:F-000001:2")), Withdrawal.BODY_REPLACED),
    ],
)
async def test_what_has_not_left_is_withdrawn_when_the_audit_ends(
    planned: Sessions, what: FarmStopped | ChoiceReplaced, why: Withdrawal
) -> None:
    await change(planned, "UPDATE letter SET state = 'failed' WHERE kind = 'visit'")
    await write(planned, audit_heard.hear(await case_of(planned, AUDIT), news(what, AT, AUDIT)))
    assert await column(planned, STATES) == [f"{AUDIT}:visit:2 withdrawn"]
    async with planned() as session:
        assert await why_withdrawn(session, await session.get_one(LetterRow, f"{AUDIT}:visit:2")) is why


async def test_a_wrong_address_revokes_the_audits_code(planned: Sessions) -> None:
    await change(planned, "UPDATE letter SET state = 'handed-over'")
    async with planned.begin() as session:
        farm = await session.get_one(Farm, "F-000001")
        to = Address("Kerkstraat 9", farm.postcode, farm.city, None)
        key = await replace_letter(session, Replacement(f"{AUDIT}:visit:2", to, "Verhuisd", KEYS[5]), SECRETARY)
    async with planned() as session:
        again = await session.get_one(LetterRow, key)
    assert (again.letter_key, again.code_version) == (f"{AUDIT}:visit:2-2", 2)
    assert await column(planned, "SELECT code_version FROM periodic_audit") == [2]
