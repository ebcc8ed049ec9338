"""Certificates are typeset and signed by the post, between the letters (docs/decisions/0025)."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog

from press.certificate import Certificate, certificate_words, typeset_certificate
from press.letter import CannotTypesetError
from press.signing_key import NoSigningKeyError, SigningKey
from records.certificate_making import ToMake, claim_documents, next_document, note_made, note_trouble
from records.database import Sessions
from scheme.certificate import Trouble
from scheme.days import local_day
from settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True)
class CertificatePost:
    """What making needs: the database, the key, and the address that stands in the code."""

    sessions: Sessions
    settings: Settings
    key: SigningKey

    async def make_due(self, size: int) -> int:
        """Make up to `size` documents that are due; how many were dealt with, those that could not be made too."""
        async with self.sessions.begin() as session:
            due = await claim_documents(session, size)
        for one in due:
            await self._make(one)
        return len(due)

    async def next_due(self) -> datetime | None:
        """Real time at which one is tried again; None when all are made."""
        async with self.sessions() as session:
            return await next_document(session)

    async def _make(self, one: ToMake) -> None:
        certificate = written_certificate(one, self.settings)
        described = certificate_words(certificate.language)["field"]
        try:
            page = await asyncio.to_thread(typeset_certificate, certificate)
            signed = await asyncio.to_thread(_sign, page, self.key, described)
        except CannotTypesetError:
            await self._put_off(one, Trouble.CANNOT_TYPESET)
            return
        except NoSigningKeyError as error:
            await self._put_off(one, error.trouble)
            return
        async with self.sessions.begin() as session:
            await note_made(session, one, unsigned=_sha256(page), signed=signed, sha256=_sha256(signed))

    async def _put_off(self, one: ToMake, trouble: Trouble) -> None:
        log.warning("certificate waits", number=one.row.number, version=one.row.version, trouble=trouble.value)
        async with self.sessions.begin() as session:
            await note_trouble(session, one, trouble)


def written_certificate(one: ToMake, settings: Settings) -> Certificate:
    """The rows as the document they describe; the same rows give the same document."""
    row, issued = one.row, one.certificate
    if issued.edition is None or issued.issued_by is None or issued.decided_on is None:
        message = f"{issued.number} was issued before the house began: there is nothing to write"
        raise ValueError(message)
    return Certificate(
        number=issued.number, version=row.version, words=row.words, edition=issued.edition,
        valid_from=issued.valid_from, valid_until=issued.valid_until, case_id=issued.issued_by,
        decided_on=issued.decided_on, from_day=row.from_day, dated=local_day(row.written_at),
        site=settings.public_url.rstrip("/"), practice=settings.practice,
    )  # fmt: skip


def _sign(page: bytes, key: SigningKey, described: str) -> bytes:
    # What signs takes a second to read: a worker that has just started has letters to send first.
    from press.signing import sign

    return sign(page, key, described)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
