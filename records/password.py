"""Passwords: Argon2id, with the cost that OWASP names for shared machines (19 MiB, two passes)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to keep, with its own salt; takes about 20 ms of a core."""
    return _HASHER.hash(password)


# An unknown name is verified against this, so that it takes as long as a known one.
NOBODY = hash_password("nobody signs in with this")


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; a damaged hash matches nothing. Takes as long as hashing."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
