"""The work behind letters, certificates and reports, done as plainly as it can be: what the floors of a bench do."""

import hashlib
import smtplib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, insert, text

from commands.bench.papers import Certified, Papers, Reported
from press.mail import compose
from press.said import AnyLetter, typeset
from press.told import any_written
from press.written import Ledger
from records.letter import LetterChannel, LetterRow, LetterState
from scheme.language import Language
from scheme.letter import LetterKind
from settings import Settings
from worker import house

# What is done by itself, with its rows: a letter, a certificate, the answers of a report.
Piece = LetterRow | Certified | Reported
_ASIDE = """
CREATE TABLE IF NOT EXISTS bench_letter AS SELECT * FROM letter WHERE sha256 IS NOT NULL;
DROP TABLE IF EXISTS bench_version, bench_answer;
CREATE TABLE bench_version (LIKE certificate_version INCLUDING ALL);
CREATE TABLE bench_answer (LIKE report_answer INCLUDING ALL);
GRANT SELECT ON bench_letter TO ikm_app;
GRANT SELECT, INSERT ON bench_version, bench_answer TO ikm_app;
"""


def set_aside(owner_url: str) -> None:
    """Keep the rows of letters that were made beside the ledger, and empty it: the same letters go again.

    Of certificates and answers the database lets nothing be taken away: theirs are written to tables like them.
    """
    with psycopg.connect(owner_url.replace("+psycopg", "")) as owner:
        owner.execute(_ASIDE)
        # Not TRUNCATE, which waits for whoever reads: our own worker may stand still in the middle of a look.
        owner.execute("DELETE FROM letter")


class Hand:
    """One pair of hands, with its own connections to the database and the mail server."""

    def __init__(self, settings: Settings) -> None:
        self._house = house(settings)
        self._sender = settings.mail_sender
        self._engine = create_engine(settings.database_url)
        self._papers = Papers(settings, self._engine)
        self._server = smtplib.SMTP(settings.smtp_host, settings.smtp_port)
        self._server.ehlo()

    def pieces(self) -> Mapping[str, Piece]:
        """All that is to be done, by name: the letters that were set aside, certificates and reports."""
        return {**_letters(self._engine), **self._papers.all()}

    def warm(self, pieces: Mapping[str, Piece]) -> None:
        """Fonts are read and templates parsed with the first of each sort."""
        for piece in {type(piece): piece for piece in pieces.values()}.values():
            match piece:
                case LetterRow():
                    self._typeset(self._written(piece))
                case Certified():
                    self._papers.made(piece)
                case Reported():
                    pass

    def deal(self, piece: Piece) -> None:
        """Do it and write its rows: one transaction for a letter, a certificate, each answer of a report."""
        match piece:
            case LetterRow():
                self._letter(piece)
            case Certified():
                self._papers.certificate(piece)
            case Reported():
                self._papers.report(piece)

    def _letter(self, row: LetterRow) -> None:
        """Typeset it, send it or leave it to be printed, and write its row."""
        letter = self._written(row)
        pdf = self._typeset(letter)
        done: Mapping[str, Any] = {"state": LetterState.TO_PRINT, "handed_over_at": None, "smtp_reply": None}
        if row.channel == LetterChannel.MAIL:
            done = self._mailed(row, letter, pdf)
        noted = {**row.model_dump(), **done, "sha256": hashlib.sha256(pdf).hexdigest(), "attempts": 1}
        with self._engine.begin() as connection:
            connection.execute(insert(LetterRow).values(noted))

    def _written(self, row: LetterRow) -> AnyLetter:
        kind, language = LetterKind(row.kind), Language(row.language)
        return any_written(Ledger(kind, language, row.case_id, row.farm_id, row.code_version, row.words), self._house)

    def _typeset(self, letter: AnyLetter) -> bytes:
        with self._papers.press:
            return typeset(letter)

    def _mailed(self, row: LetterRow, letter: AnyLetter, pdf: bytes) -> Mapping[str, Any]:
        to, at = row.address or "", datetime.now(UTC)
        message = compose(letter, pdf, sender=self._sender, to=to, message_id=row.message_id, sent_at=at)
        self._server.mail(message["From"].addresses[0].addr_spec)
        self._server.rcpt(to)
        code, words = self._server.data(message.as_bytes())
        return {"state": LetterState.HANDED_OVER, "handed_over_at": at, "smtp_reply": f"{code} {words.decode()}"}


def _letters(engine: Engine) -> dict[str, Piece]:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT * FROM bench_letter ORDER BY letter_key")).mappings()
        return {f"letter {row['letter_key']}": LetterRow(**row) for row in rows}
