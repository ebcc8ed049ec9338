"""`ikm letters list`: the ledger for a second terminal."""

from typing import Any

from sqlmodel import col, select

from commands.open import opened
from commands.say import stdout, tell
from records.letter import LetterRow, LetterState


async def show(state: LetterState | None, *, json: bool) -> None:
    """Every letter, or those in one state, by key: who, what, how far, under which Message-ID."""
    query = select(LetterRow).order_by(col(LetterRow.letter_key))
    if state is not None:
        query = query.where(LetterRow.state == state)
    async with opened() as house, house.sessions() as session:
        letters = [_line(row) for row in await session.exec(query)]
    if json:
        tell({"letters": letters})
        return
    for letter in letters:
        stdout.print(" ".join(str(value or "-") for value in letter.values()))


def _line(row: LetterRow) -> dict[str, Any]:
    return {
        "letterKey": row.letter_key,
        "channel": row.channel,
        "state": row.state,
        "messageId": row.message_id,
        "attempts": row.attempts,
        "smtpReply": row.smtp_reply,
    }
