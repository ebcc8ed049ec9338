"""From an application to the certificate it leads to, in rows: the choice it made, its audit, the next day of asking."""

from datetime import UTC, date, datetime

import pytest

from records import agreement
from records.audit_opening import open_next
from records.database import Sessions
from records.farm import Farm
from records.opening_again import open_again
from records.periodic_audit import AuditRow
from records.queries.applicant import may_apply
from records.queries.choice_made import last_choice
from records.reopening import open_later
from scheme import audit_due
from scheme.application import Apply
from scheme.choice import Channel
from scheme.choice_heard import Correction
from scheme.days import end_of_day
from scheme.errors import Refusal, Rule
from scheme.ids import CaseId, NewsId, farmer_case
from scheme.inbox import Opened
from scheme.opening import OpenAgain, OpenApplied, OpenAudit, OpenCorrected
from scheme.step import Act
from tests.records.test_issuing import issued
from tests.world import (
    KEYS,
    LETTERS_AT,
    OLD,
    ONE,
    TWO,
    case_of,
    change,
    choice_row,
    column,
    number,
    table,
    the_choice,
    write,
)

AUDIT = CaseId("periodic-audit:2025:F-000001")
APPLIED_ON, HELD_BY = date(2025, 1, 10), date(2025, 10, 10)
WITHOUT = "UPDATE farm SET expires_on = NULL, previous_body = NULL WHERE farm_id = 'F-000001'"
TASKS = "SELECT kind || ' ' || due_on FROM task WHERE closed_at IS NULL ORDER BY kind"


@pytest.fixture
async def without(world: Sessions) -> Sessions:
    """Farm 1 has no certificate."""
    await change(world, WITHOUT)
    return world


async def apply(sessions: Sessions, facts: Apply | None = None, key: int = 3) -> Opened:
    """The farm's workflow asks for it."""
    request = OpenApplied(number(1), LETTERS_AT, KEYS[key], facts or Apply(APPLIED_ON, TWO))
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def audit(sessions: Sessions, choice: CaseId) -> Opened:
    """The farm's workflow heard that the choice ended."""
    told = NewsId(f"{choice}>{farmer_case(number(1))}#closed")
    async with sessions.begin() as session:
        return await open_next(session, OpenAudit(number(1), choice, LETTERS_AT, told), practice=True)


async def offered(sessions: Sessions) -> bool:
    async with sessions() as session:
        return await may_apply(session, await session.get_one(Farm, number(1)), LETTERS_AT.date())


async def test_the_audit_by_the_body_that_was_chosen_opens_and_nobody_is_written_to(without: Sessions) -> None:
    assert await offered(without)
    assert await apply(without) == Opened(case_id=the_choice()) == await apply(without)
    assert not await offered(without)
    assert await column(without, "SELECT kind FROM outbox WHERE news_id LIKE 'choice:%'") == ["case-closed"]
    assert await audit(without, the_choice()) == Opened(case_id=AUDIT)
    (row,) = await table(without, AuditRow)
    assert (row.body, row.expires_on, row.held_by, row.plan_due) == (TWO, None, HELD_BY, date(2025, 2, 14))
    assert await column(without, TASKS) == ["audit-plan 2025-02-14"]
    assert await column(without, "SELECT kind FROM letter") == []
    assert (await apply(without, key=4)).refused == Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))
    async with without() as session:
        assert await agreement.findings(session) == []


async def test_a_farm_with_a_certificate_does_not_apply_and_one_whose_certificate_ended_does(world: Sessions) -> None:
    assert not await offered(world)
    assert (await apply(world)).refused == Refusal(Rule.HAS_CERTIFICATE, date(2025, 12, 1))
    await change(world, "UPDATE farm SET expires_on = '2024-12-01'")
    assert (await apply(world, Apply(APPLIED_ON, OLD))).refused == Refusal(Rule.BODY_NOT_OFFERED)
    assert await apply(world, key=4) == Opened(case_id=the_choice())
    await audit(world, the_choice())
    # The days of what is found do not hang on the certificate that ended.
    assert (await case_of(world, AUDIT)).expires_on is None


async def test_a_wrong_body_is_put_right_with_the_day_of_the_application(without: Sessions) -> None:
    await apply(without)
    await audit(without, the_choice())
    meant = Correction(the_choice(), TWO, ONE, Channel.PAPER)
    async with without.begin() as session:
        opened = await open_later(session, OpenCorrected(number(1), LETTERS_AT, KEYS[5], meant), practice=True)
    assert opened.case_id == the_choice(again=2)
    assert (await audit(without, the_choice(again=2))).case_id == f"{AUDIT}:2"
    assert (await case_of(without, CaseId(f"{AUDIT}:2"))).held_by == HELD_BY


async def test_a_body_that_is_lost_is_chosen_anew_for_the_same_audit(without: Sessions) -> None:
    await apply(without)
    async with without.begin() as session:
        again = OpenAgain(number(1), the_choice(), LETTERS_AT, KEYS[5], (ONE,), ONE, TWO)
        assert await open_again(session, again, practice=True) is None
    assert (await choice_row(without, the_choice(again=2))).applied_on == APPLIED_ON
    assert await column(without, "SELECT words ->> 'first' FROM letter WHERE kind = 'again'") == ["true"]


async def test_nobody_has_held_it_in_time(without: Sessions) -> None:
    await apply(without)
    await audit(without, the_choice())
    for day in (date(2025, 2, 14), HELD_BY):
        step = audit_due.fall_due(await case_of(without, AUDIT), end_of_day(day))
        await write(without, step)
    assert step.act is Act.FIRST_AUDIT_LATE
    assert await column(without, TASKS) == [
        "audit-plan 2025-02-14",
        "audit-plan-late 2025-02-15",
        "first-audit-late 2025-10-11",
    ]


async def test_what_was_chosen_for_the_first_audit_is_no_choice_for_the_next(without: Sessions) -> None:
    await apply(without)
    await issued(without, at=datetime(2025, 11, 3, 9, tzinfo=UTC))
    async with without() as session:
        assert await last_choice(session, number(1), None) is None


async def test_after_a_refusal_the_farm_applies_anew_while_findings_are_open(without: Sessions) -> None:
    await apply(without)
    await audit(without, the_choice())
    await change(without, "UPDATE periodic_audit SET state = 'reported', audited_on = '2025-01-14', decided_at = now()")
    case = "INSERT INTO case_file SELECT 'certification:2025:F-000001', 'certification', 'F-000001', NULL, 'y', now(), NULL, 1, '{}'"
    await change(without, case)
    refused = """INSERT INTO certification (case_id, farm_id, audit_id, state, result, opened_at, decide_due, closed_at)
        VALUES ('certification:2025:F-000001', 'F-000001', :audit, 'refused', 'refused', now(), '2025-02-14', :at)"""
    await change(without, refused, audit=AUDIT, at=datetime(2025, 1, 14, 9, tzinfo=UTC))
    assert await offered(without)
    # The certificate of before does not stand in the way, and the audit knows its last day.
    await change(without, "UPDATE farm SET expires_on = '2025-12-01' WHERE farm_id = 'F-000001'")
    assert await offered(without)
    assert (await apply(without, key=4)).refused == Refusal(Rule.APPLIED_BEFORE, date(2025, 1, 14))
    again = Apply(date(2025, 1, 14), TWO)
    assert await apply(without, again, key=5) == Opened(case_id=the_choice(again=2))
    assert (await audit(without, the_choice(again=2))).case_id == f"{AUDIT}:2"
    assert await column(without, "SELECT target FROM outbox WHERE kind = 'next-audit'") == [AUDIT]
    assert (await case_of(without, CaseId(f"{AUDIT}:2"))).expires_on == date(2025, 12, 1)
