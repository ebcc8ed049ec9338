"""A closed choice opens again: another case with the next number, in place of it (design.md §4)."""

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from records.audit_replacing import check_not_held, end_audits
from records.case import CaseRow, ChoiceRow, RoundRow
from records.farm import Farm
from records.opening import open_choice
from records.parameter import rules_at
from records.queries.choice_round import bodies
from records.recording import lock_farm
from scheme import choice_round
from scheme.choice import Request
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId
from scheme.opening import OpenAgain


async def open_again(session: AsyncSession, request: OpenAgain, *, practice: bool) -> Refusal | None:
    """Open a closed choice again under the next number, in its year and round, with days of its own.

    Refused while the farm has an open choice, where this one was replaced before, or its audit was held; the same
    opener again is success. An audit of it that nobody held yet ends.
    """
    farm = await lock_farm(session, request.farm_id)
    if await _opened_before(session, request):
        return None
    earlier = list(await session.exec(_choices_of(request.farm_id)))
    if any(row.closed_at is None or row.replaces == request.replaces for row in earlier):
        return Refusal(Rule.ALREADY_OPEN, local_day(earlier[-1].asked_at))
    try:
        await check_not_held(session, request.replaces)
    except RuleViolationError as violation:
        return violation.refusal
    day = local_day(request.at)
    offered = request.bodies or choice_round.recognised(await bodies(session), day)
    if not offered:
        return Refusal(Rule.NO_RECOGNISED_BODY, day)
    wanted = await _request(session, request, farm, earlier, offered)
    refused = await open_choice(session, wanted, request.at, opened_by=request.opened_by, practice=practice)
    if refused is None:
        await end_audits(session, request.replaces, request.at)
    if refused is None and wanted.round_id is not None:
        await _raise_open(session, wanted.round_id)
    return refused


async def _request(
    session: AsyncSession, request: OpenAgain, farm: Farm, earlier: list[ChoiceRow], offered: tuple[BodyId, ...]
) -> Request:
    replaced = next(row for row in earlier if row.case_id == request.replaces)
    previous = None if farm.previous_body is None else BodyId(farm.previous_body)
    default = previous if request.default_body is None else request.default_body
    return Request(
        replaced.year,
        request.farm_id,
        await rules_at(session, request.at),
        offered,
        default if default is not None and default in offered else offered[0],
        previous,
        round_id=None if replaced.round_id is None else CaseId(replaced.round_id),
        number=1 + sum(row.year == replaced.year for row in earlier),
        replaces=request.replaces,
        lost_body=request.lost_body,
        applied_on=replaced.applied_on,
    )


def _choices_of(farm_id: FarmId) -> SelectOfScalar[ChoiceRow]:
    return select(ChoiceRow).where(ChoiceRow.farm_id == farm_id).order_by(col(ChoiceRow.asked_at))


async def _opened_before(session: AsyncSession, request: OpenAgain) -> bool:
    mine = select(CaseRow.case_id).where(
        CaseRow.farm_id == request.farm_id, CaseRow.kind == "choice", CaseRow.opened_by == request.opened_by
    )
    return (await session.exec(mine)).first() is not None


async def _raise_open(session: AsyncSession, round_id: CaseId) -> None:
    """The round waits for one choice more; one that is done is not told again."""
    counted = update(RoundRow).where(col(RoundRow.case_id) == round_id)
    await session.execute(counted.values(open=col(RoundRow.open) + 1))
