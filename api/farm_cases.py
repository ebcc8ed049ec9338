"""A farm's cases, apart: those that run, and those that have ended."""

from dataclasses import dataclass

from records.queries.audit_list import AuditLine
from records.queries.certification import CertificationLine
from records.queries.farm_changed import FarmChangeLine
from records.queries.matter import MatterFile
from records.queries.status_change import StatusChangeLine
from scheme import certification, farm_change, periodic_audit, status_change

# A suspension runs until it is lifted, or the certificate withdrawn or at its end.
STATUS_RUNS = status_change.UNDECIDED | {status_change.State.SUSPENDED}


@dataclass(frozen=True)
class Cases:
    """Those of one farm, each as its list has them."""

    audits: tuple[AuditLine, ...]
    decisions: tuple[CertificationLine, ...]
    farm_changes: tuple[FarmChangeLine, ...]
    status_changes: tuple[StatusChangeLine, ...]
    matters: tuple[MatterFile, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        lists = (self.audits, self.decisions, self.farm_changes, self.status_changes, self.matters)
        return sum(map(len, lists))

    def that(self, *, run: bool) -> "Cases":
        """Those of them that run, or those that have ended."""
        return Cases(
            tuple(one for one in self.audits if (one.state in periodic_audit.OPEN) is run),
            tuple(one for one in self.decisions if (one.state in certification.OPEN) is run),
            tuple(one for one in self.farm_changes if (one.state in farm_change.UNDECIDED) is run),
            tuple(one for one in self.status_changes if (one.state in STATUS_RUNS) is run),
            tuple(one for one in self.matters if one.open is run),
        )
