"""The mail server's counter: one conversation hands over one mail (RFC 5321)."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage

from aiosmtplib import SMTP

from settings import Settings

SMTP_TIMEOUT = 20.0
PERMANENT = 500


def mail_server(settings: Settings) -> SMTP:
    """The server of these settings, not yet connected."""
    return SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=settings.smtp_password.get_secret_value() or None,
        start_tls=settings.smtp_starttls,
        timeout=SMTP_TIMEOUT,
    )


async def hand_over(server: SMTP, message: EmailMessage) -> str:
    """The server's reply once it has taken the mail; raises SMTPResponseException when it refuses."""
    await server.mail(_address(message["From"]))
    await server.rcpt(_address(message["To"]))
    response = await server.data(message.as_bytes())
    return f"{response.code} {response.message}"


def _address(header: object) -> str:
    addresses: Sequence[Address] = getattr(header, "addresses", ())
    return addresses[0].addr_spec
