"""Changing the draft of a report: twice is once, and two devices never undo each other (docs/report.md)."""

import uuid
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_report import Given, ReportAnswerRow, ReportPhotoRow, given
from records.clock import now
from records.receiving import KeyReusedError
from records.storing import Use, store
from scheme.audit_report import Answer, Item
from scheme.ids import CaseId
from scheme.people import Actor
from scheme.stored_file import ScannedFile


@dataclass(frozen=True)
class Change:
    """A change of one answer as a device sends it. base: the revision it saw, 0 for none."""

    key: uuid.UUID
    item: Item
    answer: Answer
    base: int
    device: str


class ChangedElsewhereError(Exception):
    """Raised where another device changed the answer since; nothing was written. theirs: what stands there."""

    def __init__(self, theirs: Given) -> None:
        super().__init__(theirs.item)
        self.theirs = theirs


async def change_answer(session: AsyncSession, case_id: CaseId, change: Change, actor: Actor) -> Given:
    """Write the change and return what then stands there.

    The same key again changes nothing, also when others changed the answer since. Where another device was there
    after the revision that this one saw, nothing is written unless both say the same. Changes of one device follow
    each other, whether or not it heard of the one before.
    Raises ChangedElsewhereError, and KeyReusedError for a key that stands for another change.
    """
    await lock_report(session, case_id)
    known = await session.get(ReportAnswerRow, str(change.key))
    latest = await _latest(session, case_id, change.item)
    if known is not None:
        if latest is None or _said(known) != (case_id, change.item, change.answer):
            raise KeyReusedError(known.key)
        return given(latest)
    if latest is not None and latest.revision > change.base and await _by_another(session, case_id, change):
        if Answer(latest.value, latest.words) != change.answer:
            raise ChangedElsewhereError(given(latest))
        return given(latest)
    row = ReportAnswerRow(
        key=str(change.key),
        case_id=case_id,
        item=change.item,
        value=change.answer.value,
        words=change.answer.words,
        revision=1 if latest is None else latest.revision + 1,
        base=change.base,
        device=change.device,
        person=actor.person,
        changed_at=await now(session),
    )
    session.add(row)
    await session.flush()
    return given(row)


async def add_photo(session: AsyncSession, file: ScannedFile, use: Use, item: Item, actor: Actor) -> None:
    """Keep the photograph beside its item; the same again under its id is one. Raises KeyReusedError."""
    photo_id = await store(session, file, use, actor)
    there = await session.get(ReportPhotoRow, photo_id)
    if there is None:
        session.add(ReportPhotoRow(photo_id=photo_id, case_id=use.case_id, item=item))
        await session.flush()
    elif there.item != item:
        raise KeyReusedError(photo_id)


async def remove_photo(session: AsyncSession, case_id: CaseId, photo_id: uuid.UUID | str, actor: Actor) -> bool:
    """Take it out of the draft, the file stays; again changes nothing. Whether there is such a photograph."""
    row = await session.get(ReportPhotoRow, str(photo_id), with_for_update=True)
    if row is None or row.case_id != case_id:
        return False
    if row.removed_at is None:
        row.removed_at = await now(session)
        row.removed_by = actor.person
    return True


async def lock_report(session: AsyncSession, case_id: CaseId) -> None:
    """One change of a report at a time, and none while it is handed in."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"report:{case_id}"})


def _said(row: ReportAnswerRow) -> tuple[str, str, Answer]:
    return row.case_id, row.item, Answer(row.value, row.words)


async def _latest(session: AsyncSession, case_id: CaseId, item: Item) -> ReportAnswerRow | None:
    changes = select(ReportAnswerRow).where(ReportAnswerRow.case_id == case_id, ReportAnswerRow.item == item)
    return (await session.exec(changes.order_by(col(ReportAnswerRow.revision).desc()).limit(1))).first()


async def _by_another(session: AsyncSession, case_id: CaseId, change: Change) -> bool:
    others = select(ReportAnswerRow.key).where(
        ReportAnswerRow.case_id == case_id,
        ReportAnswerRow.item == change.item,
        col(ReportAnswerRow.revision) > change.base,
        col(ReportAnswerRow.device) != change.device,
    )
    return (await session.exec(others.limit(1))).first() is not None
