"""Mails to people of the house and to dairies, sent by the post between the letters (docs/decisions/0011)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from aiosmtplib import SMTP

import records.dairy_digest
import records.sampling
from activities.counter import NotTaken, at_the_counter, hand_over
from press.dairy_digest import DairyDigest, compose_dairy_digest
from press.digest import DigestMail, compose_digest
from press.sample import as_test, compose_test
from press.written import House
from records import staff_mail
from records.dairy_digest import plan_dairy_digests
from records.database import Sessions
from records.digest import next_morning, plan_digests
from records.person import StaffMailRow
from scheme.language import Language
from scheme.mail_reply import Refused
from settings import Settings


@dataclass(frozen=True)
class StaffPost:
    """What sending needs: the database and the mail server."""

    sessions: Sessions
    settings: Settings
    house: House

    async def send_due(self, size: int) -> int:
        """Plan today's mails if it is time, hand over up to `size`; how many were dealt with.

        A server that does not answer puts them off: people of the house can wait, letters of farmers come first.
        """
        async with self.sessions.begin() as session:
            await plan_digests(session)
            await plan_dairy_digests(session)
        async with self.sessions.begin() as session:
            rows = await staff_mail.claim_staff_mail(session, size)
        if rows:
            await self._hand_over(rows)
        return len(rows)

    async def next_due(self) -> datetime | None:
        """Real time at which there is something to do again, if it is known."""
        async with self.sessions() as session:
            dues = (await staff_mail.next_staff_mail(session), await next_morning(session))
        return min((due for due in dues if due is not None), default=None)

    async def _hand_over(self, rows: list[StaffMailRow]) -> None:
        left = list(rows)
        try:
            server = await at_the_counter(self.settings)
        except NotTaken as nobody:
            await self._not_taken(left, nobody.told)
            return
        try:
            while left and server.is_connected:
                await self._one(server, left.pop(0))
        finally:
            server.close()
        async with self.sessions.begin() as session:
            for row in left:
                await staff_mail.put_back_staff_mail(session, row)

    async def _one(self, server: SMTP, row: StaffMailRow) -> None:
        try:
            message = self._message(row)
            reply = await hand_over(server, message)
        except ValueError as error:
            async with self.sessions.begin() as session:
                await staff_mail.note_staff_mail_failed(session, row, str(error))
        except NotTaken as refused:
            await self._not_taken([row], refused.told)
        else:
            async with self.sessions.begin() as session:
                await staff_mail.note_staff_mail_sent(session, row, reply)

    def _message(self, row: StaffMailRow) -> EmailMessage:
        match row.kind:
            case records.sampling.KIND:
                return self._test(row)
            case records.dairy_digest.KIND:
                return self._dairy(row)
            case _:
                return self._digest(row)

    def _dairy(self, row: StaffMailRow) -> EmailMessage:
        return compose_dairy_digest(
            DairyDigest(row.message_id, row.day, row.words, self.settings.practice),
            sender=self.settings.mail_sender,
            site=self.settings.public_url.rstrip("/"),
            sent_at=datetime.now(UTC),
        )

    def _digest(self, row: StaffMailRow) -> EmailMessage:
        return compose_digest(
            DigestMail(row.message_id, row.day, row.words, self.settings.practice),
            sender=self.settings.mail_sender,
            site=self.settings.public_url.rstrip("/"),
            sent_at=datetime.now(UTC),
        )

    def _test(self, row: StaffMailRow) -> EmailMessage:
        words = row.words
        letter = as_test(Language(words["language"]), words["case_id"], words["farm_id"], words["letter"], self.house)
        return compose_test(
            letter,
            sender=self.settings.mail_sender,
            to=words["address"],
            message_id=row.message_id,
            sent_at=datetime.now(UTC),
        )

    async def _not_taken(self, rows: Sequence[StaffMailRow], told: Refused) -> None:
        async with self.sessions.begin() as session:
            for row in rows:
                await staff_mail.note_staff_mail_not_taken(session, row, told)
