"""Which farms something runs for: the condition that lists and exports share."""

from enum import StrEnum

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import col

from records.case import ChoiceRow, MatterRow
from records.farm import Farm
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.counted import of_farm
from scheme.matter import State


class Runs(StrEnum):
    """What may run for a farm, as the list is narrowed to it; LATE: a matter whose last day has passed."""

    ANYTHING = "anything"
    LATE = "late"
    CHOICE = "choice"
    AUDIT = "audit"
    DECISION = "decision"
    PLANNED_AUDIT = "planned-audit"
    CORRECTIVE_ACTION = "corrective-action"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    SUSPENSION = "suspension"


def running(what: Runs) -> ColumnElement[bool]:
    """The condition on Farm."""
    choice = (exists(select(1).where(of_farm(), col(ChoiceRow.closed_at).is_(None)))).correlate(Farm)
    if what is Runs.CHOICE:
        return choice
    if what is Runs.AUDIT:
        return _open(AuditRow)
    if what is Runs.DECISION:
        return _open(CertificationRow)
    if what is Runs.ANYTHING:
        return choice | _matter() | _open(AuditRow) | _open(CertificationRow)
    if what is Runs.LATE:
        return _matter(col(MatterRow.state) == State.LATE)
    return _matter(col(MatterRow.kind) == what)


def _open(row: type[AuditRow | CertificationRow]) -> ColumnElement[bool]:
    of_farm = col(row.farm_id) == col(Farm.farm_id)
    return exists(select(1).where(of_farm, col(row.closed_at).is_(None))).correlate(Farm)


def _matter(*narrowed: ColumnElement[bool]) -> ColumnElement[bool]:
    of_farm = col(MatterRow.farm_id) == col(Farm.farm_id)
    return exists(select(1).where(of_farm, col(MatterRow.closed_at).is_(None), *narrowed)).correlate(Farm)
