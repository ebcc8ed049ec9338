"""What the secretariat may ask to open for one farm, later than everybody: the farm's workflow makes these requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheme.choice import Correction
from scheme.ids import FarmId, SubmissionId


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


OpenLater = RunAgain | OpenCorrected | OpenExtra
