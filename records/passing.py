"""What becomes of a farm's certificate when its holder or its site is another, or another farm is part of it now."""

from datetime import date

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.certificate import UNNUMBERED, CertificateRow
from records.farm import Farm
from records.following import tell_farmer
from records.issuing import keep_told, set_status
from records.letter import LetterRow
from records.parameter import settings_of
from records.periodic_audit import AuditRow
from records.posting import UNSENT
from records.queries.certificate import CertificateLine, certificates_of, history_of
from records.revising import write_as_decided
from records.telling import tell
from scheme.application import held_by
from scheme.certificate import IN_USE, Reason, Status, status_on
from scheme.days import local_day
from scheme.farm_change import FarmChange
from scheme.ids import CaseId, CertificateNumber, farmer_case
from scheme.inbox import AnyStep
from scheme.letter import LetterKind
from scheme.news import AuditNeeded, FirstAudit


async def go_on(session: AsyncSession, case: FarmChange, step: AnyStep) -> str | None:
    """Write each certificate in use anew as the register has its farm now; its number and last day stay.

    Returns the newest one's number, empty where it has none; None where no certificate is in use.
    """
    used = await _used(session, case, step)
    for one in used:
        if one.number is not None and one.outdated:
            await write_as_decided(session, CertificateNumber(one.number), step.actor, step.at)
    return (used[0].number or "") if used else None


async def audit_anew(session: AsyncSession, case: FarmChange, step: AnyStep) -> str | None:
    """An audit of the farm as it is now is needed: a choice or an audit that runs becomes it, or one is asked for.

    The certificate runs on. An audit that was held before is none of what is there now. Returns what `go_on` does.
    """
    held = col(AuditRow.audited_on).is_not(None)
    running = [
        *await session.exec(select(ChoiceRow.case_id).where(_runs(ChoiceRow, case))),
        *await session.exec(select(AuditRow.case_id).where(_runs(AuditRow, case), ~held)),
    ]
    if not running:
        await _ask_audit(session, case, step, moved_on=case.asked.on)
    used = await _used(session, case, step)
    return (used[0].number or "") if used else None


async def end_with_holder(session: AsyncSession, case: FarmChange, step: AnyStep) -> str | None:
    """Each certificate in use is withdrawn from today on, and the farm is one that applied for its first audit.

    What runs of a choice or an audit goes on as that; where nothing does, the farm's workflow is asked for one. Returns
    what `go_on` does.
    """
    farm = await session.get_one(Farm, case.farm_id)
    await keep_told(session, farm)
    day, numbered = local_day(step.at), None
    rows = select(CertificateRow.number).where(CertificateRow.farm_id == case.farm_id)
    for number in await session.exec(rows.order_by(col(CertificateRow.valid_from))):
        if status_on(await history_of(session, number), day) in IN_USE:
            await set_status(
                session, CertificateNumber(number), Status.WITHDRAWN, on=day, case_id=case.case_id, at=step.at,
                reason=Reason.TAKEOVER,
            )  # fmt: skip
            numbered = "" if number.startswith(UNNUMBERED) else number
    farm.certificate_number = farm.certificate_from = farm.expires_on = None
    farm.revision += 1
    await session.flush()
    word = case.case_id.replace(":", "-").lower()
    await tell_farmer(session, farm.farm_id, farm.model_dump(), f"change-{word}", step.at)
    await _to_first_audit(session, case, step)
    return numbered


async def _to_first_audit(session: AsyncSession, case: FarmChange, step: AnyStep) -> None:
    """A choice or an audit that runs is for the first audit from now on; its letters that wait say so too."""
    told = FirstAudit(case.asked.on, held_by(case.asked.on, await settings_of(session)))
    running = [
        *await session.exec(select(ChoiceRow.case_id).where(_runs(ChoiceRow, case))),
        *await session.exec(select(AuditRow.case_id).where(_runs(AuditRow, case))),
    ]
    for case_id in running:
        await tell(session, case.case_id, CaseId(case_id), "first-audit", step.at, told)
    if not running:
        await _ask_audit(session, case, step, moved_on=None)
    of_choices = [kind.value for kind in LetterKind if kind.about_choice]
    waiting = update(LetterRow).where(
        col(LetterRow.farm_id) == case.farm_id, col(LetterRow.kind).in_(of_choices), col(LetterRow.state).in_(UNSENT)
    )
    await session.execute(waiting.values(words=col(LetterRow.words).op("||")({"first": True, "taken": True})))


async def _ask_audit(session: AsyncSession, case: FarmChange, step: AnyStep, *, moved_on: date | None) -> None:
    needed = AuditNeeded(case.case_id, case.asked.on, case.asked.body, moved_on)
    await tell(session, case.case_id, farmer_case(case.farm_id), "audit-needed", step.at, needed)


async def _used(session: AsyncSession, case: FarmChange, step: AnyStep) -> list[CertificateLine]:
    farm = await session.get_one(Farm, case.farm_id)
    lines = await certificates_of(session, farm, local_day(step.at))
    return [one for one in lines if one.standing.status in IN_USE]


def _runs(row: type[ChoiceRow] | type[AuditRow], case: FarmChange) -> ColumnElement[bool]:
    return and_(col(row.farm_id) == case.farm_id, col(row.closed_at).is_(None))
