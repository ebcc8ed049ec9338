"""A matter that ran before the house began (domain.md §1.3, §4): it waits, it is late, a person closes it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.errors import Refusal, Rule
from scheme.farmer_heard import hear as farmer_hears
from scheme.matter import Close, Matter, State, TakeOver, hear, late, taken_over
from scheme.matter_kind import MatterKind
from scheme.news import CaseClosed, CaseOpened, FarmStopped, RegisterChanged, RoundDone
from scheme.people import Actor, Role
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome, Submission
from tests.world import BEGINS, KEYS, PLANNER, RULES, SECRETARY, news, number, registered

LATE_AT = datetime(2025, 3, 30, 22, tzinfo=UTC)  # Sun 2025-03-30 24:00 in Brussels, the day summer time begins
CLOSED_AT = datetime(2025, 2, 3, 9, tzinfo=UTC)


def dispute(**changes: object) -> Matter:
    """A dispute filed on Sat 2025-03-01 as a file might say, its last day Sun 2025-03-30."""
    values = {
        "farm_id": number(1), "number": 1, "what": MatterKind.DISPUTE, "began_on": date(2024, 12, 20),
        "due_on": date(2025, 3, 30), "rules": RULES,
    }  # fmt: skip
    return taken_over(TakeOver(**(values | changes)), BEGINS, practice=True).case  # type: ignore[arg-type]


def close(on: date = date(2025, 2, 3), at: datetime = CLOSED_AT, actor: Actor = SECRETARY) -> Submission[Close]:
    """A person closes it."""
    return Submission(KEYS[1], dispute().case_id, actor, at, Close(on))


def test_it_is_taken_over_as_it_stands_and_writes_to_nobody() -> None:
    request = TakeOver(number(1), 1, MatterKind.DISPUTE, date(2024, 12, 20), date(2025, 3, 30), RULES)
    step = taken_over(request, BEGINS, practice=True)
    assert (step.act, step.case.case_id, step.case.state) == (
        Act.MATTER_TAKEN_OVER, "matter:F-000001:1", State.WAITING,
    )  # fmt: skip
    assert (step.deadlines, step.letters, step.day) == (
        (Deadline(DeadlineKind.LATE, LATE_AT),), (), date(2025, 3, 30),
    )  # fmt: skip


def test_whose_day_has_passed_is_late_from_the_start() -> None:
    request = TakeOver(number(1), 1, MatterKind.DISPUTE, date(2024, 11, 1), date(2024, 12, 31), RULES)
    step = taken_over(request, BEGINS, practice=True)
    assert (step.case.state, step.deadlines) == (State.LATE, ())
    assert dispute(due_on=date(2025, 1, 1)).state is State.WAITING


def test_the_day_has_passed() -> None:
    step = late(dispute(), LATE_AT)
    assert (step.act, step.case.state, step.deadlines, step.letters) == (Act.MATTER_LATE, State.LATE, (), ())
    assert step.case.open


@pytest.mark.parametrize("matter", [dispute(), late(dispute(), LATE_AT).case], ids=["in time", "late"])
def test_a_person_closes_it(matter: Matter) -> None:
    step = hear(matter, close())
    assert (step.act, step.actor, step.case.state, step.case.closed_on, step.end) == (
        Act.MATTER_CLOSED, SECRETARY, State.CLOSED, date(2025, 2, 3), End.SETTLED,
    )  # fmt: skip
    assert (step.deadlines, step.dealt, step.day) == ((), (Dealt(KEYS[1]),), date(2025, 2, 3))


@pytest.mark.parametrize(
    ("matter", "submitted", "refused"),
    [
        pytest.param(dispute(), close(actor=PLANNER), Refusal(Rule.NOT_ALLOWED), id="a planner"),
        pytest.param(
            dispute(), close(actor=Actor(PLANNER.person, Role.ASSESSOR)), Refusal(Rule.NOT_ALLOWED), id="the assessor"
        ),
        pytest.param(
            dispute(), close(date(2025, 2, 4)), Refusal(Rule.NOT_IN_THE_FUTURE, date(2025, 2, 4)), id="tomorrow"
        ),
        pytest.param(
            dispute(), close(date(2024, 12, 19)), Refusal(Rule.BEFORE_IT_BEGAN, date(2024, 12, 20)), id="too early"
        ),
        pytest.param(
            hear(dispute(), close()).case, close(), Refusal(Rule.CASE_CLOSED, date(2025, 2, 3)), id="closed already"
        ),
    ],
)
def test_a_refused_close_changes_nothing(matter: Matter, submitted: Submission[Close], refused: Refusal) -> None:
    step = hear(matter, submitted)
    assert (step.act, step.dealt) == (Act.REFUSED, (Dealt(KEYS[1], Outcome(refused)),))
    assert replace(step.case, revision=matter.revision) == matter
    assert bool(step.deadlines) is matter.open


def test_the_farm_stops() -> None:
    told = news(FarmStopped(date(2025, 1, 20)), target=dispute().case_id)
    step = hear(dispute(), told)
    assert (step.act, step.case.state, step.day, step.end, step.deadlines) == (
        Act.MATTER_STOPPED, State.STOPPED, date(2025, 1, 20), End.STOPPED, (),
    )  # fmt: skip


def test_news_it_does_not_know() -> None:
    step = hear(dispute(), news(RoundDone(), target=dispute().case_id))
    assert (step.act, step.dealt[0].outcome) == (Act.REFUSED, Outcome(Refusal(Rule.NOT_UNDERSTOOD)))


def test_a_matter_does_not_take_the_place_of_the_farms_choice() -> None:
    heard = farmer_hears(registered(), news(CaseOpened(dispute().case_id))).case
    assert (heard.cases, heard.choice_due) == ((dispute().case_id,), date(2025, 3, 1))
    changed = farmer_hears(heard, news(RegisterChanged(date(2026, 1, 1), None, writes_choice=True))).case
    assert changed.choice_due == date(2025, 4, 1)
    ended = farmer_hears(changed, news(CaseClosed(dispute().case_id, End.SETTLED))).case
    assert (ended.cases, ended.choice_due) == ((), date(2025, 4, 1))
