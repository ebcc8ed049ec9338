"""From a closed choice to a decided audit, in rows: what opens, what is asked of whom, what is told (design.md §4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from records import agreement
from records.audit_opening import open_next
from records.database import Sessions
from records.opening_again import open_again
from records.person import PersonRow
from records.queries.audit_waiting import waiting_choice
from records.reopening import StillOpenError, open_later
from records.submission import SubmissionRow
from scheme import audit_heard, certification
from scheme.audit_facts import Plan, Proof, Report, TakeReportBack, Verdict
from scheme.certification import Decide, Review
from scheme.choice import Channel
from scheme.choice_heard import Correction
from scheme.errors import Refusal, Rule
from scheme.ids import CaseId, NewsId, PersonId, SubmissionId, farmer_case
from scheme.inbox import Facts, Opened
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.lastenboek.outcome import Result, Surroundings
from scheme.news import ChoiceReplaced, Decided, FarmStopped
from scheme.opening import OpenAgain, OpenAudit, OpenCertification, OpenCorrected, OpenLater, RunAgain
from scheme.people import Actor, Role
from scheme.periodic_audit import State
from scheme.step import Act, Submission
from tests.scheme.audits import A21, AUDITOR, COOLING, FARMER, REGISTERED
from tests.world import (
    CLOSES_AT,
    KEYS,
    ONE,
    PLANNER,
    SECRETARY,
    TWO,
    case_of,
    change,
    close_choice,
    column,
    news,
    number,
    run_round,
    the_choice,
    value,
    write,
)

AUDIT = CaseId("periodic-audit:2025:F-000001")
CERTIFICATION = CaseId("certification:2025:F-000001")
CLOSED = NewsId(f"{the_choice()}>{farmer_case(number(1))}#closed")
READY = NewsId(f"{AUDIT}>{farmer_case(number(1))}#ready-3")
REVIEWER, DECIDER = (Actor(PersonId(f"P-00{n}"), Role.DECISION_MAKER) for n in (21, 22))
VISIT_AT = datetime(2025, 6, 10, 8, tzinfo=UTC)
AT = datetime(2025, 6, 11, 8, tzinfo=UTC)
REPORT = Report(VISIT_AT.date(), (REGISTERED,), Surroundings.GOOD, 80)
OPEN_TASKS = "SELECT kind FROM task WHERE closed_at IS NULL AND case_id = :case ORDER BY kind"


@pytest.fixture
async def opened(world: Sessions) -> Sessions:
    """The round of 2025; the choice of farm 1 has been assigned body 1, and its audit is open."""
    await run_round(world)
    await close_choice(world)
    async with world.begin() as session:
        for actor in (PLANNER, AUDITOR, REVIEWER, DECIDER):
            session.add(person(actor))
    assert await audit(world) == Opened(case_id=AUDIT)
    return world


def person(actor: Actor) -> PersonRow:
    """Somebody who signs in."""
    return PersonRow(
        person_id=actor.person, sign_in_name=actor.person, name=actor.person, role=actor.role.value, language="nl",
        password_hash="-",
    )  # fmt: skip


async def audit(sessions: Sessions, opened_by: str = CLOSED, choice: CaseId | None = None) -> Opened:
    """The farm's workflow asks for the audit."""
    request = OpenAudit(number(1), choice or the_choice(), CLOSES_AT, NewsId(opened_by))
    async with sessions.begin() as session:
        return await open_next(session, request, practice=True)


async def decision(sessions: Sessions, opened_by: NewsId = READY) -> Opened:
    """The farm's workflow asks for the decision."""
    request = OpenCertification(number(1), AUDIT, AT, opened_by)
    async with sessions.begin() as session:
        return await open_next(session, request, practice=True)


async def handed_in(sessions: Sessions, facts: Facts, actor: Actor, key: SubmissionId, case: CaseId = AUDIT) -> Act:
    """Somebody hands something in; the case's step is written."""
    await _submission(sessions, facts.kind, actor, key, case)
    submission = Submission(key, case, actor, AT if case == CERTIFICATION else VISIT_AT, facts)
    word = certification if case == CERTIFICATION else audit_heard
    step = word.hear(await case_of(sessions, case), submission)  # type: ignore[arg-type]
    await write(sessions, step)
    return step.act


async def _submission(sessions: Sessions, kind: str, actor: Actor, key: SubmissionId, case: CaseId) -> None:
    async with sessions.begin() as session:
        session.add(
            SubmissionRow(
                submission_id=key, case_id=case, kind=kind, person=actor.person, role=actor.role.value,
                received_at=VISIT_AT, facts={}, digest="-", created_at=VISIT_AT, next_attempt_at=VISIT_AT,
            )
        )  # fmt: skip


async def reported(sessions: Sessions, report: Report = REPORT) -> None:
    """The visit was planned, held and reported."""
    await handed_in(sessions, Plan(VISIT_AT, AUDITOR.person), PLANNER, KEYS[1])
    assert await handed_in(sessions, report, AUDITOR, KEYS[2]) is Act.AUDIT_REPORTED


async def test_an_audit_opens_once_with_a_task_for_the_bodys_planner(opened: Sessions) -> None:
    assert await audit(opened) == Opened(case_id=AUDIT)
    tasks = "SELECT kind || ' ' || role || ' ' || body_id || ' ' || due_on FROM task WHERE case_id = :case"
    assert await column(opened, tasks, case=AUDIT) == ["audit-plan planner B-01 2025-06-01"]
    assert await column(opened, "SELECT kind FROM outbox WHERE news_id LIKE :case", case=f"{AUDIT}%") == [
        "start", "case-opened",
    ]  # fmt: skip


async def test_a_farm_that_stopped_gets_none(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    async with world.begin() as session:
        await session.execute(text("UPDATE farm SET standing = 'stopped', stopped_on = '2025-02-01'"))
    assert (await audit(world)).refused == Refusal(Rule.FARM_STOPPED, date(2025, 2, 1))


async def another_choice(sessions: Sessions, place: int = 2) -> CaseId:
    """A later choice of farm 1 that ended with body 2; the farm's workflow has not heard of it yet."""
    case = the_choice(again=place)
    asked, closed = (f"{CLOSES_AT + timedelta(days=n + 10 * place):%Y-%m-%d}" for n in (0, 1))
    await change(
        sessions,
        "INSERT INTO case_file (case_id, kind, farm_id, opened_by, opened_at, closed_at, revision, state) "
        "SELECT :case, kind, farm_id, opened_by, opened_at, closed_at, revision, state FROM case_file WHERE case_id = :of",
        case=case, of=the_choice(),
    )  # fmt: skip
    await change(
        sessions,
        "INSERT INTO choice (case_id, farm_id, year, state, asked_at, reminder_due, answer_due, closed_at, body, "
        "default_body, code_version) SELECT :case, farm_id, year, state, CAST(:asked AS date), reminder_due, answer_due, "
        "CAST(:closed AS date), 'B-02', default_body, code_version FROM choice WHERE case_id = :of",
        case=case, asked=asked, closed=closed, of=the_choice(),
    )  # fmt: skip
    return case


async def waiting(sessions: Sessions) -> str | None:
    """The choice whose audit waits."""
    async with sessions() as session:
        row = await waiting_choice(session, number(1))
    return None if row is None else row.case_id


def closed_of(case: str) -> str:
    """The news that a case of farm 1 ended."""
    return f"{case}>farmer:F-000001#closed"


LETS_GO = "SELECT payload -> 'what' ->> 'waiting' FROM outbox WHERE news_id = :news"


async def test_another_choice_replaces_what_was_not_held(opened: Sessions) -> None:
    second = await another_choice(opened)
    assert await audit(opened, closed_of(second), second) == Opened(case_id=CaseId(f"{AUDIT}:2"))
    told = "SELECT kind FROM outbox WHERE target = :case AND kind <> 'start'"
    assert await column(opened, told, case=AUDIT) == ["choice-replaced"]
    await write(opened, audit_heard.hear(await case_of(opened, AUDIT), news(ChoiceReplaced(second))))
    # Of one choice there is one audit, whoever asks once more.
    assert await audit(opened, closed_of(AUDIT), second) == Opened(case_id=CaseId(f"{AUDIT}:2"))
    assert await column(opened, LETS_GO, news=closed_of(AUDIT)) == [None]


async def test_an_audit_that_is_held_keeps_the_next_waiting_until_it_is_decided_about(opened: Sessions) -> None:
    """A finding of grade B is left: the next opens beside it."""
    await reported(opened)
    await decision(opened)
    second = await another_choice(opened)
    assert (await audit(opened, closed_of(second), second)).refused == Refusal(Rule.ALREADY_OPEN, VISIT_AT.date())
    assert await waiting(opened) == second
    await handed_in(opened, Review(Result.REFUSAL), REVIEWER, KEYS[3], CERTIFICATION)
    await handed_in(opened, Decide(Result.REFUSAL), DECIDER, KEYS[4], CERTIFICATION)
    assert await column(opened, LETS_GO, news=closed_of(CERTIFICATION)) == [second]
    # The audit itself has not heard of its decision yet.
    assert (await case_of(opened, AUDIT)).decided_at is None
    assert await audit(opened, closed_of(CERTIFICATION), second) == Opened(case_id=CaseId(f"{AUDIT}:2"))
    assert await waiting(opened) is None
    assert (await case_of(opened, AUDIT)).open
    # A stop ends both, and both go on when it is taken back.
    for case in (AUDIT, CaseId(f"{AUDIT}:2")):
        await write(opened, audit_heard.hear(await case_of(opened, case), news(FarmStopped(AT.date()))))
    assert await later(opened, RunAgain(number(1), AT, KEYS[5])) == Opened(case_id=CaseId(f"{AUDIT}:4"))
    running = "SELECT case_id FROM periodic_audit WHERE closed_at IS NULL ORDER BY 1"
    assert await column(opened, running) == [f"{AUDIT}:3", f"{AUDIT}:4"]


async def test_an_audit_that_ends_lets_the_next_go(opened: Sessions) -> None:
    """Nothing is left of it: its own end tells the farm's workflow too, and one audit opens."""
    await reported(opened, replace(REPORT, findings=()))
    second = await another_choice(opened)
    assert (await audit(opened, closed_of(second), second)).refused is not None
    await write(opened, audit_heard.hear(await case_of(opened, AUDIT), news(Decided(AT), AT)))
    assert (await case_of(opened, AUDIT)).state is State.DONE
    assert await column(opened, LETS_GO, news=closed_of(AUDIT)) == [second]
    assert await audit(opened, closed_of(AUDIT), second) == Opened(case_id=CaseId(f"{AUDIT}:2"))


async def test_a_stop_in_the_moment_between_keeps_no_audit_away(world: Sessions) -> None:
    """The choice ended, the stop came before the farm's workflow heard of it, and was a mistake."""
    await run_round(world)
    await close_choice(world)
    assert await later(world, RunAgain(number(1), AT, KEYS[5])) == Opened()
    told = "SELECT news_id FROM outbox WHERE kind = 'case-closed' AND payload -> 'what' ->> 'audit' = 'true' ORDER BY 1"
    again = closed_of(the_choice()) + f"-{KEYS[5]}"
    assert await column(world, told) == [closed_of(the_choice()), again]
    assert await audit(world, again) == Opened(case_id=AUDIT)


async def test_a_report_taken_back_makes_room_for_the_audit_that_waited(opened: Sessions) -> None:
    await reported(opened)
    second = await another_choice(opened)
    await handed_in(opened, TakeReportBack(VISIT_AT.date()), SECRETARY, KEYS[3])
    told = "SELECT payload -> 'what' ->> 'choice' FROM outbox WHERE target = :case AND kind = 'choice-replaced'"
    assert await column(opened, told, case=AUDIT) == [second]
    await write(opened, audit_heard.hear(await case_of(opened, AUDIT), news(ChoiceReplaced(second), AT)))
    assert await column(opened, LETS_GO, news=closed_of(AUDIT)) == [second]


async def test_from_plan_to_decision(opened: Sessions) -> None:
    await reported(opened)
    told = "SELECT count(*) FROM outbox WHERE news_id = :news AND kind = 'audit-ready'"
    assert await value(opened, told, news=READY) == 1
    assert await column(opened, OPEN_TASKS, case=AUDIT) == []
    assert await decision(opened) == Opened(case_id=CERTIFICATION)
    assert await decision(opened) == Opened(case_id=CERTIFICATION)
    case = await case_of(opened, CERTIFICATION)
    assert case.involved == (PLANNER.person, AUDITOR.person)
    assert await column(opened, OPEN_TASKS, case=CERTIFICATION) == ["certification-review"]
    await handed_in(opened, Review(Result.THREE_YEARS), REVIEWER, KEYS[3], CERTIFICATION)
    assert await column(opened, OPEN_TASKS, case=CERTIFICATION) == ["certification-decide"]
    act = await handed_in(opened, Decide(Result.THREE_YEARS), DECIDER, KEYS[4], CERTIFICATION)
    assert act is Act.CERTIFICATE_ISSUED
    assert await column(opened, OPEN_TASKS, case=CERTIFICATION) == []
    assert await column(opened, "SELECT number FROM certificate WHERE issued_by = :case", case=CERTIFICATION) == [
        "IKM-2025-000001",
    ]  # fmt: skip
    assert await value(opened, "SELECT expires_on FROM farm WHERE farm_id = 'F-000001'") == date(2028, 12, 1)
    row = "SELECT state || ' ' || valid_from || ' ' || valid_until FROM certification"
    assert await column(opened, row) == ["issued 2025-12-02 2028-12-01"]
    assert await value(opened, "SELECT count(*) FROM outbox WHERE target = :case AND kind = 'decided'", case=AUDIT) == 1
    async with opened() as session:
        assert [one for one in await agreement.findings(session) if one.gap is agreement.Gap.DEADLINES] == []


async def test_a_proof_is_judged_by_the_auditor(opened: Sessions) -> None:
    await reported(opened)
    await handed_in(opened, Proof(A21), FARMER, KEYS[3])
    assert await column(opened, OPEN_TASKS, case=AUDIT) == ["correction-judge"]
    verdict = Verdict(A21, True, SupplementaryAudit.ON_PAPER, VISIT_AT.date())
    assert await handed_in(opened, verdict, AUDITOR, KEYS[4]) is Act.CORRECTION_ACCEPTED
    assert await column(opened, OPEN_TASKS, case=AUDIT) == []
    assert await column(opened, "SELECT state FROM finding") == ["accepted"]


async def test_a_report_taken_back_ends_the_decision_about_it(opened: Sessions) -> None:
    await reported(opened)
    await decision(opened)
    await handed_in(opened, TakeReportBack(VISIT_AT.date()), SECRETARY, KEYS[5])
    told = "SELECT kind FROM outbox WHERE target = :case AND kind <> 'start'"
    assert await column(opened, told, case=CERTIFICATION) == ["evaluation-changed"]
    assert await column(opened, "SELECT number FROM finding") == []
    again = NewsId(f"{AUDIT}>{farmer_case(number(1))}#ready-9")
    assert (await decision(opened, again)).refused == Refusal(Rule.NOT_READY)


async def test_who_takes_part_meanwhile_is_told_to_the_decision(opened: Sessions) -> None:
    await reported(opened)
    await decision(opened)
    await handed_in(opened, Proof(A21), SECRETARY, KEYS[6])
    told = "SELECT payload -> 'what' ->> 'person' FROM outbox WHERE target = :case AND kind = 'tied'"
    assert await column(opened, told, case=CERTIFICATION) == [SECRETARY.person]


async def test_a_heavy_finding_keeps_it_from_being_ready(opened: Sessions) -> None:
    await reported(opened, Report(VISIT_AT.date(), (COOLING,), Surroundings.GOOD, 80))
    assert (await decision(opened)).refused == Refusal(Rule.NOT_READY)


async def test_an_audit_that_ends_closes_its_tasks_and_tells_the_farm(opened: Sessions) -> None:
    step = audit_heard.hear(await case_of(opened, AUDIT), news(FarmStopped(VISIT_AT.date()), VISIT_AT, AUDIT))
    await write(opened, step)
    assert await column(opened, OPEN_TASKS, case=AUDIT) == []
    closed = "SELECT count(*) FROM outbox WHERE news_id = :news AND kind = 'case-closed'"
    assert await value(opened, closed, news=f"{AUDIT}>{farmer_case(number(1))}#closed") == 1


SECOND = CaseId(f"{AUDIT}:2")
LOST = NewsId(f"calendar>{farmer_case(number(1))}#lost-b-01")
OTHER = the_choice(again=2)
CORRECTION = OpenCorrected(number(1), CLOSES_AT, KEYS[7], Correction(the_choice(), ONE, TWO, Channel.PAPER))
BACK = RunAgain(number(1), AT, KEYS[8])
TOLD = "SELECT kind FROM outbox WHERE target = :case AND kind <> 'start'"


async def later(sessions: Sessions, request: OpenLater) -> Opened:
    """The farm's workflow asks for what the secretariat puts right."""
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def lose_body(sessions: Sessions) -> Refusal | None:
    """The farm's workflow heard that its choice's body was lost."""
    async with sessions.begin() as session:
        return await open_again(session, OpenAgain(number(1), the_choice(), AT, LOST, (TWO,), TWO, ONE), practice=True)


async def test_a_lost_body_ends_the_audit_nobody_held_and_its_planner_calls_the_visit_off(opened: Sessions) -> None:
    await handed_in(opened, Plan(VISIT_AT + timedelta(days=9), AUDITOR.person), PLANNER, KEYS[1])
    assert await lose_body(opened) is None
    assert await column(opened, TOLD, case=AUDIT) == ["choice-replaced"]
    await write(opened, audit_heard.hear(await case_of(opened, AUDIT), news(ChoiceReplaced(the_choice()), AT, AUDIT)))
    due = "SELECT kind || ' ' || role || ' ' || due_on FROM task WHERE closed_at IS NULL AND case_id = :case"
    assert await column(opened, due, case=AUDIT) == ["visit-called-off planner 2025-06-19"]


async def test_an_audit_that_was_held_stands_and_so_does_its_choice(opened: Sessions) -> None:
    await reported(opened)
    held = Refusal(Rule.AUDIT_HELD, VISIT_AT.date())
    assert (await lose_body(opened), (await later(opened, CORRECTION)).refused) == (held, held)
    assert await column(opened, TOLD, case=AUDIT) == []


async def test_a_corrected_choice_ends_the_wrong_audit_and_opens_the_right_one(opened: Sessions) -> None:
    assert await later(opened, CORRECTION) == Opened(case_id=OTHER)
    assert await column(opened, TOLD, case=AUDIT) == ["choice-replaced"]
    closed = NewsId(f"{OTHER}>{farmer_case(number(1))}#closed")
    follows = "SELECT payload -> 'what' ->> 'audit' FROM outbox WHERE news_id = :news"
    assert await value(opened, follows, news=closed) == "true"
    # An audit that was asked for the wrong one meanwhile does not open.
    assert (await audit(opened, "late")).refused == Refusal(Rule.CHANGED_MEANWHILE)
    assert await audit(opened, closed, OTHER) == Opened(case_id=SECOND)
    assert (await case_of(opened, SECOND)).body == TWO


async def test_a_stop_taken_back_lets_the_audit_go_on_where_it_stood(opened: Sessions) -> None:
    await reported(opened)
    with pytest.raises(StillOpenError):
        await later(opened, BACK)
    await write(opened, audit_heard.hear(await case_of(opened, AUDIT), news(FarmStopped(AT.date()), AT, AUDIT)))
    assert await later(opened, BACK) == Opened(case_id=SECOND)
    assert await later(opened, BACK) == Opened(case_id=SECOND)
    case = await case_of(opened, SECOND)
    assert (case.state, case.continues, case.findings[0].number) == ("reported", (AUDIT,), A21)
    ready = NewsId(f"{SECOND}>{farmer_case(number(1))}#ready-1")
    assert await value(opened, "SELECT kind FROM outbox WHERE news_id = :news", news=ready) == "audit-ready"
    async with opened.begin() as session:
        asked = await open_next(session, OpenCertification(number(1), SECOND, AT, ready), practice=True)
    assert asked.case_id is not None
    # Whoever took part in it before the stop is involved.
    assert (await case_of(opened, asked.case_id)).involved == (PLANNER.person, AUDITOR.person)


@pytest.mark.parametrize(
    ("broken", "gap"),
    [
        pytest.param("UPDATE periodic_audit SET score = 81", agreement.Gap.AUDIT, id="the audit's row"),
        pytest.param("UPDATE finding SET due = due + 1", agreement.Gap.AUDIT, id="a finding's row"),
        pytest.param("DELETE FROM finding", agreement.Gap.AUDIT, id="no row of a finding"),
        pytest.param(
            "UPDATE letter SET kind = 'due' WHERE kind = 'report'", agreement.Gap.LETTER_MISSING, id="a letter"
        ),
    ],
)
async def test_rows_that_say_something_else_than_the_audit_are_found(
    opened: Sessions, broken: str, gap: agreement.Gap
) -> None:
    await reported(opened)
    assert await gaps(opened) == []
    await change(opened, broken)
    assert [one.gap for one in await gaps(opened)] == [gap]


async def test_a_decision_that_nobody_is_asked_for_is_found(opened: Sessions) -> None:
    await reported(opened)
    await decision(opened)
    await change(opened, "UPDATE task SET closed_at = opened_at WHERE kind = 'certification-review'")
    await change(opened, "UPDATE certification SET reviewed_by = 'P-0021'")
    found = [(one.gap, one.about) for one in await gaps(opened)]
    assert found == [(agreement.Gap.AUDIT, CERTIFICATION), (agreement.Gap.TASK, CERTIFICATION)]


async def test_an_audit_that_waits_for_ever_is_found(opened: Sessions) -> None:
    """It is ready, and the news of that led to no decision; a later choice waited for it."""
    await reported(opened, replace(REPORT, findings=()))
    assert await gaps(opened) == []
    await change(opened, "UPDATE outbox SET settled_at = now()")
    nobody = agreement.Finding(agreement.Gap.NOBODY_ACTS, AUDIT)
    assert await gaps(opened) == [nobody]
    second = await another_choice(opened)
    await change(opened, "UPDATE periodic_audit SET decided_at = now(), closed_at = now()")
    assert agreement.Finding(agreement.Gap.AUDIT_NOT_OPENED, second) in await gaps(opened)


async def gaps(sessions: Sessions) -> list[agreement.Finding]:
    async with sessions() as session:
        return await agreement.findings(session)
