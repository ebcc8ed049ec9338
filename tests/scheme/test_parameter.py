"""A parameter's new value: what may be proposed, and who may agree (design.md §6)."""

from datetime import date

import pytest

from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.parameter import LIMITS, Proposal, check_decision, check_proposal
from scheme.people import Actor, Role
from scheme.rules import DEFAULTS, Name, Setting
from tests.world import PLANNER, SECRETARY

TODAY = date(2025, 3, 1)


def proposal(name: Name = Name.CHOICE_ANSWER_DAYS, value: int = 40, valid_from: date = TODAY) -> Proposal:
    return Proposal(Setting(name, value, valid_from), "Board, 2025-02-20", None)


def test_every_parameter_has_limits_and_its_default_lies_within() -> None:
    assert set(LIMITS) == set(Name) == {parameter.name for parameter in DEFAULTS}
    for parameter in DEFAULTS:
        assert LIMITS[parameter.name].least <= parameter.value <= LIMITS[parameter.name].most


@pytest.mark.parametrize("value", [7, 40, 90])
def test_a_value_within_the_limits_is_taken(value: int) -> None:
    check_proposal(proposal(value=value), SECRETARY, TODAY, [Setting(Name.CHOICE_REMINDER_DAYS, 5, TODAY)])


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        pytest.param(proposal(value=6), Rule.VALUE_OUT_OF_RANGE, id="too small"),
        pytest.param(proposal(value=91), Rule.VALUE_OUT_OF_RANGE, id="too large"),
        pytest.param(proposal(valid_from=date(2025, 2, 28)), Rule.NOT_IN_THE_PAST, id="yesterday"),
        pytest.param(proposal(value=14), Rule.REMINDER_AFTER_ANSWER, id="the reminder on the last day"),
        pytest.param(proposal(Name.CHOICE_REMINDER_DAYS, 30), Rule.REMINDER_AFTER_ANSWER, id="a late reminder"),
    ],
)
def test_what_cannot_be_is_refused(asked: Proposal, rule: Rule) -> None:
    with pytest.raises(RuleViolationError) as refused:
        check_proposal(asked, SECRETARY, TODAY, [])
    assert refused.value.refusal.rule is rule


def test_a_value_that_fits_today_may_not_clash_with_one_that_is_decided_for_later() -> None:
    later = Setting(Name.CHOICE_ANSWER_DAYS, 20, date(2025, 6, 1))
    with pytest.raises(RuleViolationError) as refused:
        check_proposal(proposal(Name.CHOICE_REMINDER_DAYS, 25), SECRETARY, TODAY, [later])
    assert (refused.value.refusal.rule, refused.value.refusal.day) == (Rule.REMINDER_AFTER_ANSWER, date(2025, 6, 1))


def test_a_plan_may_be_due_with_the_corrective_action_and_not_after_it() -> None:
    months = Setting(Name.CORRECTION_B_MONTHS, 2, TODAY)
    check_proposal(proposal(Name.PLAN_B_MONTHS, 2), SECRETARY, TODAY, [months])
    with pytest.raises(RuleViolationError, match=Rule.PLAN_AFTER_CORRECTION):
        check_proposal(proposal(Name.PLAN_B_MONTHS, 3), SECRETARY, TODAY, [months])


def test_the_last_warning_comes_after_the_first() -> None:
    check_proposal(proposal(Name.LAST_WARNING_DAYS, 89), SECRETARY, TODAY, [])
    with pytest.raises(RuleViolationError, match=Rule.LAST_WARNING_FIRST):
        check_proposal(proposal(Name.LAST_WARNING_DAYS, 90), SECRETARY, TODAY, [])


def test_a_value_replaces_the_one_of_the_same_day() -> None:
    check_proposal(proposal(value=40), SECRETARY, TODAY, [Setting(Name.CHOICE_ANSWER_DAYS, 10, TODAY)])


def test_whoever_proposed_may_only_withdraw() -> None:
    check_decision(SECRETARY.person, SECRETARY, accepted=False)
    check_decision(PersonId("P-0009"), SECRETARY, accepted=True)
    with pytest.raises(RuleViolationError, match=Rule.SECOND_PERSON_NEEDED):
        check_decision(SECRETARY.person, SECRETARY, accepted=True)


def test_a_planner_neither_proposes_nor_decides() -> None:
    with pytest.raises(RuleViolationError, match=Rule.NOT_ALLOWED):
        check_proposal(proposal(), PLANNER, TODAY, [])
    with pytest.raises(RuleViolationError, match=Rule.NOT_ALLOWED):
        check_decision(SECRETARY.person, Actor(PLANNER.person, Role.PLANNER), accepted=True)
