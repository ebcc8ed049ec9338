"""Simulated people: each plan depends on the seed and the farm's id alone."""

import pytest

from rehearsal.people import Plan, PlannedAct, Wish, body_of, decide
from rehearsal.scenario import scenario
from scheme.choice import Channel
from scheme.ids import BodyId, FarmId

PEOPLE = scenario("2025").people
FARMS = [FarmId(f"F-{number:06d}") for number in range(1, 2001)]
ONE, TWO, OLD = BodyId("B-01"), BodyId("B-02"), BodyId("B-05")


def plans(*, by_email: bool) -> list[Plan]:
    """The plans of two thousand farmers."""
    return [decide(farm, 1, PEOPLE, by_email=by_email) for farm in FARMS]


def test_order_makes_no_difference() -> None:
    backwards = [decide(farm, 1, PEOPLE, by_email=True) for farm in reversed(FARMS)]
    assert plans(by_email=True) == backwards[::-1]
    assert plans(by_email=True) != [decide(farm, 2, PEOPLE, by_email=True) for farm in FARMS]


@pytest.mark.parametrize(("by_email", "silent"), [(True, 18), (False, 28)])
def test_people_do_as_the_scenario_says(by_email: bool, silent: int) -> None:
    found = plans(by_email=by_email)
    assert 100 * sum(not plan.answers for plan in found) / len(found) == pytest.approx(silent, abs=3)
    answered = [plan for plan in found if plan.answers]
    loyal = sum(plan.answers[-1].wish is Wish.PREVIOUS for plan in answered)
    assert 100 * loyal / len(answered) == pytest.approx(80, abs=3)
    channels = {act.channel for plan in found for act in plan.answers}
    assert channels == ({Channel.LINK} if by_email else {Channel.PAPER, Channel.CODE})


def test_everybody_acts_within_the_thirty_days_in_daytime_and_in_order() -> None:
    for plan in plans(by_email=True) + plans(by_email=False):
        days = [act.days_after_letter for act in plan.answers]
        assert days == sorted(set(days))
        assert all(1 <= act.days_after_letter <= 30 and 6 <= act.hour <= 21 for act in plan.answers)
        assert len({act.wish for act in plan.answers}) == len(plan.answers)


@pytest.mark.parametrize(
    ("wish", "draw", "previous", "expected"),
    [
        pytest.param(Wish.PREVIOUS, 0.9, TWO, TWO, id="keeps the body"),
        pytest.param(Wish.OTHER, 0.0, TWO, ONE, id="another"),
        pytest.param(Wish.OTHER, 0.99, ONE, TWO, id="another one"),
        pytest.param(Wish.PREVIOUS, 0.0, OLD, ONE, id="not offered any more"),
        pytest.param(Wish.PREVIOUS, 0.99, None, TWO, id="none before"),
    ],
)
def test_body_of(wish: Wish, draw: float, previous: BodyId | None, expected: BodyId) -> None:
    act = PlannedAct(1, 9, Channel.LINK, wish, draw)
    assert body_of(act, previous, (ONE, TWO), PEOPLE) == expected


def test_the_only_body_offered_is_named_by_all() -> None:
    assert body_of(PlannedAct(1, 9, Channel.LINK, Wish.OTHER, 0.5), ONE, (ONE,), PEOPLE) == ONE
