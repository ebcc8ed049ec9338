"""What a person hands in becomes a row before anything else happens (design.md §4, door 2)."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.database import Sessions
from records.submission import SubmissionRow
from records.wire import digest, facts_json, refusal_json, submission_from
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import CaseId, SubmissionId
from scheme.inbox import TAKES, AnySubmission, Facts
from scheme.people import Actor

# The one who handed in delivers first; the relay takes over when that did not settle it.
RELAY_AFTER = timedelta(seconds=12)


class KeyReusedError(Exception):
    """The idempotency key was used before for something else; nothing was written."""


class NoSuchCaseError(Exception):
    """There is no case of this id; nothing was written."""


async def receive(
    sessions: Sessions,
    case_id: CaseId,
    actor: Actor,
    facts: Facts,
    *,
    words: Mapping[str, str] | None = None,
    submission_id: SubmissionId | None = None,
) -> AnySubmission:
    """Keep what was handed in and return it with the moment of receipt.

    The moment is stamped under a share lock on the case's row, so that a deadline that looks under the row's
    lock sees everything received before it. The same key with the same content returns the first receipt.
    A closed case settles it at once as refused. Raises KeyReusedError, NoSuchCaseError,
    and RuleViolationError where this kind of case takes no such thing.
    """
    async with sessions.begin() as session:
        return await receive_in(session, case_id, actor, facts, words=words, submission_id=submission_id)


async def receive_in(
    session: AsyncSession,
    case_id: CaseId,
    actor: Actor,
    facts: Facts,
    *,
    words: Mapping[str, str] | None = None,
    submission_id: SubmissionId | None = None,
) -> AnySubmission:
    """The same in a transaction of the caller's, which keeps more than words: files. Raises as `receive` does."""
    key = submission_id or SubmissionId(str(uuid.uuid4()))
    case = (await session.exec(select(CaseRow).where(CaseRow.case_id == case_id).with_for_update(read=True))).first()
    if case is None:
        raise NoSuchCaseError(case_id)
    if not isinstance(facts, TAKES.get(case.kind, ())):
        raise RuleViolationError(Rule.NOT_UNDERSTOOD)
    row = await _insert(session, key, case, actor, facts, dict(words) if words else None)
    return submission_of(row)


async def received(session: AsyncSession, key: uuid.UUID) -> bool:
    """Whether something was handed in under this key before."""
    return await session.get(SubmissionRow, str(key)) is not None


def submission_of(row: SubmissionRow) -> AnySubmission:
    """What the row holds, without its words, as it goes to the workflow."""
    return submission_from(
        {
            "id": row.submission_id,
            "case_id": row.case_id,
            "actor": {"person": row.person, "role": row.role},
            "received_at": row.received_at,
            "facts": row.facts,
        }
    )


async def _insert(
    session: AsyncSession, key: SubmissionId, case: CaseRow, actor: Actor, facts: Facts, words: dict[str, Any] | None
) -> SubmissionRow:
    known = facts_json(facts)
    content = digest(case.case_id, known["kind"], actor.person, actor.role.value, known, words)
    # A button pressed twice: the second waits here and finds the first.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": key})
    earlier = await session.get(SubmissionRow, key)
    if earlier is not None:
        if earlier.digest != content:
            raise KeyReusedError(key)
        return earlier
    real = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    row = SubmissionRow(
        submission_id=key,
        case_id=case.case_id,
        kind=known["kind"],
        person=actor.person,
        role=actor.role.value,
        received_at=await now(session),
        facts=known,
        words=words,
        digest=content,
        created_at=real,
        next_attempt_at=real + RELAY_AFTER,
    )
    if case.closed_at is not None:
        row.settled_at = real
        row.refused_by = refusal_json(Refusal(Rule.CASE_CLOSED))
    session.add(row)
    return row
