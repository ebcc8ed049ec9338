"""A farm goes over to another holder, or moves: the register says so from that day on, review and decision open."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_opening import begin, number_of, tied
from records.coding import revoke
from records.entering import judge
from records.farm import Farm
from records.farm_change import change_farm
from records.farm_changed import FarmChangeRow
from records.parameter import settings_of
from records.queries.choice_round import bodies
from records.register import farm_line_of
from records.submission import SubmissionRow
from records.telling import tell
from scheme import farm_change
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import DIFFERS, STATED, UNDECIDED, Change
from scheme.identifier import BeganLaterError
from scheme.ids import POST, change_case, farmer_case
from scheme.inbox import Opened
from scheme.news import LettersWait
from scheme.opening import OpenFarmChange
from scheme.people import Actor, Role
from scheme.register import FARMS
from scheme.register_line import FarmLine, stated
from scheme.rules import status_rules_on


async def open_farm_change(session: AsyncSession, request: OpenFarmChange, farm: Farm, *, practice: bool) -> Opened:
    """Bring the register to what was handed in, and begin review and decision; a takeover revokes the codes of before.

    Raises RuleViolationError while another such case of the farm is not decided, for a body that may not be chosen,
    where nothing of its holder, or of its site, is another one, and for a day before the one on which the present
    number began.
    """
    waits = select(FarmChangeRow.case_id).where(
        FarmChangeRow.farm_id == request.farm_id, col(FarmChangeRow.state).in_(UNDECIDED)
    )
    if (await session.exec(waits)).first() is not None:
        raise RuleViolationError(Rule.ALREADY_OPEN)
    day, asked = local_day(request.at), request.asked
    if asked.body not in recognised(await bodies(session), day):
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    line = await _line(session, request, farm)
    if not any(getattr(farm, name) != getattr(line, name) for name in DIFFERS[asked.what]):
        raise RuleViolationError(Rule.NOTHING_CHANGED)
    try:
        await change_farm(session, farm, line, asked.on, Actor(request.asked_by, Role.SECRETARIAT))
    except BeganLaterError as error:
        raise RuleViolationError(Rule.CHANGE_DAY, error.day) from error
    case_id = change_case(day.year, request.farm_id, await number_of(session, change_case(day.year, request.farm_id)))
    if asked.what is Change.TAKEOVER and await revoke(session, request.farm_id):
        word = f"change-{case_id.replace(':', '-').lower()}"
        await tell(session, farmer_case(request.farm_id), POST, word, request.at, LettersWait())
    step = farm_change.opened(
        request.farm_id,
        asked,
        request.asked_by,
        request.at,
        status_rules_on(day, await settings_of(session)),
        tied=await tied(session, request.farm_id),
        number=await number_of(session, change_case(day.year, request.farm_id)),
        practice=practice,
    )
    return await begin(session, step, request)


async def _line(session: AsyncSession, request: OpenFarmChange, farm: Farm) -> FarmLine:
    """The farm with what the form says; what that cannot be any more is refused."""
    handed_in = await session.get_one(SubmissionRow, request.opened_by)
    words = handed_in.words or {}
    of_form = {name: words[name] for name in STATED[request.asked.what] if name in words}
    typed = stated(farm_line_of(farm), FARMS.names) | of_form
    judged = await judge(session, FARMS, typed)
    if isinstance(judged, tuple):
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    return judged
