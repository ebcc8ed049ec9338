"""A body that may not be chosen any more, and the choices this concerns (domain.md §2, §12.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scheme.choice import OPEN, State
from scheme.choice_round import Body, recognised, spread
from scheme.days import add_months
from scheme.ids import BodyId, CaseId, FarmId
from scheme.news import BodyLost
from scheme.rules import Rules


@dataclass(frozen=True)
class Chosen:
    """A farm's latest choice, as the loss of a body looks at it.

    body: chosen, assigned or answered so far; closed_on: None while it is open; previous_body: of the last audit.
    """

    case_id: CaseId
    farm_id: FarmId
    state: State
    bodies: tuple[BodyId, ...]
    body: BodyId | None
    default_body: BodyId
    previous_body: BodyId | None
    closed_on: date | None
    expires_on: date | None
    last_audit_on: date | None

    @property
    def given(self) -> BodyId:
        """Who does the audit as things stand: the body answered for or assigned, else what silence gives."""
        return self.default_body if self.body is None else self.body


@dataclass(frozen=True)
class Loss:
    """What the loss of a body brings.

    withdrawn: open choices that offer it and go on without it; asked_again: open ones whose farmer is written to
    again; reopened: closed ones that open again. left: the bodies that may still be chosen; none: nobody is left.
    """

    body: BodyId
    left: tuple[BodyId, ...]
    withdrawn: tuple[Chosen, ...] = ()
    asked_again: tuple[Chosen, ...] = ()
    reopened: tuple[Chosen, ...] = ()

    @property
    def concerned(self) -> tuple[Chosen, ...]:
        """All of them, in order of farm number."""
        return tuple(sorted((*self.withdrawn, *self.asked_again, *self.reopened), key=lambda one: one.farm_id))


def last_day(before: Body, after: Body, today: date) -> date | None:
    """The last day on which the body may do audits, where a change takes days or scope away; else None."""
    if not before.accredited:
        return None
    if not after.accredited:
        return today - timedelta(days=1)
    return after.recognised_until if after.recognised_until < before.recognised_until else None


def loss(
    body: BodyId, until: date, bodies: Iterable[Body], choices: Iterable[Chosen], today: date, rules: Rules
) -> Loss:
    """The choices that the loss concerns: bodies as they are after the change, until: the last day that counts."""
    left = tuple(one for one in recognised(bodies, max(today, until + timedelta(days=1))) if one != body)
    mine = [one for one in choices if concerns(one, body, until, rules)]
    still_open = [one for one in mine if one.state in OPEN]
    return Loss(
        body,
        left,
        withdrawn=tuple(one for one in still_open if one.given != body and set(one.bodies) - {body}),
        asked_again=tuple(one for one in still_open if one.given == body or not set(one.bodies) - {body}),
        reopened=tuple(one for one in mine if one.state not in OPEN),
    )


def concerns(chosen: Chosen, body: BodyId, until: date, rules: Rules) -> bool:
    """Whether the farm can no longer have its next audit done by this body.

    Not where the certificate ends while the body is still recognised: its audit comes before that. A closed choice
    only where the body was chosen or assigned for this certificate, and no audit has taken place since.
    """
    if chosen.expires_on is not None and chosen.expires_on <= until:
        return False
    if chosen.state in OPEN:
        return body in chosen.bodies
    if chosen.state in {State.STOPPED, State.CANCELLED} or chosen.body != body or chosen.closed_on is None:
        return False
    audited = chosen.last_audit_on is not None and chosen.last_audit_on >= chosen.closed_on
    return not audited and chosen.closed_on >= _asked_from(chosen, rules)


def news(lost: Loss) -> tuple[tuple[Chosen, BodyLost], ...]:
    """What each choice concerned is told; empty where nobody is left to choose from.

    What silence gives is the last audit's body where it is left, else the farms share the bodies evenly by rank.
    """
    if not lost.left:
        return ()
    concerned = lost.concerned
    defaults = spread([one.previous_body for one in concerned], lost.left)
    return tuple(
        (one, BodyLost(lost.body, one.case_id, lost.left, default))
        for one, default in zip(concerned, defaults, strict=True)
    )


def _asked_from(chosen: Chosen, rules: Rules) -> date:
    """The first day on which a choice for the present certificate can have been made."""
    if chosen.expires_on is None:
        return date.min
    return add_months(chosen.expires_on, -rules.choice_lead_months - rules.choice_window_months)
