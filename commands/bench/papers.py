"""Certificates and reports of audits, made as plainly as they can be: for the floors of `ikm bench audits`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from threading import Lock
from typing import Any

from sqlalchemy import Engine, MetaData, insert, text
from sqlmodel import Session, SQLModel, col, select

from activities.certificate_post import written_certificate
from press.certificate import certificate_words, typeset_certificate
from press.signing import sign
from press.signing_key import SigningKey
from records.audit_report import ReportAnswerRow
from records.certificate import CertificateRow, CertificateVersion
from records.certificate_making import ToMake
from settings import Settings

# A process has one press; its threads take turns.
_PRESS = Lock()
# Tables like those of the house (commands/bench/hand.py).
_TABLES = SQLModel.metadata.tables
_VERSIONS = _TABLES[str(CertificateVersion.__tablename__)].to_metadata(MetaData(), name="bench_version")
_ANSWERS = _TABLES[str(ReportAnswerRow.__tablename__)].to_metadata(MetaData(), name="bench_answer")


@dataclass(frozen=True)
class Certified:
    """A certificate of this house, as it was issued."""

    made: ToMake


@dataclass(frozen=True)
class Reported:
    """What was answered in an audit, in the order in which it was."""

    answers: Sequence[Mapping[str, Any]]


class Papers:
    """What makes them. press: for whoever typesets in this process."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.press = _PRESS
        self._settings = settings
        self._engine = engine
        passphrase = settings.signing_passphrase.get_secret_value()
        self._key = SigningKey(settings.signing_key_file, settings.signing_chain_file, passphrase)

    def all(self) -> dict[str, Certified | Reported]:
        """Every certificate and report there is, by name."""
        return {**self._certificates(), **self._reports()}

    def made(self, one: Certified) -> tuple[bytes, bytes]:
        """The document before and after it is signed."""
        certificate = written_certificate(one.made, self._settings)
        with self.press:
            page = typeset_certificate(certificate)
        return page, sign(page, self._key, certificate_words(certificate.language)["field"])

    def certificate(self, one: Certified) -> None:
        """Make it, and write the row of its version."""
        page, signed = self.made(one)
        noted = {
            **one.made.row.model_dump(), "signed": signed, "signed_sha256": _sha256(signed),
            "unsigned_sha256": _sha256(page), "made_at": datetime.now(UTC), "attempts": 1,
        }  # fmt: skip
        with self._engine.begin() as connection:
            connection.execute(insert(_VERSIONS).values(noted))

    def report(self, one: Reported) -> None:
        """Write its answers one by one, as a telephone sends them."""
        for answer in one.answers:
            with self._engine.begin() as connection:
                connection.execute(insert(_ANSWERS).values(answer))

    def _certificates(self) -> dict[str, Certified]:
        both = select(CertificateVersion, CertificateRow).join(
            CertificateRow, col(CertificateRow.number) == col(CertificateVersion.number)
        )
        with Session(self._engine) as session:
            found = session.exec(both.where(col(CertificateRow.issued_by).is_not(None))).all()
            session.expunge_all()
        return {f"certificate {row.number}/{row.version}": Certified(ToMake(row, issued)) for row, issued in found}

    def _reports(self) -> dict[str, Reported]:
        ordered = text("SELECT * FROM report_answer ORDER BY case_id, changed_at, item")
        with self._engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(ordered).mappings()]
        cases = groupby(rows, key=lambda row: str(row["case_id"]))
        return {f"report {case_id}": Reported(tuple(answers)) for case_id, answers in cases}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
