"""The yearly round of choices (domain.md §1.3, §2): whom to write to, and what silence will give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.choice import Request
from scheme.choice import State as ChoiceState
from scheme.days import add_months, local_day, start_of_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId, round_case
from scheme.news import News, RoundDone
from scheme.people import Action, may
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, Outcome, Step, Submission

WORKFLOW = "ChoiceRound"
# ISO/IEC 17020 and sector guide G-040 module C: what a body must be accredited for (domain.md §2).
FULL_SCOPE = ("17020", "G-040-C")


class Country(StrEnum):
    """Countries the certification body serves."""

    BE = "BE"
    NL = "NL"


class State(StrEnum):
    """Where a round stands."""

    ASKING = "asking"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Candidate:
    """What the selection looks at. expires_on: last day of the certificate, None without one."""

    farm_id: FarmId
    country: Country
    takes_part: bool
    expires_on: date | None
    previous_body: BodyId | None
    choice_made_on: date | None = None


@dataclass(frozen=True)
class Body:
    """An inspection body, the days on which it is recognised, both included, and what it is accredited for."""

    body_id: BodyId
    recognised_from: date
    recognised_until: date
    scope: tuple[str, ...] = FULL_SCOPE

    @property
    def accredited(self) -> bool:
        """Whether the accreditation covers all that an audit needs (domain.md §2)."""
        return set(FULL_SCOPE) <= set(self.scope)

    def recognised_on(self, day: date) -> bool:
        """Whether the body may be chosen on `day`."""
        return self.accredited and self.had_recognition_on(day)

    def had_recognition_on(self, day: date) -> bool:
        """Whether its recognition held on a day of the past, whatever its accreditation covers since."""
        return self.recognised_from <= day <= self.recognised_until


@dataclass(frozen=True)
class Member:
    """A farm of the round with its place in it and the body that silence will give, fixed at opening."""

    rank: int
    farm_id: FarmId
    default_body: BodyId
    previous_body: BodyId | None


@dataclass(frozen=True)
class Start:
    """What the secretariat hands in with the button."""

    year: int
    kind: Literal["start-round"] = "start-round"


@dataclass(frozen=True)
class Cancel:
    """What the secretariat hands in to end a round before all are written to; the reason stands in its words."""

    kind: Literal["cancel-round"] = "cancel-round"


@dataclass(frozen=True)
class ChoiceRound:
    """The round of a year. asked: farms reached so far, in order of farm id; farms: how many there are."""

    case_id: CaseId
    year: int
    letters_on: date
    rules: Rules
    practice: bool
    opened_at: datetime
    bodies: tuple[BodyId, ...]
    farms: int
    reached: FarmId | None = None
    state: State = State.ASKING
    revision: int = 1
    kind: Literal["choice-round"] = "choice-round"

    @property
    def ended(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.state in {State.DONE, State.CANCELLED}


def window(letters_on: date, rules: Rules) -> tuple[date, date]:
    """First and last expiry date of the round that writes on `letters_on` (both included)."""
    first = add_months(letters_on, rules.choice_lead_months)
    after = add_months(letters_on, rules.choice_lead_months + rules.choice_window_months)
    return first, date.fromordinal(after.toordinal() - 1)


def selected(candidate: Candidate, letters_on: date, rules: Rules) -> bool:
    """Whether the round writes to this farm.

    Farms that take part and whose certificate expires in the window. Dutch farms are not written to: their
    dairy is the principal (domain.md §5). A farm that has already chosen for this certificate is left alone.
    """
    if not candidate.takes_part or candidate.country is not Country.BE or candidate.expires_on is None:
        return False
    first, last = window(letters_on, rules)
    return first <= candidate.expires_on <= last and not already_chosen(candidate, rules)


def already_chosen(candidate: Candidate, rules: Rules) -> bool:
    """Whether the farm's last choice was made for the certificate it has: not before its window began."""
    if candidate.expires_on is None or candidate.choice_made_on is None:
        return False
    return candidate.choice_made_on >= add_months(
        candidate.expires_on, -rules.choice_lead_months - rules.choice_window_months
    )


def recognised(bodies: Iterable[Body], day: date) -> tuple[BodyId, ...]:
    """Ids of the bodies that may be chosen on `day`, sorted."""
    return tuple(sorted(body.body_id for body in bodies if body.recognised_on(day)))


def members(
    candidates: Iterable[Candidate], bodies: Sequence[BodyId], letters_on: date, rules: Rules
) -> tuple[Member, ...]:
    """The farms of the round in order of farm id, each with the body that silence will give.

    The previous body where it is still recognised, else by the farm's rank among those without one, so that
    it does not depend on who meets a deadline first. Raises RuleViolationError without a recognised body.
    """
    if not bodies:
        raise RuleViolationError(Rule.NO_RECOGNISED_BODY, letters_on)
    chosen = sorted((c for c in candidates if selected(c, letters_on, rules)), key=lambda c: c.farm_id)
    defaults = spread([candidate.previous_body for candidate in chosen], bodies)
    return tuple(
        Member(rank, candidate.farm_id, default, candidate.previous_body)
        for rank, (candidate, default) in enumerate(zip(chosen, defaults, strict=True), 1)
    )


def spread(previous: Sequence[BodyId | None], bodies: Sequence[BodyId]) -> list[BodyId]:
    """What silence gives each farm: the previous body where it is among `bodies`, else by rank, in turn."""
    found, without = [], 0
    for body in previous:
        if body is not None and body in bodies:
            found.append(body)
        else:
            found.append(bodies[without % len(bodies)])
            without += 1
    return found


def opened(
    year: int, at: datetime, rules: Rules, bodies: tuple[BodyId, ...], farms: int, *, practice: bool
) -> Step[ChoiceRound]:
    """The round as it begins. Raises RuleViolationError when there is nobody to write to."""
    letters_on = local_day(at)
    if farms == 0:
        raise RuleViolationError(Rule.NOBODY_TO_WRITE_TO, letters_on)
    begun = ChoiceRound(round_case(year), year, letters_on, rules, practice, at, bodies, farms)
    return Step(begun, at, Act.ROUND_OPENED, deadlines=deadlines(begun), day=letters_on)


def request(choice_round: ChoiceRound, member: Member) -> Request:
    """The request that opens this member's choice."""
    return Request(
        year=choice_round.year,
        farm_id=member.farm_id,
        rules=choice_round.rules,
        bodies=choice_round.bodies,
        default_body=member.default_body,
        previous_body=member.previous_body,
        round_id=choice_round.case_id,
    )


def alone(farm_id: FarmId, day: date, rules: Rules, offered: Sequence[BodyId], previous: BodyId | None) -> Request:
    """The request of a farm that is asked on `day` by itself: silence gives the previous body if still recognised.

    Raises RuleViolationError without a recognised body.
    """
    if not offered:
        raise RuleViolationError(Rule.NO_RECOGNISED_BODY, day)
    default = previous if previous is not None and previous in offered else offered[0]
    return Request(day.year, farm_id, rules, tuple(offered), default, previous)


def next_number(earlier: Iterable[ChoiceState]) -> int | None:
    """Number of a farm's next choice in a year, after its choices of that year in the order they were asked.

    None where the year has one: only a choice that was cancelled with its round, before its letter, makes room.
    """
    states = tuple(earlier)
    if states and states[-1] is not ChoiceState.CANCELLED:
        return None
    return len(states) + 1


def asked(choice_round: ChoiceRound, reached: FarmId, *, last: bool) -> Step[ChoiceRound]:
    """A page of farms was written to; after the last page the round only waits for its choices."""
    state = State.RUNNING if last else State.ASKING
    reached_round = replace(choice_round, reached=reached, state=state, revision=choice_round.revision + 1)
    return Step(reached_round, choice_round.opened_at, Act.ROUND_ASKED, deadlines=deadlines(reached_round))


def hear(choice_round: ChoiceRound, item: Submission[Cancel] | News) -> Step[ChoiceRound]:
    """Take what came in: the news that the last choice ended, or that the secretariat cancels the round."""
    if isinstance(item, Submission):
        return _cancel(choice_round, item)
    if not isinstance(item.what, RoundDone):
        same = replace(choice_round, revision=choice_round.revision + 1)
        return Step(same, item.at, Act.REFUSED, dealt=(Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))),))
    done = replace(choice_round, state=State.DONE, revision=choice_round.revision + 1)
    return Step(done, item.at, Act.ROUND_DONE, dealt=(Dealt(item.id),))


def _cancel(choice_round: ChoiceRound, item: Submission[Cancel]) -> Step[ChoiceRound]:
    """Nobody more is written to; whoever was, chooses as the letter says."""
    revision = choice_round.revision + 1
    if not may(item.actor, Action.STEER_ROUND):
        same = replace(choice_round, revision=revision)
        refused = Dealt(item.id, Outcome(Refusal(Rule.NOT_ALLOWED)))
        return Step(same, item.received_at, Act.REFUSED, item.actor, deadlines=deadlines(same), dealt=(refused,))
    cancelled = replace(choice_round, state=State.CANCELLED, revision=revision)
    return Step(cancelled, item.received_at, Act.ROUND_CANCELLED, item.actor, dealt=(Dealt(item.id),))


def deadlines(choice_round: ChoiceRound) -> tuple[Deadline, ...]:
    """A deadline in the past keeps the clock where it is until every farm is asked."""
    asking = choice_round.state is State.ASKING
    return (Deadline(DeadlineKind.ASK, start_of_day(choice_round.letters_on)),) if asking else ()
