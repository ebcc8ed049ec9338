"""What the house signs for browsers, or keeps as a keyed hash, under the key of its settings."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from settings import Settings

# Without a key of the house (tests) a signature holds for this process only.
_OWN_KEY = secrets.token_bytes(32)


def mac(settings: Settings, purpose: str, text: str) -> str:
    """The keyed hash of a text for one purpose, base64url; another purpose gives another hash."""
    key = settings.code_key.get_secret_value().encode() or _OWN_KEY
    made = hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")
