"""Who typed a form: its token tells it, to the house alone, and holds on in the same person's next session."""

import hmac
import time
from enum import Enum, auto

from api.door import Door
from api.signed import mac

# A form that was left open on a Friday is sent on Monday.
LASTS_SECONDS = 7 * 24 * 3600
MOST_DIGITS = 12


class Typist(Enum):
    """Whose a form is, seen from who sends it; UNKNOWN: its token does not say, or is too old."""

    VISITOR = auto()
    ANOTHER = auto()
    UNKNOWN = auto()


def form_token(door: Door) -> str:
    """What the forms of a page carry: the session's secret, and for people who signed in whose form it is."""
    if door.actor is None:
        return door.csrf
    return _token(door, door.csrf, int(time.time()) + LASTS_SECONDS)


def secret_of(token: str) -> str:
    """The session's part of a form's token."""
    return token.partition(".")[0]


def typist(door: Door, token: str) -> Typist:
    """Whose form carries this token."""
    secret, _, rest = token.partition(".")
    until, _, told = rest.partition(".")
    if not (until.isdecimal() and len(until) <= MOST_DIGITS and told):
        return Typist.UNKNOWN
    if door.actor is None or not hmac.compare_digest(_token(door, secret, int(until)).encode(), token.encode()):
        return Typist.ANOTHER
    return Typist.VISITOR if int(until) > time.time() else Typist.UNKNOWN


def _token(door: Door, secret: str, until: int) -> str:
    person = "" if door.actor is None else door.actor.person
    return f"{secret}.{until}.{mac(door.settings, 'form', f'{person}:{secret}:{until}')}"
