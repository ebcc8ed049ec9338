"""What is decided about a farm's certificate after an audit: review, then decision (domain.md §1, §7).

Both by people who took no part in the evaluation and have no tie to the farm, the decision by somebody else than the
review (ISO/IEC 17065, 7.5 and 7.6); administrators are no exception.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CaseId, FarmId, PersonId, certification_case
from scheme.judging import Judging, changed
from scheme.lastenboek.outcome import AuditOutcome, Finding, Hygiene, Result, Surroundings, outcome
from scheme.lastenboek.validity import Validity, validity
from scheme.letter import LetterKind
from scheme.news import EvaluationChanged, FarmStopped, News, Tied
from scheme.rules import AuditRules
from scheme.step import Act, Deadline, Dealt, End, Step, Submission

WORKFLOW = "Certification"


class State(StrEnum):
    """Where it stands; the last four are final."""

    TO_REVIEW = "to-review"
    TO_DECIDE = "to-decide"
    ISSUED = "issued"
    REFUSED = "refused"
    STOPPED = "stopped"
    # The report was taken back: it was of another farm.
    CANCELLED = "cancelled"


OPEN = frozenset({State.TO_REVIEW, State.TO_DECIDE})
DECIDED = frozenset({State.ISSUED, State.REFUSED})
# The best first: a decision may be worse than the rules give, for reasons, and never better.
ORDER = tuple(Result)


@dataclass(frozen=True)
class Review:
    """The file was read; advice: what follows from it. Remarks stay in the submission's words."""

    advice: Result
    kind: Literal["review"] = "review"


@dataclass(frozen=True)
class Decide:
    """The decision; its reasons stay in the submission's words."""

    result: Result
    kind: Literal["decide"] = "decide"


CertificationHeard = Review | Decide


@dataclass(frozen=True)
class Evaluation:
    """What is decided about: an audit as it stood when it was ready, read in the transaction that opens the case.

    involved: everybody who took part in the evaluation or has a tie to the farm. previous_until: the last day of the
    certificate before, None for a first one. number: of the farm's certifications in that year.
    """

    farm_id: FarmId
    audit: CaseId
    rules: AuditRules
    audited_on: date
    findings: tuple[Finding, ...]
    surroundings: Surroundings
    score: int
    previous_until: date | None
    involved: tuple[PersonId, ...]
    number: int = 1


@dataclass(frozen=True)
class Certification:
    """A decision about a farm's certificate. decide_due: the last day of the decision.

    involved: who may neither review nor decide. rule: the rule of the lastenboek that gave the result, or the best
    one; valid_from, valid_until: of the certificate that was issued.
    """

    case_id: CaseId
    farm_id: FarmId
    audit: CaseId
    rules: AuditRules
    practice: bool
    opened_at: datetime
    audited_on: date
    findings: tuple[Finding, ...]
    surroundings: Surroundings
    score: int
    previous_until: date | None
    involved: tuple[PersonId, ...]
    decide_due: date
    state: State = State.TO_REVIEW
    late: bool = False
    reviewed_by: PersonId | None = None
    advice: Result | None = None
    decided_by: PersonId | None = None
    result: Result | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    closed_at: datetime | None = None
    revision: int = 1
    kind: Literal["certification"] = "certification"

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in."""
        return min((deadline.due for deadline in deadlines(self)), default=None)

    @property
    def best(self) -> AuditOutcome:
        """What the rules give (docs/lastenboek.md, chapter 4)."""
        hygiene = Hygiene(self.surroundings, self.score)
        return outcome(self.findings, hygiene, self.audited_on, self.rules)


def opened(evaluation: Evaluation, at: datetime, *, practice: bool) -> Step[Certification]:
    """The case as it begins: somebody who took no part is asked to review the file."""
    today = local_day(at)
    case = Certification(
        case_id=certification_case(today.year, evaluation.farm_id, evaluation.number),
        farm_id=evaluation.farm_id,
        audit=evaluation.audit,
        rules=evaluation.rules,
        practice=practice,
        opened_at=at,
        audited_on=evaluation.audited_on,
        findings=evaluation.findings,
        surroundings=evaluation.surroundings,
        score=evaluation.score,
        previous_until=evaluation.previous_until,
        involved=evaluation.involved,
        decide_due=add_days(today, evaluation.rules.decide_within_days),
    )
    return Step(
        case, at, Act.CERTIFICATION_OPENED, deadlines=deadlines(case), day=case.decide_due, about=evaluation.audit
    )


def hear(case: Certification, item: Submission[CertificationHeard] | News) -> Step[Certification]:
    """Take what came in; what a rule forbids is a refusal, and changes nothing."""
    if isinstance(item, News):
        return _news(case, item)
    try:
        check(case, item)
    except RuleViolationError as violation:
        return JUDGING.refused(case, item, violation.refusal)
    match item.facts:
        case Review(advice):
            return JUDGING.reviewed(case, item, advice, Act.CERTIFICATION_REVIEWED)
        case Decide(result):
            return _decide(case, item, result)


def check(case: Certification, submission: Submission[CertificationHeard]) -> None:
    """Raise RuleViolationError unless this person may review, or decide, so and now."""
    facts, actor = submission.facts, submission.actor
    deciding = isinstance(facts, Decide)
    over = None if case.closed_at is None else local_day(case.closed_at)
    JUDGING.check(case, actor, deciding=deciding, over=over)
    wanted = facts.result if isinstance(facts, Decide) else facts.advice
    if ORDER.index(wanted) < ORDER.index(case.best.result):
        raise RuleViolationError(Rule.BETTER_THAN_THE_RULES)


def needs_grounds(result: Result, best: Result) -> bool:
    """Whether it goes with its grounds: a refusal, and less than the rules give; more is refused, whatever is said."""
    return result is Result.REFUSAL or ORDER.index(result) > ORDER.index(best)


def late(case: Certification, at: datetime) -> Step[Certification]:
    """The day of the decision has passed: the secretariat gets a task."""
    told = changed(case, late=True)
    return Step(told, at, Act.CERTIFICATION_LATE, deadlines=deadlines(told), day=case.decide_due)


def validity_of(case: Certification, result: Result, decided_on: date) -> Validity | None:
    """The days of the certificate that this decision gives, None for a refusal (chapter 5)."""
    return validity(
        replace(case.best, result=result),
        audited_on=case.audited_on,
        decided_on=decided_on,
        previous_until=case.previous_until,
        window_months=case.rules.window_months,
    )


def deadlines(case: Certification) -> tuple[Deadline, ...]:
    """The moment after which the decision is late."""
    return JUDGING.decision(case)


def _decide(case: Certification, item: Submission[CertificationHeard], result: Result) -> Step[Certification]:
    valid = validity_of(case, result, local_day(item.received_at))
    decided = changed(
        case,
        state=State.REFUSED if valid is None else State.ISSUED,
        decided_by=item.actor.person,
        result=result,
        valid_from=None if valid is None else valid.valid_from,
        valid_until=None if valid is None else valid.valid_until,
        closed_at=item.received_at,
    )
    act = Act.CERTIFICATE_REFUSED if valid is None else Act.CERTIFICATE_ISSUED
    step = JUDGING.taken(decided, item, act)
    letter, end = (LetterKind.REFUSAL, End.REFUSED) if valid is None else (LetterKind.CERTIFICATE, End.ISSUED)
    return replace(step, day=decided.valid_until, letters=(letter,), end=end)


def _news(case: Certification, item: News) -> Step[Certification]:
    dealt = (Dealt(item.id),)
    match item.what:
        case FarmStopped(stopped_on):
            stopped = changed(case, state=State.STOPPED, closed_at=item.at)
            return Step(stopped, item.at, Act.CERTIFICATION_STOPPED, dealt=dealt, day=stopped_on, end=End.STOPPED)
        case EvaluationChanged():
            cancelled = changed(case, state=State.CANCELLED, closed_at=item.at)
            return Step(cancelled, item.at, Act.CERTIFICATION_CANCELLED, dealt=dealt, end=End.CANCELLED)
        case Tied(person):
            return JUDGING.tied(case, item, person)
        case _:
            return JUDGING.not_understood(case, item)


JUDGING: Judging[Certification] = Judging(State.TO_REVIEW, State.TO_DECIDE, deadlines)
