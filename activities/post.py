"""`send_letters`: a page of due letters, rendered, handed over or made ready to print, each noted by itself."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPSenderRefused
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from activities.counter import PERMANENT, hand_over, mail_server
from activities.staff_post import StaffPost
from press.letter import CannotTypesetError, Letter, typeset
from press.mail import compose
from press.pool import PressPool
from press.written import House, Ledger, written
from records import ledger
from records.database import Sessions
from records.letter import LetterChannel, LetterRow
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.post import Sent
from settings import Settings


@dataclass(frozen=True)
class Made:
    """A letter with its PDF."""

    row: LetterRow
    letter: Letter
    pdf: bytes

    @property
    def sha256(self) -> str:
        """Hash of the PDF."""
        return hashlib.sha256(self.pdf).hexdigest()


@dataclass(frozen=True)
class Letters:
    """What sending needs: the database, the press, what letters say about the house, the mail server."""

    sessions: Sessions
    press: PressPool
    house: House
    settings: Settings

    @activity.defn(name="send_letters")
    async def send_letters(self, size: int) -> Sent:
        """Deal with up to `size` due letters; on a retry, first with those this page had claimed.

        May send a mail twice when it was killed between the server's yes and our note: the second carries the
        same Message-ID. No session is open while SMTP talks.
        """
        async with beating():
            return await self._send_page(size)

    async def _send_page(self, size: int) -> Sent:
        info = activity.info()
        claimant = f"{info.workflow_run_id}:{info.activity_id}/{info.attempt}"
        async with self.sessions.begin() as session:
            rows = await ledger.claim(session, claimant, size)
        if not rows:
            return await self._between_letters(size)
        made = await self._make(rows)
        await self._print(made)
        await self._mail([one for one in made if one.row.channel == LetterChannel.MAIL])
        return Sent(len(rows))

    async def _between_letters(self, size: int) -> Sent:
        """No letter is due: the house's own mails, and when there is something to do again."""
        staff = StaffPost(self.sessions, self.settings, self.house)
        if sent := await staff.send_due(size):
            return Sent(sent)
        async with self.sessions() as session:
            dues = (await ledger.next_due(session), await staff.next_due())
        return Sent(0, min((due for due in dues if due is not None), default=None))

    async def _make(self, rows: Sequence[LetterRow]) -> list[Made]:
        letters = [(row, letter) for row in rows if (letter := await self._written(row))]
        try:
            pdfs = await self.press.typeset([letter for _, letter in letters])
        except CannotTypesetError:
            return [made for row, letter in letters if (made := await self._try(row, letter))]
        return [Made(row, letter, pdf) for (row, letter), pdf in zip(letters, pdfs, strict=True)]

    async def _written(self, row: LetterRow) -> Letter | None:
        try:
            return written(_ledger(row), self.house)
        except CannotTypesetError as error:
            await self._note_failed(row, str(error))
            return None

    async def _try(self, row: LetterRow, letter: Letter) -> Made | None:
        """One by one, after a page had a letter that cannot be printed; nothing else runs meanwhile."""
        activity.heartbeat()
        try:
            return Made(row, letter, typeset(letter))
        except CannotTypesetError as error:
            await self._note_failed(row, str(error))
            return None

    async def _note_failed(self, row: LetterRow, why: str) -> None:
        async with self.sessions.begin() as session:
            await ledger.note_failed(session, row, why)

    async def _print(self, made: Sequence[Made]) -> None:
        async with self.sessions.begin() as session:
            for one in made:
                if one.row.channel == LetterChannel.PAPER:
                    await ledger.note_to_print(session, one.row, one.sha256)

    async def _mail(self, made: Sequence[Made]) -> None:
        if not made:
            return
        server = mail_server(self.settings)
        try:
            await server.connect()
        except (SMTPException, OSError):
            # Letters stay claimed by this page, which is tried again; addresses never reach the failure.
            message = "the mail server cannot be reached"
            raise ApplicationError(message, type="MailServerUnreachable") from None
        try:
            for one in made:
                await self._hand_over(server, one)
        except (SMTPException, OSError):
            message = "the mail server went away"
            raise ApplicationError(message, type="MailServerUnreachable") from None
        finally:
            server.close()

    async def _hand_over(self, server: SMTP, one: Made) -> None:
        """One letter, unless a later attempt of this page has it by now, or it was held."""
        async with self.sessions.begin() as session:
            if not await ledger.still_mine(session, one.row, one.row.claimed_by or ""):
                return
        try:
            message = self._message(one)
        except ValueError as error:
            await self._note_failed(one.row, str(error))
            return
        try:
            reply = await hand_over(server, message)
        except SMTPResponseException as refused:
            await self._note_refusal(one.row, refused)
            # A half-told letter would make the server refuse the next one too.
            await server.rset()
            return
        async with self.sessions.begin() as session:
            await ledger.note_handed_over(session, one.row, one.sha256, reply)

    async def _note_refusal(self, row: LetterRow, refused: SMTPResponseException) -> None:
        reply = f"{refused.code} {refused.message}"
        async with self.sessions.begin() as session:
            # A refused sender is our own matter: the farm must not get paper for it.
            if refused.code >= PERMANENT and not isinstance(refused, SMTPSenderRefused):
                await ledger.note_refused(session, row, reply)
            else:
                await ledger.note_later(session, row, reply)

    def _message(self, one: Made) -> EmailMessage:
        return compose(
            one.letter,
            one.pdf,
            sender=self.settings.mail_sender,
            to=one.row.address or "",
            message_id=one.row.message_id,
            sent_at=datetime.now(UTC),
        )


def _ledger(row: LetterRow) -> Ledger:
    return Ledger(LetterKind(row.kind), Language(row.language), row.case_id, row.farm_id, row.code_version, row.words)
