"""A farm's life in the scheme (domain.md §1.4): its cases open and end, its window comes, it stops."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheme.errors import Refusal, Rule
from scheme.farmer import Farmer, OpenChoice, Standing, next_step, window_passed
from scheme.farmer import registered as enter
from scheme.farmer_heard import hear
from scheme.ids import audit_case, certification_case
from scheme.news import AuditReady, CaseClosed, CaseOpened, LettersWait, RegisterChanged
from scheme.next_case import next_case
from scheme.opening import OpenAudit, OpenCertification
from scheme.people import THE_HOUSE, Actor, Role, farmer_of
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome
from tests.world import BEGINS, KEYS, LETTERS_AT, PLANNER, RULES, news, number, registered, stop, the_choice

WINDOW_AT = datetime(2025, 3, 1, 23, tzinfo=UTC)  # Sat 2025-03-01 24:00 in Brussels
OPENED = news(CaseOpened(the_choice()))
CLOSED = news(CaseClosed(the_choice(), End.CHOSEN))


def test_a_farm_enters_with_its_window_nine_months_before_expiry() -> None:
    step = enter(
        number(1), BEGINS, RULES,
        expires_on=date(2025, 12, 1), choice_made_on=None, writes_choice=True, practice=True,
    )  # fmt: skip
    assert (step.act, step.case.case_id, step.day) == (Act.FARM_REGISTERED, "farmer:F-000001", date(2025, 12, 1))
    assert (step.case.standing, step.case.choice_due) == (Standing.ACTIVE, date(2025, 3, 1))
    assert step.deadlines == (Deadline(DeadlineKind.CHOICE_WINDOW, WINDOW_AT),)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        pytest.param({"expires_on": None}, None, id="no certificate"),
        pytest.param({"writes_choice": False}, None, id="its dairy is the principal"),
        pytest.param({"expires_on": date(2025, 9, 30)}, None, id="the day was yesterday"),
        pytest.param({"expires_on": date(2025, 10, 1)}, date(2025, 1, 1), id="the day is today"),
        pytest.param({"expires_on": date(2027, 5, 31)}, date(2026, 8, 31), id="in years"),
        pytest.param({"choice_made_on": date(2024, 2, 29)}, date(2025, 3, 1), id="chose for the certificate before"),
        pytest.param({"choice_made_on": date(2024, 3, 1)}, None, id="chose for this certificate"),
    ],
)
def test_the_day_of_its_own_choice(changes: dict[str, object], due: date | None) -> None:
    assert registered(**changes).choice_due == due


def test_nobody_asked_so_the_farm_asks_itself_when_the_day_has_passed() -> None:
    farmer = registered()
    assert next_step(farmer, WINDOW_AT - timedelta(microseconds=1)) is None
    assert next_step(farmer, WINDOW_AT) == OpenChoice(number(1), WINDOW_AT)


def test_the_day_does_its_work_once() -> None:
    step = window_passed(registered(), WINDOW_AT)
    assert (step.act, step.day, step.deadlines) == (Act.CHOICE_WINDOW, date(2025, 3, 1), ())
    assert next_step(step.case, WINDOW_AT) is None


def test_a_choice_that_opens_takes_the_place_of_its_own() -> None:
    step = hear(registered(), OPENED)
    assert (step.act, step.about, step.dealt) == (Act.CASE_OPENED, the_choice(), (Dealt(OPENED.id),))
    assert (step.case.cases, step.case.choice_due, step.deadlines) == ((the_choice(),), None, ())


def test_the_same_news_twice_lists_the_case_once() -> None:
    once = hear(registered(), OPENED).case
    assert hear(once, OPENED).case.cases == (the_choice(),)


def test_a_case_that_ends_leaves_the_list() -> None:
    step = hear(hear(registered(), OPENED).case, CLOSED)
    assert (step.act, step.about, step.case.cases) == (Act.CASE_CLOSED, the_choice(), ())


def test_an_end_heard_before_its_beginning_moves_no_day() -> None:
    step = hear(registered(), CLOSED)
    assert (step.case.cases, step.case.choice_due) == ((), date(2025, 3, 1))


def test_a_farm_stops_and_waits_for_nothing_more() -> None:
    step = hear(registered(), stop(date(2025, 1, 10)))
    assert (step.act, step.day, step.deadlines) == (Act.FARM_STOPPED, date(2025, 1, 10), ())
    assert (step.case.standing, step.case.stopped_on) == (Standing.STOPPED, date(2025, 1, 10))
    assert step.dealt == (Dealt(KEYS[2]),)
    assert next_step(step.case, WINDOW_AT) is None


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        pytest.param(date(2025, 1, 15), None, id="today"),
        pytest.param(date(2025, 1, 16), Refusal(Rule.NOT_IN_THE_FUTURE, date(2025, 1, 16)), id="tomorrow"),
    ],
)
def test_a_stop_lies_not_in_the_future(on: date, refusal: Refusal | None) -> None:
    (dealt,) = hear(registered(), stop(on)).dealt
    assert dealt.outcome == Outcome(refusal)


def test_a_day_has_begun_at_its_midnight_in_brussels() -> None:
    midnight = datetime(2025, 1, 15, 23, tzinfo=UTC)  # Thu 2025-01-16 00:00 in Brussels
    assert hear(registered(), stop(date(2025, 1, 16), midnight)).act is Act.FARM_STOPPED
    assert hear(registered(), stop(date(2025, 1, 16), midnight - timedelta(microseconds=1))).act is Act.REFUSED


@pytest.mark.parametrize("actor", [PLANNER, THE_HOUSE, farmer_of(number(1)), Actor(PLANNER.person, Role.ADMINISTRATOR)])
def test_only_the_secretariat_records_a_stop(actor: Actor) -> None:
    (dealt,) = hear(registered(), stop(actor=actor)).dealt
    assert dealt.outcome == Outcome(Refusal(Rule.NOT_ALLOWED))


def test_a_stop_is_recorded_once() -> None:
    stopped = hear(registered(), stop(date(2025, 1, 10))).case
    step = hear(stopped, stop(date(2025, 1, 12), key=KEYS[3]))
    assert step.act is Act.REFUSED
    assert step.dealt == (Dealt(KEYS[3], Outcome(Refusal(Rule.FARM_STOPPED, date(2025, 1, 10)))),)
    assert step.case == replace(stopped, revision=3)


def test_a_refused_stop_leaves_the_window_where_it_was() -> None:
    step = hear(registered(), stop(date(2025, 1, 16), LETTERS_AT))
    assert step.deadlines == (Deadline(DeadlineKind.CHOICE_WINDOW, WINDOW_AT),)


def test_news_of_something_else_changes_nothing() -> None:
    step = hear(registered(), news(LettersWait()))
    assert step.act is Act.REFUSED
    assert step.case == replace(registered(), revision=2)


@pytest.mark.parametrize(
    ("farmer", "due"),
    [
        pytest.param(registered(), date(2025, 6, 30), id="counted anew from the new last day"),
        pytest.param(hear(registered(), OPENED).case, None, id="a choice runs already"),
        pytest.param(replace(registered(), standing=Standing.STOPPED), None, id="the farm has stopped"),
    ],
)
def test_a_changed_certificate_moves_the_window(farmer: Farmer, due: date | None) -> None:
    step = hear(farmer, news(RegisterChanged(date(2026, 3, 30), choice_made_on=None, writes_choice=True)))
    assert (step.act, step.day) == (Act.CERTIFICATE_CHANGED, date(2026, 3, 30))
    assert (step.case.expires_on, step.case.choice_due) == (date(2026, 3, 30), due)
    assert [row.kind for row in step.deadlines] == ([DeadlineKind.CHOICE_WINDOW] if due else [])


def test_what_follows_from_a_case_that_has_come_far_enough() -> None:
    farmer, choice, audit = registered(), the_choice(), audit_case(2025, number(1))
    closed, ready = news(CaseClosed(choice, End.CHOSEN, audit=True)), news(AuditReady(audit))
    assert next_case(farmer, closed) == OpenAudit(farmer.farm_id, choice, closed.at, closed.id)
    assert next_case(farmer, ready) == OpenCertification(farmer.farm_id, audit, ready.at, ready.id)
    assert hear(farmer, ready).act is Act.AUDIT_READY
    # An audit or decision that ended lets the audit go that waited for it.
    let_go = news(CaseClosed(audit, End.SETTLED, waiting=choice))
    assert next_case(farmer, let_go) == OpenAudit(farmer.farm_id, choice, let_go.at, let_go.id)
    assert next_case(farmer, news(CaseClosed(audit, End.SETTLED))) is None
    # A choice that closed before audits followed, a case that has not come so far, a farm that stopped.
    assert next_case(farmer, CLOSED) is None
    assert next_case(farmer, news(CaseOpened(choice))) is None
    assert next_case(hear(farmer, stop(date(2025, 1, 10))).case, closed) is None


def test_an_audit_or_decision_that_was_cancelled_does_not_ask_for_a_choice() -> None:
    chose = registered(choice_made_on=date(2025, 1, 1))
    for case in (audit_case(2025, number(1)), certification_case(2025, number(1))):
        assert hear(chose, news(CaseClosed(case, End.CANCELLED))).case.choice_due is None
    # Of a cancelled choice it is otherwise.
    assert hear(chose, news(CaseClosed(the_choice(), End.CANCELLED))).case.choice_due is not None
