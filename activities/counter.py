"""The mail server's counter: one conversation hands over one mail (RFC 5321)."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from functools import cache
from pathlib import Path

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponseException, SMTPSenderRefused

from scheme.mail_reply import Mishap, Refused, mishap, refused
from settings import MailTls, Settings


@dataclass(frozen=True)
class Patience:
    """Seconds that we wait. answer: for one answer; letter: for all of one letter; page: before a letter is begun.

    A page, a connection and a letter together stay under the activity's own time.
    """

    answer: float = 30.0
    letter: float = 60.0
    page: float = 150.0


PATIENCE = Patience()


class NotTaken(Exception):
    """The server did not take the mail, or nobody knows whether it did."""

    def __init__(self, told: Refused) -> None:
        """Hold what was told; the text of this error names no address."""
        super().__init__(told.verdict)
        self.told = told


async def at_the_counter(settings: Settings, patience: Patience = PATIENCE) -> SMTP:
    """A conversation in which mails can be handed over; raises NotTaken with why there is none."""
    server = SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=settings.mail_tls is MailTls.TLS,
        start_tls=False,
        tls_context=None if settings.mail_tls is MailTls.NONE else _trust(settings.smtp_ca_file),
        timeout=patience.answer,
    )
    try:
        async with asyncio.timeout(patience.letter):
            await _begin(server, settings)
    except NotTaken:
        server.close()
        raise
    except SMTPResponseException as error:
        server.close()
        raise NotTaken(refused(error.code, error.message, ours=True)) from None
    except (SMTPException, OSError) as error:
        server.close()
        raise NotTaken(mishap(Mishap.UNTRUSTED if _untrusted(error) else Mishap.UNREACHABLE)) from None
    return server


async def hand_over(server: SMTP, message: EmailMessage, patience: Patience = PATIENCE) -> str:
    """The server's reply once it has taken the mail; raises NotTaken, after which the conversation may be over."""
    lost = Mishap.LOST
    try:
        async with asyncio.timeout(patience.letter):
            content = await _tell_envelope(server, message)
            lost = Mishap.LOST_AFTER_DATA
            response = await server.data(content)
    except SMTPResponseException as error:
        await _forget(server)
        raise NotTaken(refused(error.code, error.message, ours=isinstance(error, SMTPSenderRefused))) from None
    except (SMTPException, OSError) as error:
        server.close()
        slow = isinstance(error, TimeoutError) and lost is Mishap.LOST
        raise NotTaken(mishap(Mishap.TOO_SLOW if slow else lost)) from None
    return f"{response.code} {response.message}"


async def _begin(server: SMTP, settings: Settings) -> None:
    """Connect, encrypt and sign in, as the settings say; a mail never goes the plain way where TLS was asked for."""
    await server.connect()
    await _greet(server)
    if settings.mail_tls is MailTls.STARTTLS:
        if not server.supports_extension("starttls"):
            raise NotTaken(mishap(Mishap.NO_TLS))
        await server.starttls()
        await _greet(server)
    if settings.smtp_username:
        if not server.supported_auth_methods:
            raise NotTaken(mishap(Mishap.NO_SIGN_IN))
        await server.login(settings.smtp_username, settings.smtp_password.get_secret_value())


async def _greet(server: SMTP) -> None:
    try:
        await server.ehlo()
    except SMTPHeloError:
        await server.helo()


async def _tell_envelope(server: SMTP, message: EmailMessage) -> bytes:
    """Sender and recipient; the mail's bytes as this server can take them."""
    sender, recipient = _address(message["From"]), _address(message["To"])
    if sender.isascii() and recipient.isascii():
        await server.mail(sender)
        await server.rcpt(recipient)
        return message.as_bytes()
    if not server.supports_extension("smtputf8"):
        raise NotTaken(mishap(Mishap.NO_EIGHT_BIT))
    await server.mail(sender, options=["SMTPUTF8", "BODY=8BITMIME"], encoding="utf-8")
    await server.rcpt(recipient, encoding="utf-8")
    return message.as_bytes(policy=SMTPUTF8)


async def _forget(server: SMTP) -> None:
    """A half-told letter would make the server refuse the next one too; where it cannot forget, we leave."""
    try:
        await server.rset()
    except (SMTPException, OSError):
        server.close()


@cache
def _trust(authorities: Path | None) -> ssl.SSLContext:
    """Certificates of these authorities, or of the machine's, for the server's own name; read once."""
    return ssl.create_default_context(cafile=authorities)


def _untrusted(error: BaseException | None) -> bool:
    """Whether a certificate was the reason, or the reason's reason."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__
    return False


def _address(header: object) -> str:
    addresses: Sequence[Address] = getattr(header, "addresses", ())
    return addresses[0].addr_spec
