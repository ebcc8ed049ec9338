"""A certificate on any day: valid, suspended, withdrawn, replaced, expired (design.md §11; ISO/IEC 17065, 7.7 to 7.11).

What was decided is a row of turns that only grows: the status of every day, also of one long past, is read from them.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.days import add_days
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PATTERNS, CertificateNumber
from scheme.people import Action, Actor, Role, may

_DIGITS = 6


class Status(StrEnum):
    """What a certificate is on a day.

    Decided are valid (again), suspended, withdrawn and replaced; the others follow from its days and from its farm.
    """

    NOT_BEGUN = "not-begun"
    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    EXPIRED = "expired"
    # Its farm no longer takes part.
    ENDED = "ended"

    @property
    def in_directory(self) -> bool:
        """Whether the directory names a farm whose certificate is that."""
        return self in {Status.VALID, Status.SUSPENDED}


# What only a decision makes.
DECIDED = frozenset({Status.VALID, Status.SUSPENDED, Status.WITHDRAWN, Status.REPLACED})
# What is, or will be, of use to its farm.
IN_USE = frozenset({Status.NOT_BEGUN, Status.VALID, Status.SUSPENDED})
# What is over whatever its last day says.
OVER = frozenset({Status.WITHDRAWN, Status.REPLACED})


class Reason(StrEnum):
    """Why a status was decided; codes, for the words stand with the case."""

    UNANNOUNCED_AUDIT = "unannounced-audit"
    ACCESS_REFUSED = "access-refused"
    ACTION_LATE = "action-late"
    REMEDIED = "remedied"
    EXTENSION = "extension"
    EXTENSION_TAKEN_BACK = "extension-taken-back"
    DISPUTE = "dispute"
    NEW_CERTIFICATE = "new-certificate"
    OWN_REQUEST = "own-request"
    CORRECTION = "correction"
    TAKEOVER = "takeover"


class Why(StrEnum):
    """Why a version of a certificate was written."""

    ISSUED = "issued"
    NAME = "name"
    HOLDER = "holder"
    ADDRESS = "address"
    NUMBERS = "numbers"
    CORRECTION = "correction"


class Trouble(StrEnum):
    """Why a document could not be made yet."""

    NO_KEY = "no-key"
    KEY_UNREADABLE = "key-unreadable"
    KEY_ENDED = "key-ended"
    # The key is not that of the first certificate of its chain.
    KEY_MISMATCH = "key-mismatch"
    CANNOT_TYPESET = "cannot-typeset"


@dataclass(frozen=True)
class Turn:
    """What was decided: the status from that day on, and the last day where it was moved."""

    from_day: date
    status: Status
    valid_until: date | None = None


@dataclass(frozen=True)
class History:
    """A certificate's days as issued, both counted, and its turns in the order in which they were decided.

    stopped_on: the last day on which its farm took part, None while it does.
    """

    valid_from: date
    valid_until: date
    turns: tuple[Turn, ...] = ()
    stopped_on: date | None = None


@dataclass(frozen=True)
class Standing:
    """A status, the first day on which it held, and the certificate's last day as it was then."""

    status: Status
    since: date
    valid_until: date


def status_on(history: History, day: date) -> Status:
    """What the certificate is on that day."""
    return standing_on(history, day).status


def standing_on(history: History, day: date) -> Standing:
    """What the certificate is on that day, and since when.

    Of two turns of the same day the later decided one holds. A withdrawn one stays so after its last day; what is
    suspended when its last day passes is expired.
    """
    turns = sorted((turn for turn in history.turns if turn.from_day <= day), key=lambda turn: turn.from_day)
    moved = next((turn for turn in reversed(turns) if turn.valid_until), None)
    until = history.valid_until if moved is None or moved.valid_until is None else moved.valid_until
    decided, since = _decided(history, turns)
    if decided in OVER:
        return Standing(decided, since, until)
    if history.stopped_on is not None and history.stopped_on < day:
        return Standing(Status.ENDED, max(add_days(history.stopped_on, 1), history.valid_from), until)
    if day < history.valid_from:
        return Standing(Status.NOT_BEGUN, history.valid_from, until)
    if day > until:
        # Where the last day was moved back behind a day that has passed, it counted until then.
        ended = add_days(until, 1)
        return Standing(Status.EXPIRED, ended if moved is None else max(ended, moved.from_day), until)
    return Standing(decided, max(since, history.valid_from), until)


def _decided(history: History, turns: list[Turn]) -> tuple[Status, date]:
    """The status that was decided last, and the first day of the turns that say so without a break."""
    status, since = Status.VALID, history.valid_from
    for turn in turns:
        if turn.status is not status:
            status, since = turn.status, turn.from_day
    return status, since


# What stands on a certificate of its farm, by what a change of it means.
PRINTED: Mapping[str, Why] = {
    "holder": Why.HOLDER,
    "enterprise_number": Why.HOLDER,
    "name": Why.NAME,
    "street": Why.ADDRESS,
    "postcode": Why.ADDRESS,
    "city": Why.ADDRESS,
    "country": Why.ADDRESS,
    "site_street": Why.ADDRESS,
    "site_postcode": Why.ADDRESS,
    "site_city": Why.ADDRESS,
    "establishment_unit": Why.NUMBERS,
    "herd_number": Why.NUMBERS,
    "language": Why.CORRECTION,
}


def check_revision(actor: Actor, differing: Collection[str]) -> Why:
    """Why a new version is written where these columns of PRINTED differ from what was printed last.

    Another holder may be a takeover, which is decided about (ISO/IEC 17065, 7.10): only a decision maker writes that
    version. Raises RuleViolationError, also where nothing differs.
    """
    why = next((why for column, why in PRINTED.items() if column in differing), None)
    if why is None:
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)
    if not may(actor, Action.REVISE_CERTIFICATE) or (why is Why.HOLDER and actor.role is not Role.DECISION_MAKER):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    return why


def certificate_number(year: int, place: int) -> CertificateNumber:
    """The number of the year's certificate, counted from 1: IKM-2026-000123. Raises ValueError beyond six digits."""
    number = f"IKM-{year:04}-{place:0{_DIGITS}}"
    if re.fullmatch(PATTERNS["CertificateNumber"], number) is None:
        message = f"{number} is no certificate number: a year has at most {10**_DIGITS - 1:,}"
        raise ValueError(message)
    return CertificateNumber(number)


def place_in_year(number: CertificateNumber) -> int:
    """Which of its year's certificates it is."""
    return int(number[-_DIGITS:])
