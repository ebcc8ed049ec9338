"""When the audits of a year are too slow; the measuring itself runs in the long proof (tests/proof/test_bench.py)."""

from commands.bench.year_measured import AUDITS_TO_BARE, AUDITS_TO_LOOP, Measured, Year
from tests.commands.bench.test_round import floor

AUDITS = 200


def measured(rest: float, *names: str) -> Measured:
    """Audits that were at rest after so many seconds, beside floors that took ten."""
    stages = {"plan": 1.0, "report": 2.0, "review": 0.5, "decide": 0.5}
    papers = {"letters": 600, "mailed": 460, "certificates": AUDITS, "answers": 9_600}
    year = Year(floor(AUDITS, rest), floor(AUDITS, rest), stages, papers, 10_000, {"worker": 100.0})
    return Measured(AUDITS, year, {name: floor(AUDITS, 10) for name in names})


def test_audits_are_compared_with_the_same_work_in_a_loop_and_by_bare_workflows() -> None:
    assert measured(40, "loop", "bare", "empty").ratios == {"loop": 0.25, "bare": 0.25, "empty": 0.25}
    assert measured(40, "loop", "bare", "empty").failures == []


def test_audits_below_what_is_accepted_beside_each_floor_are_too_slow() -> None:
    slow = measured(10_000, "loop", "bare", "empty")
    assert slow.failures == [
        f"audits at 0.0 of the plain loop; accepted is {AUDITS_TO_LOOP}",
        f"audits at 0.0 of bare workflows; accepted is {AUDITS_TO_BARE}",
    ]


def test_without_floors_nothing_is_judged() -> None:
    assert measured(10_000).failures == []
