"""A certificate comes to its end: the letter and the task of its day, in the transaction of the step (design.md §7)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records import posting
from records.case import CaseRow
from records.farm import Farm, InspectionBody
from records.letter import LetterRow, LetterState
from records.notice import notice_key
from records.task import TaskKind, TaskRow
from records.tasking import close_tasks, open_task
from records.telling import tell
from records.wire import case_from
from scheme.certificate_end import Stage, last_warning, stage_of
from scheme.choice import Choice
from scheme.days import local_day
from scheme.farmer import Farmer
from scheme.ids import POST, CaseId
from scheme.inbox import AnyStep, OfFarm
from scheme.letter import LetterKind
from scheme.news import LettersWait
from scheme.people import THE_HOUSE
from scheme.periodic_audit import ActionState, PeriodicAudit
from scheme.step import Act

_KINDS = tuple(kind.value for kind in (LetterKind.EXPIRY, LetterKind.ENDED))
_TASKS = tuple(kind.value for kind in (TaskKind.CERTIFICATE_ENDING, TaskKind.CERTIFICATE_ENDED))


async def save_certificate(session: AsyncSession, farmer: Farmer, step: AnyStep) -> None:
    """What the step tells of the certificate's end, if it tells anything; what it overtakes goes no more."""
    match step.act:
        case Act.CERTIFICATE_WARNED | Act.CERTIFICATE_ENDED:
            await _withdraw(session, farmer, col(LetterRow.kind) == LetterKind.EXPIRY.value)
            for kind in step.letters:
                await _post(session, farmer, kind, step.at)
            await _ask(session, farmer, step)
        case Act.CERTIFICATE_CHANGED:
            await _withdraw(session, farmer, _of_another_day(farmer))
            other = col(TaskRow.facts)["day"].as_string() != _iso(farmer.expires_on)
            await close_tasks(session, and_(_tasks(farmer.case_id), other), THE_HOUSE, step.at)
        case Act.CERTIFICATE_WITHDRAWN:
            await _withdraw(session, farmer, col(LetterRow.kind).in_(_KINDS))
            await ask_no_more(session, farmer.case_id, step.at)
        case _:
            pass


async def ask_no_more(session: AsyncSession, farmer: CaseId, at: datetime) -> None:
    """The farm stopped, or its certificate was withdrawn: nobody need see to the end of it."""
    await close_tasks(session, _tasks(farmer), THE_HOUSE, at)


async def ask_again(session: AsyncSession, farmer: Farmer, at: datetime) -> None:
    """The stop is taken back: what it ended waits again, and is written again; what a person had ended stays so."""
    same = col(TaskRow.facts)["day"].as_string() == _iso(farmer.expires_on)
    ended = and_(_tasks(farmer.case_id), same, col(TaskRow.closed_by) == THE_HOUSE.person)
    values = {"closed_at": None, "closed_by": None, "revision": TaskRow.revision + 1}
    await session.execute(update(TaskRow).where(ended).values(values))
    await _write_again(session, farmer, at)


async def _write_again(session: AsyncSession, farmer: Farmer, at: datetime) -> None:
    """What was told last of this last day, where the stop kept it back; a day that came meanwhile tells itself."""
    due = farmer.certificate_due
    if farmer.watch is None or (due is not None and due <= local_day(at)):
        return
    told = select(LetterRow).where(LetterRow.case_id == farmer.case_id, col(LetterRow.kind).in_(_KINDS))
    last = (await session.exec(told.order_by(col(LetterRow.planned_at).desc()).limit(1))).first()
    if last is None or last.state != LetterState.WITHDRAWN or last.words["valid_until"] != _iso(farmer.expires_on):
        return
    await _post(session, farmer, LetterKind(last.kind), at)


async def _ask(session: AsyncSession, farmer: Farmer, step: AnyStep) -> None:
    """A task with the last warning; another in its place when the certificate has ended."""
    today = local_day(step.at)
    if farmer.expires_on is None:
        return
    if step.act is Act.CERTIFICATE_ENDED:
        await close_tasks(session, _tasks(farmer.case_id), THE_HOUSE, step.at)
        kind, due = TaskKind.CERTIFICATE_ENDED, today
    elif last_warning(farmer, today):
        kind, due = TaskKind.CERTIFICATE_ENDING, farmer.expires_on
    else:
        return
    day = farmer.expires_on.isoformat()
    await open_task(
        session, f"{kind.value}:{farmer.case_id}:{day}", kind, step.at, due_on=due, farm_id=farmer.farm_id,
        case_id=farmer.case_id, facts={"day": day},
    )  # fmt: skip


async def _post(session: AsyncSession, farmer: Farmer, kind: LetterKind, at: datetime) -> None:
    """Write the ledger's row, and tell the post; an existing row stays as it is."""
    farm = await session.get_one(Farm, farmer.farm_id)
    key = notice_key(farmer.case_id, kind, farmer.revision)
    row = {
        **posting.planned(key, kind, farmer.case_id, farm, at),
        "words": {
            **posting.recipient(farm.model_dump()),
            "dated": local_day(at).isoformat(),
            "certificate_number": farm.certificate_number,
            "valid_until": _iso(farmer.expires_on),
            **await _standing(session, farmer, at),
        },
        "code_version": 1,
    }
    await session.execute(insert(LetterRow).values(row).on_conflict_do_nothing())
    await tell(session, farmer.case_id, POST, f"letters-{farmer.revision}", at, LettersWait())


async def _standing(session: AsyncSession, farmer: Farmer, at: datetime) -> dict[str, Any]:
    """How far the farm is on its way to the next certificate, with the body and the day that this is about."""
    rows = select(CaseRow).where(
        CaseRow.farm_id == farmer.farm_id, col(CaseRow.closed_at).is_(None), CaseRow.kind != farmer.kind
    )
    cases = [case for row in await session.exec(rows) if isinstance(case := case_from(row.state), OfFarm)]
    stage = stage_of(cases, at)
    body, day = _about(cases, stage)
    named = None if body is None else (await session.get_one(InspectionBody, body)).name
    return {"stage": stage.value, "body": named, "day": _iso(day)}


def _about(cases: Iterable[OfFarm], stage: Stage) -> tuple[str | None, date | None]:
    choice = next((case for case in cases if isinstance(case, Choice) and case.open), None)
    audit = next((case for case in cases if isinstance(case, PeriodicAudit) and case.decided_at is None), None)
    if stage in {Stage.CHOICE, Stage.CHOSEN} and choice is not None:
        return choice.body, choice.answer_due
    if audit is None:
        return None, None
    if stage is Stage.VISIT and audit.visit is not None:
        return audit.body, local_day(audit.visit.at)
    due = [one.due for one in audit.findings if one.due is not None and one.state is ActionState.OPEN]
    return audit.body, min(due, default=None)


async def _withdraw(session: AsyncSession, farmer: Farmer, which: ColumnElement[bool]) -> None:
    await posting.withdraw(session, and_(col(LetterRow.case_id) == farmer.case_id, which), posting.UNSENT)


def _of_another_day(farmer: Farmer) -> ColumnElement[bool]:
    other = col(LetterRow.words)["valid_until"].as_string() != _iso(farmer.expires_on)
    return and_(col(LetterRow.kind).in_(_KINDS), other)


def _tasks(farmer: CaseId) -> ColumnElement[bool]:
    return and_(col(TaskRow.case_id) == farmer, col(TaskRow.kind).in_(_TASKS))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
