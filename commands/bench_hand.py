"""A letter's work done as plainly as it can be: typeset, sent, its row written; what the floors of the bench do."""

import hashlib
import smtplib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import create_engine, insert, text

from press.letter import Letter, typeset
from press.mail import compose
from press.written import Ledger, written
from records.letter import LetterChannel, LetterRow, LetterState
from scheme.language import Language
from scheme.letter import LetterKind
from settings import Settings
from worker import house

# A process has one press; its threads take turns.
_press = Lock()


def set_aside(owner_url: str) -> None:
    """Keep the ledger's rows beside it, and empty it: the same letters go again."""
    with psycopg.connect(owner_url.replace("+psycopg", "")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS bench_letter AS SELECT * FROM letter")
        owner.execute("GRANT SELECT ON bench_letter TO ikm_app")
        # Not TRUNCATE, which waits for whoever reads: our own worker may stand still in the middle of a look.
        owner.execute("DELETE FROM letter")


class Hand:
    """One pair of hands, with its own connections to the database and the mail server."""

    def __init__(self, settings: Settings) -> None:
        self._house = house(settings)
        self._sender = settings.mail_sender
        self._engine = create_engine(settings.database_url)
        self._server = smtplib.SMTP(settings.smtp_host, settings.smtp_port)
        self._server.ehlo()

    def letters(self) -> Sequence[LetterRow]:
        """All letters that were set aside."""
        with self._engine.begin() as connection:
            rows = connection.execute(text("SELECT * FROM bench_letter ORDER BY letter_key")).mappings()
            return [LetterRow(**row) for row in rows]

    def warm(self, row: LetterRow) -> None:
        """Fonts are read and templates parsed with the first letter."""
        self._typeset(self._written(row))

    def deal(self, row: LetterRow) -> None:
        """Typeset it, send it or leave it to be printed, and write its row, in one transaction."""
        letter = self._written(row)
        pdf = self._typeset(letter)
        done: Mapping[str, Any] = {"state": LetterState.TO_PRINT, "handed_over_at": None, "smtp_reply": None}
        if row.channel == LetterChannel.MAIL:
            done = self._mailed(row, letter, pdf)
        noted = {**row.model_dump(), **done, "sha256": hashlib.sha256(pdf).hexdigest(), "attempts": 1}
        with self._engine.begin() as connection:
            connection.execute(insert(LetterRow).values(noted))

    def _written(self, row: LetterRow) -> Letter:
        kind, language = LetterKind(row.kind), Language(row.language)
        return written(Ledger(kind, language, row.case_id, row.farm_id, row.code_version, row.words), self._house)

    def _typeset(self, letter: Letter) -> bytes:
        with _press:
            return typeset(letter)

    def _mailed(self, row: LetterRow, letter: Letter, pdf: bytes) -> Mapping[str, Any]:
        to, at = row.address or "", datetime.now(UTC)
        message = compose(letter, pdf, sender=self._sender, to=to, message_id=row.message_id, sent_at=at)
        self._server.mail(message["From"].addresses[0].addr_spec)
        self._server.rcpt(to)
        code, words = self._server.data(message.as_bytes())
        return {"state": LetterState.HANDED_OVER, "handed_over_at": at, "smtp_reply": f"{code} {words.decode()}"}
