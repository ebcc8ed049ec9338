"""One-time codes of an authenticator (TOTP, RFC 6238): six digits, thirty seconds, each step used once."""

from datetime import datetime

import pyotp

STEP_SECONDS = 30
# A telephone's clock may be off by a step either way (RFC 6238, 5.2).
DRIFT = (0, -1, 1)
DIGITS = 6


def new_secret() -> str:
    """A fresh secret of 160 bits, base32."""
    return pyotp.random_base32()


def address(secret: str, sign_in_name: str, house: str) -> str:
    """What the QR code says: the otpauth address that authenticators read."""
    return pyotp.TOTP(secret).provisioning_uri(name=sign_in_name, issuer_name=house)


def step_of(secret: str, code: str, at: datetime, *, after: int | None) -> int | None:
    """The step that this code belongs to at `at` (real time); None for a wrong one and for one used before.

    after: the last step that was used.
    """
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    given = "".join(code.split())
    for step in (now + drift for drift in DRIFT):
        if (after is None or step > after) and pyotp.utils.strings_equal(given, totp.at(step * STEP_SECONDS)):
            return step
    return None
