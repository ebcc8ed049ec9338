"""What became of a mail at its server: the reply, or what happened in its place (RFC 5321, RFC 3463)."""

import re
from dataclasses import dataclass
from enum import StrEnum

# The last answer of a letter that was tried for too long stands behind this.
GIVEN_UP = "given-up"


class Mishap(StrEnum):
    """What happened where no mail server replied; the ledger keeps it in the reply's place."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    NO_TLS = "no-tls"
    NO_SIGN_IN = "no-sign-in"
    LOST = "lost"
    # The letter was told whole and the reply never came: it may have arrived.
    LOST_AFTER_DATA = "lost-after-data"
    TOO_SLOW = "too-slow"
    # The address has letters beyond ASCII before its @, and the server takes no such address.
    NO_EIGHT_BIT = "no-eight-bit"


# What of a letter's last reply says, as a pattern that the database knows too, that no mail server took it.
REFUSED = f"^([45][0-9][0-9]|{GIVEN_UP}|{'|'.join(Mishap)})"
# Refusals that pass, after which the same address may take the letter: the database knows this pattern too.
# Given up after a day, but for one that may have arrived; for good: a full mailbox (X.2.2), a server that was closed,
# full or out of reach (X.3, X.4.5, X.4.7), our own address (X.1.7, X.1.8), distrust (X.7); 552 and 554 say as much.
PASSES = (
    rf"^({GIVEN_UP}: (?!{Mishap.LOST_AFTER_DATA})"
    r"|5[0-9][0-9][ -]5\.(2\.2|3\.[0-9]|4\.[57]|1\.[78]|7\.[0-9])"
    r"|55[24][ -](?!5\.[0-9]))"
)


class Verdict(StrEnum):
    """What a refusal is about. SERVER: the server or our account with it, whatever the letter was."""

    SERVER = "server"
    FOR_NOW = "for-now"
    FOR_GOOD = "for-good"


@dataclass(frozen=True)
class Refused:
    """A mail that was not taken: the reply, or a mishap, as the ledger keeps it, and what it is about."""

    reply: str
    verdict: Verdict

    @property
    def asks_for_patience(self) -> bool:
        """Whether the server wants this very mail again later: a full mailbox (X.2), or greylisting (X.7)."""
        return _PATIENCE.match(self.reply) is not None

    @property
    def may_have_arrived(self) -> bool:
        """Whether sending it once more may deliver it once more."""
        return self.reply == Mishap.LOST_AFTER_DATA


_PATIENCE = re.compile(r"4[0-9]{2} 4\.[27]\.")
_FIRST_TEMPORARY, _FIRST_PERMANENT, _FIRST_BEYOND = 400, 500, 600
# The service closes; authentication or encryption is missing, too weak or refused (RFC 4954, RFC 3207).
_ABOUT_THE_SERVER = frozenset({421, 454, 530, 534, 535, 538})
_TOO_LARGE = 552


def refused(code: int, message: str, *, ours: bool = False) -> Refused:
    """What the server's refusal is about. ours: it answers to our address or our greeting, not to the farm's."""
    reply = f"{code} {message}"
    about_us = ours and code != _TOO_LARGE
    if about_us or code in _ABOUT_THE_SERVER or not _FIRST_TEMPORARY <= code < _FIRST_BEYOND:
        return Refused(reply, Verdict.SERVER)
    return Refused(reply, Verdict.FOR_GOOD if code >= _FIRST_PERMANENT else Verdict.FOR_NOW)


def mishap(what: Mishap) -> Refused:
    """What happened is the server's, but for an address that it cannot write."""
    return Refused(what.value, Verdict.FOR_GOOD if what is Mishap.NO_EIGHT_BIT else Verdict.SERVER)
