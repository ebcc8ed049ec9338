"""Whether the rows of audits, of what they found and of decisions say what their cases say."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.auditing import audit_values, finding_values
from records.case import CaseRow
from records.certifying import certification_values
from records.farm_changed import FarmChangeRow
from records.farm_changing import change_values
from records.periodic_audit import AuditRow, CertificationRow, FindingRow
from records.status_change import StatusChangeRow
from records.status_changing import status_values
from scheme.certification import Certification
from scheme.farm_change import FarmChange
from scheme.inbox import AnyCase
from scheme.periodic_audit import PeriodicAudit
from scheme.status_change import StatusChange


class AuditRows:
    """The rows, by case, read once."""

    def __init__(self) -> None:
        self._rows: dict[str, AuditRow | CertificationRow | StatusChangeRow | FarmChangeRow] = {}
        self._found: dict[str, dict[str, FindingRow]] = {}

    @classmethod
    async def read(cls, session: AsyncSession) -> "AuditRows":
        """All of them."""
        rows = cls()
        for audit in await session.exec(select(AuditRow)):
            rows._rows[audit.case_id] = audit
        for decision in await session.exec(select(CertificationRow)):
            rows._rows[decision.case_id] = decision
        for change in await session.exec(select(StatusChangeRow)):
            rows._rows[change.case_id] = change
        for went_over in await session.exec(select(FarmChangeRow)):
            rows._rows[went_over.case_id] = went_over
        for finding in await session.exec(select(FindingRow).order_by(col(FindingRow.place))):
            rows._found.setdefault(finding.case_id, {})[finding.number] = finding
        return rows

    def agree(self, case: AnyCase, file: CaseRow) -> bool:
        """Whether this case's rows say what it says; of another kind of case there are none."""
        if not isinstance(case, PeriodicAudit | Certification | StatusChange | FarmChange):
            return True
        row = self._rows.get(case.case_id)
        values = _values(case)
        if row is None or not _says(row, values) or file.closed_at != case.closed_at:
            return False
        return not isinstance(case, PeriodicAudit) or self._findings_agree(case)

    def _findings_agree(self, audit: PeriodicAudit) -> bool:
        rows = self._found.get(audit.case_id, {})
        if list(rows) != [finding.number for finding in audit.findings]:
            return False
        return all(
            _says(rows[finding.number], finding_values(finding, place))
            for place, finding in enumerate(audit.findings, start=1)
        )


def _values(case: PeriodicAudit | Certification | StatusChange | FarmChange) -> Mapping[str, Any]:
    match case:
        case PeriodicAudit():
            return audit_values(case)
        case Certification():
            return certification_values(case)
        case StatusChange():
            return status_values(case)
        case FarmChange():
            return change_values(case)


def _says(row: SQLModel, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())
