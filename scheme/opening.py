"""What the secretariat may ask to open for one farm, later than everybody: the farm's workflow makes these requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheme.application import Apply
from scheme.choice_heard import Correction
from scheme.farm_change import AskChange
from scheme.ids import BodyId, CaseId, FarmId, NewsId, PersonId, SubmissionId
from scheme.status_change import AskStatus


@dataclass(frozen=True)
class OpenAgain:
    """A request to open a closed choice of the farm again, in place of it.

    opened_by: the news or submission that asks; the same again is success. bodies: what is offered, () for all that
    are recognised; default_body: what silence gives, None for the rule's own; lost_body: why, if a body was lost.
    """

    farm_id: FarmId
    replaces: CaseId
    at: datetime
    opened_by: NewsId | SubmissionId
    bodies: tuple[BodyId, ...] = ()
    default_body: BodyId | None = None
    lost_body: BodyId | None = None
    kind: Literal["open-again"] = "open-again"


@dataclass(frozen=True)
class RunAgain:
    """The choice that the farm's stop had ended runs again, for the stop is taken back."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId
    kind: Literal["run-again"] = "run-again"


@dataclass(frozen=True)
class OpenCorrected:
    """A choice that had ended stands again, closed, with what should have been keyed."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId
    correction: Correction
    kind: Literal["open-corrected"] = "open-corrected"


@dataclass(frozen=True)
class OpenExtra:
    """A farm joins the round that runs."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId
    kind: Literal["open-extra"] = "open-extra"


@dataclass(frozen=True)
class OpenAudit:
    """The farm's choice has ended with a body: its periodic audit begins."""

    farm_id: FarmId
    choice: CaseId
    at: datetime
    opened_by: NewsId | SubmissionId
    kind: Literal["open-audit"] = "open-audit"


@dataclass(frozen=True)
class OpenCertification:
    """The farm's audit can be decided about: review and decision begin."""

    farm_id: FarmId
    audit: CaseId
    at: datetime
    opened_by: NewsId
    kind: Literal["open-certification"] = "open-certification"


@dataclass(frozen=True)
class OpenStatusChange:
    """The secretariat asks to suspend the farm's certificate, to lift that, or to withdraw it."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId
    asked: AskStatus
    asked_by: PersonId
    kind: Literal["open-status-change"] = "open-status-change"


@dataclass(frozen=True)
class OpenApplied:
    """A farm without a certificate has applied: the choice that it made stands, ended, and its first audit follows."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId | NewsId
    apply: Apply
    kind: Literal["open-applied"] = "open-applied"


@dataclass(frozen=True)
class OpenFarmChange:
    """Something happened to the farm: the register says so, and what becomes of its certificate is decided."""

    farm_id: FarmId
    at: datetime
    opened_by: SubmissionId
    asked: AskChange
    asked_by: PersonId
    kind: Literal["open-farm-change"] = "open-farm-change"


OpenLater = RunAgain | OpenCorrected | OpenExtra | OpenStatusChange | OpenApplied | OpenFarmChange
