"""Codes in letters, with the key of this process's settings."""

from connection import key_bytes
from press import codes
from press.written import House
from settings import Settings


def house(settings: Settings) -> House:
    """What letters say about the house."""
    return House(settings.public_url.rstrip("/"), _key(settings), settings.practice)


def link_token(settings: Settings, case_id: str, version: int) -> str:
    """The secret part of the link of this case's letter."""
    return codes.link_token(_key(settings), case_id, version)


def typed_code(settings: Settings, case_id: str, version: int) -> str:
    """The code to type of this case's letter."""
    return codes.typed_code(_key(settings), case_id, version)


def token_is_right(settings: Settings, case_id: str, version: int, token: str) -> bool:
    """Whether the link is that of this case's letter, compared in constant time."""
    return codes.token_is_right(_key(settings), case_id, version, token)


def code_is_right(settings: Settings, case_id: str, version: int, code: str) -> bool:
    """Whether the typed code is that of this case's letter, compared in constant time."""
    return codes.code_is_right(_key(settings), case_id, version, code)


def _key(settings: Settings) -> bytes:
    return key_bytes(settings.code_key.get_secret_value())
