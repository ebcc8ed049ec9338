"""A body that loses recognition or scope, and whose choices that undoes (domain.md §2, §12.2)."""

from dataclasses import replace
from datetime import date

import pytest

from scheme.choice import State
from scheme.choice_round import Body
from scheme.ids import BodyId, choice_case
from scheme.news import BodyLost
from scheme.recognition import Chosen, concerns, last_day, loss, news
from tests.world import ONE, RULES, TWO, number

THREE = BodyId("B-03")
TODAY = date(2025, 3, 20)
YESTERDAY = date(2025, 3, 19)
BODIES = tuple(Body(body, date(2024, 3, 1), date(2027, 2, 28)) for body in (ONE, TWO, THREE))


def chosen(place: int = 1, **changes: object) -> Chosen:
    """Farm 1 chose body 1 on Fri 2025-02-14, for the certificate that ends on Mon 2025-12-01."""
    closed = Chosen(
        choice_case(2025, number(place)), number(place), State.CHOSEN, (ONE, TWO, THREE), ONE, ONE, None,
        date(2025, 2, 14), date(2025, 12, 1), date(2022, 11, 3),
    )  # fmt: skip
    return replace(closed, **changes)  # type: ignore[arg-type]


def still_open(place: int = 1, **changes: object) -> Chosen:
    """Its choice is open, and nobody has answered."""
    return chosen(place, **({"state": State.ASKED, "body": None, "closed_on": None} | changes))


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        pytest.param({"recognised_until": date(2025, 6, 30)}, date(2025, 6, 30), id="an earlier last day"),
        pytest.param({"recognised_until": date(2028, 2, 28)}, None, id="a later last day"),
        pytest.param({"scope": ("17020",)}, YESTERDAY, id="the scope is withdrawn"),
        pytest.param({"scope": ("17020", "G-040-C", "G-040-B")}, None, id="more scope"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_what_a_change_takes_away(changes: dict[str, object], day: date | None) -> None:
    assert last_day(BODIES[0], replace(BODIES[0], **changes), TODAY) == day  # type: ignore[arg-type]


def test_a_body_without_scope_has_nothing_left_to_lose() -> None:
    without = replace(BODIES[0], scope=())
    assert last_day(without, replace(without, recognised_until=date(2025, 1, 1)), TODAY) is None


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(chosen(), True, id="12.2 chosen, and not yet audited"),
        pytest.param(chosen(state=State.ASSIGNED), True, id="assigned"),
        pytest.param(chosen(body=TWO), False, id="chose another"),
        pytest.param(chosen(state=State.STOPPED), False, id="stopped"),
        pytest.param(chosen(last_audit_on=date(2025, 2, 14)), False, id="audited since"),
        pytest.param(chosen(expires_on=YESTERDAY), False, id="its certificate ends while the body is recognised"),
        pytest.param(chosen(closed_on=date(2022, 2, 14)), False, id="chosen for an earlier certificate"),
        pytest.param(chosen(expires_on=None), True, id="no certificate"),
        pytest.param(still_open(), True, id="open, and on offer"),
        pytest.param(still_open(bodies=(TWO, THREE)), False, id="open, and not on offer"),
    ],
)
def test_whom_it_concerns(of: Chosen, expected: bool) -> None:
    assert concerns(of, ONE, YESTERDAY, RULES) is expected


def test_who_is_written_to_again_and_who_only_loses_an_offer() -> None:
    after = (replace(BODIES[0], recognised_until=YESTERDAY), *BODIES[1:])
    farms = (
        still_open(1),
        still_open(2, default_body=TWO),
        still_open(3, body=ONE, state=State.ANSWERED, default_body=TWO),
        still_open(4, body=THREE, state=State.ANSWERED),
        still_open(5, bodies=(ONE,), default_body=ONE),
        chosen(6),
    )
    lost = loss(ONE, YESTERDAY, after, farms, TODAY, RULES)
    assert lost.left == (TWO, THREE)
    assert [one.farm_id for one in lost.asked_again] == [number(1), number(3), number(5)]
    assert [one.farm_id for one in lost.withdrawn] == [number(2), number(4)]
    assert [one.farm_id for one in lost.reopened] == [number(6)]


def test_silence_gives_the_last_bodys_or_the_others_in_turn() -> None:
    after = (replace(BODIES[0], scope=()), *BODIES[1:])
    farms = (chosen(3, previous_body=ONE), still_open(1), chosen(2, previous_body=THREE))
    told = news(loss(ONE, YESTERDAY, after, farms, TODAY, RULES))
    assert [(one.farm_id, what.default_body) for one, what in told] == [
        (number(1), TWO), (number(2), THREE), (number(3), THREE),
    ]  # fmt: skip
    assert told[0][1] == BodyLost(ONE, choice_case(2025, number(1)), (TWO, THREE), TWO)


def test_where_nobody_is_left_nobody_is_told() -> None:
    lost = loss(ONE, YESTERDAY, (replace(BODIES[0], scope=()),), (chosen(),), TODAY, RULES)
    assert (lost.left, lost.concerned) == ((), (chosen(),))
    assert news(lost) == ()
