"""A farm without a certificate has applied: the choice its farmer made stands in rows, ended (domain.md §1.2)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.opening import insert_case
from records.parameter import rules_at, settings_of
from records.queries.applicant import applicant_of, follows_from
from records.telling import tell
from scheme.application import applied, check_applied_on
from scheme.days import local_day
from scheme.ids import farmer_case
from scheme.inbox import Opened
from scheme.news import CaseClosed
from scheme.opening import OpenApplied
from scheme.step import End


async def open_applied(session: AsyncSession, request: OpenApplied, farm: Farm, *, practice: bool) -> Opened:
    """Write the choice that the application made, under the farm's row lock; its audit follows by the news of it.

    Raises RuleViolationError for a farm with a certificate, one of which something runs, a day on which it cannot have
    applied, or a body that may not be chosen.
    """
    today = local_day(request.at)
    applicant = await applicant_of(session, farm, today)
    # Not of what a decision made necessary, which news asks for: that is as old as what happened to the farm.
    if "#" not in request.opened_by:
        follows = await follows_from(session, request.farm_id)
        check_applied_on(request.apply.applied_on, today, follows, await settings_of(session))
    rules = await rules_at(session, request.at)
    step = applied(applicant, request.apply, request.at, rules, practice=practice)
    case_id, farmer = step.case.case_id, farmer_case(request.farm_id)
    await insert_case(session, step, opened_by=request.opened_by, farm_id=request.farm_id)
    await tell(session, case_id, farmer, "closed", request.at, CaseClosed(case_id, End.CHOSEN, audit=True))
    return Opened(case_id=case_id)
