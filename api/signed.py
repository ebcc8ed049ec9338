"""What the house signs or seals for browsers, or keeps as a keyed hash, under the key of its settings."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connection import KEY_BYTES, NONCE_BYTES
from settings import Settings

# Without a key of the house (tests) a signature holds for this process only.
_OWN_KEY = secrets.token_bytes(32)


def mac(settings: Settings, purpose: str, text: str) -> str:
    """The keyed hash of a text for one purpose, base64url; another purpose gives another hash."""
    made = hmac.new(_key(settings), f"{purpose}:{text}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def sealed(settings: Settings, purpose: str, text: str, place: str) -> str:
    """The text, to be read by the house alone (AES-256-GCM), for one purpose and one place; base64url."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(nonce + _box(settings, purpose).encrypt(nonce, text.encode(), place.encode())).decode()


def open_sealed(settings: Settings, purpose: str, kept: str, place: str) -> str:
    """The text again. Raises InvalidTag where it was sealed otherwise, ValueError where it was never sealed."""
    given = urlsafe_b64decode(kept)
    nonce, rest = given[:NONCE_BYTES], given[NONCE_BYTES:]
    return _box(settings, purpose).decrypt(nonce, rest, place.encode()).decode()


def _box(settings: Settings, purpose: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(_key(settings)))


def _key(settings: Settings) -> bytes:
    return settings.code_key.get_secret_value().encode() or _OWN_KEY
