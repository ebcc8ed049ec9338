"""What every case that is reviewed by one person and decided by another has in common (ISO/IEC 17065, 7.5 and 7.6)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from scheme.days import end_of_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.impartial import check_impartial, check_turn
from scheme.news import News
from scheme.people import THE_HOUSE, Actor
from scheme.step import Act, Deadline, DeadlineKind, Dealt, Outcome, Step, Submission


class Judged(Protocol):
    """A case that is judged. involved: who may neither review nor decide; reviewed_by: None while nobody did."""

    @property
    def state(self) -> StrEnum:
        """Where it stands."""

    @property
    def revision(self) -> int:
        """One more with each step."""

    @property
    def involved(self) -> tuple[PersonId, ...]:
        """Who took part, or has a tie to the farm."""

    @property
    def reviewed_by(self) -> PersonId | None:
        """Who reviewed it."""

    @property
    def decide_due(self) -> date:
        """The last day of the decision."""

    @property
    def late(self) -> bool:
        """Whether the secretariat was told that this day has passed."""


Case = TypeVar("Case", bound=Judged)
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Judging(Generic[Case]):
    """How one kind of case is judged. to_review, to_decide: its two states that wait; deadlines: what it waits for."""

    to_review: StrEnum
    to_decide: StrEnum
    deadlines: Callable[[Case], tuple[Deadline, ...]]

    def check(self, case: Case, actor: Actor, *, deciding: bool, over: date | None) -> None:
        """Raise RuleViolationError unless this person may review, or decide, now. over: the day it ended, if it did."""
        check_impartial(actor, case.involved, deciding=deciding)
        if case.state not in {self.to_review, self.to_decide}:
            raise RuleViolationError(Rule.CASE_CLOSED, over)
        check_turn(actor, case.reviewed_by, deciding=deciding, reviewed=case.state is self.to_decide)

    def decision(self, case: Case) -> tuple[Deadline, ...]:
        """The moment after which the decision is late; nothing once that was told, or it was decided."""
        waits = case.state in {self.to_review, self.to_decide} and not case.late
        return (Deadline(DeadlineKind.DECISION, end_of_day(case.decide_due)),) if waits else ()

    def reviewed(self, case: Case, item: Submission[Facts], advice: object, act: Act) -> Step[Case]:
        """It was reviewed with this advice; somebody else is asked to decide."""
        return self.taken(changed(case, state=self.to_decide, reviewed_by=item.actor.person, advice=advice), item, act)

    def tied(self, case: Case, item: News, person: PersonId) -> Step[Case]:
        """Somebody turns out to have a tie: a review by them does not count, and another one is asked for.

        What was decided stands.
        """
        told = changed(case, involved=tuple(sorted({*case.involved, person})))
        if case.reviewed_by == person and case.state is self.to_decide:
            told = replace(told, state=self.to_review, reviewed_by=None, advice=None)  # type: ignore[type-var]
        return Step(told, item.at, Act.TIE_HEARD, deadlines=self.deadlines(told), dealt=(Dealt(item.id),))

    def taken(self, case: Case, item: Submission[Facts], act: Act) -> Step[Case]:
        """The case as it is once what came in was taken."""
        return Step(case, item.received_at, act, item.actor, deadlines=self.deadlines(case), dealt=(Dealt(item.id),))

    def refused(self, case: Case, item: Submission[Facts], refusal: Refusal) -> Step[Case]:
        """What a rule forbids changes nothing."""
        return self._unchanged(case, item.received_at, item.actor, Dealt(item.id, Outcome(refusal)))

    def not_understood(self, case: Case, item: News) -> Step[Case]:
        """News that means nothing to it."""
        return self._unchanged(case, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))

    def _unchanged(self, case: Case, at: datetime, actor: Actor, dealt: Dealt) -> Step[Case]:
        same = changed(case)
        return Step(same, at, Act.REFUSED, actor, deadlines=self.deadlines(same), dealt=(dealt,))


def changed(case: Case, **changes: object) -> Case:
    """The case with these changes, as its next revision."""
    return replace(case, revision=case.revision + 1, **changes)  # type: ignore[type-var]  # a dataclass's fields
