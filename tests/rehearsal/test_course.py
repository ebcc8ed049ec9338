"""Simulated audits: a course for each farm from the seed and its number, by the shares, each once at least."""

from collections import Counter

import pytest

from rehearsal.audit_count import ENDED, OUTCOMES, holds
from rehearsal.course import Answers, dealt
from rehearsal.scenario import asking, scenario
from scheme.ids import FarmId
from scheme.requirement_example import example_lists

AUDITS = scenario("2025").audits
FARMS = [FarmId(f"F-{number:06d}") for number in range(1, 201)]


def test_order_makes_no_difference() -> None:
    assert dealt(FARMS, 1, AUDITS) == dealt(FARMS[::-1], 1, AUDITS) != dealt(FARMS, 2, AUDITS)


@pytest.mark.parametrize("many", [12, 40, 200])
def test_every_course_is_gone_once_at_least_and_no_farm_without(many: int) -> None:
    found = dealt(FARMS[:many], 2025, AUDITS)
    assert set(found) == set(FARMS[:many])
    assert {course.name for course in found.values()} == {course.name for course in AUDITS.courses}


def test_courses_come_in_their_shares() -> None:
    counted = Counter(course.name for course in dealt(FARMS, 2025, AUDITS).values())
    assert {course.name: counted[course.name] / len(FARMS) for course in AUDITS.courses} == {
        course.name: pytest.approx(course.share) for course in AUDITS.courses
    }


def test_the_shares_are_whole_and_what_is_lacking_is_asked_by_the_lists() -> None:
    assert sum(course.share for course in AUDITS.courses) == pytest.approx(1)
    (newest, *_) = example_lists()[::-1]
    asked = {one.number: one.grade for one in newest.requirements}
    for course in AUDITS.courses:
        assert {asked[number] for number in course.lacking} <= {"A", "B", "C"}
        assert course.answers is Answers.SOON or "A" in {asked[number] for number in course.lacking}


def test_so_many_farms_are_asked() -> None:
    register = asking(scenario("2025"), 12).register
    assert (register.round_farms, register.farms) == (12, 41)


def test_a_year_holds_when_every_audit_ended_and_each_outcome_happened() -> None:
    figures = dict.fromkeys(OUTCOMES, 1) | {"audits.opened": 4, "audits.done": 3}
    assert all(holds(figures, 4).values())
    assert not all(holds(figures, 5).values())
    assert not all(holds(figures | {"audits.planned": 1, "audits.opened": 5}, 5).values())
    for key in OUTCOMES:
        assert not all(holds(figures | {key: 0}, 4).values()), key
    assert "stopped" in ENDED
