"""Secrets of second factors at rest: sealed for one person, under a key derived from the house's (AES-256-GCM)."""

import base64
import os
from contextlib import suppress
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connection import KEY_BYTES, NONCE_BYTES, key_ring
from records.person import PersonRow
from records.second_factor import step_of
from settings import Settings


class UnreadableSecretError(Exception):
    """Raised when a secret was sealed under another key, or for somebody else."""


def seal(settings: Settings, person_id: str, secret: str) -> str:
    """The sealed secret, as it is kept."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + _boxes(settings)[0].encrypt(nonce, secret.encode(), person_id.encode())).decode()


def unseal(settings: Settings, person_id: str, sealed: str) -> str:
    """The secret again, under whichever of the house's keys it was sealed. Raises UnreadableSecretError."""
    kept = base64.b64decode(sealed)
    for box in _boxes(settings):
        with suppress(InvalidTag):
            return box.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], person_id.encode()).decode()
    raise UnreadableSecretError(person_id)


def step_now(settings: Settings, person: PersonRow, code: str, at: datetime) -> int | None:
    """The step of the person's code at `at` (real time); None for a wrong or a used one, and where there is no factor.

    Raises UnreadableSecretError.
    """
    if person.totp_sealed is None:
        return None
    secret = unseal(settings, person.person_id, person.totp_sealed)
    return step_of(secret, code, at, after=person.totp_last_step)


def _boxes(settings: Settings) -> list[AESGCM]:
    """One for each key of the house; the first seals."""
    keys = key_ring(settings.payload_key.get_secret_value()).values()
    return [AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=b"second factor").derive(key)) for key in keys]
