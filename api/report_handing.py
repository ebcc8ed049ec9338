"""Handing in the report of an audit: once, from the draft as it stands, by the auditor who was planned."""

import uuid
from dataclasses import dataclass

from fastapi import HTTPException

from api.door import Door
from api.report_case import writable
from api.sight import actor_of
from api.temporal import Delivered, deliver
from records.audit_reporting import lock_report
from records.queries.audit_report import draft_of
from records.receiving import KeyReusedError, receive, submission_of
from records.submission import SubmissionRow
from scheme.audit_report import Missing, missing, report_of
from scheme.ids import CaseId, SubmissionId
from scheme.inbox import AnySubmission


@dataclass(frozen=True)
class Incomplete:
    """Nothing was handed in: this is missing."""

    missing: tuple[Missing, ...]


async def hand_in_report(door: Door, audit_id: str, key: uuid.UUID) -> Delivered | Incomplete:
    """Hand the draft in under this key; the same key again hands in nothing new.

    HTTPException: 404 for an audit that is not there or not theirs, 409 for a report that was handed in,
    422 for a key that was used for something else.
    """
    try:
        kept = await _received(door, audit_id, SubmissionId(str(key)))
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error
    return kept if isinstance(kept, Incomplete) else await deliver(door, kept)


async def _received(door: Door, audit_id: str, key: SubmissionId) -> AnySubmission | Incomplete:
    """What was handed in. Under the report's lock: no change falls between what is read and what is kept."""
    async with door.sessions.begin() as session:
        await lock_report(session, CaseId(audit_id))
        earlier = await session.get(SubmissionRow, key)
        if earlier is not None:
            if (earlier.case_id, earlier.kind, earlier.person) != (audit_id, "report", actor_of(door).person):
                raise KeyReusedError(key)
            return submission_of(earlier)
        case = await writable(session, door, audit_id)
        answers = (await draft_of(session, case.case_id)).answers
        lacks = missing(case.checklist, answers)
        if lacks:
            return Incomplete(lacks)
        facts = report_of(case.checklist, answers)
        return await receive(door.sessions, case.case_id, actor_of(door), facts, submission_id=key)
