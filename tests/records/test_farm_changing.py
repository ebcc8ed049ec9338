"""A farm goes over to another holder, in rows: the register, codes and letters at once; the certificate by decision."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from records import agreement
from records.audit_opening import open_next
from records.case import ChoiceRow
from records.certificate import CertificateVersion
from records.database import Sessions
from records.farm import Farm
from records.letter import LetterRow
from records.opening_again import open_again
from records.periodic_audit import AuditRow
from records.queries.applicant import may_apply
from records.queries.audit import audit_of
from records.queries.farm import farm_known_by
from records.queries.farm_changed import check_effect, farm_change_of, farm_changes_of
from records.queries.other_farm import other_farm
from records.recording import lock_farm
from records.register_work import take_turn
from records.reopening import open_later
from records.revising import revise, write_as_decided
from records.submission import SubmissionRow
from records.taken_over import taken_over
from records.trail import TrailEntry
from records.trailing import append
from records.tying import declare_tie
from records.wire import news_from
from scheme import choice_heard, farm_change, farmer_heard
from scheme.application import Apply
from scheme.certificate import Status
from scheme.correction import TakeBack, put_right
from scheme.days import add_days
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.farm_change import AskChange, Change, DecideChange, Effect, ReviewChange
from scheme.ids import CaseId, CertificateNumber, NewsId, SubmissionId, audit_case, farm_of, farmer_case
from scheme.inbox import AnyStep, Opened
from scheme.news import RoundCancelled
from scheme.opening import OpenAgain, OpenApplied, OpenAudit, OpenFarmChange
from scheme.people import Actor
from scheme.step import Act, Submission
from tests.records.test_audit_opening import person
from tests.records.test_issuing import issued, stands
from tests.scheme.test_status_change import DECIDER, REVIEWER
from tests.world import (
    KEYS,
    ONE,
    SECRETARY,
    TWO,
    case_of,
    change,
    choice_row,
    close_choice,
    column,
    news,
    number,
    run_round,
    table,
    the_choice,
    value,
    wait_for_locks,
    write,
)

AT = datetime(2025, 11, 10, 9, tzinfo=UTC)  # Mon 2025-11-10
ON = date(2025, 11, 1)
CASE = CaseId("farm-change:2025:F-000001")
NEW = {"holder": "Melk & Zoon bv", "enterprise_number": "0403019261", "email": "bv@melk.example", "street": "Dorp 7"}
TASKS = "SELECT kind FROM task WHERE closed_at IS NULL AND case_id = :case ORDER BY kind"
NUMBER = "IKM-2025-000001"


@pytest.fixture
async def people(world: Sessions) -> Sessions:
    """Those who ask and decide; the farm was known by another enterprise number since it entered."""
    async with world.begin() as session:
        for actor in (SECRETARY, REVIEWER, DECIDER):
            session.add(person(actor))
    await change(world, "UPDATE farm SET enterprise_number = '0203430576' WHERE farm_id = 'F-000001'")
    return world


async def take_over(sessions: Sessions, key: int = 3, on: date = ON, **words: str) -> Opened:
    """The secretariat hands it in, and the farm's workflow asks for the case."""
    await keep(
        sessions, KEYS[key], farmer_case(number(1)), SECRETARY, "ask-change", {**NEW, **words, "reason": "Akte 12"}
    )
    request = OpenFarmChange(number(1), AT, KEYS[key], AskChange(Change.TAKEOVER, on, TWO), SECRETARY.person)
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def keep(
    sessions: Sessions, key: SubmissionId, case: CaseId, actor: Actor, kind: str, words: dict[str, str]
) -> None:
    async with sessions.begin() as session:
        session.add(
            SubmissionRow(
                submission_id=key, case_id=case, kind=kind, person=actor.person, role=actor.role.value, received_at=AT,
                facts={}, digest="-", created_at=AT, next_attempt_at=AT, words=words,
            )
        )  # fmt: skip


async def decided(sessions: Sessions, effect: Effect, case_id: CaseId = CASE, key: int = 5) -> Act:
    """Reviewed by one and decided by another, with grounds; `key` and the next one are theirs."""
    for one, actor, facts in (
        (KEYS[key], REVIEWER, ReviewChange(effect)),
        (KEYS[key + 1], DECIDER, DecideChange(effect)),
    ):
        await keep(sessions, one, case_id, actor, facts.kind, {"reason": "Zelfde stal."})
        step = farm_change.hear(await case_of(sessions, case_id), Submission(one, case_id, actor, AT, facts))
        await write(sessions, step)
    return step.act


async def test_the_register_and_the_codes_are_those_of_the_new_holder_at_once(people: Sessions) -> None:
    await run_round(people)
    assert await take_over(people) == Opened(case_id=CASE) == await _again(people)
    async with people() as session:
        farm = await session.get_one(Farm, number(1))
        known = [
            await farm_known_by(session, col(Farm.farm_id).is_not(None), one) for one in ("0203430576", "0403019261")
        ]
    assert (farm.holder, farm.enterprise_number, farm.email) == ("Melk & Zoon bv", "0403019261", "bv@melk.example")
    assert known == [number(1)] * 2
    ended = "SELECT valid_until FROM identifier WHERE value = '0203430576'"
    assert await column(people, ended) == [date(2025, 10, 31)]
    assert (await choice_row(people, the_choice())).code_version == 2
    (letter,) = [row for row in await table(people, LetterRow) if row.farm_id == number(1)]
    assert (letter.address, letter.code_version, letter.words["street"]) == ("bv@melk.example", 2, "Dorp 7")
    # The choice goes on with its days.
    assert (await choice_row(people, the_choice())).closed_at is None
    assert await column(people, TASKS, case=CASE) == ["change-review"]


async def _again(sessions: Sessions) -> Opened:
    request = OpenFarmChange(number(1), AT, KEYS[3], AskChange(Change.TAKEOVER, ON, TWO), SECRETARY.person)
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def test_it_is_not_recorded_twice_nor_where_nothing_is_another_one(people: Sessions) -> None:
    same = {"holder": "An Peeters", "enterprise_number": "0203430576"}
    lost = "UPDATE inspection_body SET recognised_until = :day WHERE body_id = 'B-02'"
    await change(people, lost, day=date(2025, 11, 9))
    assert (await take_over(people, 7)).refused == Refusal(Rule.BODY_NOT_OFFERED)
    await change(people, lost, day=date(2027, 2, 28))
    assert (await take_over(people, 4, **same)).refused == Refusal(Rule.NOTHING_CHANGED)
    assert (await take_over(people, 5, date(2024, 12, 1))).refused == Refusal(Rule.CHANGE_DAY, date(2025, 1, 1))
    assert (await take_over(people)).refused is None
    assert (await take_over(people, 6, holder="Nog een")).refused == Refusal(Rule.CHANGE_UNDECIDED, ON)


async def test_the_certificate_passes_as_a_new_version_with_its_number_and_last_day(people: Sessions) -> None:
    await issued(people)
    await take_over(people)
    assert await no_version(people) == Refusal(Rule.HOLDER_UNDECIDED, ON)
    assert await decided(people, Effect.PASSES) is Act.CHANGE_PASSED
    versions = [row for row in await table(people, CertificateVersion) if row.number == NUMBER]
    assert [(row.version, row.words["holder"]) for row in versions] == [(1, "An Peeters"), (2, "Melk & Zoon bv")]
    assert await stands(people, NUMBER, date(2025, 12, 2)) == (Status.VALID, date(2028, 12, 1))
    assert await column(people, "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status'") == ["takeover_passed"]
    assert await column(people, TASKS, case=CASE) == []
    async with people() as session:
        assert await agreement.findings(session) == []
        file = await farm_change_of(session, col(Farm.farm_id).is_not(None), CASE)
    assert file is not None
    assert (file.before["holder"], file.after["holder"]) == ("An Peeters", "Melk & Zoon bv")
    assert (file.remarks, file.grounds, file.words["reason"]) == ("Zelfde stal.", "Zelfde stal.", "Akte 12")


async def test_a_certificate_that_is_issued_meanwhile_is_in_the_name_of_before(people: Sessions) -> None:
    await take_over(people)
    await issued(people)
    holders = "SELECT words ->> 'holder' FROM certificate_version ORDER BY version"
    assert await column(people, holders) == ["An Peeters"]
    await decided(people, Effect.PASSES)
    assert await column(people, holders) == ["An Peeters", "Melk & Zoon bv"]


async def no_version(sessions: Sessions) -> Refusal:
    """Why a decision maker, who may write any, writes none by hand."""
    async with sessions.begin() as session:
        with pytest.raises(RuleViolationError) as violation:
            await revise(session, CertificateNumber(NUMBER), DECIDER, AT)
    return violation.value.refusal


async def test_the_certificate_ends_and_a_first_audit_is_asked_for(people: Sessions) -> None:
    await issued(people)
    await take_over(people)
    assert await decided(people, Effect.NEW_AUDIT) is Act.CHANGE_NEW_AUDIT
    assert (await stands(people, NUMBER, date(2025, 12, 2)))[0] is Status.WITHDRAWN
    assert await no_version(people) == Refusal(Rule.STATUS_DIFFERS)
    async with people() as session:
        farm = await session.get_one(Farm, number(1))
        assert (farm.certificate_number, farm.expires_on) == (None, None)
        assert await may_apply(session, farm, AT.date())
        assert await agreement.findings(session) == []
        assert [await taken_over(session, number(1), on) for on in (None, ON, add_days(ON, 1))] == [True, True, False]
    told = "SELECT kind FROM outbox WHERE news_id LIKE 'farm-change%' AND target = :farmer ORDER BY kind"
    assert await column(people, told, farmer=farmer_case(number(1))) == ["audit-needed", "case-closed", "case-opened"]


async def test_a_choice_that_runs_is_for_the_first_audit_of_the_new_holder(people: Sessions) -> None:
    await run_round(people)
    await take_over(people)
    await decided(people, Effect.NEW_AUDIT)
    told = "SELECT kind FROM outbox WHERE target = :choice AND kind <> 'start'"
    assert await column(people, told, choice=the_choice()) == ["first-audit"]
    assert await column(people, "SELECT kind FROM outbox WHERE kind = 'audit-needed'") == []
    waiting = "SELECT words ->> 'first' || ' ' || (words ->> 'taken') FROM letter WHERE kind = 'choice' AND farm_id = 'F-000001'"
    assert await column(people, waiting) == ["true true"]


async def test_an_audit_that_was_held_is_decided_about_first(people: Sessions) -> None:
    await take_over(people)
    case = await case_of(people, CASE)
    async with people() as session:
        await check_effect(session, case, Effect.NEW_AUDIT)
    await held(people, "2025-10-05")
    async with people() as session:
        with pytest.raises(RuleViolationError) as violation:
            await check_effect(session, case, Effect.NEW_AUDIT)
        await check_effect(session, case, Effect.PASSES)
    assert violation.value.refusal == Refusal(Rule.AUDIT_UNDECIDED, date(2025, 10, 5))


async def held(sessions: Sessions, day: str) -> None:
    """An audit that was held on that day and is not decided about."""
    await change(
        sessions,
        "INSERT INTO case_file SELECT 'periodic-audit:2025:F-000001', 'periodic-audit', 'F-000001', NULL, 'x', now(), NULL, 1, '{}'",
    )
    row = """INSERT INTO periodic_audit (case_id, farm_id, choice_id, body, list_id, state, opened_at, plan_due, visits, audited_on)
        SELECT 'periodic-audit:2025:F-000001', 'F-000001', 'periodic-audit:2025:F-000001', 'B-01', min(list_id), 'reported', now(),
        '2025-10-01', 0, :day FROM requirement_list"""
    await change(sessions, row, day=date.fromisoformat(day))


async def move(sessions: Sessions, **words: str) -> Opened:
    """The milk is produced elsewhere from that day on."""
    site = {"site_street": "Veldweg 3", "site_postcode": "9000", "site_city": "Gent", "herd_number": "BE90000777-0101"}
    told = {**site, **words, "reason": "Beslag 7"}
    await keep(sessions, KEYS[3], farmer_case(number(1)), SECRETARY, "ask-change", told)
    request = OpenFarmChange(number(1), AT, KEYS[3], AskChange(Change.MOVE, ON, TWO), SECRETARY.person)
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def test_a_move_leaves_codes_and_what_runs_and_gives_a_new_version_once_it_passes(people: Sessions) -> None:
    await run_round(people)
    await issued(people)
    assert (await move(people)).refused is None
    assert await no_version(people) == Refusal(Rule.HOLDER_UNDECIDED, ON)
    assert (await choice_row(people, the_choice())).code_version == 1
    assert await decided(people, Effect.PASSES) is Act.MOVE_PASSED
    versions = [row.words["site_street"] for row in await table(people, CertificateVersion) if row.number == NUMBER]
    assert versions == [None, "Veldweg 3"]
    assert await stands(people, NUMBER, date(2025, 12, 2)) == (Status.VALID, date(2028, 12, 1))
    assert await column(people, "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status'") == ["move_passed"]
    async with people() as session:
        file = await farm_change_of(session, col(Farm.farm_id).is_not(None), CASE)
        assert await agreement.findings(session) == []
    assert file is not None
    assert file.after["herd_number"] == "BE90000777-0101"


# What leaves the certificate running where a new audit is needed.
RUN_ON = [Change.MOVE, Change.MERGER, Change.SPLIT]


async def happen(sessions: Sessions, what: Change) -> None:
    """It is recorded of farm 1, and a new audit is needed."""
    recorded = {Change.MOVE: move, Change.MERGER: merge, Change.SPLIT: split}[what]
    assert (await recorded(sessions)).refused is None
    await decided(sessions, Effect.NEW_AUDIT)


async def test_nothing_happened_to_a_farm_before_it_took_part_nor_before_what_is_decided_about(
    people: Sessions,
) -> None:
    assert (await take_over(people, 4, date(2019, 1, 20))).refused == Refusal(Rule.STOP_DAY, date(2022, 12, 2))
    await take_over(people)
    await decided(people, Effect.PASSES)
    before = OpenFarmChange(number(1), AT, KEYS[7], AskChange(Change.SPLIT, date(2025, 10, 31), TWO), SECRETARY.person)
    async with people.begin() as session:
        assert (await open_later(session, before, practice=True)).refused == Refusal(Rule.EARLIER_CHANGE, ON)


async def test_after_a_move_the_certificate_runs_on_while_an_audit_of_the_new_site_is_asked_for(
    people: Sessions,
) -> None:
    await issued(people)
    await move(people)
    assert await decided(people, Effect.NEW_AUDIT) is Act.MOVE_NEW_AUDIT
    assert (await stands(people, NUMBER, date(2025, 12, 2)))[0] is Status.VALID
    news = "SELECT kind FROM outbox WHERE kind IN ('audit-needed', 'first-audit')"
    assert await column(people, news) == ["audit-needed"]
    told = "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status'"
    assert await column(people, told) == ["move_new_audit"]
    assert await no_version(people) == Refusal(Rule.SITE_AUDIT_DUE, ON)


@pytest.mark.parametrize("what", RUN_ON)
async def test_that_nothing_leads_to_the_audit_that_a_change_made_necessary_is_found(
    people: Sessions, what: Change
) -> None:
    await issued(people)
    await happen(people, what)
    # The news of it led to nothing.
    await change(people, "UPDATE outbox SET settled_at = now()")
    async with people() as session:
        assert await agreement.findings(session) == [agreement.Finding(agreement.Gap.CHANGE_NOT_AUDITED, CASE)]


async def test_while_an_audit_of_the_new_site_is_due_the_site_of_before_stays_on_the_certificate(
    people: Sessions,
) -> None:
    await issued(people)
    await move(people)
    await decided(people, Effect.NEW_AUDIT)
    await change(people, "UPDATE farm SET holder = 'Melk & Zoon bv' WHERE farm_id = 'F-000001'")
    async with people.begin() as session:
        await write_as_decided(session, CertificateNumber(NUMBER), DECIDER, AT)
    versions = [row for row in await table(people, CertificateVersion) if row.number == NUMBER]
    assert [(row.words["holder"], row.words["site_street"]) for row in versions] == [
        ("An Peeters", None), ("Melk & Zoon bv", None),
    ]  # fmt: skip
    # An audit that was held there led to a certificate.
    await held(people, "2025-11-20")
    await change(
        people,
        "INSERT INTO case_file SELECT 'certification:2025:F-000001', 'certification', 'F-000001', NULL, 'y', now(), NULL, 1, '{}'",
    )
    led = """INSERT INTO certification (case_id, farm_id, audit_id, state, opened_at, decide_due, valid_from, closed_at)
        VALUES ('certification:2025:F-000001', 'F-000001', 'periodic-audit:2025:F-000001', 'issued', :at, '2025-12-20', '2025-12-01', :at)"""
    await change(people, led, at=datetime(2025, 12, 1, 9, tzinfo=UTC))
    async with people.begin() as session:
        assert await revise(session, CertificateNumber(NUMBER), DECIDER, AT) == 3


@pytest.mark.parametrize("what", RUN_ON)
async def test_a_choice_that_runs_becomes_the_audit_of_the_farm_as_it_is_now(people: Sessions, what: Change) -> None:
    await run_round(people)
    await happen(people, what)
    assert await column(people, "SELECT kind FROM outbox WHERE kind IN ('audit-needed', 'first-audit')") == []
    await close_choice(people)
    async with people.begin() as session:
        await open_next(session, OpenAudit(number(1), the_choice(), AT, NewsId("closed")), practice=True)
    assert await column(people, "SELECT held_by FROM periodic_audit") == [date(2026, 8, 1)]
    async with people() as session:
        file = await audit_of(session, col(Farm.farm_id).is_not(None), audit_case(2025, number(1)))
    assert file is not None
    # So the planner reads of which audit it is the last day.
    assert file.after is what


@pytest.mark.parametrize("what", RUN_ON)
async def test_a_choice_that_is_cancelled_asks_for_the_audit_of_the_farm_as_it_is_now(
    people: Sessions, what: Change
) -> None:
    await run_round(people)
    await happen(people, what)
    await write(people, choice_heard.hear(await case_of(people, the_choice()), news(RoundCancelled())))
    needed = "SELECT payload -> 'what' ->> 'moved_on' FROM outbox WHERE kind = 'audit-needed'"
    assert await column(people, needed) == ["2025-11-01"]


async def test_the_audit_of_a_new_site_knows_of_the_certificate_that_runs(people: Sessions) -> None:
    await issued(people)
    needed = OpenApplied(number(1), AT, NewsId("needed"), Apply(ON, TWO, moved_on=ON))
    async with people.begin() as session:
        choice = (await open_later(session, needed, practice=True)).case_id
        assert choice is not None
        await open_next(session, OpenAudit(number(1), choice, AT, NewsId("closed")), practice=True)
    (audit,) = await table(people, AuditRow)
    assert (audit.body, audit.expires_on, audit.held_by) == (TWO, date(2028, 12, 1), date(2026, 8, 1))


async def merge(
    sessions: Sessions, other: int = 2, on: date = ON, place: int = 1, key: int = 3, **words: str
) -> Opened:
    """Farm `other` was merged into farm `place`, of which nothing else need be another one."""
    told = {**words, "reason": "Akte 12"}
    await keep(sessions, KEYS[key], farmer_case(number(place)), SECRETARY, "ask-change", told)
    asked = AskChange(Change.MERGER, on, TWO, number(other))
    request = OpenFarmChange(number(place), AT, KEYS[key], asked, SECRETARY.person)
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def heard(sessions: Sessions, place: int = 2) -> AnyStep:
    """The farm's own workflow hears what the merger told it."""
    told = "SELECT payload FROM outbox WHERE kind = 'merged' AND target = :farmer"
    news = news_from(await value(sessions, told, farmer=farmer_case(number(place))))
    step = farmer_heard.hear(await case_of(sessions, farmer_case(number(place))), news)
    assert await write(sessions, step)
    return step


async def test_a_merged_farm_stops_at_once_with_all_that_runs_and_its_workflow_tells_it(people: Sessions) -> None:
    await run_round(people)
    assert await merge(people) == Opened(case_id=CASE) == await merge_again(people)
    async with people() as session:
        absorbed, goes_on = await session.get_one(Farm, number(2)), await session.get_one(Farm, number(1))
        (line,) = await farm_changes_of(session, number(2))
    assert (absorbed.standing, absorbed.stopped_on, goes_on.stopped_on) == ("stopped", date(2025, 10, 31), None)
    assert (line.farm_id, line.other, line.merged) == (number(1), number(2), True)
    told = "SELECT kind FROM outbox WHERE target = :choice AND kind <> 'start'"
    assert await column(people, told, choice=the_choice(2)) == ["farm-stopped"]
    assert await column(people, told, choice=the_choice(1)) == []
    assert await column(people, "SELECT state FROM letter WHERE farm_id = 'F-000002'") == ["withdrawn"]
    step = await heard(people)
    assert (step.act, step.day) == (Act.FARM_MERGED, date(2025, 10, 31))
    assert await column(people, told, choice=the_choice(2)) == ["farm-stopped"]
    trail = "SELECT person || ' ' || role FROM trail WHERE chain = 'F-000002' AND act = 'farm:merged'"
    assert await column(people, trail) == ["P-0001 secretariat"]
    async with people() as session:
        assert await agreement.findings(session) == []


async def merge_again(sessions: Sessions) -> Opened:
    asked = AskChange(Change.MERGER, ON, TWO, number(2))
    async with sessions.begin() as session:
        request = OpenFarmChange(number(1), AT, KEYS[3], asked, SECRETARY.person)
        return await open_later(session, request, practice=True)


async def test_what_opened_before_the_merged_farm_had_heard_ends_too(people: Sessions) -> None:
    await merge(people)
    await change(people, "UPDATE farm SET standing = 'active', stopped_on = NULL WHERE farm_id = 'F-000002'")
    await run_round(people)
    await heard(people)
    told = "SELECT kind FROM outbox WHERE target = :choice AND kind <> 'start'"
    assert await column(people, told, choice=the_choice(2)) == ["farm-stopped"]
    assert await value(people, "SELECT stopped_on FROM farm WHERE farm_id = 'F-000002'") == date(2025, 10, 31)


async def test_a_farm_that_cannot_be_merged_stays_as_it_is(people: Sessions) -> None:
    await take_over(people, 4)
    assert (await merge(people)).refused == Refusal(Rule.CHANGE_UNDECIDED, ON)
    assert (await merge(people, 1, place=2, key=5)).refused == Refusal(Rule.OTHER_UNDECIDED, ON)
    assert (await merge(people, 2, place=2, key=6)).refused == Refusal(Rule.SAME_FARM)
    assert (await merge(people, 9, place=2, key=7)).refused == Refusal(Rule.UNKNOWN_FARM)
    early = (await merge(people, 3, date(2010, 1, 1), place=2, key=8)).refused
    assert early is not None
    assert early.rule is Rule.MERGER_DAY
    await change(people, "UPDATE farm SET standing = 'stopped', stopped_on = :day WHERE farm_id = 'F-000003'", day=ON)
    assert (await merge(people, 3, place=2, key=9)).refused == Refusal(Rule.OTHER_STOPPED, ON)
    assert (await merge(people, 2, place=3, key=2)).refused == Refusal(Rule.FARM_STOPPED, ON)
    assert await column(people, "SELECT kind FROM outbox WHERE kind = 'merged'") == []


async def test_two_farms_that_are_merged_into_each_other_at_once_do_not_wait_for_each_other(people: Sessions) -> None:
    done = await asyncio.gather(merge(people, 2, place=1, key=3), merge(people, 1, place=2, key=4))
    refused = [one.refused.rule for one in done if one.refused is not None]
    assert refused in ([Rule.OTHER_UNDECIDED], [Rule.FARM_STOPPED])


async def test_a_case_that_records_its_stop_does_not_wait_for_its_farm_which_waits_for_it(people: Sessions) -> None:
    await run_round(people)
    await merge(people)
    told = "SELECT payload FROM outbox WHERE kind = 'farm-stopped' AND target = :choice"
    stopped = news_from(await value(people, told, choice=the_choice(2)))
    step = choice_heard.hear(await case_of(people, the_choice(2)), stopped)
    async with asyncio.timeout(10), people.begin() as session:
        # So the farm's own workflow begins to record the merger; then it withdraws the letters of the choice.
        await lock_farm(session, number(2))
        assert await write(people, step)


async def test_a_takeover_waits_for_a_choice_that_is_being_recorded_before_it_writes_to_the_trail(
    people: Sessions,
) -> None:
    await run_round(people)
    async with people.begin() as session:
        await session.get_one(ChoiceRow, the_choice(), with_for_update=True)
        taken = asyncio.create_task(take_over(people))
        await wait_for_locks(people)
        await append(session, key="last", chain=number(1), act=Act.REFUSED, actor=SECRETARY, at=AT)
    assert (await taken).refused is None


async def test_after_a_merger_the_certificate_goes_on_or_runs_on_while_an_audit_is_asked_for(people: Sessions) -> None:
    await issued(people)
    await merge(people, holder="Samen bv")
    assert await decided(people, Effect.NEW_AUDIT) is Act.MERGER_NEW_AUDIT
    assert (await stands(people, NUMBER, date(2025, 12, 2)))[0] is Status.VALID
    assert await column(people, "SELECT kind FROM outbox WHERE kind = 'audit-needed'") == ["audit-needed"]
    told = "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status'"
    assert await column(people, told) == ["merger_new_audit"]
    assert await no_version(people) == Refusal(Rule.MERGER_AUDIT_DUE, ON)
    # The wrong farm: it takes part again, and no audit is waited for.
    await change(people, "UPDATE farm SET standing = 'active', stopped_on = NULL WHERE farm_id = 'F-000002'")
    async with people.begin() as session:
        assert await revise(session, CertificateNumber(NUMBER), DECIDER, AT) == 2


async def test_after_a_split_no_version_is_written_by_hand_until_the_audit_of_what_remains(people: Sessions) -> None:
    await issued(people)
    await happen(people, Change.SPLIT)
    await change(
        people,
        "UPDATE farm SET site_street = 'Veldweg 3', site_postcode = '9000', site_city = 'Gent' WHERE farm_id = 'F-000001'",
    )
    assert await no_version(people) == Refusal(Rule.SPLIT_AUDIT_DUE, ON)


async def test_what_a_merger_stated_stays_off_the_certificate_until_its_audit_but_a_takeover_that_passes_does_not(
    people: Sessions,
) -> None:
    await issued(people)
    await merge(people, holder="Samen bv")
    await decided(people, Effect.NEW_AUDIT)
    await change(
        people,
        "UPDATE farm SET site_street = 'Veldweg 3', site_postcode = '9000', site_city = 'Gent' WHERE farm_id = 'F-000001'",
    )
    async with people.begin() as session:
        await write_as_decided(session, CertificateNumber(NUMBER), DECIDER, AT)
    taken = await take_over(people, 4)
    assert taken.case_id is not None
    await decided(people, Effect.PASSES, taken.case_id, 7)
    versions = [row.words for row in await table(people, CertificateVersion) if row.number == NUMBER]
    assert [(row["holder"], row["site_street"]) for row in versions] == [
        ("An Peeters", None), ("An Peeters", "Veldweg 3"), ("Melk & Zoon bv", "Veldweg 3"),
    ]  # fmt: skip


async def test_whoever_decides_about_a_merger_reads_how_the_other_farm_stood(people: Sessions) -> None:
    await change(people, "UPDATE farm SET holder = 'An Peeters-Maes' WHERE farm_id = 'F-000001'")
    await issued(people)
    await issued(people, 2)
    await change(
        people,
        """INSERT INTO certificate_status (number, place, from_day, status, reason, case_id, decided_at)
        VALUES ('IKM-2025-000002', 1, '2025-12-02', 'suspended', 'action-late', 'farmer:F-000002', now())""",
    )
    assert (await merge(people, on=AT.date())).refused is None
    seen = col(Farm.farm_id).is_not(None)
    async with people() as session:
        file = await farm_change_of(session, seen, CASE)
        stood = await other_farm(session, seen, number(2), datetime(2025, 12, 3, 9, tzinfo=UTC))
        assert await other_farm(session, col(Farm.farm_id) == number(1), number(2), AT) is None
    assert file is not None
    assert stood is not None
    # Nothing of the register changed with it.
    assert (file.before, file.after) == ({}, {})
    assert [(one.number, one.standing.status) for one in stood.certificates] == [
        ("IKM-2025-000002", Status.SUSPENDED),
    ]  # fmt: skip
    assert (stood.findings, stood.cases) == ((), ())


async def test_a_tie_to_the_merged_farm_keeps_somebody_out(people: Sessions) -> None:
    async with people.begin() as session:
        await declare_tie(session, number(2), REVIEWER.person, "Broer", SECRETARY)
    await merge(people)
    async with people.begin() as session:
        await declare_tie(session, number(2), DECIDER.person, "Zus", SECRETARY)
    assert (await case_of(people, CASE)).involved == (SECRETARY.person, REVIEWER.person)
    assert await column(people, "SELECT kind FROM outbox WHERE target = :case AND kind = 'tied'", case=CASE) == ["tied"]


async def taken_back(sessions: Sessions) -> None:
    """Farm 2 was the wrong one: its stop is taken back."""
    stopped = (await heard(sessions)).case
    back = Submission(KEYS[7], farmer_case(number(2)), SECRETARY, AT, TakeBack(date(2025, 10, 31)))
    await keep(sessions, KEYS[7], farmer_case(number(2)), SECRETARY, "take-back", {"reason": "Ander bedrijf"})
    await write(sessions, put_right(stopped, back, None, None))


async def undone_of(sessions: Sessions) -> list[tuple[str, str | None, str | None]]:
    """Of which farms the timeline tells that a merger is undone, with which farm it was, and who took the stop back."""
    rows = [row for row in await table(sessions, TrailEntry) if row.act == Act.MERGER_UNDONE]
    return sorted((row.chain, farm_of(CaseId(row.facts["about"])), row.person) for row in rows)


UNDONE = "SELECT payload FROM outbox WHERE kind = 'merger-undone' AND target = :case"


async def test_a_merged_farm_whose_stop_is_taken_back_stands_for_itself_again_and_nothing_is_decided(
    people: Sessions,
) -> None:
    await issued(people)
    await merge(people)
    await taken_back(people)
    async with people() as session:
        (line,) = await farm_changes_of(session, number(2))
    assert (line.other_stopped_on, line.merged) == (None, False)
    undone = news_from(await value(people, UNDONE, case=CASE))
    await write(people, farm_change.hear(await case_of(people, CASE), undone))
    assert await column(people, TASKS, case=CASE) == []
    assert await column(people, "SELECT state FROM farm_change") == ["fell-through"]
    assert await column(people, "SELECT kind FROM letter WHERE kind = 'status'") == []
    assert await undone_of(people) == [(number(2), number(1), "P-0001")]
    # It binds no day of what happens later.
    assert (await take_over(people, 8, date(2025, 10, 30))).refused is None


async def test_a_stop_taken_back_after_its_merger_was_decided_about_is_a_task(people: Sessions) -> None:
    await issued(people)
    await merge(people)
    await decided(people, Effect.PASSES)
    assert await column(people, TASKS, case=CASE) == []
    await taken_back(people)
    assert await column(people, TASKS, case=CASE) == ["merger-undone"]
    assert await column(people, UNDONE, case=CASE) == []
    assert await undone_of(people) == [(number(1), number(2), "P-0001"), (number(2), number(1), "P-0001")]


async def test_no_letter_tells_of_a_merger_that_is_decided_about_as_its_stop_is_taken_back(people: Sessions) -> None:
    await issued(people)
    await merge(people)
    await taken_back(people)
    assert await decided(people, Effect.PASSES) is Act.MERGER_PASSED
    assert await column(people, "SELECT kind FROM letter WHERE kind = 'status'") == []
    assert await column(people, TASKS, case=CASE) == ["merger-undone"]


PART = {
    "name": "Hoeve Zuid", "holder": "Bart Peeters", "street": "Dorp 9", "postcode": "2300", "city": "Turnhout",
    "country": "BE", "language": "nl", "enterprise_number": "0403019261",
}  # fmt: skip


async def split(sessions: Sessions, key: int = 3, **words: str) -> Opened:
    """A part of farm 1 became a farm of its own."""
    await keep(sessions, KEYS[key], farmer_case(number(1)), SECRETARY, "ask-change", {**PART, **words, "reason": "A 1"})
    return await split_again(sessions, key)


async def split_again(sessions: Sessions, key: int = 3) -> Opened:
    request = OpenFarmChange(number(1), AT, KEYS[key], AskChange(Change.SPLIT, ON, TWO), SECRETARY.person)
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


async def test_a_part_of_a_farm_enters_the_register_once_without_a_certificate(people: Sessions) -> None:
    await issued(people)
    assert await split(people) == Opened(case_id=CASE) == await split_again(people)
    assert [farm.farm_id for farm in await table(people, Farm)] == [number(place) for place in (1, 2, 3, 4)]
    async with people() as session:
        part = await session.get_one(Farm, number(4))
        assert await may_apply(session, part, AT.date())
        (line,) = await farm_changes_of(session, number(4))
    assert (part.holder, part.enterprise_number, part.expires_on) == ("Bart Peeters", "0403019261", None)
    assert (line.farm_id, line.other, line.what) == (number(1), number(4), Change.SPLIT)
    assert (await case_of(people, CASE)).asked.other == number(4)
    assert await decided(people, Effect.PASSES) is Act.SPLIT_PASSED
    assert await stands(people, NUMBER, date(2025, 12, 2)) == (Status.VALID, date(2028, 12, 1))
    assert await column(people, "SELECT words ->> 'wanted' FROM letter WHERE kind = 'status'") == ["split_passed"]
    async with people() as session:
        assert await agreement.findings(session) == []


async def test_a_part_that_cannot_be_a_farm_any_more_leaves_everything_as_it_is(people: Sessions) -> None:
    assert (await split(people, dairy_id="D-009")).refused == Refusal(Rule.CHANGED_MEANWHILE)
    assert (await split(people, 4, postcode="")).refused == Refusal(Rule.CHANGED_MEANWHILE)
    assert len(await table(people, Farm)) == 3
    assert await column(people, "SELECT case_id FROM farm_change") == []


async def test_a_split_waits_for_its_turn_in_the_register_before_it_holds_a_farm(people: Sessions) -> None:
    async with people.begin() as session:
        await take_turn(session)
        divided = asyncio.create_task(split(people))
        await wait_for_locks(people)
        await lock_farm(session, number(1))
    assert (await divided).refused is None


@pytest.mark.parametrize("what", RUN_ON)
async def test_a_body_that_is_lost_for_an_audit_that_a_change_made_necessary_is_chosen_anew_for_that_audit(
    people: Sessions, what: Change
) -> None:
    await issued(people)
    await happen(people, what)
    needed = OpenApplied(number(1), AT, NewsId("needed"), Apply(ON, TWO, moved_on=ON))
    async with people.begin() as session:
        choice = (await open_later(session, needed, practice=True)).case_id
        assert choice is not None
        again = OpenAgain(number(1), choice, AT, KEYS[7], (ONE,), ONE, TWO)
        assert await open_again(session, again, practice=True) is None
    (letter,) = [row for row in await table(people, LetterRow) if row.kind == "again"]
    assert (letter.words["after"], letter.words["lost_body"]) == (what, "Keurpunt 2")
