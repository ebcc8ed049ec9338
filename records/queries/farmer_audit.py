"""An audit as its farmer sees it, behind the link or the code of a letter."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, true
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records import clock
from records.case import CaseRow
from records.certificate import CertificateRow
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.audit import AuditFile, audit_of
from records.queries.certificate import signed_pdf
from scheme import certification
from scheme.ids import CaseId, FarmId, year_of
from scheme.language import Language
from scheme.periodic_audit import State, Visit


@dataclass(frozen=True)
class Coded:
    """The audit that a code opens: the year's latest that was not cancelled, else the latest."""

    case_id: CaseId
    farm_id: FarmId
    year: int
    code_version: int


@dataclass(frozen=True)
class Decision:
    """What was decided about the certificate. made: the signed document can be had."""

    granted: bool
    number: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    made: bool = False


@dataclass(frozen=True)
class FarmerAudit:
    """The audit whole. decision: None while none was made; coming: a visit that is still to come."""

    file: AuditFile
    decision: Decision | None
    coming: Visit | None

    @property
    def language(self) -> Language:
        """The farm's."""
        return self.file.farm_language


async def coded_audits(session: AsyncSession, farm_id: str, year: int | None = None) -> tuple[Coded, ...]:
    """The farm's audits that codes open, one a year, the latest first; of that year alone if one is given."""
    query = select(AuditRow).where(col(AuditRow.farm_id) == farm_id)
    if year is not None:
        query = query.where(col(AuditRow.case_id).startswith(f"periodic-audit:{year}:"))
    cancelled = col(AuditRow.state) == State.CANCELLED.value
    rows = await session.execute(query.order_by(cancelled, col(AuditRow.opened_at).desc()))
    found: dict[int, Coded] = {}
    for row in rows.scalars():
        opened_in = year_of(CaseId(row.case_id))
        found.setdefault(opened_in, Coded(CaseId(row.case_id), FarmId(row.farm_id), opened_in, row.code_version))
    return tuple(found[one] for one in sorted(found, reverse=True))


async def farmer_audit(session: AsyncSession, case_id: str) -> FarmerAudit | None:
    """The audit with what became of it; the caller has seen the code.

    Where a stop had ended it that was taken back, it is the case that goes on.
    """
    goes_on = select(col(CaseRow.case_id)).where(
        col(CaseRow.kind) == "periodic-audit", col(CaseRow.state)["continues"].contains([case_id])
    )
    latest = (await session.execute(goes_on.order_by(col(CaseRow.opened_at).desc()).limit(1))).scalar()
    file = await audit_of(session, true(), latest or case_id)
    if file is None:
        return None
    coming = file.audit.coming(await clock.now(session))
    return FarmerAudit(file, await _decision(session, file.certification), coming)


async def _decision(session: AsyncSession, case_id: CaseId | None) -> Decision | None:
    row = None if case_id is None else await session.get(CertificationRow, case_id)
    if row is None or row.state not in {certification.State.ISSUED, certification.State.REFUSED}:
        return None
    issued = select(CertificateRow).where(col(CertificateRow.issued_by) == case_id)
    certificate = (await session.execute(issued)).scalar_one_or_none()
    if certificate is None:
        return Decision(granted=False)
    document = await signed_pdf(session, certificate.number)
    made = document is not None and document.signed is not None
    return Decision(
        granted=True,
        number=certificate.number,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        made=made,
    )
