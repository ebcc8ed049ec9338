"""A periodic audit whose visit is planned for the auditor of the tests."""

from datetime import date

from sqlmodel import col, select

from records.case import CaseRow
from records.database import Sessions
from records.opening import insert_case
from records.queries.requirement_list import list_on
from records.receiving import submission_of
from records.recording import write_step
from records.requirement_listing import keep_examples
from records.submission import SubmissionRow
from records.wire import case_from
from scheme import periodic_audit
from scheme.audit_facts import Plan
from scheme.audit_heard import hear
from scheme.errors import Refusal
from scheme.ids import BodyId, CaseId, FarmId, ListId, PersonId, choice_case
from scheme.people import Actor, Role
from scheme.periodic_audit import Opening, PeriodicAudit
from scheme.rules import audit_rules_on
from scheme.step import Submission
from tests.scheme.audits import OPENED_AT, PLANNED_AT, VISIT_AT
from tests.world import KEYS, change, write

AUDIT = CaseId("periodic-audit:2025:F-000001")
AUDITOR = PersonId("P-0004")
PLANNER = Actor(PersonId("P-0003"), Role.PLANNER)


async def plan_audit(
    sessions: Sessions, farm: str = "F-000001", body: str = "B-01", auditor: PersonId = AUDITOR, number: int = 1
) -> CaseId:
    """The audit of a farm, by edition 12, to be held on Mon 2025-09-01 by this auditor."""
    farm_id, practice = FarmId(farm), True
    choice = choice_case(2025, farm_id, number)
    opened = (
        "INSERT INTO case_file (case_id, kind, farm_id, opened_by, opened_at, closed_at, revision, state) "
        "VALUES (:case, 'choice', :farm, 'test', now(), now(), 1, '{}')"
    )
    await change(sessions, opened, case=choice, farm=farm)
    async with sessions.begin() as session:
        await keep_examples(session)
        asked = (await list_on(session, date(2026, 5, 4))).list_id
        opening = Opening(
            farm_id,
            choice,
            BodyId(body),
            audit_rules_on(OPENED_AT.date()),
            ListId(asked),
            date(2025, 12, 31),
            (),
            number,
        )
        step = periodic_audit.opened(opening, OPENED_AT, practice=practice)
        await insert_case(session, step, opened_by="test", farm_id=farm_id)
    plan = Submission(KEYS[0], step.case.case_id, PLANNER, PLANNED_AT, Plan(VISIT_AT, auditor))
    assert await write(sessions, hear(step.case, plan))
    return step.case.case_id


async def settle_report(sessions: Sessions, audit: CaseId = AUDIT) -> Refusal | None:
    """Deal with the report that was handed in, as the audit's workflow would; the rule that refused it, if one did."""
    async with sessions.begin() as session:
        handed_in = select(SubmissionRow).where(SubmissionRow.case_id == audit, col(SubmissionRow.settled_at).is_(None))
        row = (await session.exec(handed_in)).one()
        case = case_from((await session.get_one(CaseRow, audit)).state)
        assert isinstance(case, PeriodicAudit)
        step = hear(case, submission_of(row))  # type: ignore[arg-type]  # a report
        await write_step(session, step)
    return step.dealt[0].outcome.refused_by
