"""A certificate comes to its end: two warnings, the word that it has ended, and what changes or ends them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.certificate_days import Watch, next_day, watch_on
from scheme.certificate_end import Stage, certificate_passed, last_warning, stage_of
from scheme.correction import put_right
from scheme.days import add_days, start_of_day
from scheme.farmer import Farmer, deadlines
from scheme.farmer_heard import hear
from scheme.inbox import OfFarm
from scheme.letter import LetterKind
from scheme.news import CertificateWithdrawn, RegisterChanged
from scheme.projection import Coming, foreseen
from scheme.rules import Name, Setting
from scheme.step import Act, Deadline, DeadlineKind
from tests.scheme.audits import COOLING, NUMBERS, REGISTERED, REPORTED_AT, after, an_audit, plan, proof, report
from tests.scheme.test_certification import a_case
from tests.scheme.test_correction import BACK, ask
from tests.scheme.test_projection import situation
from tests.world import BEGINS, TWO, asked, news, registered, stop

ENDS = date(2025, 12, 1)  # a Monday
WATCH = Watch(90, 30, letters=True)
WARNED, LAST, ENDED = date(2025, 9, 2), date(2025, 11, 1), date(2025, 12, 2)


def watched(**changes: object) -> Farmer:
    """The farm of the tests, its certificate until Mon 2025-12-01, watched; chosen for, so that nothing else comes."""
    values = {"watch": WATCH, "choice_made_on": date(2025, 1, 1)}
    return registered(**(values | changes))


def passed(farmer: Farmer, day: date) -> Farmer:
    return certificate_passed(farmer, start_of_day(day)).case


@pytest.mark.parametrize(
    ("known_on", "due"),
    [
        pytest.param(date(2025, 1, 1), WARNED, id="months before"),
        pytest.param(WARNED, LAST, id="a warning's own day has begun"),
        pytest.param(date(2025, 11, 30), ENDED, id="a day before the last"),
        pytest.param(ENDS, ENDED, id="on the last day"),
        pytest.param(ENDED, None, id="it has ended: an import writes to nobody"),
        pytest.param(date(2031, 1, 1), None, id="it ended long ago"),
    ],
)
def test_only_days_that_come_while_the_house_runs(known_on: date, due: date | None) -> None:
    assert next_day(ENDS, WATCH, known_on) == due


def test_nothing_is_watched_without_a_certificate_or_a_word_of_it() -> None:
    assert next_day(None, WATCH, ENDS) is next_day(ENDS, None, date(2025, 1, 1)) is None
    assert deadlines(registered(choice_made_on=date(2025, 1, 1))) == ()


def test_the_days_are_parameters_of_the_day_on_which_the_certificate_is_known() -> None:
    settings = (
        Setting(Name.WARNING_DAYS, 120, date(2025, 6, 1)),
        Setting(Name.LAST_WARNING_DAYS, 14, date(2025, 6, 1)),
    )
    assert watch_on(date(2025, 5, 31), settings, letters=True) == WATCH
    assert watch_on(date(2025, 6, 1), settings, letters=False) == Watch(120, 14, letters=False)


def test_two_warnings_and_the_end_each_with_its_letter() -> None:
    farmer, told = watched(), []
    while farmer.next_at is not None:
        assert len(deadlines(farmer)) == 1
        step = certificate_passed(farmer, farmer.next_at)
        farmer = step.case
        told.append((step.at, step.act, step.letters, step.day))
    assert told == [
        (start_of_day(WARNED), Act.CERTIFICATE_WARNED, (LetterKind.EXPIRY,), ENDS),
        (start_of_day(LAST), Act.CERTIFICATE_WARNED, (LetterKind.EXPIRY,), ENDS),
        (start_of_day(ENDED), Act.CERTIFICATE_ENDED, (LetterKind.ENDED,), ENDS),
    ]


def test_only_the_second_warning_is_the_last() -> None:
    assert [last_warning(watched(), day) for day in (WARNED, LAST, ENDED)] == [False, True, False]


def test_of_days_that_passed_at_once_the_latest_is_told() -> None:
    assert certificate_passed(watched(), start_of_day(LAST)).case.certificate_due == ENDED
    late = certificate_passed(watched(), start_of_day(date(2026, 1, 5)))
    assert (late.act, late.case.certificate_due, late.deadlines) == (Act.CERTIFICATE_ENDED, None, ())


def test_a_dutch_farm_gets_no_letter_and_the_days_are_kept_all_the_same() -> None:
    step = certificate_passed(watched(watch=replace(WATCH, letters=False)), start_of_day(WARNED))
    assert (step.act, step.letters, step.case.certificate_due) == (Act.CERTIFICATE_WARNED, (), LAST)


@pytest.mark.parametrize(
    ("until", "watch", "due"),
    [
        pytest.param(date(2028, 12, 1), WATCH, date(2028, 9, 2), id="a newer certificate"),
        pytest.param(date(2026, 2, 1), WATCH, date(2025, 11, 3), id="extended: counted anew"),
        pytest.param(ENDS, WATCH, LAST, id="the same last day: the day that waits still waits"),
        pytest.param(ENDS, None, None, id="nothing to warn of"),
        pytest.param(date(2025, 9, 30), WATCH, date(2025, 10, 1), id="moved to an earlier day"),
        pytest.param(date(2024, 9, 30), WATCH, None, id="it turns out to have ended long ago"),
        pytest.param(None, WATCH, None, id="no certificate"),
    ],
)
def test_another_certificate_is_counted_anew(until: date | None, watch: Watch | None, due: date | None) -> None:
    known = RegisterChanged(until, date(2025, 1, 1), True, watch)
    step = hear(passed(watched(), WARNED), news(known, at=datetime(2025, 9, 10, 9, tzinfo=UTC)))
    assert step.case.certificate_due == due
    assert [one.due for one in step.deadlines if one.kind is not DeadlineKind.CHOICE_WINDOW] == (
        [] if due is None else [start_of_day(due)]
    )


@pytest.mark.parametrize(
    ("before", "acts"),
    [
        pytest.param(date(2025, 6, 27), [Act.CERTIFICATE_ENDED], id="the day has passed: told now"),
        pytest.param(date(2025, 7, 9), [Act.CERTIFICATE_ENDED], id="it was yesterday"),
        pytest.param(date(2025, 7, 10), [], id="it is today: told as tomorrow begins"),
        pytest.param(date(2025, 7, 20), [], id="the warnings before it are of days that were before"),
    ],
)
def test_a_last_day_that_passed_under_an_extension_is_told_as_the_way_back_is_heard(
    before: date, acts: list[Act]
) -> None:
    known = RegisterChanged(before, date(2025, 1, 1), True, WATCH, back_from=ENDS)
    at = datetime(2025, 7, 10, 9, tzinfo=UTC)
    farmer = hear(watched(), news(known, at=at)).case
    steps = []
    while farmer.certificate_at is not None and farmer.certificate_at <= at:
        steps.append(certificate_passed(farmer, at))
        farmer = steps[-1].case
    assert [(one.act, one.letters, one.day) for one in steps] == [(act, (LetterKind.ENDED,), before) for act in acts]
    assert farmer.certificate_due == (None if acts else add_days(before, 1))


def test_news_that_comes_as_a_day_begins_takes_no_warning_away() -> None:
    """It lies in the inbox, and what lies there comes before a day."""
    other = Watch(80, 20, letters=True)
    step = hear(watched(), news(RegisterChanged(ENDS, date(2025, 1, 1), True, other), at=start_of_day(WARNED)))
    assert step.deadlines == (Deadline(DeadlineKind.CERTIFICATE_WARNING, start_of_day(WARNED)),)
    # Other parameters count for the next certificate.
    assert step.case.watch == WATCH


def test_nothing_is_told_of_a_certificate_that_was_withdrawn() -> None:
    step = hear(watched(), news(CertificateWithdrawn(date(2025, 6, 2))))
    assert (step.act, step.day, step.case.watch, step.deadlines) == (
        Act.CERTIFICATE_WITHDRAWN, date(2025, 6, 2), None, (),
    )  # fmt: skip


def test_nothing_is_told_while_the_farm_has_stopped_and_all_of_it_when_that_is_taken_back() -> None:
    stopped = hear(watched(), stop(BACK.stopped_on)).case
    assert (stopped.next_at, deadlines(stopped)) == (None, ())
    again = put_right(stopped, ask(BACK), None, None)
    assert again.deadlines == (Deadline(DeadlineKind.CERTIFICATE_WARNING, start_of_day(WARNED)),)


def test_the_days_stand_beside_the_farms_own_day_of_asking() -> None:
    farmer = registered(watch=WATCH)
    assert [one.kind for one in deadlines(farmer)] == [DeadlineKind.CHOICE_WINDOW, DeadlineKind.CERTIFICATE_WARNING]
    assert (farmer.next_at, farmer.certificate_first) == (farmer.window_at, False)
    assert watched().certificate_first


def test_what_comes_is_foreseen() -> None:
    found = foreseen(situation(watched()), BEGINS)
    assert [(one.coming, one.on) for one in found] == [
        (Coming.CERTIFICATE_WARNING, WARNED),
        (Coming.CERTIFICATE_WARNING, LAST),
        (Coming.CERTIFICATE_ENDS, ENDS),
        (Coming.CERTIFICATE_ENDED, ENDED),
    ]


REPORTED = after(an_audit(), plan(), report(COOLING, REGISTERED, NUMBERS)).case


@pytest.mark.parametrize(
    ("cases", "stage"),
    [
        pytest.param((), Stage.NOTHING, id="nothing runs"),
        pytest.param((asked(),), Stage.CHOICE, id="the farmer chooses"),
        pytest.param((replace(asked(), body=TWO),), Stage.CHOSEN, id="chosen, and may be changed"),
        pytest.param((an_audit(),), Stage.PLAN, id="the body plans"),
        pytest.param(
            (after(an_audit(), plan(datetime(2025, 9, 9, 8, tzinfo=UTC))).case,), Stage.VISIT, id="the visit comes"
        ),
        pytest.param((after(an_audit(), plan()).case,), Stage.REPORT, id="the visit was, the report is to come"),
        pytest.param((REPORTED,), Stage.PROOF, id="a finding of grade A is open"),
        pytest.param((after(REPORTED, proof(COOLING.number, REPORTED_AT)).case,), Stage.VERDICT, id="it was proven"),
        pytest.param(
            (after(an_audit(), plan(), report(REGISTERED)).case,), Stage.DECISION, id="grade B is not waited for"
        ),
        pytest.param((REPORTED, a_case()), Stage.DECISION, id="it is being decided"),
        pytest.param((asked(), REPORTED), Stage.PROOF, id="what is furthest counts"),
        pytest.param((replace(REPORTED, decided_at=REPORTED_AT),), Stage.NOTHING, id="it led to this certificate"),
    ],
)
def test_how_far_the_farm_is(cases: tuple[OfFarm, ...], stage: Stage) -> None:
    assert stage_of(cases, REPORTED_AT) is stage
