"""A dairy's webhook: where what changed for its suppliers' certificates is posted, and how often that is tried."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from scheme.errors import Rule, RuleViolationError

# The distances that the Standard Webhooks specification proposes: ten attempts in a little over three days.
RETRIES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
# After a new secret was made the one before signs along for so long, so that the receiver can change over meanwhile.
FORMER_SIGNS = timedelta(hours=24)
LONGEST_ADDRESS = 500
# IPv4 written as IPv6 for networks that have no IPv4 of their own (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")
_SHORT = 2**32


class EventKind(StrEnum):
    """What a message is about: the `type` of its CloudEvent."""

    STATUS_CHANGED = "be.ikm.certificate.status-changed"
    TEST = "be.ikm.webhook.test"


class DeliveryState(StrEnum):
    """Where a message is; given up: tried for days in vain, or the address is gone."""

    PLANNED = "planned"
    SENDING = "sending"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class DeliveryTrouble(StrEnum):
    """Why a message was not taken."""

    NO_ANSWER = "no-answer"
    # The name leads into a private network, or in practice away from this machine.
    FORBIDDEN = "forbidden"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    GONE = "gone"


@dataclass(frozen=True)
class Answer:
    """What came of one attempt. http_status: of the answer, None where there was none; trouble None: it was taken."""

    http_status: int | None
    trouble: DeliveryTrouble | None

    @property
    def of_the_address(self) -> bool:
        """Whether nothing else would be taken there either: then one message is tried for all."""
        nobody = self.trouble in {DeliveryTrouble.NO_ANSWER, DeliveryTrouble.FORBIDDEN, DeliveryTrouble.REDIRECTED}
        return nobody or (self.http_status is not None and self.http_status in _BUSY)


_OK, _MOVED, _WRONG, _GONE, _MOST = 200, 300, 400, 410, 600
_BUSY = frozenset({429, *range(500, _MOST)})


def answered(http_status: int) -> Answer:
    """What an answer's status means: any 2xx is a yes, 410 ends the webhook, a redirection is not followed."""
    if _OK <= http_status < _MOVED:
        return Answer(http_status, None)
    if _MOVED <= http_status < _WRONG:
        return Answer(http_status, DeliveryTrouble.REDIRECTED)
    return Answer(http_status, DeliveryTrouble.GONE if http_status == _GONE else DeliveryTrouble.ANSWERED)


def next_try(attempts: int) -> timedelta | None:
    """How long after this many attempts the next one is made; None where it is given up."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def check_address(url: str, *, practice: bool) -> None:
    """Raise RuleViolationError unless messages may go there.

    https to a host, without a user's name or a fragment, and no address of a private network; in practice this machine
    alone, there http too. Where a name leads is looked at each time something is sent.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise RuleViolationError(Rule.WEBHOOK_ADDRESS) from None
    odd = any(sign.isspace() or not sign.isprintable() or not sign.isascii() for sign in url)
    if not host or odd or len(url) > LONGEST_ADDRESS or "@" in parts.netloc or parts.fragment:
        raise RuleViolationError(Rule.WEBHOOK_ADDRESS)
    here = _here(host)
    if practice and not here:
        raise RuleViolationError(Rule.WEBHOOK_PRACTICE)
    if parts.scheme != "https" and not (practice and parts.scheme == "http"):
        raise RuleViolationError(Rule.WEBHOOK_ADDRESS)
    if not practice and (here or _private(host)):
        raise RuleViolationError(Rule.WEBHOOK_PRIVATE)


def may_reach(address: str, *, practice: bool) -> bool:
    """Whether messages may go to this network address: a public one; in practice this machine alone."""
    found = _plain(ip_address(address.partition("%")[0]))
    if practice:
        return found.is_loopback
    return found.is_global and not found.is_multicast


def _here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return _plain(ip_address(host)).is_loopback
    except ValueError:
        return False


def _private(host: str) -> bool:
    """A literal address that is not public; what a name leads to is not known here."""
    try:
        return not may_reach(host, practice=False)
    except ValueError:
        return False


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that stands in one of IPv6, by any of the four ways to write it there."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) % _SHORT)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
