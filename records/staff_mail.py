"""Mails to people of the house, from planned to handed over; `due_at` is also the lease of whoever sends one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.ledger import FIRST_RETRY, LONGEST_RETRY, MOST_COPIES, MOST_DOUBLINGS, MOST_TRIES
from records.person import StaffMailRow
from scheme.mail_reply import GIVEN_UP, Refused, Verdict


class StaffMailState(StrEnum):
    """Where a mail is. Failed: refused for good, as for a wrong address, or tried for a day in vain."""

    PLANNED = "planned"
    SENDING = "sending"
    HANDED_OVER = "handed-over"
    FAILED = "failed"


_CLAIM = text("""
WITH due AS (
    SELECT mail_id FROM staff_mail WHERE state IN ('planned', 'sending') AND due_at <= clock_timestamp()
    ORDER BY due_at, mail_id LIMIT :size FOR UPDATE SKIP LOCKED)
UPDATE staff_mail SET state = 'sending', attempts = attempts + 1, due_at = clock_timestamp() + interval '10 minutes'
FROM due WHERE staff_mail.mail_id = due.mail_id RETURNING staff_mail.mail_id
""")
_NEXT_DUE = text("SELECT min(due_at) FROM staff_mail WHERE state IN ('planned', 'sending')")


async def claim_staff_mail(session: AsyncSession, size: int) -> list[StaffMailRow]:
    """Mails that are due, for this caller alone for ten minutes."""
    ids = (await session.execute(_CLAIM, {"size": size})).scalars().all()
    mails = select(StaffMailRow).where(col(StaffMailRow.mail_id).in_(ids))
    return list(await session.exec(mails.order_by(col(StaffMailRow.mail_id))))


async def next_staff_mail(session: AsyncSession) -> datetime | None:
    """Real time of the earliest one that waits; None when none does."""
    due: datetime | None = (await session.execute(_NEXT_DUE)).scalar_one()
    return due


async def note_staff_mail_sent(session: AsyncSession, row: StaffMailRow, reply: str) -> None:
    """The mail server took it."""
    handed = {"state": StaffMailState.HANDED_OVER.value, "handed_over_at": text("scheme_now()")}
    await _note(session, row, {**handed, "smtp_reply": reply, "due_at": None})


async def note_staff_mail_not_taken(session: AsyncSession, row: StaffMailRow, told: Refused) -> None:
    """Refused, or nobody answered: it is tried as often as a letter, then its owner sees why on the first page."""
    if told.verdict is Verdict.FOR_GOOD:
        await note_staff_mail_failed(session, row, told.reply)
    elif row.attempts >= (MOST_COPIES if told.may_have_arrived else MOST_TRIES):
        await note_staff_mail_failed(session, row, f"{GIVEN_UP}: {told.reply}")
    else:
        await _later(session, row, told.reply)


async def note_staff_mail_failed(session: AsyncSession, row: StaffMailRow, reply: str) -> None:
    """It is not tried any more."""
    await _note(session, row, {"state": StaffMailState.FAILED.value, "smtp_reply": reply, "due_at": None})


async def put_back_staff_mail(session: AsyncSession, row: StaffMailRow) -> None:
    """A mail that was claimed and not tried waits again, as if nobody had claimed it."""
    waits = {"state": StaffMailState.PLANNED.value, "attempts": StaffMailRow.attempts - 1, "due_at": _NOW}
    await _note(session, row, waits)


_NOW = text("clock_timestamp()")


async def _later(session: AsyncSession, row: StaffMailRow, reply: str) -> None:
    """The same mail, under the same Message-ID."""
    wait = min(FIRST_RETRY * 2 ** min(row.attempts - 1, MOST_DOUBLINGS), LONGEST_RETRY)
    due = text("clock_timestamp() + make_interval(secs => :wait)").bindparams(wait=wait.total_seconds())
    await _note(session, row, {"state": StaffMailState.PLANNED.value, "smtp_reply": reply, "due_at": due})


async def _note(session: AsyncSession, row: StaffMailRow, values: dict[str, Any]) -> None:
    mine = update(StaffMailRow).where(
        col(StaffMailRow.mail_id) == row.mail_id,
        col(StaffMailRow.attempts) == row.attempts,
        col(StaffMailRow.state) == StaffMailState.SENDING.value,
    )
    await session.execute(mine.values(**values))
