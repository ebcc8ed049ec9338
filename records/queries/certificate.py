"""Certificates as pages show them: of a farm, by number, each as it stands on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import UNNUMBERED, CertificateRow, CertificateTurn, CertificateVersion, printed
from records.farm import Farm
from scheme.certificate import IN_USE, PRINTED, History, Reason, Standing, Status, Trouble, Turn, Why, standing_on
from scheme.lastenboek.validity import longest_before


@dataclass(frozen=True)
class VersionLine:
    """A version of the document. made: whether its PDF is there; trouble: why it is not yet."""

    version: int
    from_day: date
    why: Why
    made: bool
    signed_sha256: str | None
    trouble: Trouble | None


@dataclass(frozen=True)
class TurnLine:
    """A turn of the status, with the case that decided it."""

    from_day: date
    status: Status
    reason: Reason | None
    case_id: str | None
    valid_until: date | None
    valid_until_before: date | None
    decided_at: datetime


@dataclass(frozen=True)
class CertificateLine:
    """A certificate and where it stands on the day that was asked for.

    number: None where the register had none. outdated: columns of the register that say otherwise by now than the
    newest version does, while the certificate may still be used. kept: whether it is a row of its own; otherwise it
    is what the register says of one issued before the house began.
    """

    number: str | None
    farm_id: str
    edition: str | None
    valid_from: date
    issued_until: date
    issued_by: str | None
    decided_on: date | None
    standing: Standing
    versions: tuple[VersionLine, ...]
    turns: tuple[TurnLine, ...]
    kept: bool = True
    outdated: tuple[str, ...] = ()

    @property
    def other_holder(self) -> bool:
        """Whether a decision maker has to write the next version."""
        return any(PRINTED[column] is Why.HOLDER for column in self.outdated)

    @property
    def document(self) -> VersionLine | None:
        """The newest version; None for one that this house has no document of."""
        return self.versions[-1] if self.versions else None


async def certificates_of(session: AsyncSession, farm: Farm, day: date) -> tuple[CertificateLine, ...]:
    """The farm's certificates as they stand on that day, the newest first; what only the register knows is one too."""
    rows = select(CertificateRow).where(col(CertificateRow.farm_id) == farm.farm_id)
    newest = rows.order_by(col(CertificateRow.valid_from).desc(), col(CertificateRow.number).desc())
    found = await _lines(session, list((await session.execute(newest)).scalars()), {farm.farm_id: farm}, day)
    told = _told(farm, day)
    if told is None or any(line.number == told.number for line in found):
        return found
    return tuple(sorted((*found, told), key=lambda line: line.valid_from, reverse=True))


def begins_of(farm: Farm, lines: Sequence[CertificateLine]) -> tuple[date, ...]:
    """First days of the farm's certificates; where the register does not say it, the longest term is reckoned back."""
    begins = tuple(line.valid_from for line in lines)
    if farm.expires_on is None or farm.certificate_from is not None:
        return begins
    return (*begins, longest_before(farm.expires_on))


async def certificate_of_number(
    session: AsyncSession, seen: ColumnElement[bool], number: str, day: date
) -> tuple[CertificateLine, Farm] | None:
    """The certificate of this number with its farm; None where there is none, or none that the visitor may see."""
    query = select(CertificateRow, Farm).join(Farm, col(Farm.farm_id) == col(CertificateRow.farm_id))
    if number.startswith(UNNUMBERED):
        return None
    found = (await session.execute(query.where(col(CertificateRow.number) == number, seen))).one_or_none()
    if found is not None:
        row, farm = found
        return (await _lines(session, [row], {farm.farm_id: farm}, day))[0], farm
    known = select(Farm).where(col(Farm.certificate_number) == number, seen).limit(1)
    named = (await session.execute(known)).scalar_one_or_none()
    told = None if named is None else _told(named, day)
    return None if named is None or told is None else (told, named)


async def history_of(session: AsyncSession, number: str) -> History:
    """The certificate's days and all its turns. Raises sqlalchemy.exc.NoResultFound for an unknown number."""
    query = select(CertificateRow, Farm).join(Farm, col(Farm.farm_id) == col(CertificateRow.farm_id))
    row, farm = (await session.execute(query.where(col(CertificateRow.number) == number))).one()
    return _history(row, farm, (await _turns(session, [number]))[number])


async def signed_pdf(session: AsyncSession, number: str, version: int | None = None) -> CertificateVersion | None:
    """A version of the document, the newest unless told; None where there is none."""
    rows = select(CertificateVersion).where(col(CertificateVersion.number) == number)
    if version is not None:
        rows = rows.where(col(CertificateVersion.version) == version)
    newest = rows.order_by(col(CertificateVersion.version).desc()).limit(1)
    return (await session.execute(newest)).scalar_one_or_none()


async def _lines(
    session: AsyncSession, rows: Sequence[CertificateRow], farms: dict[str, Farm], day: date
) -> tuple[CertificateLine, ...]:
    numbers = [row.number for row in rows]
    versions, turns = await _versions(session, numbers), await _turns(session, numbers)
    words = await _words(session, numbers)
    found = []
    for row in rows:
        farm = farms[row.farm_id]
        standing = standing_on(_history(row, farm, turns[row.number]), day)
        now_printed, used = printed(farm.model_dump()), standing.status in IN_USE and row.number in words
        outdated = [name for name in PRINTED if words[row.number].get(name) != now_printed[name]] if used else []
        number = None if row.number.startswith(UNNUMBERED) else row.number
        found.append(
            CertificateLine(
                number, row.farm_id, row.edition, row.valid_from, row.valid_until, row.issued_by, row.decided_on,
                standing, versions[row.number], turns[row.number], outdated=tuple(outdated),
            )
        )  # fmt: skip
    return tuple(found)


async def _words(session: AsyncSession, numbers: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What the newest version of each says."""
    number, version, words = map(col, (CertificateVersion.number, CertificateVersion.version, CertificateVersion.words))
    query = select(number, words).where(number.in_(numbers)).order_by(version)
    return {row[0]: row[1] for row in await session.execute(query)}


async def _versions(session: AsyncSession, numbers: Sequence[str]) -> dict[str, tuple[VersionLine, ...]]:
    """Without their bytes."""
    columns = (
        CertificateVersion.number, CertificateVersion.version, CertificateVersion.from_day, CertificateVersion.why,
        CertificateVersion.signed_sha256, CertificateVersion.trouble,
    )  # fmt: skip
    query = select(*map(col, columns)).where(col(CertificateVersion.number).in_(numbers))
    found: dict[str, tuple[VersionLine, ...]] = dict.fromkeys(numbers, ())
    for row in await session.execute(query.order_by(col(CertificateVersion.version))):
        made, trouble = row.signed_sha256 is not None, None if row.trouble is None else Trouble(row.trouble)
        line = VersionLine(row.version, row.from_day, Why(row.why), made, row.signed_sha256, trouble)
        found[row.number] += (line,)
    return found


async def _turns(session: AsyncSession, numbers: Sequence[str]) -> dict[str, tuple[TurnLine, ...]]:
    """In the order in which they were decided."""
    query = select(CertificateTurn).where(col(CertificateTurn.number).in_(numbers))
    found: dict[str, tuple[TurnLine, ...]] = dict.fromkeys(numbers, ())
    for row in (await session.execute(query.order_by(col(CertificateTurn.place)))).scalars():
        reason = None if row.reason is None else Reason(row.reason)
        found[row.number] += (
            TurnLine(
                row.from_day, Status(row.status), reason, row.case_id, row.valid_until, row.valid_until_before,
                row.decided_at,
            ),
        )  # fmt: skip
    return found


def _history(row: CertificateRow, farm: Farm, turns: Sequence[TurnLine]) -> History:
    decided = tuple(Turn(turn.from_day, turn.status, turn.valid_until) for turn in turns)
    return History(row.valid_from, row.valid_until, decided, farm.stopped_on)


def _told(farm: Farm, day: date) -> CertificateLine | None:
    """What the register says of a certificate that was issued before the house began; its first day may be unknown."""
    if farm.expires_on is None:
        return None
    begins = farm.certificate_from or min(farm.expires_on, farm.registered_at.date())
    history = History(begins, farm.expires_on, stopped_on=farm.stopped_on)
    return CertificateLine(
        farm.certificate_number, farm.farm_id, None, begins, farm.expires_on, None, None, standing_on(history, day),
        (), (), kept=False,
    )  # fmt: skip
