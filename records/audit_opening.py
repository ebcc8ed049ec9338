"""Audits and certifications open here, under the farm's row lock, as its workflow asks (design.md §4)."""

from datetime import date

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow
from records.farm import Farm
from records.opening import insert_case
from records.parameter import settings_of
from records.periodic_audit import AuditRow, TieRow
from records.queries.applicant import applicant_of
from records.queries.audit_due import due_since
from records.queries.audit_waiting import audit_of_choice, holds_back, was_refused
from records.queries.requirement_list import standing_on
from records.recording import lock_farm
from records.submission import SubmissionRow
from records.telling import tell
from records.wire import case_from
from scheme import certification, periodic_audit
from scheme.application import held_by
from scheme.audit_evaluation import evaluation
from scheme.certification import Evaluation
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.farmer import Standing
from scheme.ids import BodyId, CaseId, EditionCode, ListId, PersonId, audit_case, certification_case, farmer_case
from scheme.inbox import AnyStep, Opened
from scheme.news import CaseOpened, ChoiceReplaced, NextAudit
from scheme.opening import OpenAudit, OpenCertification, OpenFarmChange, OpenStatusChange, RunAgain
from scheme.people import Role
from scheme.periodic_audit import BEFORE_THE_VISIT, Opening, PeriodicAudit
from scheme.rules import audit_rules_on


async def open_next(session: AsyncSession, request: OpenAudit | OpenCertification, *, practice: bool) -> Opened:
    """Open what follows from a case that has come far enough."""
    if isinstance(request, OpenAudit):
        return await open_audit(session, request, practice=practice)
    return await open_certification(session, request, practice=practice)


async def open_audit(session: AsyncSession, request: OpenAudit, *, practice: bool) -> Opened:
    """Begin the farm's audit by the body of its choice; the same opener again is success.

    An audit of an earlier choice that nobody held yet hears that its choice was replaced; refused while one is held and
    not decided about: when it is, or ends, the farm's workflow asks again. Of one choice there is one audit.
    """
    farm = await lock_farm(session, request.farm_id)
    earlier = await _opened_by(session, request.farm_id, "periodic-audit", request.opened_by)
    if earlier is not None:
        return Opened(case_id=earlier)
    if farm.standing != Standing.ACTIVE:
        return Opened(refused=Refusal(Rule.FARM_STOPPED, farm.stopped_on))
    try:
        opening = await _opening(session, request, farm)
        if (there := await audit_of_choice(session, request.choice)) is not None:
            return Opened(case_id=there)
        await _make_room(session, request)
    except RuleViolationError as violation:
        return Opened(refused=violation.refusal)
    return await begin(session, periodic_audit.opened(opening, request.at, practice=practice), request)


async def open_certification(session: AsyncSession, request: OpenCertification, *, practice: bool) -> Opened:
    """Begin review and decision of an audit that is ready; the same opener again is success."""
    farm = await lock_farm(session, request.farm_id)
    earlier = await _opened_by(session, request.farm_id, "certification", request.opened_by)
    if earlier is not None:
        return Opened(case_id=earlier)
    if farm.standing != Standing.ACTIVE:
        return Opened(refused=Refusal(Rule.FARM_STOPPED, farm.stopped_on))
    audit = case_from((await session.get_one(CaseRow, request.audit)).state)
    if not isinstance(audit, PeriodicAudit) or audit.ready_at is None or audit.audited_on is None:
        # Its report was taken back meanwhile: what replaces it will be ready in its turn.
        return Opened(refused=Refusal(Rule.NOT_READY))
    evaluation = await _evaluation(session, audit)
    return await begin(session, certification.opened(evaluation, request.at, practice=practice), request)


async def begin(
    session: AsyncSession,
    step: AnyStep,
    request: OpenAudit | OpenCertification | OpenStatusChange | OpenFarmChange | RunAgain,
) -> Opened:
    """The case as the rulebook gave it; the farm's workflow hears of it."""
    case_id = step.case.case_id
    await insert_case(session, step, opened_by=request.opened_by, farm_id=request.farm_id)
    await tell(session, case_id, farmer_case(request.farm_id), "opened", request.at, CaseOpened(case_id))
    return Opened(case_id=case_id)


async def _make_room(session: AsyncSession, request: OpenAudit) -> None:
    """Raise RuleViolationError where an audit of this farm is held and not decided about."""
    running = select(AuditRow).where(AuditRow.farm_id == request.farm_id, col(AuditRow.closed_at).is_(None))
    for row in await session.exec(running):
        if await holds_back(session, row):
            raise RuleViolationError(Rule.ALREADY_OPEN, row.audited_on)
        if row.state not in BEFORE_THE_VISIT:
            # What is left of it is put right beside the next one; of a refused one nothing is waited for any more.
            if await was_refused(session, row):
                await tell(session, request.choice, CaseId(row.case_id), "next-audit", request.at, NextAudit())
            continue
        word = f"replaced-{request.choice.replace(':', '-').lower()}"
        await tell(session, request.choice, CaseId(row.case_id), word, request.at, ChoiceReplaced(request.choice))


async def _opening(session: AsyncSession, request: OpenAudit, farm: Farm) -> Opening:
    day = local_day(request.at)
    choice = await session.get_one(ChoiceRow, request.choice)
    if (await session.exec(select(ChoiceRow).where(ChoiceRow.replaces == request.choice))).first() is not None:
        # Corrected or asked again since: an audit follows the choice that stands in its place.
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    requirements = await standing_on(session, day)
    if choice.body is None or requirements is None:
        raise TypeError(choice.case_id)
    settings, applied_on = await settings_of(session), choice.applied_on
    # An audit that a change of the farm made necessary is due by its own day, whichever choice it follows.
    since = applied_on or await due_since(session, request.farm_id)
    return Opening(
        farm_id=request.farm_id,
        choice=request.choice,
        body=BodyId(choice.body),
        rules=audit_rules_on(day, settings, EditionCode(requirements.edition)),
        list_id=ListId(requirements.list_id),
        # Whoever applies has none any more that counts; that of a farm that moved, or was merged or divided, runs on.
        expires_on=farm.expires_on if applied_on is None else await _runs_until(session, farm, day),
        barred=await tied(session, request.farm_id),
        number=await number_of(session, audit_case(day.year, request.farm_id)),
        held_by=None if since is None else held_by(since, settings),
    )


async def _runs_until(session: AsyncSession, farm: Farm, day: date) -> date | None:
    standing = await applicant_of(session, farm, day)
    return None if standing.certified_until is None else farm.expires_on


async def _evaluation(session: AsyncSession, audit: PeriodicAudit) -> Evaluation:
    year = local_day(audit.ready_at or audit.opened_at).year
    number = await number_of(session, certification_case(year, audit.farm_id))
    return evaluation(audit, await _involved(session, audit), number)


async def tied(session: AsyncSession, farm_id: str) -> tuple[PersonId, ...]:
    """Who has a tie to the farm."""
    query = select(TieRow.person_id).where(TieRow.farm_id == farm_id, col(TieRow.ended_at).is_(None))
    return tuple(sorted({PersonId(person) for person in await session.exec(query)}))


async def _involved(session: AsyncSession, audit: PeriodicAudit) -> tuple[PersonId, ...]:
    """Whoever handed anything in for the audit, was to hold it, or has a tie to the farm."""
    handed_in = select(SubmissionRow.person).where(
        col(SubmissionRow.case_id).in_([audit.case_id, *audit.continues]), SubmissionRow.role != Role.FARMER.value
    )
    people = {PersonId(person) for person in await session.exec(handed_in)}
    visits = [visit.auditor for visit in (audit.visit, audit.follow_up) if visit is not None]
    return tuple(sorted({*people, *visits, *audit.barred, *await tied(session, audit.farm_id)}))


async def _opened_by(session: AsyncSession, farm_id: str, kind: str, opener: str) -> CaseId | None:
    query = select(CaseRow.case_id).where(CaseRow.farm_id == farm_id, CaseRow.kind == kind, CaseRow.opened_by == opener)
    found = (await session.exec(query)).first()
    return None if found is None else CaseId(found)


async def number_of(session: AsyncSession, first: CaseId) -> int:
    """The number after those that the farm has of this kind in this year."""
    known = select(func.count()).where((col(CaseRow.case_id) == first) | col(CaseRow.case_id).startswith(f"{first}:"))
    return (await session.exec(known)).one() + 1
