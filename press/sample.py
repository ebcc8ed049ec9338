"""A test letter for people of the house: marked as an exercise, its code opens nothing (records/sampling.py)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from press.letter import Letter, typeset
from press.mail import compose
from press.written import House, Ledger, written
from scheme.language import Language
from scheme.letter import LetterKind

# Versions of codes begin at 1: this one opens nothing.
NO_VERSION = 0


def as_test(language: Language, case_id: str, farm_id: str, words: Mapping[str, Any], house: House) -> Letter:
    """The letter of choice in this language."""
    ledger = Ledger(LetterKind.CHOICE, language, case_id, farm_id, NO_VERSION, dict(words))
    return written(ledger, replace(house, practice=True))


def compose_test(letter: Letter, *, sender: str, to: str, message_id: str, sent_at: datetime) -> EmailMessage:
    """Its mail, [TEST] before the subject. Raises as press.mail and press.letter do."""
    message = compose(letter, typeset(letter), sender=sender, to=to, message_id=message_id, sent_at=sent_at)
    subject = f"[TEST] {message['Subject']}"
    del message["Subject"]
    message["Subject"] = subject
    return message
