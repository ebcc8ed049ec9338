"""All that can lie in a workflow's inbox, all that can be a case, and how they are told apart."""

from dataclasses import dataclass
from datetime import datetime

from scheme import (
    calendar,
    certification,
    choice,
    choice_round,
    farm_change,
    farmer,
    matter,
    periodic_audit,
    status_change,
)
from scheme.application import Apply
from scheme.audit_facts import Plan, Proof, Report, TakeReportBack, Verdict
from scheme.calendar import SchemeCalendar
from scheme.certification import Certification, Decide, Review
from scheme.choice import Choice
from scheme.choice_heard import Answer, Correction
from scheme.choice_round import Cancel, ChoiceRound, Start
from scheme.correction import TakeBack
from scheme.errors import Refusal
from scheme.extra_farm import Join
from scheme.farm_change import AskChange, DecideChange, FarmChange, ReviewChange
from scheme.farmer import Farmer
from scheme.ids import CaseId, FarmId, NewsId, SubmissionId
from scheme.matter import Close, Matter
from scheme.news import News
from scheme.opening import OpenAgain, OpenAudit, OpenCertification, OpenLater
from scheme.periodic_audit import PeriodicAudit
from scheme.status_change import AskStatus, DecideStatus, ReviewStatus, StatusChange
from scheme.step import Outcome, Step, Submission
from scheme.stopping import Stop

OfAudit = Plan | Report | TakeReportBack | Proof | Verdict
OfCertification = Review | Decide
OfStatus = AskStatus | ReviewStatus | DecideStatus
OfChange = AskChange | ReviewChange | DecideChange
OfFarmer = Stop | TakeBack | Join | Apply
Facts = Answer | Correction | OfFarmer | Start | Cancel | Close | OfAudit | OfCertification | OfStatus | OfChange
# Cases of a farm that begin and end, beside the farm's own.
OfFarm = Choice | Matter | PeriodicAudit | Certification | StatusChange | FarmChange
AnyCase = OfFarm | ChoiceRound | Farmer | SchemeCalendar
AnyStep = Step[AnyCase]
AnySubmission = Submission[Facts]
Item = AnySubmission | News

# Registered workflow name of each kind of case: activities start workflows by name and may not import them.
WORKFLOWS: dict[str, str] = {
    "calendar": calendar.WORKFLOW,
    "choice": choice.WORKFLOW,
    "choice-round": choice_round.WORKFLOW,
    "farmer": farmer.WORKFLOW,
    "matter": matter.WORKFLOW,
    "periodic-audit": periodic_audit.WORKFLOW,
    "certification": certification.WORKFLOW,
    "status-change": status_change.WORKFLOW,
    "farm-change": farm_change.WORKFLOW,
}


# What may be handed in to each kind of case.
TAKES: dict[str, tuple[type[Facts], ...]] = {
    "calendar": (Start,),
    "choice": (Answer, Correction),
    "choice-round": (Cancel,),
    "farmer": (Stop, TakeBack, Correction, Join, AskStatus, Apply, AskChange),
    "matter": (Close,),
    "periodic-audit": (Plan, Report, TakeReportBack, Proof, Verdict),
    "certification": (Review, Decide),
    "status-change": (ReviewStatus, DecideStatus),
    "farm-change": (ReviewChange, DecideChange),
}


@dataclass(frozen=True)
class Known:
    """An item already dealt with, and what became of it."""

    item: SubmissionId | NewsId
    outcome: Outcome


@dataclass(frozen=True)
class Carried:
    """What a long-lived workflow takes along when it continues as new: unread items, known ids, its time.

    at_hand: its steps are written as part of its own task; a case that began without goes on without.
    """

    unread: tuple[Item, ...] = ()
    known: tuple[Known, ...] = ()
    heard_until: datetime | None = None
    at_hand: bool | None = None


@dataclass(frozen=True)
class Look:
    """Ask, under the case's row lock, for unsettled submissions received before `due`, a moment already past."""

    case_id: CaseId
    due: datetime


@dataclass(frozen=True)
class OpenRound:
    """Open the round of `year` on the day of `at`."""

    year: int
    at: datetime
    opened_by: SubmissionId


@dataclass(frozen=True)
class OpenPage:
    """Open the choices of the next `size` farms of a round after `after`, in order of farm id."""

    round_id: CaseId
    after: FarmId | None
    size: int
    at: datetime


@dataclass(frozen=True)
class OpenOne:
    """Bring one farm into its year's round, as its own workflow asks."""

    farm_id: FarmId
    at: datetime
    opened_by: CaseId | SubmissionId


OpenRequest = OpenRound | OpenPage | OpenOne | OpenAgain | OpenLater | OpenAudit | OpenCertification


@dataclass(frozen=True)
class Opened:
    """What `open_case` did. reached: the last farm of the page; last: nothing is left after it.

    refused: the rule that refused a single request; refusals inside a page are counted in the rows.
    case_id: the choice that was opened for one farm.
    """

    reached: FarmId | None = None
    last: bool = True
    refused: Refusal | None = None
    case_id: CaseId | None = None
