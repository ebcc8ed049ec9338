"""What will happen to a farm if nobody acts: the procedures played forward, with the days as they would come."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.choice import State as ChoiceState
from scheme.choice_letter import unsent
from scheme.choice_round import Body, Candidate, Country
from scheme.farmer import Farmer, Standing
from scheme.farmer_heard import hear as farmer_hears
from scheme.ids import CaseId, EditionCode, ListId, audit_case
from scheme.matter import State
from scheme.news import Decided
from scheme.projection import Coming, Foreseen, foreseen, next_of
from scheme.rules import Name, Setting
from scheme.situation import AcceptedList, Situation
from scheme.step import Act
from tests.scheme.audits import COOLING, REGISTERED, REPORTED_AT, after, an_audit, plan, report
from tests.scheme.test_matter import dispute
from tests.world import BEGINS, LETTERS_AT, OLD, ONE, TWO, asked, news, number, registered, stop, the_choice

BODIES = (Body(ONE, date(2024, 3, 1), date(2027, 2, 28)), Body(TWO, date(2024, 3, 1), date(2027, 2, 28)))
UP_TO_DECEMBER = Candidate(number(1), Country.BE, takes_part=True, expires_on=date(2025, 12, 1), previous_body=ONE)


def situation(farmer: Farmer | None = None, **changes: object) -> Situation:
    """The farm of the round, its certificate until Mon 2025-12-01, nothing running."""
    values = {
        "farmer": farmer or registered(), "candidate": UP_TO_DECEMBER, "cases": (), "choices": {}, "previous_body": ONE,
        "bodies": BODIES, "settings": (),
    }  # fmt: skip
    return Situation(**(values | changes))  # type: ignore[arg-type]


def days(found: tuple[Foreseen, ...]) -> list[tuple[str, Coming]]:
    """When, in UTC, and what."""
    return [(f"{one.at:%Y-%m-%d %H}", one.coming) for one in found]


def test_a_farm_nobody_asked_joins_the_years_choices_by_itself() -> None:
    assert days(foreseen(situation(), BEGINS)) == [
        ("2025-03-01 23", Coming.WINDOW),
        ("2025-03-01 23", Coming.LETTER),
        ("2025-03-16 23", Coming.REMINDER),
        # 2 March and thirty days; summer time has begun.
        ("2025-04-01 22", Coming.ASSIGNED),
        ("2025-12-01 23", Coming.CERTIFICATE_ENDS),
    ]


def test_the_body_that_silence_gives_is_named() -> None:
    assigned = foreseen(situation(), BEGINS)[3]
    assert (assigned.body, assigned.act, assigned.case_id) == (ONE, Act.CHOICE_ASSIGNED, the_choice())
    assert foreseen(situation(previous_body=OLD), BEGINS)[3].body == ONE


def test_a_parameter_of_a_later_day_counts_for_what_opens_then() -> None:
    later = Setting(Name.CHOICE_ANSWER_DAYS, 40, date(2025, 3, 1))
    too_late = Setting(Name.CHOICE_ANSWER_DAYS, 50, date(2025, 3, 3))
    assert days(foreseen(situation(settings=(later, too_late)), BEGINS))[3] == ("2025-04-11 22", Coming.ASSIGNED)
    running = situation(cases=(asked(),), settings=(later,))
    assert days(foreseen(running, LETTERS_AT))[1] == ("2025-02-14 23", Coming.ASSIGNED)


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        pytest.param({}, Coming.REMINDER, id="asked"),
        pytest.param({"state": ChoiceState.REMINDED, "reminded_at": LETTERS_AT}, Coming.ASSIGNED, id="reminded"),
        pytest.param(
            {"state": ChoiceState.ANSWERED, "body": TWO, "answered_at": LETTERS_AT}, Coming.CHOSEN, id="answered"
        ),
    ],
)
def test_a_choice_that_runs_goes_its_way_and_the_farm_does_not_ask_again(
    changes: dict[str, object], first: Coming
) -> None:
    found = foreseen(situation(cases=(replace(asked(), **changes),)), LETTERS_AT)  # type: ignore[arg-type]
    assert found[0].coming is first
    assert Coming.WINDOW not in {one.coming for one in found}


def test_a_choice_whose_days_have_passed_ends_now() -> None:
    found = foreseen(situation(cases=(asked(),)), datetime(2025, 3, 1, 8, tzinfo=UTC))
    assert days(found)[0] == ("2025-03-01 08", Coming.ASSIGNED)


def test_a_matter_becomes_a_task_and_the_farm_still_asks() -> None:
    waiting, late = dispute(), replace(dispute(), case_id=CaseId("matter:F-000001:2"), state=State.LATE)
    found = foreseen(situation(cases=(waiting, late)), BEGINS)
    [task] = [one for one in found if one.coming is Coming.TASK]
    assert (task.at, task.case_id, task.day) == (waiting.late_at, waiting.case_id, waiting.due_on)
    assert Coming.LETTER in {one.coming for one in found}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"bodies": BODIES[:0]}, id="no body is recognised"),
        pytest.param({"choices": {the_choice(): ChoiceState.STOPPED}}, id="the year has a choice of this farm"),
    ],
)
def test_its_day_passes_and_nobody_is_asked(changes: dict[str, object]) -> None:
    found = foreseen(situation(**changes), BEGINS)
    assert days(found) == [("2025-03-01 23", Coming.NOT_ASKED), ("2025-12-01 23", Coming.CERTIFICATE_ENDS)]


def test_a_choice_cancelled_before_its_letter_makes_room_for_another_of_the_year() -> None:
    found = foreseen(situation(choices={the_choice(): ChoiceState.CANCELLED}), BEGINS)
    assert [(one.coming, one.case_id) for one in found[1:4]] == [
        (Coming.LETTER, the_choice(again=2)), (Coming.REMINDER, the_choice(again=2)),
        (Coming.ASSIGNED, the_choice(again=2)),
    ]  # fmt: skip


def test_a_letter_that_somebody_has_to_print_begins_no_days_by_itself() -> None:
    found = foreseen(situation(by_itself=False), BEGINS)
    assert days(found)[1:3] == [("2025-03-01 23", Coming.LETTER), ("2025-03-16 23", Coming.LETTER_UNSENT)]
    in_house = foreseen(situation(cases=(asked(),), in_house=frozenset({the_choice()})), LETTERS_AT)
    assert days(in_house)[0] == ("2025-01-29 23", Coming.LETTER_UNSENT)
    assert Coming.ASSIGNED not in {one.coming for one in (*found, *in_house)}


def test_a_choice_that_waits_for_its_letter_does_nothing_by_itself() -> None:
    waits = unsent(asked(), datetime(2025, 1, 29, 23, tzinfo=UTC)).case
    found = foreseen(situation(cases=(waits,), in_house=frozenset({the_choice()})), waits.close_at)
    assert [one.coming for one in found] == [Coming.CERTIFICATE_ENDS]


def test_a_farm_that_entered_after_its_day_is_told_to_be_asked_by_nobody() -> None:
    """Its certificate ends on Wed 2025-08-06; it would have been asked on Wed 2024-11-06."""
    ends = date(2025, 8, 6)
    late = situation(registered(expires_on=ends), candidate=replace(UP_TO_DECEMBER, expires_on=ends))
    unasked, end = foreseen(late, BEGINS)
    assert (unasked.coming, unasked.on, unasked.day) == (Coming.UNASKED, date(2025, 1, 1), date(2024, 11, 6))
    assert (end.coming, end.on) == (Coming.CERTIFICATE_ENDS, ends)


def test_what_is_next_in_a_case_is_the_first_that_is_foreseen_of_it() -> None:
    found = foreseen(situation(cases=(asked(),)), LETTERS_AT)
    reminder = next_of(found, the_choice())
    assert reminder is not None
    # The letter says Wed 29 January as its last day: the reminder goes out when that has passed.
    assert (reminder.on, reminder.coming) == (date(2025, 1, 30), Coming.REMINDER)
    assert next_of(found, CaseId("Matter:F-000001:1")) is None


def test_nothing_comes_to_a_farm_that_stopped_or_has_no_certificate() -> None:
    stopped = farmer_hears(registered(), stop(date(2025, 1, 10))).case
    assert stopped.standing is Standing.STOPPED
    assert foreseen(situation(stopped), LETTERS_AT) == ()
    assert foreseen(situation(registered(expires_on=None)), BEGINS) == ()


LISTS = (AcceptedList(ListId("L-001"), EditionCode("12.1"), date(2024, 1, 1)),)


def test_an_audit_follows_the_choice_and_its_planning_is_late() -> None:
    """The body is assigned on Tue 2025-04-01; the window of the certificate opens on Sun 2025-06-01."""
    assigned, opened, late = foreseen(situation(lists=LISTS), BEGINS)[3:6]
    assert (assigned.coming, opened.coming, opened.at) == (Coming.ASSIGNED, Coming.AUDIT, assigned.at)
    assert (opened.body, opened.day, opened.case_id) == (ONE, date(2025, 6, 1), audit_case(2025, number(1)))
    assert (late.coming, late.on, late.case_id) == (Coming.PLAN_LATE, date(2025, 6, 2), opened.case_id)


def test_an_audit_of_a_farm_that_changed_has_its_own_last_day_whichever_choice_it_follows() -> None:
    """The farm moved, was merged or divided on Wed 2025-01-01; nobody plans, and nine months pass."""
    told = {one.coming: one for one in foreseen(situation(lists=LISTS, changed_on=date(2025, 1, 1)), BEGINS)}
    assert (told[Coming.AUDIT].day, told[Coming.FIRST_AUDIT_LATE].on) == (date(2025, 5, 2), date(2025, 10, 2))


def test_an_audit_nobody_held_makes_room_and_one_that_was_held_stays() -> None:
    waits = an_audit()
    found = foreseen(situation(lists=LISTS, audits=frozenset({waits.case_id}), cases=(asked(), waits)), LETTERS_AT)
    closed = next(one.at for one in found if one.coming is Coming.ASSIGNED)
    replaced, opened = (one for one in found if one.coming in {Coming.AUDIT_REPLACED, Coming.AUDIT})
    assert (replaced.case_id, replaced.at, opened.at) == (waits.case_id, closed, closed)
    assert opened.case_id == audit_case(2025, number(1), 2)
    held = after(an_audit(), plan(), report(COOLING)).case
    told = {one.coming for one in foreseen(situation(lists=LISTS, cases=(asked(), held)), LETTERS_AT)}
    assert told >= {Coming.ASSIGNED, Coming.CORRECTION_REMINDER, Coming.AUDIT_WAITS}
    assert not told & {Coming.AUDIT, Coming.AUDIT_REPLACED}


def test_beside_what_is_left_of_a_decided_audit_the_next_one_opens() -> None:
    left = after(an_audit(), plan(), report(REGISTERED), news(Decided(REPORTED_AT))).case
    assert left.open
    found = foreseen(situation(lists=LISTS, audits=frozenset({left.case_id}), cases=(asked(), left)), LETTERS_AT)
    told = {one.coming: one for one in found}
    assert told[Coming.AUDIT].at == told[Coming.ASSIGNED].at
    assert Coming.AUDIT_WAITS not in told


def test_an_audit_that_waits_for_the_decision_on_an_earlier_one_is_said_first() -> None:
    waits = foreseen(situation(waits=TWO, cases=(after(an_audit(), plan(), report(COOLING)).case,)), REPORTED_AT)[0]
    assert (waits.coming, waits.body, waits.at) == (Coming.AUDIT_WAITS, TWO, REPORTED_AT)


def test_a_last_day_that_passes_leads_to_the_decision_and_that_is_late() -> None:
    held = after(an_audit(), plan(), report(COOLING)).case
    chose = replace(UP_TO_DECEMBER, choice_made_on=date(2025, 2, 1))
    found = foreseen(situation(registered(choice_made_on=BEGINS.date()), candidate=chose, cases=(held,)), REPORTED_AT)
    assert [one.coming for one in found] == [
        Coming.CORRECTION_REMINDER, Coming.CORRECTION_OVERDUE, Coming.DECISION, Coming.CERTIFICATE_ENDS,
        Coming.DECISION_LATE,
    ]  # fmt: skip
