"""A farm is merged into another one: which may be, and what its own workflow hears."""

from dataclasses import replace
from datetime import date

import pytest

from scheme.clause import Clause, clause_of_act
from scheme.correction import TakeBack, put_right
from scheme.errors import Rule, RuleViolationError
from scheme.farmer import Standing
from scheme.farmer_heard import hear
from scheme.ids import CALENDAR, CaseId, farm_of, farmer_case
from scheme.merger import Absorbed, check_absorbed
from scheme.news import Merged
from scheme.people import Role
from scheme.step import Act, Submission
from tests.world import KEYS, LETTERS_AT, SECRETARY, news, number, registered, stop

ON = date(2025, 1, 13)  # Mon 2025-01-13
LAST = date(2025, 1, 12)
CASE = CaseId("farm-change:2025:F-000002")
OTHER = Absorbed(number(2), since=date(2022, 6, 1))
MERGED = news(Merged(CASE, LAST, SECRETARY.person), target=farmer_case(number(1)))


@pytest.mark.parametrize(
    ("other", "rule", "day"),
    [
        pytest.param(None, Rule.UNKNOWN_FARM, None, id="nobody's number"),
        pytest.param(replace(OTHER, farm_id=number(1)), Rule.SAME_FARM, None, id="itself"),
        pytest.param(replace(OTHER, stopped_on=LAST), Rule.OTHER_STOPPED, LAST, id="it stopped"),
        pytest.param(replace(OTHER, undecided=ON), Rule.OTHER_UNDECIDED, ON, id="its takeover is not decided about"),
        pytest.param(replace(OTHER, since=ON), Rule.MERGER_DAY, ON, id="its first day"),
        pytest.param(
            replace(OTHER, changed=date(2025, 1, 14)), Rule.EARLIER_CHANGE, date(2025, 1, 14), id="it moved later"
        ),
    ],
)
def test_what_may_not_be_merged(other: Absorbed | None, rule: Rule, day: date | None) -> None:
    with pytest.raises(RuleViolationError) as violation:
        check_absorbed(number(1), other, ON)
    assert (violation.value.refusal.rule, violation.value.refusal.day) == (rule, day)


def test_any_other_farm_may_from_its_second_day_on() -> None:
    check_absorbed(number(1), OTHER, ON)
    check_absorbed(number(1), replace(OTHER, since=LAST), ON)


def test_the_farm_stops_as_of_the_day_before_and_its_trail_says_who_recorded_it() -> None:
    step = hear(registered(), MERGED)
    assert (step.act, step.day, step.about, step.deadlines) == (Act.FARM_MERGED, LAST, CASE, ())
    assert (step.actor, step.actor.role) == (SECRETARY, Role.SECRETARIAT)
    assert (step.case.standing, step.case.stopped_on, step.case.choice_due) == (Standing.STOPPED, LAST, None)
    assert clause_of_act(step.act) is Clause.TURNS


def test_a_stop_that_came_in_meanwhile_gives_way_and_the_way_back_finds_the_day_of_asking() -> None:
    stopped = hear(registered(), stop(date(2025, 1, 15))).case
    merged = hear(stopped, MERGED).case
    assert (merged.stopped_on, merged.due_before_stop) == (LAST, registered().choice_due)
    back = put_right(merged, Submission(KEYS[3], merged.case_id, SECRETARY, LETTERS_AT, TakeBack(LAST)), None, None)
    assert (back.act, back.case.choice_due) == (Act.STOP_TAKEN_BACK, registered().choice_due)


def test_the_farm_that_a_case_is_about() -> None:
    assert (farm_of(CASE), farm_of(CaseId("farm-change:2025:F-000002:3")), farm_of(CALENDAR)) == (
        number(2), number(2), None,
    )  # fmt: skip
