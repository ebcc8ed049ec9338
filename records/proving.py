"""A proof is handed in: words and files in one transaction; only its number goes on (design.md §4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.database import Sessions
from records.receiving import receive_in
from records.stored_file import FileUseRow
from records.storing import Use, store
from scheme.audit_facts import Proof
from scheme.ids import CaseId, FarmId, SubmissionId
from scheme.inbox import AnySubmission
from scheme.people import Actor
from scheme.stored_file import Purpose, ScannedFile

# Under this key a submission's words name the files that came with it.
FILES = "files"


# An audit has a few findings with some photographs each: more is a program gone wild, or worse.
MOST_OF_AN_AUDIT = 200


@dataclass(frozen=True)
class Shown:
    """What proves it: words, and files with the names that the sender's machine gave them.

    reason: why it is keyed only now, of what came by post.
    """

    words: str
    files: Sequence[tuple[ScannedFile, str]] = ()
    reason: str = ""


async def hand_in_proof(
    sessions: Sessions,
    case_id: CaseId,
    farm_id: FarmId,
    actor: Actor,
    proof: Proof,
    shown: Shown,
    key: SubmissionId,
) -> AnySubmission:
    """Keep it under its key and return it as it goes to the audit; the same again keeps nothing new.

    Raises as records.receiving.receive and records.storing.store do.
    """
    named = [(_file_id(key, place, file), file, name) for place, (file, name) in enumerate(shown.files)]
    words = {"words": shown.words, "reason": shown.reason, FILES: " ".join(file_id for file_id, _, _ in named)}
    kept = {name: text for name, text in words.items() if text}
    async with sessions.begin() as session:
        submission = await receive_in(session, case_id, actor, proof, words=kept, submission_id=key)
        await session.flush()
        for file_id, file, name in named:
            await store(session, file, Use(file_id, case_id, farm_id, Purpose.PROOF, name, key), actor)
    return submission


async def has_room(session: AsyncSession, case_id: CaseId, files: int) -> bool:
    """Whether the audit may have so many files more."""
    query = select(func.count()).where(col(FileUseRow.case_id) == case_id, FileUseRow.purpose == Purpose.PROOF.value)
    return (await session.exec(query)).one() + files <= MOST_OF_AN_AUDIT


def _file_id(key: SubmissionId, place: int, file: ScannedFile) -> str:
    """The same file sent again under the same key has the same id."""
    return str(uuid.uuid5(uuid.UUID(key), f"{place}:{file.content.sent_sha256}"))
