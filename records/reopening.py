"""Later choices of a farm, as the secretariat asks for them: again, with what was meant, or in a round that runs."""

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import posting
from records.applying import open_applied
from records.audit_replacing import check_not_held, end_audits, open_audit_of, run_audits_again
from records.case import CaseRow, ChoiceRow, RoundRow
from records.change_opening import open_farm_change
from records.farm import Farm
from records.farm_change import take_place
from records.letter import LetterRow, LetterState
from records.opening import insert_case, open_one
from records.queries.audit_waiting import audit_of_choice
from records.queries.choice_round import bodies
from records.queries.counted import counted
from records.queries.extra_farm import check_joins
from records.recording import lock_farms
from records.status_opening import open_status_change
from records.submission import OutboxRow
from records.telling import tell
from records.wire import case_from, news_from
from scheme import choice_round
from scheme.choice import Choice, State
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import Change
from scheme.ids import CaseId, FarmId, choice_case, farmer_case
from scheme.inbox import Opened, OpenOne
from scheme.later_choice import again, corrected
from scheme.letter import LetterKind
from scheme.news import CaseClosed, CaseOpened
from scheme.opening import (
    OpenApplied,
    OpenCorrected,
    OpenExtra,
    OpenFarmChange,
    OpenLater,
    OpenStatusChange,
    RunAgain,
)
from scheme.step import End

GONE = (LetterState.SENDING.value, LetterState.HANDED_OVER.value, LetterState.PRINTED.value)


class StillOpenError(Exception):
    """A choice or an audit has not heard of its farm's stop yet: the news is on its way; the request is made again."""


async def open_later(session: AsyncSession, request: OpenLater, *, practice: bool) -> Opened:
    """Open what the secretariat asked for one farm, under the row locks of all it concerns; again it is success.

    Raises StillOpenError, to be tried again.
    """
    if isinstance(request, OpenFarmChange) and request.asked.what is Change.SPLIT:
        await take_place(session)
    farm = (await lock_farms(session, *_concerned(request)))[request.farm_id]
    done = select(CaseRow.case_id).where(CaseRow.opened_by == request.opened_by, CaseRow.farm_id == request.farm_id)
    earlier = (await session.exec(done)).first()
    if earlier is not None:
        return Opened(case_id=CaseId(earlier))
    try:
        return await _open(session, request, farm, practice=practice)
    except RuleViolationError as violation:
        return Opened(refused=violation.refusal)


def _concerned(request: OpenLater) -> tuple[str, ...]:
    """The farm, and of a merger the one that is absorbed."""
    other = request.asked.other if isinstance(request, OpenFarmChange) else None
    return (request.farm_id,) if other is None else (request.farm_id, other)


async def _open(session: AsyncSession, request: OpenLater, farm: Farm, *, practice: bool) -> Opened:
    match request:
        case RunAgain():
            return await _again(session, request)
        case OpenCorrected():
            return await _corrected(session, request)
        case OpenExtra():
            return await _extra(session, request, farm, practice=practice)
        case OpenStatusChange():
            return await open_status_change(session, request, practice=practice)
        case OpenApplied():
            return await open_applied(session, request, farm, practice=practice)
        case OpenFarmChange():
            return await open_farm_change(session, request, farm, practice=practice)


async def _again(session: AsyncSession, request: RunAgain) -> Opened:
    row = await _latest(session, request.farm_id)
    for open_case in (row, await open_audit_of(session, request.farm_id)):
        if open_case is not None and open_case.closed_at is None:
            raise StillOpenError(open_case.case_id)
    continued = await run_audits_again(session, request)
    if row is not None and continued is None:
        await _tell_end_again(session, request, row)
    if row is None or row.state != State.STOPPED:
        return Opened(case_id=continued)
    stopped = await _choice(session, row.case_id)
    recognised = choice_round.recognised(await bodies(session), local_day(request.at))
    written = not await _withdrawn(session, stopped)
    step = again(stopped, await _next_case(session, stopped), request.at, recognised, written=written)
    running = step.case
    await insert_case(session, step, opened_by=request.opened_by, farm_id=request.farm_id, round_id=running.round_id)
    await tell(
        session, running.case_id, farmer_case(request.farm_id), "opened", request.at, CaseOpened(running.case_id)
    )
    if running.round_id is not None:
        await _raise_open(session, running.round_id)
    return Opened(case_id=running.case_id)


async def _tell_end_again(session: AsyncSession, request: RunAgain, row: ChoiceRow) -> None:
    """A choice that ended just before the stop, and has no audit yet: the farm's workflow hears its end again."""
    farmer = farmer_case(request.farm_id)
    told = await session.get(OutboxRow, f"{row.case_id}>{farmer}#closed")
    news = None if told is None else news_from(told.payload).what
    if not isinstance(news, CaseClosed) or not news.audit or await audit_of_choice(session, CaseId(row.case_id)):
        return
    await tell(session, CaseId(row.case_id), farmer, f"closed-{request.opened_by}", request.at, news)


async def _corrected(session: AsyncSession, request: OpenCorrected) -> Opened:
    row = await _latest(session, request.farm_id)
    if row is None or row.case_id != request.correction.choice:
        # Corrected before, or asked again since.
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    await check_not_held(session, CaseId(row.case_id))
    ended = await _choice(session, row.case_id)
    told = await _gone(session, ended, LetterKind.ASSIGNMENT, LetterKind.CORRECTION)
    step = corrected(ended, await _next_case(session, ended), request.at, request.correction, told=told)
    await insert_case(
        session,
        step,
        opened_by=request.opened_by,
        farm_id=request.farm_id,
        round_id=ended.round_id,
    )
    await posting.withdraw(session, col(LetterRow.case_id) == ended.case_id)
    await end_audits(session, ended.case_id, request.at)
    # Closed as it begins: the farm's workflow hears it as of any choice that ended, and opens its audit.
    right, farmer = step.case.case_id, farmer_case(request.farm_id)
    await tell(session, right, farmer, "closed", request.at, CaseClosed(right, End.CHOSEN, audit=True))
    return Opened(case_id=right)


async def _extra(session: AsyncSession, request: OpenExtra, farm: Farm, *, practice: bool) -> Opened:
    day = local_day(request.at)
    await check_joins(session, farm, request.at)
    wanted = OpenOne(request.farm_id, request.at, request.opened_by)
    refused = await open_one(session, wanted, practice=practice)
    return Opened(refused=refused, case_id=None if refused else choice_case(day.year, request.farm_id))


async def _latest(session: AsyncSession, farm_id: FarmId) -> ChoiceRow | None:
    """The farm's last choice that counts."""
    query = select(ChoiceRow).where(ChoiceRow.farm_id == farm_id, counted())
    return (await session.exec(query.order_by(col(ChoiceRow.asked_at).desc()).limit(1))).first()


async def _choice(session: AsyncSession, case_id: str) -> Choice:
    """The case as it stands."""
    case = case_from((await session.get_one(CaseRow, case_id)).state)
    if not isinstance(case, Choice):
        raise TypeError(case_id)
    return case


async def _next_case(session: AsyncSession, earlier: Choice) -> CaseId:
    """The number after those that the farm's choices of this year have."""
    of_year = select(func.count()).where(ChoiceRow.farm_id == earlier.farm_id, ChoiceRow.year == earlier.year)
    return choice_case(earlier.year, earlier.farm_id, (await session.exec(of_year)).one() + 1)


async def _withdrawn(session: AsyncSession, stopped: Choice) -> bool:
    """Whether the stop kept back the letter that asked for an answer."""
    kept_back = select(func.count()).where(
        LetterRow.case_id == stopped.case_id,
        col(LetterRow.kind).in_([LetterKind.CHOICE.value, LetterKind.AGAIN.value]),
        LetterRow.state == LetterState.WITHDRAWN.value,
    )
    return (await session.exec(kept_back)).one() > 0


async def _gone(session: AsyncSession, earlier: Choice, *kinds: LetterKind) -> bool:
    """Whether a letter of these kinds went out for the farm's choices of this year."""
    of_year = select(ChoiceRow.case_id).where(ChoiceRow.farm_id == earlier.farm_id, ChoiceRow.year == earlier.year)
    gone = select(func.count()).where(
        col(LetterRow.case_id).in_(of_year),
        col(LetterRow.kind).in_([kind.value for kind in kinds]),
        col(LetterRow.state).in_(GONE),
    )
    return (await session.exec(gone)).one() > 0


async def _raise_open(session: AsyncSession, round_id: CaseId) -> None:
    """One choice more is open, counted under the round's row lock; it lowers the count again when it ends."""
    raised = update(RoundRow).where(col(RoundRow.case_id) == round_id).values(open=col(RoundRow.open) + 1)
    await session.execute(raised)
