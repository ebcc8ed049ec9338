"""A farm's life in the scheme (domain.md §1.4): it takes part, and its days; what it hears: farmer_heard.py."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.certificate_days import Watch, next_day
from scheme.days import add_days, add_months, end_of_day, local_day, start_of_day
from scheme.ids import CaseId, FarmId, farmer_case
from scheme.news import RegisterChanged
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Step

WORKFLOW = "FarmerLifecycle"


class Standing(StrEnum):
    """Whether the farm takes part."""

    ACTIVE = "active"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Farmer:
    """What a farm's workflow keeps. cases: open ones, for display; the rows decide.

    expires_on: last day of the certificate; choice_due: the day from which the farm is brought into the
    year's round if no choice was opened or made for this certificate, None when there is nothing to do.
    watch: what the warnings before the certificate's last day go by; certificate_due: the next day on which there is
    something to tell of it. Both None for a farm of before there were warnings, until its certificate is another one.
    """

    case_id: CaseId
    farm_id: FarmId
    rules: Rules
    practice: bool
    registered_at: datetime
    expires_on: date | None
    choice_due: date | None
    standing: Standing = Standing.ACTIVE
    stopped_on: date | None = None
    cases: tuple[CaseId, ...] = ()
    revision: int = 1
    # What choice_due would be had the farm not stopped; it counts again when the stop is taken back.
    due_before_stop: date | None = None
    watch: Watch | None = None
    certificate_due: date | None = None
    kind: Literal["farmer"] = "farmer"

    @property
    def window_at(self) -> datetime | None:
        """The moment from which the farm brings itself into a round."""
        return None if self.choice_due is None else end_of_day(self.choice_due)

    @property
    def certificate_at(self) -> datetime | None:
        """The moment at which there is something to tell of the certificate's end; never while the farm has stopped."""
        if self.certificate_due is None or self.standing is Standing.STOPPED:
            return None
        return start_of_day(self.certificate_due)

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in."""
        return min((deadline.due for deadline in deadlines(self)), default=None)

    @property
    def certificate_first(self) -> bool:
        """Whether the certificate's day comes before that of its own choice."""
        window, certificate = self.window_at, self.certificate_at
        return certificate is not None and (window is None or certificate < window)


@dataclass(frozen=True)
class OpenChoice:
    """What the farmer's workflow asks for when the certificate comes near and nobody asked for a choice."""

    farm_id: FarmId
    at: datetime


def registered(
    farm: FarmId,
    at: datetime,
    rules: Rules,
    *,
    expires_on: date | None,
    choice_made_on: date | None,
    writes_choice: bool,
    practice: bool,
    watch: Watch | None = None,
) -> Step[Farmer]:
    """The farm as it enters. writes_choice: whether the house itself asks this farm to choose.

    A choice made for this certificate (not before its window began) leaves nothing to ask.
    """
    known = RegisterChanged(expires_on, choice_made_on, writes_choice)
    due = day_of_asking(known, rules, local_day(at))
    farmer = Farmer(farmer_case(farm), farm, rules, practice, at, expires_on, due)
    farmer = replace(farmer, watch=watch, certificate_due=next_day(expires_on, watch, local_day(at)))
    return Step(farmer, at, Act.FARM_REGISTERED, deadlines=deadlines(farmer), day=expires_on)


def next_step(farmer: Farmer, at: datetime) -> OpenChoice | None:
    """What follows by itself now: the choice nobody asked for, nine months before the certificate ends."""
    due = farmer.window_at
    if farmer.standing is Standing.ACTIVE and due is not None and at >= due:
        return OpenChoice(farmer.farm_id, at)
    return None


def window_passed(farmer: Farmer, at: datetime) -> Step[Farmer]:
    """The request of `next_step` was made, with whatever outcome: the day has done its work."""
    passed = replace(farmer, choice_due=None, revision=farmer.revision + 1)
    return Step(passed, at, Act.CHOICE_WINDOW, deadlines=deadlines(passed), day=farmer.choice_due)


def day_of_asking(known: RegisterChanged, rules: Rules, today: date) -> date | None:
    """The day from which the farm asks for a choice by itself; None when there is nothing left to ask."""
    if not known.writes_choice or known.expires_on is None:
        return None
    due = add_months(known.expires_on, -rules.choice_lead_months)
    asked_from = add_months(due, -rules.choice_window_months)
    chosen = known.choice_made_on is not None and known.choice_made_on >= asked_from
    return None if chosen or due < today else due


def deadlines(farmer: Farmer) -> tuple[Deadline, ...]:
    """The day on which the farm brings itself into a round, if it still has to, and the next of its certificate."""
    found = []
    if farmer.window_at is not None:
        found.append(Deadline(DeadlineKind.CHOICE_WINDOW, farmer.window_at))
    if farmer.certificate_at is not None and farmer.expires_on is not None:
        ended = farmer.certificate_due == add_days(farmer.expires_on, 1)
        kind = DeadlineKind.CERTIFICATE_END if ended else DeadlineKind.CERTIFICATE_WARNING
        found.append(Deadline(kind, farmer.certificate_at))
    return tuple(found)
