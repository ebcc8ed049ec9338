"""Addresses the mailbox refuses until told otherwise, so that a letter that fails can be seen on purpose.

Kept in memory: a mailbox that starts again takes every letter.
"""

import re
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

ANSWER = re.compile(r"[45][0-9]{2} [ -~]{1,400}")


@dataclass
class Refusals:
    """What is answered to letters for these addresses, such as "550 5.1.1 No such mailbox"."""

    answers: dict[str, str] = field(default_factory=dict)

    def refuse(self, address: str, answer: str) -> None:
        """Refuse this address from now on. Raises ValueError for what no mail server answers."""
        if ANSWER.fullmatch(answer) is None:
            message = "the answer must be a code from 400 to 599, a space and a line of plain text"
            raise ValueError(message)
        self.answers[address.casefold()] = answer

    def accept(self, address: str) -> None:
        """Take letters to this address again."""
        self.answers.pop(address.casefold(), None)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take the recipient, or give the answer kept for it (RFC 5321, 4.1.1.3)."""
        if (refused := self.answers.get(address.casefold())) is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"
