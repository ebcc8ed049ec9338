"""A certificate is suspended, valid again and withdrawn in rows: its turns, tasks and letters (ISO/IEC 17065, 7.11)."""

from dataclasses import replace
from datetime import UTC, date, datetime

from records.agreement import Finding, Gap, findings
from records.audit_opening import number_of
from records.database import Sessions
from records.issuing import issue
from records.reopening import open_later
from records.submission import SubmissionRow
from scheme import status_change
from scheme.certificate import Status
from scheme.days import end_of_day
from scheme.edition import Edition
from scheme.errors import Refusal, Rule
from scheme.ids import CaseId, CertificateNumber, SubmissionId, farmer_case, status_case
from scheme.inbox import Opened
from scheme.lastenboek.rule_number import RuleNumber
from scheme.lastenboek.validity import Validity
from scheme.news import SuspensionOver
from scheme.opening import OpenStatusChange
from scheme.people import Actor
from scheme.status_change import DecideStatus, ReviewStatus, StatusHeard, Wanted
from scheme.step import Act, Submission
from tests.records.test_audit_opening import person
from tests.records.test_issuing import issued, stands
from tests.scheme.test_status_change import DECIDER, REVIEWER, asked
from tests.world import KEYS, SECRETARY, case_of, change, column, news, number, write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)  # Mon 2026-03-02
FIRST, SECOND = status_case(2026, number(1)), status_case(2026, number(1), 2)
OPEN_TASKS = "SELECT kind FROM task WHERE closed_at IS NULL AND case_id LIKE 'status-change%' ORDER BY kind"
LETTERS = "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status' ORDER BY letter_key"


async def ask(sessions: Sessions, what: Wanted, key: int, of: str = "IKM-2025-000001", place: int = 1) -> Opened:
    """The farm's workflow asks for the case."""
    request = OpenStatusChange(
        number(place), AT, KEYS[key], replace(asked(what), certificate=CertificateNumber(of)), SECRETARY.person
    )
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def judged(sessions: Sessions, case: CaseId, facts: StatusHeard, actor: Actor, kept: SubmissionId) -> Act:
    """Somebody reviews or decides, with words."""
    async with sessions.begin() as session:
        session.add(
            SubmissionRow(
                submission_id=kept, case_id=case, kind=facts.kind, person=actor.person, role=actor.role.value,
                received_at=AT, facts={}, digest="-", created_at=AT, next_attempt_at=AT, words={"reason": "Niet getoond."},
            )
        )  # fmt: skip
    step = status_change.hear(await case_of(sessions, case), Submission(kept, case, actor, AT, facts))
    await write(sessions, step)
    return step.act


async def granted(sessions: Sessions, case: CaseId, keys: tuple[SubmissionId, SubmissionId]) -> Act:
    """Reviewed by one and decided by another."""
    await judged(sessions, case, ReviewStatus(grant=True), REVIEWER, keys[0])
    return await judged(sessions, case, DecideStatus(grant=True), DECIDER, keys[1])


async def found(sessions: Sessions) -> list[Finding]:
    """What does not agree about these cases."""
    async with sessions() as session:
        return [one for one in await findings(session) if "status-change" in one.about]


async def test_suspended_then_lifted(world: Sessions) -> None:
    await issued(world)
    async with world.begin() as session:
        for actor in (SECRETARY, REVIEWER, DECIDER):
            session.add(person(actor))
    assert (await ask(world, Wanted.LIFT, 1)).refused == Refusal(Rule.STATUS_DIFFERS)
    assert (await ask(world, Wanted.SUSPEND, 1, place=2)).refused == Refusal(Rule.NO_CERTIFICATE)
    for _ in range(2):
        assert await ask(world, Wanted.SUSPEND, 1) == Opened(case_id=FIRST)
    assert (await ask(world, Wanted.WITHDRAW, 2)).refused == Refusal(Rule.ALREADY_OPEN)
    assert await column(world, OPEN_TASKS) == ["status-review"]
    await change(world, "UPDATE task SET closed_at = opened_at")
    assert Finding(Gap.TASK, FIRST) in await found(world)
    await change(world, "UPDATE task SET closed_at = NULL")
    assert await granted(world, FIRST, (KEYS[3], KEYS[4])) is Act.STATUS_SUSPENDED
    assert await stands(world, "IKM-2025-000001", AT.date()) == (Status.SUSPENDED, date(2028, 12, 1))
    assert await column(world, OPEN_TASKS) == []
    assert await ask(world, Wanted.LIFT, 2) == Opened(case_id=SECOND)
    assert await granted(world, SECOND, (KEYS[5], KEYS[6])) is Act.STATUS_LIFTED
    assert (await stands(world, "IKM-2025-000001", AT.date()))[0] is Status.VALID
    assert await column(world, LETTERS) == ["lift", "suspend"]
    # The case that suspended it hears of it.
    told = await column(world, "SELECT target FROM outbox WHERE kind = 'suspension-over'")
    assert told == [FIRST]
    await write(world, status_change.hear(await case_of(world, FIRST), news(SuspensionOver())))
    async with world() as session:
        assert await number_of(session, FIRST) == 3
    assert await found(world) == []
    await change(world, f"UPDATE letter SET kind = 'extension' WHERE case_id = '{FIRST}'")
    assert await found(world) == [Finding(Gap.LETTER_MISSING, FIRST)]


async def test_a_suspension_that_lasted_its_time_is_a_task_and_what_was_replaced_stays_so(world: Sessions) -> None:
    await issued(world)
    async with world.begin() as session:
        for actor in (SECRETARY, REVIEWER, DECIDER):
            session.add(person(actor))
    await ask(world, Wanted.SUSPEND, 1)
    await granted(world, FIRST, (KEYS[3], KEYS[4]))
    await write(world, status_change.passed(await case_of(world, FIRST), end_of_day(date(2026, 9, 2))))
    assert await column(world, OPEN_TASKS) == ["suspension-passed"]
    await ask(world, Wanted.WITHDRAW, 2)
    # A new certificate takes its place before anybody decides.
    anew = Validity(AT.date(), date(2029, 3, 1), RuleNumber.ANNIVERSARY_KEPT)
    async with world.begin() as session:
        await issue(
            session, farm_id=number(1), case_id=farmer_case(number(2)), validity=anew, edition=Edition.E11_1,
            decided_by=DECIDER.person, at=AT,
        )  # fmt: skip
    await granted(world, SECOND, (KEYS[5], KEYS[6]))
    assert (await stands(world, "IKM-2025-000001", AT.date()))[0] is Status.REPLACED
    assert await column(world, LETTERS) == ["suspend"]
