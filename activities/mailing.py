"""Made letters at the mail server's counter, each noted by itself, whatever the server answers (design.md §8)."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from aiosmtplib import SMTP
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.counter import PATIENCE, NotTaken, Patience, at_the_counter, hand_over
from press.mail import compose
from press.said import AnyLetter
from records import ledger
from records.database import Sessions
from records.letter import LetterRow
from settings import Settings

# A server that starts again is met within seconds; ten attempts take two minutes.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=20)


@dataclass(frozen=True)
class Made:
    """A letter with its PDF."""

    row: LetterRow
    letter: AnyLetter
    pdf: bytes

    @property
    def sha256(self) -> str:
        """Hash of the PDF."""
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True)
class Mailing:
    """What handing over needs: the ledger, the mail server, and how long we wait for it."""

    sessions: Sessions
    settings: Settings
    patience: Patience = PATIENCE

    async def mail(self, made: Iterable[Made]) -> None:
        """One letter after another; what the page has no time for goes back to wait.

        A conversation that breaks off costs one letter its turn, and the next begins another.
        Raises ApplicationError while nobody is at the counter and the letters are not held for it yet.
        """
        left, clock = deque(made), asyncio.get_running_loop().time
        over = clock() + self.patience.page
        while left and clock() < over:
            if (server := await self._counter(left)) is None:
                return
            try:
                while left and server.is_connected and clock() < over:
                    await self._hand_over(server, left.popleft())
            finally:
                server.close()
        if left:
            async with self.sessions.begin() as session:
                await ledger.put_back(session, [one.row for one in left])

    async def _counter(self, left: Sequence[Made]) -> SMTP | None:
        """A conversation with the server; None where there is none and the letters are held for it by now."""
        try:
            return await at_the_counter(self.settings, self.patience)
        except NotTaken as nobody:
            told = nobody.told
        attempt = activity.info().attempt
        async with self.sessions.begin() as session:
            if await ledger.note_no_server(session, [one.row for one in left], told.reply, attempt):
                return None
        # Letters stay claimed by this page, which is tried again; replies and addresses never reach the failure.
        message = "the mail server cannot be reached"
        raise ApplicationError(
            message,
            type="MailServerUnreachable",
            next_retry_delay=_wait(attempt),
            category=ApplicationErrorCategory.BENIGN,
        )

    async def _hand_over(self, server: SMTP, one: Made) -> None:
        """One letter, unless a later attempt of this page has it by now, or it was held."""
        async with self.sessions.begin() as session:
            if not await ledger.still_mine(session, one.row, one.row.claimed_by or ""):
                return
        try:
            reply = await hand_over(server, self._message(one), self.patience)
        except ValueError as error:
            async with self.sessions.begin() as session:
                await ledger.note_failed(session, one.row, str(error))
        except NotTaken as refused:
            async with self.sessions.begin() as session:
                await ledger.note_not_taken(session, one.row, refused.told)
        else:
            async with self.sessions.begin() as session:
                await ledger.note_handed_over(session, one.row, one.sha256, reply)

    def _message(self, one: Made) -> EmailMessage:
        return compose(
            one.letter,
            one.pdf,
            sender=self.settings.mail_sender,
            to=one.row.address or "",
            message_id=one.row.message_id,
            sent_at=datetime.now(UTC),
        )


def _wait(attempt: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempt - 1, ledger.MOST_DOUBLINGS)), LONGEST_WAIT)
