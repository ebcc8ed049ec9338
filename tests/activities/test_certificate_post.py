"""Certificates are made by the post between the letters: once, kept as they were made, never lost."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.certificate_post import CertificatePost, written_certificate
from parts.signing import with_practice_key
from press.certificate import typeset_certificate
from press.signing_key import SigningKey
from records.certificate import CertificateVersion
from records.certificate_making import claim_documents
from records.database import Sessions
from records.trail import TrailEntry
from settings import Settings
from tests.records.test_issuing import issued
from tests.world import change, table

DUE = "UPDATE certificate_version SET next_attempt_at = clock_timestamp()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return with_practice_key(Settings(var=tmp_path, practice=True, public_url="https://ikm.example"))


def post(sessions: Sessions, settings: Settings) -> CertificatePost:
    return CertificatePost(sessions, settings, SigningKey(settings.signing_key_file, settings.signing_chain_file))


async def test_it_is_made_once_and_its_hashes_are_those_of_what_is_kept(world: Sessions, settings: Settings) -> None:
    await issued(world)
    async with world() as session:
        (row,) = await claim_documents(session, 5)  # and not committed: the claim never was
    certificates = post(world, settings)
    assert [await certificates.make_due(5) for _ in range(2)] == [1, 0]
    (made,) = await table(world, CertificateVersion)
    assert made.signed is not None
    assert made.signed_sha256 == hashlib.sha256(made.signed).hexdigest()
    again = typeset_certificate(written_certificate(row, settings))
    assert made.unsigned_sha256 == hashlib.sha256(again).hexdigest()
    assert made.signed.startswith(again)
    signed = [entry.facts for entry in await table(world, TrailEntry) if entry.act == "certificate:signed"]
    assert signed == [{"certificate": "IKM-2025-000001", "version": 1, "sha256": made.signed_sha256}]
    assert await certificates.next_due() is None


async def test_without_a_key_it_waits_and_says_why(world: Sessions, settings: Settings) -> None:
    await issued(world)
    before = datetime.now(UTC)
    without = CertificatePost(world, settings, SigningKey(None, None))
    assert [await without.make_due(5) for _ in range(2)] == [1, 0]
    due = await without.next_due()
    assert due is not None
    assert before < due < before + timedelta(minutes=1)
    (waits,) = await table(world, CertificateVersion)
    assert waits.trouble == "no-key"
    await change(world, DUE)
    assert await post(world, settings).make_due(5) == 1
    (made,) = await table(world, CertificateVersion)
    assert (made.signed is not None, made.trouble) == (True, None)


async def test_one_that_was_killed_meanwhile_is_taken_up_by_another(world: Sessions, settings: Settings) -> None:
    await issued(world)
    async with world.begin() as session:
        await claim_documents(session, 5)
    assert await post(world, settings).make_due(5) == 0
    await change(world, DUE)
    assert await post(world, settings).make_due(5) == 1
