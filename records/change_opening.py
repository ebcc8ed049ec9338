"""Something happened to a farm, as to its holder or site: the register says so at once, review and decision open."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_opening import begin, number_of, tied
from records.coding import hold_codes, revoke
from records.entering import judge
from records.farm import Farm
from records.farm_change import add_farm, change_farm, take_place
from records.merging import absorb, check_merger
from records.parameter import settings_of
from records.queries.change_day import check_change_day
from records.queries.choice_round import bodies
from records.queries.undecided_change import check_decided
from records.register import farm_line_of
from records.submission import SubmissionRow
from records.telling import tell
from scheme import farm_change
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import DIFFERS, OF_PART, OTHER_HOLDER, STATED, Change
from scheme.identifier import BeganLaterError
from scheme.ids import POST, CaseId, change_case, farmer_case
from scheme.inbox import Opened
from scheme.news import LettersWait
from scheme.opening import OpenFarmChange
from scheme.people import Actor, Role
from scheme.register import FARMS
from scheme.register_line import FarmLine, stated
from scheme.rules import status_rules_on


async def open_farm_change(session: AsyncSession, request: OpenFarmChange, farm: Farm, *, practice: bool) -> Opened:
    """Bring the register to what was handed in, and begin review and decision; another holder revokes old codes.

    A farm that is merged into this one stops; one that was a part of it enters the register. Raises RuleViolationError
    for a farm that stopped, while another such case of it is not decided, for a body that may not be chosen, where
    nothing of its holder, or of its site, is another one, for a day on which the farm did not take part yet, or before
    the one of an earlier change or on which the present number began, and for a farm that cannot be absorbed.
    """
    day, asked = local_day(request.at), request.asked
    if farm.stopped_on is not None:
        # Merged into another one a moment ago: its own workflow had not heard of it.
        raise RuleViolationError(Rule.FARM_STOPPED, farm.stopped_on)
    await check_decided(session, request.farm_id)
    if asked.body not in recognised(await bodies(session), day):
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    number = await number_of(session, change_case(day.year, request.farm_id))
    case_id = change_case(day.year, request.farm_id, number)
    people = set(await tied(session, request.farm_id))
    if asked.what is Change.MERGER:
        await check_merger(session, request.farm_id, asked.other, asked.on)
    await check_change_day(session, farm, asked.on, day)
    part = await _part(session, request) if asked.what is Change.SPLIT else None
    await _change_register(session, request, farm, case_id)
    # Nothing is refused any more.
    if part is not None:
        asked = replace(asked, other=part.farm_id)
        await add_farm(session, part, Actor(request.asked_by, Role.SECRETARIAT), practice=practice)
    elif asked.other is not None:
        people.update(await tied(session, asked.other))
        await absorb(session, asked.other, request, case_id)
    step = farm_change.opened(
        request.farm_id,
        asked,
        request.asked_by,
        request.at,
        status_rules_on(day, await settings_of(session)),
        tied=tuple(people),
        number=number,
        practice=practice,
    )
    return await begin(session, step, request)


async def _change_register(session: AsyncSession, request: OpenFarmChange, farm: Farm, case_id: CaseId) -> None:
    asked = request.asked
    if not STATED[asked.what]:
        return
    line = await _line(session, request, farm)
    differs = DIFFERS.get(asked.what)
    if differs is not None and not _another(farm, line, differs):
        raise RuleViolationError(Rule.NOTHING_CHANGED)
    other_holder = _another(farm, line, OTHER_HOLDER)
    by = Actor(request.asked_by, Role.SECRETARIAT)
    if other_holder:
        await hold_codes(session, request.farm_id)
    try:
        await change_farm(session, farm, line, asked.on, by, case_id)
    except BeganLaterError as error:
        raise RuleViolationError(Rule.CHANGE_DAY, error.day) from error
    if other_holder and await revoke(session, request.farm_id):
        word = f"change-{case_id.replace(':', '-').lower()}"
        await tell(session, farmer_case(request.farm_id), POST, word, request.at, LettersWait())


def _another(farm: Farm, line: FarmLine, names: Iterable[str]) -> bool:
    return any(getattr(farm, name) != getattr(line, name) for name in names)


async def _line(session: AsyncSession, request: OpenFarmChange, farm: Farm) -> FarmLine:
    """The farm with what the form says."""
    words = await _words(session, request)
    of_form = {name: words[name] for name in STATED[request.asked.what] if name in words}
    return await _judged(session, stated(farm_line_of(farm), FARMS.names) | of_form)


async def _part(session: AsyncSession, request: OpenFarmChange) -> FarmLine:
    """The new farm, with the next number."""
    words = await _words(session, request)
    typed = dict.fromkeys(FARMS.names, "") | {name: words[name] for name in OF_PART if name in words}
    return await _judged(session, typed | {FARMS.key: await take_place(session)})


async def _words(session: AsyncSession, request: OpenFarmChange) -> dict[str, str]:
    return (await session.get_one(SubmissionRow, request.opened_by)).words or {}


async def _judged(session: AsyncSession, typed: Mapping[str, str]) -> FarmLine:
    """The farm; what it cannot be any more is refused."""
    judged = await judge(session, FARMS, typed)
    if isinstance(judged, tuple):
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    return judged
