"""`send_letters`: a page of due letters, rendered, handed over or made ready to print, each noted by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from temporalio import activity

from activities.beating import beating
from activities.certificate_post import CertificatePost
from activities.counter import PATIENCE, Patience
from activities.mailing import Made, Mailing
from activities.staff_post import StaffPost
from activities.webhook_post import WebhookPost
from press.letter import CannotTypesetError
from press.pool import PressPool
from press.said import AnyLetter, typeset
from press.signing_key import SigningKey
from press.told import any_written
from press.written import House, Ledger
from records import ledger
from records.database import Sessions
from records.letter import LetterChannel, LetterRow
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.post import Sent, page_of
from settings import Settings


@dataclass(frozen=True)
class Letters:
    """What sending needs: the database, the press, what letters say about the house, the mail server."""

    sessions: Sessions
    press: PressPool
    house: House
    settings: Settings
    patience: Patience = PATIENCE

    @activity.defn(name="send_letters")
    async def send_letters(self, size: int) -> Sent:
        """Deal with up to `size` due letters, fewer at a low rate; on a retry, first with those this page had claimed.

        May send a mail twice when it was killed between the server's yes and our note: the second carries the
        same Message-ID. No session is open while SMTP talks.
        """
        async with beating():
            return await self._send_page(min(size, page_of(self.settings.mail_rate)))

    async def _send_page(self, size: int) -> Sent:
        info = activity.info()
        claimant = f"{info.workflow_run_id}:{info.activity_id}/{info.attempt}"
        async with self.sessions.begin() as session:
            rows = await ledger.claim(session, claimant, size)
        if not rows:
            return await self._between_letters(size)
        made = await self._make(rows)
        await self._print(made)
        await self._mailing.mail(one for one in made if one.row.channel == LetterChannel.MAIL)
        return Sent(len(rows))

    @property
    def _mailing(self) -> Mailing:
        return Mailing(self.sessions, self.settings, self.patience)

    async def _between_letters(self, size: int) -> Sent:
        """No letter is due: hashes of what was dated anew, certificates, mails, messages to dairies, when to look."""
        if hashed := await self._note_hashes(size):
            return Sent(hashed)
        certificates = CertificatePost(self.sessions, self.settings, _signing_key(self.settings))
        if made := await certificates.make_due(size):
            return Sent(made)
        staff = StaffPost(self.sessions, self.settings, self.house)
        if sent := await staff.send_due(size):
            return Sent(sent)
        webhooks = WebhookPost(self.sessions, self.house)
        if posted := await webhooks.send_due(size):
            return Sent(posted)
        async with self.sessions() as session:
            letters = await ledger.next_due(session)
        dues = (letters, await staff.next_due(), await certificates.next_due(), await webhooks.next_due())
        return Sent(0, min((due for due in dues if due is not None), default=None))

    async def _note_hashes(self, size: int) -> int:
        """Letters that were dated anew at the printer are written again from their rows; how many."""
        async with self.sessions() as session:
            rows = await ledger.printed_anew(session, size)
        if not rows:
            return 0
        made = await self._make(rows)
        async with self.sessions.begin() as session:
            for one in made:
                await ledger.note_hash(session, one.row, one.sha256)
        return len(made)

    async def _make(self, rows: Sequence[LetterRow]) -> list[Made]:
        letters = [(row, letter) for row in rows if (letter := await self._written(row))]
        try:
            pdfs = await self.press.typeset([letter for _, letter in letters])
        except CannotTypesetError:
            return [made for row, letter in letters if (made := await self._try(row, letter))]
        return [Made(row, letter, pdf) for (row, letter), pdf in zip(letters, pdfs, strict=True)]

    async def _written(self, row: LetterRow) -> AnyLetter | None:
        try:
            return any_written(_ledger(row), self.house)
        except CannotTypesetError as error:
            await self._note_failed(row, str(error))
            return None

    async def _try(self, row: LetterRow, letter: AnyLetter) -> Made | None:
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


def _ledger(row: LetterRow) -> Ledger:
    return Ledger(LetterKind(row.kind), Language(row.language), row.case_id, row.farm_id, row.code_version, row.words)


def _signing_key(settings: Settings) -> SigningKey:
    passphrase = settings.signing_passphrase.get_secret_value()
    return SigningKey(settings.signing_key_file, settings.signing_chain_file, passphrase)
