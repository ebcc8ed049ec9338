"""A certificate's document is written anew: the same number and days, with what the register says now."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.certificate import CertificateRow, CertificateVersion, printed
from records.farm import Farm
from records.issuing import locked, of_number, write_version
from records.queries.audit_due import no_version, not_audited
from records.queries.certificate import history_of
from records.trailing import Fact, append
from scheme.certificate import IN_USE, Why, check_revision, status_on
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CertificateNumber
from scheme.people import Actor
from scheme.step import Act


async def revise(session: AsyncSession, number: CertificateNumber, actor: Actor, at: datetime) -> int:
    """A person has the document written anew, with its trail entry; returns the version.

    Raises RuleViolationError as scheme.certificate.check_revision does, for a certificate of before the house began, of
    which there is no document to revise, for one that is of no use any more, and while a decision about its holder or
    its site, or an audit that a change of the farm made necessary, has to come first.
    """
    farm = await locked(session, of_number(number))
    if (last := await _last_version(session, number)) is None:
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)
    why = check_revision(actor, _differing(farm, last))
    if status_on(await history_of(session, number), local_day(at)) not in IN_USE:
        raise RuleViolationError(Rule.STATUS_DIFFERS)
    if (refused := await no_version(session, farm.farm_id)) is not None:
        raise RuleViolationError(refused.rule, refused.day)
    return await _revise(session, farm, number, why, actor, at)


async def write_as_decided(session: AsyncSession, number: CertificateNumber, actor: Actor, at: datetime) -> None:
    """The version that follows from what was decided about a takeover or a move; none where nothing printed differs.

    While an audit of the farm as it is now is due, what made it necessary stays as it was printed last.
    """
    farm = await locked(session, of_number(number))
    kept = frozenset[str]().union(*(columns for _, columns in await not_audited(session, farm.farm_id)))
    last = await _last_version(session, number)
    if last is not None and (differing := _differing(farm, last) - kept):
        await _revise(session, farm, number, check_revision(actor, differing), actor, at, kept)


async def new_version(
    session: AsyncSession, number: CertificateNumber, why: Why, at: datetime, kept: Collection[str] = ()
) -> int:
    """Write the document anew with what the register says now, and return its version.

    kept: columns that stay as they were printed last. Nothing that is printed differs: the newest version stays and is
    returned. Raises ValueError for a certificate of before the house began, of which it has no document.
    """
    farm = await locked(session, of_number(number))
    if (await session.get_one(CertificateRow, number)).issued_by is None:
        message = f"{number} was issued before the house began: there is nothing to write anew"
        raise ValueError(message)
    last = await _last_version(session, number)
    words = _words(farm, last, kept)
    if last is not None and last.words == words:
        return last.version
    version = 1 if last is None else last.version + 1
    await write_version(session, number, version, why, farm, words, local_day(at), at)
    return version


async def _revise(
    session: AsyncSession, farm: Farm, number: CertificateNumber, why: Why, actor: Actor, at: datetime,
    kept: Collection[str] = (),
) -> int:  # fmt: skip
    version = await new_version(session, number, why, at, kept)
    facts: dict[str, Fact] = {"certificate": number, "version": version, "why": why.value}
    await append(
        session, key=f"certificate:{number}:{version}:written", chain=farm.farm_id, act=Act.CERTIFICATE_REVISED,
        actor=actor, at=at, facts=facts,
    )  # fmt: skip
    return version


def _differing(farm: Farm, last: CertificateVersion) -> set[str]:
    """Columns of the register that say otherwise by now than that version does."""
    return {name for name, value in printed(farm.model_dump()).items() if last.words.get(name) != value}


def _words(farm: Farm, last: CertificateVersion | None, kept: Collection[str]) -> Mapping[str, Any]:
    stays = {} if last is None else {name: last.words.get(name) for name in kept}
    return printed(farm.model_dump()) | stays


async def _last_version(session: AsyncSession, number: CertificateNumber) -> CertificateVersion | None:
    newest = select(CertificateVersion).where(col(CertificateVersion.number) == number)
    newest = newest.order_by(col(CertificateVersion.version).desc()).limit(1)
    found: CertificateVersion | None = (await session.execute(newest)).scalar_one_or_none()
    return found
