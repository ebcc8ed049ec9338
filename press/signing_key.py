"""Where the key lies that signs certificates; it is opened only when something is signed (press/signing.py)."""

from dataclasses import dataclass, field
from pathlib import Path

from scheme.certificate import Trouble


class NoSigningKeyError(Exception):
    """There is no key to sign with, or it cannot be used; a person has to put that right. Names no key."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True)
class SigningKey:
    """The key and its chain, the key's own certificate first, both PEM; passphrase empty where there is none."""

    key_file: Path | None
    chain_file: Path | None
    passphrase: str = field(default="", repr=False)
