"""`record`: what a case did, written in one transaction, safe to run twice (design.md §4, door 1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import matter as matters
from records import posting
from records.audit_needed import ask_for_audit
from records.auditing import save_audit
from records.cancelling import cancel_round
from records.case import CaseRow, ChoiceRow, DeadlineRow, RoundRow
from records.certificate_ending import ask_again, save_certificate
from records.certifying import save_certification
from records.choice_letters import settle_letters
from records.farm import Farm
from records.farm_changing import save_farm_change
from records.letter import LetterRow
from records.merging import undo_merger
from records.queries.audit_due import due_after
from records.queries.audit_waiting import waiting_choice
from records.status_changing import save_status_change
from records.stopping import merger_word, stop_farm
from records.submission import OutboxRow, SubmissionRow
from records.telling import tell
from records.trailing import HOUSE_CHAIN, Entry, append_all
from records.wire import case_json, news_from, refusal_json
from scheme.calendar import SchemeCalendar
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.choice_round import ChoiceRound
from scheme.choice_round import State as RoundState
from scheme.farm_change import Change, FarmChange
from scheme.farmer import Farmer
from scheme.ids import POST, CaseId, FarmId, farmer_case
from scheme.inbox import AnyCase, AnyStep, OfFarm
from scheme.matter import Matter
from scheme.news import BodyLost, CaseClosed, LettersWait, RoundDone
from scheme.periodic_audit import PeriodicAudit
from scheme.status_change import StatusChange
from scheme.step import Act, Dealt, End

_REAL = text("clock_timestamp()")


async def write_step(session: AsyncSession, step: AnyStep) -> bool:
    """Write the step; False when this revision (or a later one) stood there already and nothing was written."""
    case = step.case
    if step.act in {Act.FARM_STOPPED, Act.FARM_MERGED, Act.STOP_TAKEN_BACK} and isinstance(case, Farmer):
        await lock_farm(session, case.farm_id)
    own = select(CaseRow).where(CaseRow.case_id == case.case_id)
    row = (await session.exec(own.with_for_update(key_share=True))).one()
    if row.revision >= case.revision:
        return False
    row.revision, row.state = case.revision, case_json(case)
    await _settle(session, step.dealt)
    await write_detail(session, step)
    await write_deadlines(session, case.case_id, step)
    if isinstance(case, OfFarm) and step.end is not None:
        row.closed_at = step.at
        await _closed(session, case, step.end, step.at)
    if isinstance(case, ChoiceRound) and case.ended:
        row.closed_at = step.at
    if isinstance(case, ChoiceRound) and step.act is Act.ROUND_CANCELLED:
        await cancel_round(session, case.case_id, step.actor, step.at)
    await write_trail(session, step)
    return True


async def lock_farm(session: AsyncSession, farm_id: FarmId) -> Farm:
    """The farm's row, locked until the transaction ends: stops and openings take turns.

    A row that only names the farm does not wait for it (FOR NO KEY UPDATE): a case that records its step has locked
    its own rows before, which whoever locked the farm may want next. The order is farm, case, codes, letters, tasks,
    trail.
    """
    row = select(Farm).where(Farm.farm_id == farm_id)
    return (await session.exec(row.with_for_update(key_share=True))).one()


async def lock_farms(session: AsyncSession, *farm_ids: str) -> dict[str, Farm]:
    """The rows of those of them that there are, locked in the order of their numbers: no two wait for each other."""
    rows = select(Farm).where(col(Farm.farm_id).in_(farm_ids)).order_by(Farm.farm_id)
    return {farm.farm_id: farm for farm in await session.exec(rows.with_for_update(key_share=True))}


async def write_detail(session: AsyncSession, step: AnyStep) -> None:
    """The row of the word: what lists and counts read; planned letters with their news for the post."""
    match step.case:
        case Choice() as choice:
            await _save_choice(session, choice)
            await _lose_body(session, choice, step)
            await settle_letters(session, choice, step)
            after = await _made_necessary_by(session, choice) if step.letters else None
            await posting.plan(session, choice, step.letters, step.at, after=after)
            if step.letters:
                await tell(session, choice.case_id, POST, f"letters-{choice.revision}", step.at, LettersWait())
        case ChoiceRound() as choice_round:
            values = {"state": choice_round.state.value}
            await session.execute(update(RoundRow).where(col(RoundRow.case_id) == choice_round.case_id).values(values))
        case Matter() as matter:
            await matters.save(session, matter, step)
        case PeriodicAudit() as audit:
            await save_audit(session, audit, step)
        case Certification() | StatusChange() | FarmChange() as judged:
            await _save_judged(session, judged, step)
        case Farmer() as farmer:
            await _save_farmer(session, farmer, step)
        case _:
            pass


async def _made_necessary_by(session: AsyncSession, choice: Choice) -> Change | None:
    """What made the audit necessary that the choice is about, as its letters say from then on; None for any other."""
    own = choice.applied_on is not None or choice.lost_body is not None
    return await due_after(session, choice.farm_id) if own else None


async def _save_farmer(session: AsyncSession, farmer: Farmer, step: AnyStep) -> None:
    match step.act:
        case Act.FARM_STOPPED | Act.FARM_MERGED if farmer.stopped_on is not None:
            # Of a merger for the second time: a case may have opened before this workflow had heard of it.
            word = f"stopped-{farmer.revision}" if step.about is None else merger_word(step.about)
            await stop_farm(session, farmer.farm_id, farmer.stopped_on, word, step.at)
        case Act.STOP_TAKEN_BACK:
            standing = {"standing": farmer.standing.value, "stopped_on": None}
            await session.execute(update(Farm).where(col(Farm.farm_id) == farmer.farm_id).values(standing))
            await ask_again(session, farmer, step.at)
            await undo_merger(session, farmer.farm_id, step)
        case _:
            await save_certificate(session, farmer, step)


async def _save_judged(session: AsyncSession, case: Certification | StatusChange | FarmChange, step: AnyStep) -> None:
    """What somebody reviews and somebody else decides."""
    match case:
        case Certification():
            await save_certification(session, case, step)
        case StatusChange():
            await save_status_change(session, case, step)
        case FarmChange():
            await save_farm_change(session, case, step)


async def _lose_body(session: AsyncSession, choice: Choice, step: AnyStep) -> None:
    """What has not gone out yet does not offer a body that was lost: withdrawn where the choice asks again."""
    if step.act is Act.CHOICE_ASKED_AGAIN:
        await posting.withdraw(session, col(LetterRow.case_id) == choice.case_id)
    if step.act is Act.BODY_LOST and await posting.lose_body(session, choice):
        await tell(session, choice.case_id, POST, f"letters-{choice.revision}", step.at, LettersWait())


async def write_deadlines(session: AsyncSession, case_id: CaseId, step: AnyStep) -> None:
    """Replace the case's deadlines by those of the step."""
    await session.execute(delete(DeadlineRow).where(col(DeadlineRow.case_id) == case_id))
    if step.deadlines:
        rows = [{"case_id": case_id, "kind": row.kind.value, "due": row.due} for row in step.deadlines]
        await session.execute(insert(DeadlineRow), rows)


async def write_trail(session: AsyncSession, step: AnyStep) -> None:
    """The step's entry in its chain, last in the transaction."""
    await append_all(session, [entry_of(step)])


def entry_of(step: AnyStep) -> Entry:
    """What the trail keeps of a step."""
    refused = next((dealt.outcome.refused_by for dealt in step.dealt if dealt.outcome.refused_by), None)
    submission = next((dealt.item for dealt in step.dealt if "#" not in dealt.item), None)
    submitted = step.actor.role.value != "house"
    day = step.day if refused is None else refused.day
    return Entry(
        key=f"{step.case.case_id}#{step.case.revision}",
        chain=chain_of(step.case),
        act=step.act,
        actor=step.actor,
        at=step.at,
        received_at=step.at if submitted else None,
        refused=refused,
        facts={
            "case": step.case.case_id,
            "body": step.body,
            "day": None if day is None else day.isoformat(),
            "about": step.about,
            "matter": step.case.what.value if isinstance(step.case, Matter) else None,
            "submission": submission,
            "edition": None if isinstance(step.case, SchemeCalendar) else str(step.case.rules.edition),
        },
    )


def chain_of(case: AnyCase) -> str:
    """A farm's own chain, or the house's."""
    return case.farm_id if isinstance(case, OfFarm | Farmer) else HOUSE_CHAIN


async def _settle(session: AsyncSession, dealt: tuple[Dealt, ...]) -> None:
    for one in dealt:
        if "#" in one.item:  # news; the id of a submission is a UUID
            news = update(OutboxRow).where(col(OutboxRow.news_id) == one.item)
            await session.execute(news.values(settled_at=_REAL))
        else:
            submission = update(SubmissionRow).where(col(SubmissionRow.submission_id) == one.item)
            refused = refusal_json(one.outcome.refused_by)
            await session.execute(submission.values(settled_at=_REAL, refused_by=refused))


async def _save_choice(session: AsyncSession, choice: Choice) -> None:
    values = choice_values(choice)
    # A code that was revoked stays so in the choices that follow in the same year.
    version = select(func.coalesce(func.max(ChoiceRow.code_version), 1)).where(
        ChoiceRow.farm_id == choice.farm_id, ChoiceRow.year == choice.year
    )
    upsert = insert(ChoiceRow).values(case_id=choice.case_id, code_version=version.scalar_subquery(), **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))


def choice_values(choice: Choice) -> dict[str, Any]:
    """The columns of a choice's row that its state gives."""
    return {
        "farm_id": choice.farm_id,
        "round_id": choice.round_id,
        "year": choice.year,
        "state": choice.state.value,
        "asked_at": choice.asked_at,
        "reminder_due": choice.reminder_due,
        "answer_due": choice.answer_due,
        "reminded_at": choice.reminded_at,
        "answered_at": choice.answered_at,
        "closed_at": choice.closed_at,
        "channel": None if choice.channel is None else choice.channel.value,
        "body": choice.body,
        "default_body": choice.default_body,
        "previous_body": choice.previous_body,
        "replaces": choice.replaces,
        "applied_on": choice.applied_on,
    }


async def _closed(session: AsyncSession, case: OfFarm, end: End, at: datetime) -> None:
    """Tell the farm's workflow; the choice that brings the round's count to nought tells the round."""
    # A choice that ended with a body: its audit follows.
    follows = isinstance(case, Choice) and end in {End.CHOSEN, End.ASSIGNED}
    told = CaseClosed(case.case_id, end, follows or None, await _let_go(session, case, end))
    await tell(session, case.case_id, farmer_case(case.farm_id), "closed", at, told)
    if isinstance(case, Choice):
        await _pass_on(session, case)
        if end is End.CANCELLED:
            await ask_for_audit(session, case, at)
        if case.round_id is not None:
            await lower_open(session, case.round_id, at)


async def _let_go(session: AsyncSession, case: OfFarm, end: End) -> CaseId | None:
    """The choice whose audit waited until this one was decided about or ended; the farm's stop lets nothing go."""
    if not isinstance(case, PeriodicAudit | Certification) or end is End.STOPPED:
        return None
    if isinstance(case, Certification) and end is End.CANCELLED:
        return None
    waiting = await waiting_choice(session, case.farm_id)
    return None if waiting is None else CaseId(waiting.case_id)


async def _pass_on(session: AsyncSession, choice: Choice) -> None:
    """A body lost while the choice was closing with it: the news goes on to the farm's workflow."""
    waiting = select(OutboxRow).where(
        OutboxRow.target == choice.case_id, OutboxRow.kind == "body-lost", col(OutboxRow.settled_at).is_(None)
    )
    for row in await session.exec(waiting.order_by(col(OutboxRow.created_at))):
        news = news_from(row.payload)
        if isinstance(news.what, BodyLost) and news.what.body == choice.body:
            word = f"lost-{news.what.body.lower()}"
            await tell(session, choice.case_id, farmer_case(choice.farm_id), word, news.at, news.what)


async def lower_open(session: AsyncSession, round_id: CaseId, at: datetime) -> None:
    """One choice less is open, counted under the round's row lock."""
    lowered = update(RoundRow).where(col(RoundRow.case_id) == round_id).values(open=col(RoundRow.open) - 1)
    left, state = (await session.execute(lowered.returning(col(RoundRow.open), col(RoundRow.state)))).one()
    if left == 0 and state != RoundState.CANCELLED:
        await tell(session, round_id, round_id, "done", at, RoundDone())
