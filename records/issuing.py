"""Certificates are issued, suspended, extended, withdrawn: inside the transaction that records the decision.

Each function may be called again for the same case and changes nothing then. The document itself is made afterwards,
by the post (docs/decisions/0025).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import (
    UNNUMBERED,
    CertificateRow,
    CertificateTurn,
    CertificateVersion,
    printed,
    unnumbered,
)
from records.farm import Farm
from records.following import tell_farmer
from records.queries.before_change import printed_before
from records.queries.certificate import history_of
from records.telling import tell
from scheme.certificate import (
    DECIDED,
    Reason,
    Status,
    Why,
    certificate_number,
    place_in_year,
    standing_on,
)
from scheme.days import local_day
from scheme.edition import Edition
from scheme.ids import POST, CaseId, CertificateNumber, EditionCode, FarmId, PersonId, farmer_case
from scheme.lastenboek.validity import Validity
from scheme.news import CertificateWithdrawn, LettersWait

# One at a time takes the year's next number; the first key says that it is about certificates.
_LOCK = text("SELECT pg_advisory_xact_lock(:about, :year)")
_ABOUT = 0x1C3A7
_AT_ONCE = text("clock_timestamp()")


async def issue(
    session: AsyncSession,
    *,
    farm_id: FarmId,
    case_id: CaseId,
    validity: Validity,
    edition: EditionCode | Edition,
    decided_by: PersonId,
    at: datetime,
) -> CertificateNumber:
    """Issue the case's certificate, and return its number; the same case again gives the same certificate.

    The register names the new one from now on, and the farm's workflow hears of it. The one before stays valid until
    its last day; where the new one begins earlier, it is replaced on that day.
    """
    farm = await locked(session, col(Farm.farm_id) == farm_id)
    issued = select(col(CertificateRow.number)).where(col(CertificateRow.issued_by) == case_id)
    if known := (await session.execute(issued)).scalar_one_or_none():
        return CertificateNumber(known)
    await keep_told(session, farm)
    number = await _next_number(session, local_day(at).year)
    row = CertificateRow(
        number=number, farm_id=farm_id, edition=str(edition), valid_from=validity.valid_from,
        valid_until=validity.valid_until, issued_by=case_id, decided_by=decided_by, decided_on=local_day(at),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await _replace_earlier(session, row, case_id, at)
    # Of a takeover or a move that is not decided about, nothing is certified.
    words = {**printed(farm.model_dump()), **await printed_before(session, farm_id)}
    await write_version(session, number, 1, Why.ISSUED, farm, words, row.valid_from, at)
    await _tell_register(session, farm, row, at)
    return number


async def set_status(
    session: AsyncSession,
    number: CertificateNumber,
    status: Status,
    *,
    on: date,
    case_id: CaseId,
    at: datetime,
    reason: Reason | None = None,
    valid_until: date | None = None,
) -> None:
    """Decide what the certificate is from the day `on` on; valid_until moves its last day, and the old one is kept.

    The last turn once more, by the same case, changes nothing. Moving the last day of the farm's own certificate
    moves it in the register too. Raises ValueError for a status that only days can make.
    """
    _check(status)
    farm = await locked(session, of_number(number))
    last = select(CertificateTurn).where(col(CertificateTurn.number) == number)
    before = (await session.execute(last.order_by(col(CertificateTurn.place).desc()).limit(1))).scalar_one_or_none()
    said = (on, status.value, case_id, valid_until)
    if before is not None and (before.from_day, before.status, before.case_id, before.valid_until) == said:
        return
    until = standing_on(await history_of(session, number), on).valid_until
    turn = CertificateTurn(
        number=number, place=1 if before is None else before.place + 1, from_day=on, status=status.value,
        reason=None if reason is None else reason.value, case_id=case_id, valid_until=valid_until,
        valid_until_before=None if valid_until is None else until, decided_at=at,
    )  # fmt: skip
    session.add(turn)
    await session.flush()
    if valid_until is not None:
        await _move_last_day(session, farm, turn, at)
    if status is Status.WITHDRAWN and names(farm, number, until):
        farmer, word = farmer_case(FarmId(farm.farm_id)), f"certificate-{number.lower()}-withdrawn"
        await tell(session, farmer, farmer, word, at, CertificateWithdrawn(on))


async def locked(session: AsyncSession, which: ColumnElement[bool]) -> Farm:
    """The farm's row, locked until the transaction ends: what is decided about its certificates takes turns."""
    query = select(Farm).where(which).with_for_update(key_share=True).execution_options(populate_existing=True)
    farm: Farm = (await session.execute(query)).scalar_one()
    return farm


def of_number(number: CertificateNumber) -> ColumnElement[bool]:
    """The condition on farms: the one of this certificate."""
    return (
        col(Farm.farm_id)
        == select(col(CertificateRow.farm_id)).where(col(CertificateRow.number) == number).scalar_subquery()
    )


async def _next_number(session: AsyncSession, year: int) -> CertificateNumber:
    await session.execute(_LOCK, {"about": _ABOUT, "year": year})
    ours = col(CertificateRow.number).regexp_match(f"^IKM-{year:04}-[0-9]{{6}}$")
    last = (await session.execute(select(func.max(CertificateRow.number)).where(ours))).scalar_one()
    place = 1 if last is None else place_in_year(last) + 1
    # A register that was brought along may have used the same manner of counting.
    while (await session.execute(_known(certificate_number(year, place)))).first() is not None:
        place += 1
    return certificate_number(year, place)


def _known(number: CertificateNumber) -> Any:  # a Select of one column has no shorter type
    return select(col(Farm.farm_id)).where(col(Farm.certificate_number) == number).limit(1)


async def keep_told(session: AsyncSession, farm: Farm) -> None:
    """The certificate that the register named becomes a row before the register names another one."""
    if farm.expires_on is None:
        return
    number = farm.certificate_number or unnumbered(farm.farm_id, farm.expires_on)
    known = farm.certificate_number is None and await _last_day_of_unnumbered(session, farm.farm_id) == farm.expires_on
    if not known and await session.get(CertificateRow, number) is None:
        session.add(told_row(farm, farm.expires_on))
        await session.flush()


def told_row(farm: Farm, last_day: date) -> CertificateRow:
    """The row of the certificate of before the house began, as the register names it with its last day."""
    return CertificateRow(
        number=farm.certificate_number or unnumbered(farm.farm_id, last_day), farm_id=farm.farm_id,
        edition=farm.last_audit_edition, valid_until=last_day,
        valid_from=farm.certificate_from or min(last_day, local_day(farm.registered_at)),
    )  # fmt: skip


def names(farm: Farm, number: str, last_day: date | None) -> bool:
    """Whether the register means this certificate; without a number it is the one that ends on the register's day."""
    alone = farm.certificate_number is None and farm.expires_on == last_day
    return number == farm.certificate_number or (alone and number.startswith(UNNUMBERED))


async def _last_day_of_unnumbered(session: AsyncSession, farm_id: str) -> date | None:
    """The last day by now of the farm's newest certificate without a number that became a row; None without one."""
    number = col(CertificateRow.number)
    of_farm = number.startswith(f"{UNNUMBERED}{farm_id}:")
    newest = select(number).where(of_farm).order_by(number.desc()).limit(1)
    key = (await session.execute(newest)).scalar_one_or_none()
    if key is None:
        return None
    history = await history_of(session, key)
    moved = [turn.valid_until for turn in history.turns if turn.valid_until is not None]
    return moved[-1] if moved else history.valid_until


async def _replace_earlier(session: AsyncSession, row: CertificateRow, case_id: CaseId, at: datetime) -> None:
    """The farm has one certificate a day: an earlier one ends when this one begins."""
    query = select(col(CertificateRow.number)).where(
        col(CertificateRow.farm_id) == row.farm_id, col(CertificateRow.number) != row.number
    )
    for number in (await session.execute(query.order_by(col(CertificateRow.number)))).scalars().all():
        then = standing_on(await history_of(session, number), row.valid_from)
        if then.status in {Status.VALID, Status.SUSPENDED, Status.NOT_BEGUN}:
            await set_status(
                session, CertificateNumber(number), Status.REPLACED, on=row.valid_from, case_id=case_id, at=at,
                reason=Reason.NEW_CERTIFICATE,
            )  # fmt: skip


async def write_version(  # the columns of a version
    session: AsyncSession, number: CertificateNumber, version: int, why: Why, farm: Farm, words: Mapping[str, Any],
    from_day: date, at: datetime,
) -> None:  # fmt: skip
    """A version, for the post to make. words: what is printed."""
    row = CertificateVersion(
        number=number, version=version, from_day=from_day, why=why.value, words=dict(words),
        written_at=at, next_attempt_at=_AT_ONCE,  # type: ignore[arg-type]  # the database's own moment
    )  # fmt: skip
    session.add(row)
    await session.flush()
    word = f"certificate-{number.lower()}-{version}"
    await tell(session, farmer_case(FarmId(farm.farm_id)), POST, word, at, LettersWait())


async def _tell_register(session: AsyncSession, farm: Farm, row: CertificateRow, at: datetime) -> None:
    farm.certificate_number, farm.certificate_from, farm.expires_on = row.number, row.valid_from, row.valid_until
    await _tell_farmer(session, farm, f"certificate-{row.number.lower()}", at)


async def _move_last_day(session: AsyncSession, farm: Farm, turn: CertificateTurn, at: datetime) -> None:
    if names(farm, turn.number, turn.valid_until_before):
        farm.expires_on = turn.valid_until
        await _tell_farmer(session, farm, f"certificate-{turn.number.lower()}-until-{turn.place}", at)


async def _tell_farmer(session: AsyncSession, farm: Farm, word: str, at: datetime) -> None:
    farm.revision += 1
    await session.flush()
    await tell_farmer(session, farm.farm_id, farm.model_dump(), word, at)


def _check(status: Status) -> None:
    if status not in DECIDED:
        message = f"{status.value} is what a certificate's days make of it: nobody decides it"
        raise ValueError(message)
