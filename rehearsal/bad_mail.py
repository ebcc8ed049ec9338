"""Mail servers that misbehave, each in its manner (RFC 5321, 3463, 4954, 6647); for tests, rehearsals and proofs."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from enum import StrEnum
from typing import Any, AnyStr, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LOOPBACK = "127.0.0.1"
PASSWORD = "correct horse battery staple"  # noqa: S105  # of a server that exists nowhere


class Step(StrEnum):
    """Where in a conversation a server misbehaves. CONTENT: the whole letter has been told."""

    GREETING = "greeting"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


class Whom(StrEnum):
    """To whom. FIFTHS: every fifth address, always the same; FIRST_TIME: each address once; THIRDS: letters."""

    EVERYBODY = "everybody"
    FIFTHS = "fifths"
    FIRST_TIME = "first-time"
    THIRDS = "thirds"


@dataclass(frozen=True)
class Manner:
    """How a server misbehaves. says: its answer at that step, None where it hangs up instead (and keeps the letter).

    pause: seconds before each line it says. only_seven_bit: it knows neither 8BITMIME nor SMTPUTF8.
    """

    at: Step | None = None
    to: Whom = Whom.EVERYBODY
    says: str | None = None
    pause: float = 0.0
    only_seven_bit: bool = False
    wants_tls: bool = False
    wants_password: bool = False


POLITE = Manner()
MANNERS = {
    "polite": POLITE,
    "closed": Manner(Step.GREETING, says="421 4.3.2 Closed for maintenance"),
    "closes in the middle": Manner(Step.SENDER, Whom.THIRDS, "421 4.7.0 Too many letters in one conversation"),
    "later for a fifth": Manner(Step.RECIPIENT, Whom.FIFTHS, "451 4.3.0 Lookup failed"),
    "later for everybody": Manner(Step.RECIPIENT, says="451 4.3.0 Lookup failed"),
    "full for a fifth": Manner(Step.RECIPIENT, Whom.FIFTHS, "452 4.2.2 Mailbox full"),
    "unknown for a fifth": Manner(Step.RECIPIENT, Whom.FIFTHS, "550 5.1.1 No such mailbox"),
    "unwanted by everybody": Manner(Step.RECIPIENT, says="554 5.7.1 You are on a list of senders nobody wants"),
    "too large for a fifth": Manner(Step.CONTENT, Whom.FIFTHS, "552 5.3.4 Message too large"),
    "slow": Manner(pause=0.05),
    "hangs up before the letter": Manner(Step.RECIPIENT, Whom.THIRDS),
    "hangs up after the letter": Manner(Step.CONTENT, Whom.THIRDS),
    "hangs up after a fifth": Manner(Step.CONTENT, Whom.FIFTHS),
    "hangs up on everybody once": Manner(Step.CONTENT, Whom.FIRST_TIME),
    "greylists": Manner(Step.RECIPIENT, Whom.FIRST_TIME, "450 4.7.1 Greylisted, come back in five minutes"),
    "sender unknown": Manner(Step.SENDER, says="550 5.7.1 This sender may not send here"),
    "wants encryption": Manner(wants_tls=True),
    "wants a password": Manner(wants_password=True),
    "only seven bit": Manner(only_seven_bit=True),
}


@dataclass
class BadMail:
    """A server of a manner. taken: recipient and Message-ID of each letter it kept, as often as it kept it."""

    manner: Manner
    port: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)
    letters: int = 0
    met: Counter[str] = field(default_factory=Counter)

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """What it can."""
        session.host_name = hostname
        return [line for line in answers if not (self.manner.only_seven_bit and "8BITMIME" in line)]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The sender."""
        if self.manner.wants_password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        self.letters += 1
        envelope.mail_from = address
        return self._answer(server, Step.SENDER, address, "250 2.1.0 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The recipient."""
        answer = self._answer(server, Step.RECIPIENT, address, "250 2.1.5 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The letter, kept unless it is refused."""
        content, (address,) = cast("bytes", envelope.content), envelope.rcpt_tos
        if self.manner.only_seven_bit and not content.isascii():
            return "554 5.6.1 Eight-bit letters are not taken here"
        answer = self._answer(server, Step.CONTENT, address, "250 2.0.0 Kept")
        if answer.startswith("2"):
            self.taken.append((address, message_from_bytes(content)["Message-ID"]))
        return answer

    def authenticate(self, *request: Any) -> AuthResult:
        """Whether name and password are right."""
        told = request[-1]
        right = isinstance(told, LoginPassword) and told.password == PASSWORD.encode()
        return AuthResult(success=right, handled=False)

    def _answer(self, server: SMTP, step: Step, address: str, otherwise: str) -> str:
        if step is not self.manner.at or not self._hits(address):
            return otherwise
        if self.manner.says is None:
            cast("Any", server).transport.abort()
            return otherwise
        return self.manner.says

    def _hits(self, address: str) -> bool:
        self.met[address] += 1
        return {
            Whom.EVERYBODY: True,
            Whom.FIFTHS: is_fifth(address),
            Whom.FIRST_TIME: self.met[address] == 1,
            Whom.THIRDS: self.letters % 3 == 0,
        }[self.manner.to]


def is_fifth(address: str) -> bool:
    """Whether a server that misbehaves to a fifth of the addresses does so to this one."""
    return sum(address.encode()) % 5 == 0


class Conversation(SMTP):
    """A conversation in the server's manner: its greeting and its pace."""

    async def push(self, status: AnyStr) -> None:
        """Say one line, slowly perhaps; the greeting may be the last."""
        bad = cast("BadMail", self.event_handler)
        await asyncio.sleep(bad.manner.pause)
        if self._greets and bad.manner.at is Step.GREETING:
            await super().push(bad.manner.says or "")
            cast("Any", self).transport.close()
            return
        self._greets = False
        await super().push(status)

    _greets = True


@asynccontextmanager
async def serving(
    manner: Manner, *, port: int = 0, certificate: ssl.SSLContext | None = None
) -> AsyncIterator[BadMail]:
    """A server of this manner on the loopback, until the block ends. certificate: for one that offers STARTTLS."""
    bad = BadMail(manner)

    def conversation() -> SMTP:
        return Conversation(
            bad,
            hostname="localhost",
            enable_SMTPUTF8=not manner.only_seven_bit,
            tls_context=certificate,
            require_starttls=manner.wants_tls,
            authenticator=bad.authenticate,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, LOOPBACK, port)
    bad.port = server.sockets[0].getsockname()[1]
    try:
        yield bad
    finally:
        server.close()
        await server.wait_closed()
