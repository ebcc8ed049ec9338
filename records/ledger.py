"""The ledger's way from planned to handed over: claims, notes and holds (design.md §8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.asking import date_anew, tell_if_late
from records.failing import HOUSE_HOLD, count_failure, end_failures
from records.letter import HoldRow, LetterChannel, LetterRow, LetterState
from records.letter_task import ABOUT_LETTERS, close_letter_tasks, open_letter_task
from records.posting import renew
from records.task import TaskKind
from scheme.mail_reply import GIVEN_UP, Refused, Verdict

# Tries at growing distance: most greylists open by the fifth (7½ minutes), and thirty take a day.
MOST_TRIES = 30
# A letter whose reply never came may have arrived each time: no mailbox gets it more often than this.
MOST_COPIES = 4
FIRST_RETRY = timedelta(seconds=30)
# What was the server's and not the letter's is often over in a moment: it starts again.
SERVER_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
# More than enough to reach the longest; without an end the number outgrows what a duration can hold.
MOST_DOUBLINGS = 11

# What is held, as records/holding.py says it: failures of the mail server hold no letter that was meant for paper.
_CLAIM = text("""
WITH due AS (
    SELECT letter_key FROM letter l
    WHERE ((state = 'planned' AND due_at <= clock_timestamp())
           OR (state = 'sending' AND claimed_at < clock_timestamp() - interval '10 minutes'))
      AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post')
                      AND NOT (h.held_by IS NULL AND l.channel = 'paper' AND l.smtp_reply IS NULL))
    ORDER BY due_at, letter_key LIMIT :size FOR UPDATE SKIP LOCKED)
UPDATE letter SET state = 'sending', claimed_at = clock_timestamp(), claimed_by = :claimant, attempts = attempts + 1
FROM due WHERE letter.letter_key = due.letter_key
""")

_NEXT_DUE = text("""
SELECT min(due_at) FROM letter l WHERE state = 'planned'
AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post')
                AND NOT (h.held_by IS NULL AND l.channel = 'paper' AND l.smtp_reply IS NULL))
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
    await put_back(session, [row])
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
    await end_failures(session, row)
    if row.attempts > 1:
        await close_letter_tasks(session, row, ABOUT_LETTERS)


async def note_to_print(session: AsyncSession, row: LetterRow, sha256: str) -> None:
    """A paper letter is ready for somebody to print."""
    await _note(session, row, {"state": LetterState.TO_PRINT, "sha256": sha256})
    if row.attempts > 1:
        await close_letter_tasks(session, row, (TaskKind.LETTER_FAILED,))


async def printed_anew(session: AsyncSession, size: int) -> list[LetterRow]:
    """Letters that were dated anew at the printer: the hash that was noted before is of another text."""
    query = select(LetterRow).where(LetterRow.state == LetterState.PRINTED, col(LetterRow.sha256).is_(None))
    return list(await session.exec(query.order_by(LetterRow.letter_key).limit(size)))


async def note_hash(session: AsyncSession, row: LetterRow, sha256: str) -> None:
    """The hash of the PDF that was printed; one that was noted stays."""
    anew = update(LetterRow).where(col(LetterRow.letter_key) == row.letter_key, col(LetterRow.sha256).is_(None))
    await session.execute(anew.values(sha256=sha256))


async def note_not_taken(session: AsyncSession, row: LetterRow, told: Refused) -> None:
    """The mail server refused it, or nobody knows: the letter goes out later, or on paper (docs/decisions/0021)."""
    if told.verdict is Verdict.FOR_GOOD:
        await note_refused(session, row, told.reply)
    elif _was_last(row, told):
        await note_refused(session, row, f"{GIVEN_UP}: {told.reply}")
    else:
        await note_later(session, row, told.reply, SERVER_RETRY if told.verdict is Verdict.SERVER else FIRST_RETRY)
        if told.verdict is Verdict.FOR_NOW and (told.asks_for_patience or _tries(row) > 1):
            return
    await count_failure(session, row, told.reply)


async def note_no_server(session: AsyncSession, rows: Sequence[LetterRow], reply: str, attempt: int) -> bool:
    """Nobody takes these letters, for the `attempt`th time; whether they are all held now and went back to wait."""
    for row in {row.round_id: row for row in rows}.values():
        await count_failure(session, row, reply, most=attempt)
    held = set(await session.exec(select(HoldRow.hold_id).where(HoldRow.held)))
    waiting = [row for row in rows if held & {row.round_id, HOUSE_HOLD}]
    await put_back(session, waiting)
    return len(waiting) == len(rows)


async def put_back(session: AsyncSession, rows: Sequence[LetterRow]) -> None:
    """Letters that were claimed and not tried wait again, as if nobody had claimed them."""
    for row in rows:
        await _note(session, row, {"state": LetterState.PLANNED, "attempts": LetterRow.attempts - 1})


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


def _tries(row: LetterRow) -> int:
    """How often it was tried since it was given up the last time, or ever."""
    return (row.attempts - 1) % MOST_TRIES + 1


def _was_last(row: LetterRow, told: Refused) -> bool:
    return _tries(row) >= (MOST_COPIES if told.may_have_arrived else MOST_TRIES)


async def note_later(session: AsyncSession, row: LetterRow, reply: str, first: timedelta = FIRST_RETRY) -> None:
    """The same letter goes out later, under the same Message-ID. first: the wait after the first attempt."""
    wait = min(first * 2 ** min(_tries(row) - 1, MOST_DOUBLINGS), LONGEST_RETRY)
    due = text("clock_timestamp() + make_interval(secs => :wait)").bindparams(wait=wait.total_seconds())
    if await _note(session, row, {"state": LetterState.PLANNED, "smtp_reply": reply, "due_at": due}):
        await renew(session, row.letter_key)


async def note_refused(session: AsyncSession, row: LetterRow, reply: str) -> None:
    """No mail server takes it: the ledger keeps the reply that says why."""
    on_paper = {"state": LetterState.PLANNED, "channel": LetterChannel.PAPER, "smtp_reply": reply}
    if await _note(session, row, on_paper):
        await renew(session, row.letter_key)
        await open_letter_task(session, row, TaskKind.LETTER_REFUSED)
