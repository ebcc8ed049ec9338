"""Which farms something runs for: the condition that lists and exports share."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, or_, select
from sqlmodel import col

from records.case import ChoiceRow, MatterRow
from records.farm import Farm
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.counted import of_farm
from records.status_change import StatusChangeRow
from scheme.matter import State


class Runs(StrEnum):
    """What may run for a farm, as the list is narrowed to it; LATE: a matter whose last day has passed."""

    ANYTHING = "anything"
    LATE = "late"
    CHOICE = "choice"
    AUDIT = "audit"
    DECISION = "decision"
    # Of a certificate's suspension, lifting or withdrawal, as it is asked or decided in this house.
    STATUS_CHANGE = "status-change"
    PLANNED_AUDIT = "planned-audit"
    CORRECTIVE_ACTION = "corrective-action"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    SUSPENSION = "suspension"


def running(what: Runs) -> ColumnElement[bool]:
    """The condition on Farm."""
    if what is Runs.ANYTHING:
        return or_(*(_of(one) for one in _CASES), _matter())
    if what is Runs.LATE:
        return _matter(col(MatterRow.state) == State.LATE)
    return _of(what) if what in _CASES else _matter(col(MatterRow.kind) == what)


def _of(what: Runs) -> ColumnElement[bool]:
    if what is Runs.CHOICE:
        return exists(select(1).where(of_farm(), col(ChoiceRow.closed_at).is_(None))).correlate(Farm)
    return _open(_ROWS[what])


_ROWS: Mapping[Runs, type[AuditRow | CertificationRow | StatusChangeRow]] = {
    Runs.AUDIT: AuditRow,
    Runs.DECISION: CertificationRow,
    Runs.STATUS_CHANGE: StatusChangeRow,
}
_CASES = (Runs.CHOICE, *_ROWS)


def _open(row: type[AuditRow | CertificationRow | StatusChangeRow]) -> ColumnElement[bool]:
    of_farm = col(row.farm_id) == col(Farm.farm_id)
    return exists(select(1).where(of_farm, col(row.closed_at).is_(None))).correlate(Farm)


def _matter(*narrowed: ColumnElement[bool]) -> ColumnElement[bool]:
    of_farm = col(MatterRow.farm_id) == col(Farm.farm_id)
    return exists(select(1).where(of_farm, col(MatterRow.closed_at).is_(None), *narrowed)).correlate(Farm)
