"""What will happen to a farm if nobody acts, until its certificate ends: the procedures' own steps, played forward.

No rule stands here: it asks the same functions that the workflows ask, at the moments at which they would.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from scheme import choice as choices
from scheme import choice_letter, farm_change, farmer_heard, status_change
from scheme import farmer as farmers
from scheme import matter as matters
from scheme.audit_ahead import AuditStep, audits_ahead, decision_ahead, held_back_by
from scheme.certificate_end import certificate_passed
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.choice_round import alone, next_number, recognised
from scheme.days import end_of_day, local_day
from scheme.farm_change import FarmChange
from scheme.farmer import Farmer, Standing
from scheme.ids import BodyId, CaseId, NewsId, year_of
from scheme.inbox import OfFarm
from scheme.matter import Matter, State
from scheme.matter_kind import MatterKind
from scheme.news import CaseOpened, News
from scheme.rules import rules_on
from scheme.situation import Situation
from scheme.status_change import StatusChange
from scheme.step import Act, End, Step
from scheme.unasked import unasked, was_due


class Coming(StrEnum):
    """What can come by itself; its sentence stands in the catalogue under `coming-<value>`."""

    LETTER = "letter"
    REMINDER = "reminder"
    CHOSEN = "chosen"
    ASSIGNED = "assigned"
    WINDOW = "window"
    NOT_ASKED = "not-asked"
    UNASKED = "unasked"
    LETTER_UNSENT = "letter-unsent"
    TASK = "task"
    AUDIT = "audit"
    AUDIT_REPLACED = "audit-replaced"
    AUDIT_WAITS = "audit-waits"
    PLAN_LATE = "plan-late"
    FIRST_AUDIT_LATE = "first-audit-late"
    REPORT_LATE = "report-late"
    CORRECTION_REMINDER = "correction-reminder"
    CORRECTION_OVERDUE = "correction-overdue"
    DECISION = "decision"
    DECISION_LATE = "decision-late"
    CERTIFICATE_WARNING = "certificate-warning"
    # Of a certificate's suspension, lifting or withdrawal: nobody decides, and the suspension's last day.
    STATUS_LATE = "status-late"
    SUSPENSION_PASSED = "suspension-passed"
    # Of what happened to the farm: nobody decides what it means for its certificate.
    CHANGE_LATE = "change-late"
    CERTIFICATE_ENDS = "certificate-ends"
    CERTIFICATE_ENDED = "certificate-ended"


COMING = {
    Act.CHOICE_WINDOW: Coming.WINDOW,
    Act.CHOICE_ASKED: Coming.LETTER,
    Act.CHOICE_REMINDED: Coming.REMINDER,
    Act.CHOICE_UNSENT: Coming.LETTER_UNSENT,
    Act.CHOICE_CHOSEN: Coming.CHOSEN,
    Act.CHOICE_ASSIGNED: Coming.ASSIGNED,
    Act.MATTER_LATE: Coming.TASK,
    Act.AUDIT_OPENED: Coming.AUDIT,
    Act.AUDIT_CANCELLED: Coming.AUDIT_REPLACED,
    Act.AUDIT_PLAN_LATE: Coming.PLAN_LATE,
    Act.FIRST_AUDIT_LATE: Coming.FIRST_AUDIT_LATE,
    Act.AUDIT_REPORT_LATE: Coming.REPORT_LATE,
    Act.CORRECTION_REMINDED: Coming.CORRECTION_REMINDER,
    Act.CORRECTION_OVERDUE: Coming.CORRECTION_OVERDUE,
    Act.CERTIFICATION_OPENED: Coming.DECISION,
    Act.CERTIFICATION_LATE: Coming.DECISION_LATE,
    Act.CERTIFICATE_WARNED: Coming.CERTIFICATE_WARNING,
    Act.CERTIFICATE_ENDED: Coming.CERTIFICATE_ENDED,
    Act.STATUS_LATE: Coming.STATUS_LATE,
    Act.SUSPENSION_PASSED: Coming.SUSPENSION_PASSED,
    Act.CHANGE_LATE: Coming.CHANGE_LATE,
}
# A choice that ended so has a body, and an audit follows it.
WITH_BODY = frozenset({End.CHOSEN, End.ASSIGNED})
FarmStep = Step[Choice] | Step[Matter] | Step[Farmer] | Step[StatusChange] | Step[FarmChange] | AuditStep


@dataclass(frozen=True)
class Foreseen:
    """One thing that will happen. act: as the trail will say it, None for what no case does.

    body: whom it is about; day: the last day that then counts, of a farm that nobody asks the day on which it would
    have been asked; matter: of which kind, if it is one.
    """

    at: datetime
    coming: Coming
    act: Act | None
    case_id: CaseId
    body: BodyId | None = None
    day: date | None = None
    matter: MatterKind | None = None

    @property
    def on(self) -> date:
        """The day on which it happens; of a certificate its last one."""
        return self.day if self.coming is Coming.CERTIFICATE_ENDS and self.day else local_day(self.at)


def foreseen(situation: Situation, now: datetime) -> tuple[Foreseen, ...]:
    """All that will happen after `now`, in order; what the certificate's end is compared with may come after it."""
    if situation.farmer.standing is Standing.STOPPED:
        return ()
    of_farm, asked = _of_farm(situation, now)
    steps = [*asked, *(step for case in situation.cases for step in _of_case(situation, case, now))]
    chosen = _chosen(steps)
    steps += audits_ahead(situation, chosen, now)
    waits = _waits(situation, chosen, now)
    found = (*waits, *of_farm, *map(_told, steps), *_unasked(situation, now), *_certificate(situation.farmer, now))
    return tuple(sorted(found, key=lambda one: one.at))


def next_of(found: Sequence[Foreseen], case_id: CaseId) -> Foreseen | None:
    """What happens first in a case; None where nothing more does."""
    return next((one for one in found if one.case_id == case_id), None)


def _of_case(situation: Situation, case: OfFarm, now: datetime) -> Iterator[FarmStep]:
    match case:
        case Choice():
            yield from _of_choice(case, now, leaves=case.case_id not in situation.in_house)
        case Matter() if case.state is State.WAITING:
            yield matters.late(case, max(case.late_at, now))
        case Certification():
            yield from decision_ahead(case, now)
        case StatusChange() if case.next_at is not None:
            yield status_change.passed(case, max(case.next_at, now))
        case FarmChange() if case.next_at is not None:
            yield farm_change.late(case, max(case.next_at, now))
        case _:
            # Audits go on, or make room: see scheme/audit_ahead.py.
            pass


def _of_choice(choice: Choice, now: datetime, *, leaves: bool) -> Iterator[Step[Choice]]:
    """As the choice's workflow does it: remind who is silent, then close; a letter still in the house stops it."""
    at = max(choice.next_at, now)
    if choice.unsent_since is not None:
        return
    if choice.body is None and not leaves:
        yield choice_letter.unsent(choice, at)
        return
    if choice.to_remind(at):
        reminded = choices.remind(choice, at)
        yield reminded
        choice = reminded.case
    yield choices.close(choice, max(choice.close_at, now))


def _of_farm(situation: Situation, now: datetime) -> tuple[Sequence[Foreseen], Sequence[Step[Choice]]]:
    """As the farm's workflow does it: on its own day it joins the year's choices, unless one runs."""
    farmer = _having_heard(situation)
    if farmer.window_at is None:
        return (), ()
    at = max(farmer.window_at, now)
    wanted = farmers.next_step(farmer, at)
    asked = () if wanted is None else tuple(_asked(situation, wanted.at))
    passed = _told(farmers.window_passed(farmer, at))
    return (passed if asked else replace(passed, coming=Coming.NOT_ASKED),), asked


def _asked(situation: Situation, at: datetime) -> Iterator[Step[Choice]]:
    """The choice that `open_case` would open then; none where no body is recognised, or the year has one."""
    day, farmer = local_day(at), situation.farmer
    offered = recognised(situation.bodies, day)
    number = next_number(state for case, state in situation.choices.items() if year_of(case) == day.year)
    if offered and number is not None:
        rules = rules_on(day, situation.settings)
        wanted = alone(farmer.farm_id, day, rules, offered, situation.previous_body)
        opened = choices.opened(replace(wanted, number=number), at, practice=farmer.practice)
        yield opened
        yield from _of_choice(opened.case, at, leaves=situation.by_itself)


def _chosen(steps: Iterable[FarmStep]) -> Step[Choice] | None:
    """The end, with a body, of the one choice that can be open."""
    for step in steps:
        if isinstance(step.case, Choice) and step.end in WITH_BODY:
            return Step(step.case, step.at, step.act)
    return None


def _waits(situation: Situation, chosen: Step[Choice] | None, now: datetime) -> Iterator[Foreseen]:
    """The audit of a choice that does not open as it ends: an earlier one is held, and opens it when it is decided."""
    if situation.waits is not None:
        yield Foreseen(now, Coming.AUDIT_WAITS, None, situation.farmer.case_id, body=situation.waits)
    if chosen is not None and (held := held_back_by(situation, chosen, now)) is not None:
        yield Foreseen(chosen.at, Coming.AUDIT_WAITS, None, held.case_id, body=chosen.case.body)


def _unasked(situation: Situation, now: datetime) -> Iterator[Foreseen]:
    """What does not come, told first: without a word the yearly round would be waited for in vain."""
    farmer, candidate, today = situation.farmer, situation.candidate, local_day(now)
    rules = rules_on(today, situation.settings)
    chooses = any(isinstance(case, Choice) for case in situation.cases)
    asks_itself = farmer.choice_due is not None
    if candidate.expires_on is not None and unasked(candidate, today, rules, asks_itself=asks_itself, chooses=chooses):
        day = was_due(candidate.expires_on, rules)
        yield Foreseen(now, Coming.UNASKED, None, farmer.case_id, day=day)


def _having_heard(situation: Situation) -> Farmer:
    """The farm's state once it has heard of every case that runs."""
    farmer = situation.farmer
    for case in situation.cases:
        if case.case_id not in farmer.cases:
            told = News(
                NewsId(f"{case.case_id}#opened"), farmer.case_id, farmer.registered_at, CaseOpened(case.case_id)
            )
            farmer = replace(farmer_heard.hear(farmer, told).case, revision=farmer.revision)
    return farmer


def _told(step: FarmStep) -> Foreseen:
    case = step.case
    matter = case.what if isinstance(case, Matter) else None
    return Foreseen(step.at, COMING[step.act], step.act, case.case_id, step.body, step.day, matter)


def _certificate(farmer: Farmer, now: datetime) -> Iterator[Foreseen]:
    """Its last day; the warnings before it, and what is told when it has passed."""
    if farmer.expires_on is not None and end_of_day(farmer.expires_on) > now:
        at, day = end_of_day(farmer.expires_on), farmer.expires_on
        yield Foreseen(at, Coming.CERTIFICATE_ENDS, None, farmer.case_id, day=day)
    while farmer.certificate_at is not None:
        step = certificate_passed(farmer, max(farmer.certificate_at, now))
        yield _told(step)
        farmer = step.case
