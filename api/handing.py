"""Handing something in from a page or the JSON API: kept, delivered, and what became of it (design.md §4)."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Header, HTTPException
from pydantic import BaseModel

from api.door import Door
from api.listing import CAMEL
from api.temporal import Delivered, deliver
from records.receiving import KeyReusedError, NoSuchCaseError, receive
from scheme.errors import Refusal, RuleViolationError
from scheme.ids import CaseId, SubmissionId
from scheme.inbox import Facts
from scheme.people import Actor


class ReceivedJson(BaseModel):
    """What was handed in is kept. settled: whether it was dealt with already."""

    model_config = CAMEL

    submission_id: str
    settled: bool


def _key(idempotency_key: Annotated[uuid.UUID | None, Header()] = None) -> uuid.UUID:
    """The caller's Idempotency-Key, or a new one."""
    return idempotency_key or uuid.uuid4()


IdempotencyKey = Annotated[uuid.UUID, Depends(_key)]


async def hand_in(  # what a submission consists of
    door: Door,
    case_id: CaseId,
    actor: Actor,
    facts: Facts,
    key: uuid.UUID,
    words: Mapping[str, str] | None = None,
) -> Delivered:
    """Keep it under its key and deliver it; the same key with the same content hands in nothing new.

    Raises HTTPException: 404 without such a case, 422 for a key that was used for something else.
    """
    try:
        kept = SubmissionId(str(key))
        submission = await receive(door.sessions, case_id, actor, facts, words=words, submission_id=kept)
    except NoSuchCaseError as error:
        raise HTTPException(404, "not-found") from error
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error
    return await deliver(door, submission)


def refusal_of(delivered: Delivered) -> Refusal | None:
    """The rule that refused it, None when it was taken or is not yet processed."""
    return None if delivered.outcome is None else delivered.outcome.refused_by


def received_json(delivered: Delivered) -> ReceivedJson:
    """The receipt; raises RuleViolationError for a refusal, which becomes a problem with the rule's sentence."""
    refused = refusal_of(delivered)
    if refused is not None:
        raise RuleViolationError(refused.rule, refused.day, refused.many)
    return ReceivedJson(submission_id=delivered.submission_id, settled=delivered.outcome is not None)
