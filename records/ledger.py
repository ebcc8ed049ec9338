"""The ledger's way from planned to handed over: claims, notes and holds (design.md §8)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.asking import date_anew, tell_if_late
from records.clock import now
from records.letter import HoldRow, LetterChannel, LetterRow, LetterState
from records.letter_task import close_letter_tasks, open_hold_task, open_letter_task
from records.posting import renew
from records.task import TaskKind
from records.trailing import HOUSE_CHAIN, append
from scheme.people import THE_HOUSE
from scheme.step import Act

HOUSE_HOLD = "post"
FAILURES_THAT_HOLD = 10
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
# More than enough to reach the longest; without an end the number outgrows what a duration can hold.
MOST_DOUBLINGS = 10

_CLAIM = text("""
WITH due AS (
    SELECT letter_key FROM letter l
    WHERE ((state = 'planned' AND due_at <= clock_timestamp())
           OR (state = 'sending' AND claimed_at < clock_timestamp() - interval '10 minutes'))
      AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post'))
    ORDER BY due_at, letter_key LIMIT :size FOR UPDATE SKIP LOCKED)
UPDATE letter SET state = 'sending', claimed_at = clock_timestamp(), claimed_by = :claimant, attempts = attempts + 1
FROM due WHERE letter.letter_key = due.letter_key
""")

_NEXT_DUE = text("""
SELECT min(due_at) FROM letter l WHERE state = 'planned'
AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post'))
""")


async def claim(session: AsyncSession, claimant: str, size: int) -> list[LetterRow]:
    """A page of due letters for `claimant`: first those of its page's earlier attempt, else new ones.

    claimant: the page and the attempt, as "page/2". Held rounds are left alone; two claimants never get the
    same letter, and what an attempt takes over its predecessor no longer has.
    """
    page = claimant.rpartition("/")[0]
    taken_over = (
        update(LetterRow)
        .where(col(LetterRow.claimed_by).startswith(page + "/"), col(LetterRow.state) == LetterState.SENDING)
        .values(claimed_by=claimant, claimed_at=text("clock_timestamp()"))
        .returning(col(LetterRow.letter_key))
    )
    if (await session.execute(taken_over)).first() is None:
        await session.execute(_CLAIM, {"claimant": claimant, "size": size})
    mine = select(LetterRow).where(LetterRow.claimed_by == claimant, LetterRow.state == LetterState.SENDING)
    rows = list(await session.exec(mine.order_by(LetterRow.letter_key)))
    await date_anew(session, rows)
    return rows


async def still_mine(session: AsyncSession, row: LetterRow, claimant: str) -> bool:
    """Whether the letter is still this claimant's to send: another may have taken the page up meanwhile.

    A letter that was held since it was claimed goes back to wait.
    """
    query = select(LetterRow.claimed_by).where(
        LetterRow.letter_key == row.letter_key, LetterRow.state == LetterState.SENDING
    )
    if (await session.exec(query)).first() != claimant:
        return False
    held = select(HoldRow.hold_id).where(HoldRow.held, col(HoldRow.hold_id).in_([row.round_id, HOUSE_HOLD]))
    if (await session.exec(held)).first() is None:
        return True
    await _note(session, row, {"state": LetterState.PLANNED, "attempts": LetterRow.attempts - 1})
    return False


async def next_due(session: AsyncSession) -> datetime | None:
    """Real time of the earliest letter that waits for the machine; None when none does."""
    due: datetime | None = (await session.execute(_NEXT_DUE)).scalar_one()
    return due


async def note_handed_over(session: AsyncSession, row: LetterRow, sha256: str, reply: str) -> None:
    """The mail server took it: its reply, the hash of the PDF, the scheme's moment."""
    gone = {"state": LetterState.HANDED_OVER, "sha256": sha256, "smtp_reply": reply, "handed_over_at": _NOW}
    if await _note(session, row, gone):
        await tell_if_late(session, row)
    await _end_failures(session, row)
    if row.attempts > 1:
        await close_letter_tasks(session, row)


async def note_to_print(session: AsyncSession, row: LetterRow, sha256: str) -> None:
    """A paper letter is ready for somebody to print."""
    await _note(session, row, {"state": LetterState.TO_PRINT, "sha256": sha256})
    if row.attempts > 1:
        await close_letter_tasks(session, row, (TaskKind.LETTER_FAILED,))


async def note_later(session: AsyncSession, row: LetterRow, reply: str) -> None:
    """A temporary refusal (4xx): the same letter goes out later, under the same Message-ID."""
    doublings = min(row.attempts - 1, MOST_DOUBLINGS)
    wait = min(FIRST_RETRY * 2**doublings, LONGEST_RETRY)
    due = text("clock_timestamp() + make_interval(secs => :wait)").bindparams(wait=wait.total_seconds())
    if await _note(session, row, {"state": LetterState.PLANNED, "smtp_reply": reply, "due_at": due}):
        await renew(session, row.letter_key)
    await _count_failure(session, row, reply)


async def note_refused(session: AsyncSession, row: LetterRow, reply: str) -> None:
    """Refused for good (5xx): the letter goes on paper, and the ledger keeps the reply that says why."""
    on_paper = {"state": LetterState.PLANNED, "channel": LetterChannel.PAPER, "smtp_reply": reply}
    if await _note(session, row, on_paper):
        await renew(session, row.letter_key)
        await open_letter_task(session, row, TaskKind.LETTER_REFUSED)
    await _count_failure(session, row, reply)


async def note_failed(session: AsyncSession, row: LetterRow, why: str) -> None:
    """The letter cannot be made: somebody has to correct its values."""
    if await _note(session, row, {"state": LetterState.FAILED, "smtp_reply": why}):
        await open_letter_task(session, row, TaskKind.LETTER_FAILED)


_NOW = text("scheme_now()")


async def _note(session: AsyncSession, row: LetterRow, values: dict[str, Any]) -> bool:
    """Note it unless another attempt has the letter by now; whether it was noted."""
    mine = update(LetterRow).where(
        col(LetterRow.letter_key) == row.letter_key,
        col(LetterRow.claimed_by) == row.claimed_by,
        col(LetterRow.state) == LetterState.SENDING,
    )
    noted = mine.values(claimed_by=None, claimed_at=None, **values).returning(col(LetterRow.letter_key))
    return (await session.execute(noted)).first() is not None


async def _end_failures(session: AsyncSession, row: LetterRow) -> None:
    counted = update(HoldRow).where(
        col(HoldRow.hold_id) == (row.round_id or HOUSE_HOLD), col(HoldRow.failures_in_a_row) > 0
    )
    await session.execute(counted.values(failures_in_a_row=0))


async def _count_failure(session: AsyncSession, row: LetterRow, reply: str) -> None:
    """Ten refusals in a row, over all workers, hold the round's letters and say why."""
    hold_id = row.round_id or HOUSE_HOLD
    await session.execute(
        insert(HoldRow).values(hold_id=hold_id, held=False, failures_in_a_row=0).on_conflict_do_nothing()
    )
    hold = (await session.exec(select(HoldRow).where(HoldRow.hold_id == hold_id).with_for_update())).one()
    hold.failures_in_a_row += 1
    if hold.failures_in_a_row >= FAILURES_THAT_HOLD and not hold.held:
        at = await now(session)
        hold.held, hold.reason, hold.held_at = True, reply, at
        await session.flush()
        key = f"hold:{hold_id}:{row.letter_key}:{row.attempts}"
        await open_hold_task(session, row, hold_id, at)
        await append(
            session, key=key, chain=HOUSE_CHAIN, act=Act.LETTERS_HELD, actor=THE_HOUSE, at=at, facts={"about": hold_id}
        )
