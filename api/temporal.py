"""The way from a page to a workflow: deliver what was handed in, wait for its outcome (design.md §4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

import connection
from api.door import Door
from records.submission import SubmissionRow
from records.wire import refusal_from
from scheme.ids import SubmissionId
from scheme.inbox import AnySubmission
from scheme.step import Outcome
from settings import Settings

PATIENCE = timedelta(seconds=10)
log = structlog.get_logger()


@dataclass(frozen=True)
class Delivered:
    """What became of a submission; outcome None: received, not yet processed, nothing to type again."""

    submission_id: SubmissionId
    received_at: datetime
    outcome: Outcome | None


async def connect(settings: Settings) -> Client:
    """A client that connects at its first call, so that pages work while Temporal is away."""
    return await connection.connect(settings, lazy=True)


async def deliver(door: Door, submission: AnySubmission) -> Delivered:
    """Hand the submission to its case's workflow and wait for the outcome, ten seconds at most.

    The outcome is the row's: what the workflow answers, it has written there first. A submission settled before
    (sent twice, or the case had ended) is answered from its row.
    """
    settled = await _settled(door, submission)
    if settled is None:
        try:
            await door.client.get_workflow_handle(submission.case_id).execute_update(
                "hand_in", submission, id=submission.id, result_type=Outcome, rpc_timeout=PATIENCE
            )
        except (WorkflowUpdateRPCTimeoutOrCancelledError, WorkflowUpdateFailedError, RPCError, RuntimeError):
            # No worker, no server, or the case ended meanwhile: the row is kept and the relay goes on with it.
            log.warning("not delivered yet", submission=submission.id)
        settled = await _settled(door, submission)
    return Delivered(submission.id, submission.received_at, settled)


async def _settled(door: Door, submission: AnySubmission) -> Outcome | None:
    async with door.sessions() as session:
        row = await session.get_one(SubmissionRow, submission.id)
    return None if row.settled_at is None else Outcome(refusal_from(row.refused_by))
