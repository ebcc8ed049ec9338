"""Cases open here and nowhere else (design.md §4): lock, ask the rulebook, insert, tell; one transaction each."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow, MemberRow, RoundRow
from records.parameter import rules_at
from records.queries.choice_round import bodies, candidate
from records.queries.expiring import expiring
from records.queries.obstacle import blocked
from records.recording import lock_farm, lower_open, write_deadlines, write_detail, write_trail
from records.submission import OutboxRow
from records.telling import tell
from records.wire import case_from, case_json
from scheme import choice, choice_round
from scheme.choice import Request
from scheme.choice_round import ChoiceRound, Member
from scheme.days import local_day
from scheme.errors import Refusal, Rule
from scheme.ids import BodyId, CaseId, FarmId, farmer_case, round_case
from scheme.inbox import AnyCase, AnyStep, OpenOne, OpenRound
from scheme.news import CaseOpened

_REAL = text("clock_timestamp()")


async def insert_case(
    session: AsyncSession, step: AnyStep, *, opened_by: str, farm_id: FarmId | None, round_id: CaseId | None = None
) -> None:
    """The case as the rulebook gave it: row, detail, deadlines, letters, the start of its workflow, the trail."""
    case = step.case
    # Taken over, or corrected, as it had ended: no workflow has anything to do.
    ended = step.end is not None
    values = case_values(step, opened_by=opened_by, farm_id=farm_id, round_id=round_id)
    session.add(CaseRow(**values, closed_at=step.at if ended else None))
    await session.flush()
    if not ended:
        await start_workflow(session, case)
    if isinstance(case, ChoiceRound):
        session.add(_round_row(case))
        await session.flush()
    await write_detail(session, step)
    await write_deadlines(session, case.case_id, step)
    await write_trail(session, step)


def case_values(
    step: AnyStep, *, opened_by: str, farm_id: FarmId | None, round_id: CaseId | None = None
) -> dict[str, Any]:
    """The columns of a case's row as it begins."""
    return {
        "case_id": step.case.case_id,
        "kind": step.case.kind,
        "farm_id": farm_id,
        "round_id": round_id,
        "opened_by": opened_by,
        "opened_at": step.at,
        "revision": step.case.revision,
        "state": case_json(step.case),
    }


async def start_workflow(session: AsyncSession, case: AnyCase) -> None:
    """Ask the relay to start the case's workflow."""
    times = {"created_at": _REAL, "next_attempt_at": _REAL}
    await session.execute(insert(OutboxRow).values(start_values(case) | times).on_conflict_do_nothing())


def start_values(case: AnyCase) -> dict[str, Any]:
    """The outbox row that starts the case's workflow, without its moments in real time."""
    case_id = case.case_id
    return {
        "news_id": f"{case_id}#start",
        "target": case_id,
        "kind": "start",
        "payload": case_json(case),
        "attempts": 0,
    }


async def open_round(session: AsyncSession, request: OpenRound, *, practice: bool) -> Refusal | None:
    """Open the year's round with its frame: every farm of it and the body that silence will give."""
    case_id = round_case(request.year)
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:id))"), {"id": case_id})
    earlier = await session.get(CaseRow, case_id)
    if earlier is not None:
        return None if earlier.opened_by == request.opened_by else refused_again(earlier)
    rules = await rules_at(session, request.at)
    letters_on = local_day(request.at)
    offered = choice_round.recognised(await bodies(session), letters_on)
    rows = {row.farm_id: row for row in await expiring(session, letters_on, rules)}
    frame = choice_round.members(map(candidate, rows.values()), offered, letters_on, rules)
    # Asked again here: the register may have changed since the preview was looked at.
    unwritable = blocked(rows[member.farm_id] for member in frame)
    if unwritable:
        return Refusal(Rule.NOT_WRITABLE, letters_on, len(unwritable))
    step = choice_round.opened(request.year, request.at, rules, offered, len(frame), practice=practice)
    await insert_case(session, step, opened_by=request.opened_by, farm_id=None)
    await session.execute(insert(MemberRow), [_member_row(step.case, member) for member in frame])
    return None


def refused_again(earlier: CaseRow) -> Refusal:
    """Why a year's round is not opened a second time, with the day of the first, or of its cancellation."""
    cancelled = earlier.state["state"] == choice_round.State.CANCELLED
    rule = Rule.ROUND_CANCELLED if cancelled else Rule.ALREADY_OPEN
    return Refusal(rule, local_day(earlier.closed_at if cancelled and earlier.closed_at else earlier.opened_at))


async def page_of(session: AsyncSession, round_id: CaseId, after: FarmId | None, size: int) -> list[Member]:
    """The next farms of a round in order of farm id; one more than `size` if there are more."""
    query = select(MemberRow).where(MemberRow.round_id == round_id).order_by(MemberRow.farm_id).limit(size + 1)
    if after is not None:
        query = query.where(MemberRow.farm_id > after)
    return [_member(row) for row in await session.exec(query)]


async def round_of(session: AsyncSession, round_id: CaseId) -> ChoiceRound:
    """The round as it stands."""
    case = case_from((await session.get_one(CaseRow, round_id)).state)
    if not isinstance(case, ChoiceRound):
        raise TypeError(round_id)
    return case


async def open_member(session: AsyncSession, opened: ChoiceRound, member: Member) -> Refusal | None:
    """Open one farm's choice; a refusal is kept beside the farm and lowers the round's count."""
    request = choice_round.request(opened, member)
    refused = await open_choice(session, request, opened.opened_at, opened_by=opened.case_id, practice=opened.practice)
    if refused is not None:
        marked = update(MemberRow).where(
            col(MemberRow.round_id) == opened.case_id,
            col(MemberRow.farm_id) == member.farm_id,
            col(MemberRow.refused).is_(None),
        )
        newly = marked.values(refused=refused.rule.value).returning(col(MemberRow.farm_id))
        if (await session.execute(newly)).first() is not None:
            counted = update(RoundRow).where(col(RoundRow.case_id) == opened.case_id)
            await session.execute(counted.values(refused=col(RoundRow.refused) + 1))
            await lower_open(session, opened.case_id, opened.opened_at)
    return refused


async def open_choice(
    session: AsyncSession, request: Request, at: datetime, *, opened_by: str, practice: bool
) -> Refusal | None:
    """Open a farm's choice under the farm's row lock. The same opener again is success, another is refused.

    A member of the round that asked itself before its page came is no stranger: it is counted there already.
    """
    farm = await lock_farm(session, request.farm_id)
    step = choice.opened(request, at, practice=practice)
    earlier = await session.get(CaseRow, step.case.case_id)
    if earlier is not None:
        same_round = request.round_id is not None and earlier.round_id == request.round_id
        again = earlier.opened_by == opened_by or same_round
        return None if again else Refusal(Rule.ALREADY_OPEN, local_day(earlier.opened_at))
    if farm.standing != "active":
        return Refusal(Rule.FARM_STOPPED, farm.stopped_on)
    if (running := await _runs_since(session, request)) is not None:
        return Refusal(Rule.ALREADY_OPEN, local_day(running))
    case_id = step.case.case_id
    await insert_case(session, step, opened_by=opened_by, farm_id=request.farm_id, round_id=request.round_id)
    await tell(session, case_id, farmer_case(request.farm_id), "opened", at, CaseOpened(case_id))
    return None


async def _runs_since(session: AsyncSession, request: Request) -> datetime | None:
    """When a choice of another year was asked that the farm still has open."""
    others = select(ChoiceRow.asked_at).where(
        ChoiceRow.farm_id == request.farm_id, ChoiceRow.year != request.year, col(ChoiceRow.closed_at).is_(None)
    )
    return (await session.exec(others)).first()


async def open_one(session: AsyncSession, request: OpenOne, *, practice: bool) -> Refusal | None:
    """Bring one farm into its year's choices, as its own workflow asks, in or beside the year's round."""
    rules = await rules_at(session, request.at)
    day = local_day(request.at)
    offered = choice_round.recognised(await bodies(session), day)
    # The farm before the round: whoever needs both locks takes them in this order.
    farm = await lock_farm(session, request.farm_id)
    if not offered:
        return Refusal(Rule.NO_RECOGNISED_BODY, day)
    previous = None if farm.previous_body is None else BodyId(farm.previous_body)
    wanted = choice_round.alone(request.farm_id, day, rules, offered, previous)
    # Undone where the choice is refused: the round does not wait for a farm that was not asked.
    attempt = await session.begin_nested()
    joined = await _join(session, request, wanted.default_body, previous)
    wanted = replace(wanted, round_id=joined, number=await _number(session, request.farm_id, day.year))
    refused = await open_choice(session, wanted, request.at, opened_by=request.opened_by, practice=practice)
    await (attempt.commit() if refused is None else attempt.rollback())
    return refused


async def _number(session: AsyncSession, farm_id: FarmId, year: int) -> int:
    """Number of the farm's choice in this year; the first's where there is no room for another, which is refused."""
    mine = select(ChoiceRow.state).where(ChoiceRow.farm_id == farm_id, ChoiceRow.year == year)
    states = await session.exec(mine.order_by(col(ChoiceRow.asked_at), col(ChoiceRow.case_id)))
    return choice_round.next_number(map(choice.State, states)) or 1


async def _join(session: AsyncSession, request: OpenOne, default: BodyId, previous: BodyId | None) -> CaseId | None:
    """Make the farm a member of the year's round if that still runs; None where it does not."""
    year = local_day(request.at).year
    row = (await session.exec(select(RoundRow).where(RoundRow.year == year).with_for_update())).first()
    ended = (choice_round.State.DONE, choice_round.State.CANCELLED)
    if row is None or row.state in ended or row.open == 0:
        return None
    known = await session.get(MemberRow, (row.case_id, request.farm_id))
    if known is None:
        rank = (await session.exec(select(func.count()).where(MemberRow.round_id == row.case_id))).one() + 1
        member = Member(rank, request.farm_id, default, previous)
        await session.execute(insert(MemberRow).values(round_id=row.case_id, **_member_values(member)))
        row.farms, row.open = row.farms + 1, row.open + 1
    elif known.refused is not None:
        # Left out by a rule when its page came, and no longer counted as open since.
        known.refused, row.refused, row.open = None, row.refused - 1, row.open + 1
    return CaseId(row.case_id)


def _round_row(opened: ChoiceRound) -> RoundRow:
    return RoundRow(
        case_id=opened.case_id,
        year=opened.year,
        letters_on=opened.letters_on,
        state=opened.state.value,
        farms=opened.farms,
        open=opened.farms,
    )


def _member_row(opened: ChoiceRound, member: Member) -> dict[str, object]:
    return {"round_id": opened.case_id, **_member_values(member)}


def _member_values(member: Member) -> dict[str, object]:
    return {
        "farm_id": member.farm_id,
        "rank": member.rank,
        "default_body": member.default_body,
        "previous_body": member.previous_body,
    }


def _member(row: MemberRow) -> Member:
    previous = None if row.previous_body is None else BodyId(row.previous_body)
    return Member(row.rank, FarmId(row.farm_id), BodyId(row.default_body), previous)
