"""Documents that have yet to be made: claimed, made and noted once, or put off with what stands in the way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import CertificateRow, CertificateVersion
from records.clock import now
from records.trailing import Fact, append
from scheme.certificate import Trouble
from scheme.people import THE_HOUSE
from scheme.step import Act

FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
_MOST_DOUBLINGS = 8
# The lease of whoever makes one: killed meanwhile, another takes it up after that.
_CLAIM = text("""
WITH due AS (
    SELECT number, version FROM certificate_version WHERE signed IS NULL AND next_attempt_at <= clock_timestamp()
    ORDER BY next_attempt_at, number, version LIMIT :size FOR UPDATE SKIP LOCKED)
UPDATE certificate_version v SET attempts = attempts + 1, next_attempt_at = clock_timestamp() + interval '5 minutes'
FROM due WHERE v.number = due.number AND v.version = due.version RETURNING v.number, v.version
""")
_NEXT_DUE = text("SELECT min(next_attempt_at) FROM certificate_version WHERE signed IS NULL")


@dataclass(frozen=True)
class ToMake:
    """A version with the certificate it belongs to."""

    row: CertificateVersion
    certificate: CertificateRow


async def claim_documents(session: AsyncSession, size: int) -> list[ToMake]:
    """Versions that are due, for this caller alone for five minutes."""
    claimed = [(row.number, row.version) for row in await session.execute(_CLAIM, {"size": size})]
    found = []
    for number, version in sorted(claimed):
        query = select(CertificateVersion, CertificateRow).join(
            CertificateRow, col(CertificateRow.number) == col(CertificateVersion.number)
        )
        mine = query.where(col(CertificateVersion.number) == number, col(CertificateVersion.version) == version)
        row, certificate = (await session.execute(mine)).one()
        found.append(ToMake(row, certificate))
    return found


async def next_document(session: AsyncSession) -> datetime | None:
    """Real time at which the earliest is tried; None when all are made."""
    due: datetime | None = (await session.execute(_NEXT_DUE)).scalar_one()
    return due


async def note_made(session: AsyncSession, made: ToMake, *, unsigned: str, signed: bytes, sha256: str) -> None:
    """The document is there; what another made meanwhile stays. unsigned, sha256: hashes before and after signing."""
    at, row = await now(session), made.row
    values = {
        "signed": signed, "signed_sha256": sha256, "unsigned_sha256": unsigned, "made_at": at, "trouble": None,
        "next_attempt_at": None,
    }  # fmt: skip
    noted = update(CertificateVersion).where(*_unmade(row)).values(values).returning(col(CertificateVersion.number))
    if (await session.execute(noted)).first() is not None:
        facts: dict[str, Fact] = {"certificate": row.number, "version": row.version, "sha256": sha256}
        await append(
            session, key=f"certificate:{row.number}:{row.version}", chain=made.certificate.farm_id,
            act=Act.CERTIFICATE_SIGNED, actor=THE_HOUSE, at=at, facts=facts,
        )  # fmt: skip


async def note_trouble(session: AsyncSession, made: ToMake, why: Trouble) -> None:
    """It could not be made: tried again, at growing distance, until somebody has put it right."""
    wait = min(FIRST_RETRY * 2 ** min(made.row.attempts - 1, _MOST_DOUBLINGS), LONGEST_RETRY)
    due = text("clock_timestamp() + make_interval(secs => :wait)").bindparams(wait=wait.total_seconds())
    values = {"trouble": why.value, "next_attempt_at": due}
    await session.execute(update(CertificateVersion).where(*_unmade(made.row)).values(values))


def _unmade(row: CertificateVersion) -> tuple[ColumnElement[bool], ...]:
    return (
        col(CertificateVersion.number) == row.number,
        col(CertificateVersion.version) == row.version,
        col(CertificateVersion.signed).is_(None),
    )
