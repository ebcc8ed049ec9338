"""The relay: delivers what the rows say has not been dealt with, until it is (design.md §4).

A task beside the worker, not an activity: it may wait. Any number of relays may run: rows are claimed with
SKIP LOCKED, ids deduplicate, and what a killed relay had claimed is due again within seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

import structlog
from sqlalchemy import text, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel import col, select
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from records.case import CaseRow
from records.database import Sessions
from records.receiving import submission_of
from records.submission import OutboxRow, SubmissionRow
from records.wire import case_from, news_from, refusal_json
from scheme import post
from scheme.errors import Refusal, Rule
from scheme.ids import POST
from scheme.inbox import WORKFLOWS, Carried
from scheme.step import Outcome

BATCH = 200
AT_ONCE = 16
TICK = timedelta(milliseconds=100)
# Between two looks whether the database is back.
AWAY = timedelta(seconds=1)
UPDATE_TIMEOUT = timedelta(seconds=10)
# Letters go first: meanwhile a choice that was just asked needs no workflow, since nobody has read of it; its rows
# keep what comes earlier. After so long it starts beside them.
GIVES_WAY = timedelta(minutes=3)
# Delivered news is told again when the workflow has not recorded it after so long; where much waits, after as much
# longer as the slowest machine would take: telling again what only waits its turn makes all the rest wait longer.
AGAIN = timedelta(seconds=30)
AGAIN_EACH = timedelta(milliseconds=50)

_CLAIM_OUTBOX = text("""
UPDATE outbox SET attempts = attempts + 1,
    next_attempt_at = clock_timestamp() + make_interval(secs => least(5 * (attempts + 1), 60))
WHERE news_id IN (SELECT news_id FROM outbox WHERE settled_at IS NULL AND next_attempt_at <= clock_timestamp()
                    AND (NOT (target LIKE 'choice:%' AND kind = 'start' OR kind = 'case-opened')
                         OR created_at < clock_timestamp() - make_interval(secs => :gives_way)
                         OR NOT EXISTS (SELECT 1 FROM letter l
                                        WHERE l.state = 'planned' AND l.due_at <= clock_timestamp() AND NOT EXISTS
                                            (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post'))))
                  ORDER BY created_at, news_id LIMIT :batch FOR UPDATE SKIP LOCKED)
RETURNING news_id
""")
_CLAIM_SUBMISSIONS = text("""
UPDATE submission SET next_attempt_at = clock_timestamp() + interval '15 seconds'
WHERE submission_id IN (SELECT submission_id FROM submission
                        WHERE settled_at IS NULL AND next_attempt_at <= clock_timestamp()
                        ORDER BY received_at LIMIT :batch FOR UPDATE SKIP LOCKED)
RETURNING submission_id
""")
_REAL = text("clock_timestamp()")
_AGAIN_AT = text("""clock_timestamp() + make_interval(secs => greatest(:wait,
    :each * (SELECT count(*) FROM outbox waiting WHERE waiting.settled_at IS NULL)))""").bindparams(
    wait=AGAIN.total_seconds(), each=AGAIN_EACH.total_seconds()
)

Row = TypeVar("Row")
Result = TypeVar("Result")
log = structlog.get_logger()


class Done(Enum):
    """What became of a row: settled for good, told and to be recorded by its recipient, or not taken yet."""

    SETTLED = auto()
    TOLD = auto()
    NOT_YET = auto()


@dataclass(frozen=True)
class Relay:
    """What the relay needs: the database, Temporal, and the queue on which workflows run."""

    sessions: Sessions
    client: Client
    task_queue: str

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`; a database or server that is away is waited for."""
        # Two rounds of their own: a submission may wait ten seconds for its outcome, news must not wait for it.
        await asyncio.gather(_again_and_again(self.tell, stop), _again_and_again(self.hand_in, stop))

    async def once(self) -> bool:
        """One round over all that is due; whether there was anything."""
        told = await self.tell()
        return await self.hand_in() or told

    async def tell(self) -> bool:
        """Deliver the outbox rows that are due; whether there were any."""
        rows = await self._claim_outbox()
        await self._tell_post([row for row in rows if row.target == POST and row.kind != "start"])
        others = [row for row in rows if row.target != POST or row.kind == "start"]
        done = await _few_at_a_time(self._deliver, others)
        await self._settle([row.news_id for row, done_as in zip(others, done, strict=True) if done_as is Done.SETTLED])
        await self._put_off([row.news_id for row, done_as in zip(others, done, strict=True) if done_as is Done.TOLD])
        return bool(rows)

    async def hand_in(self) -> bool:
        """Deliver the submissions that are due; whether there were any."""
        submissions = await self._claim_submissions()
        await _few_at_a_time(self._hand_in, submissions)
        return bool(submissions)

    async def _claim_outbox(self) -> list[OutboxRow]:
        async with self.sessions.begin() as session:
            values = {"batch": BATCH, "gives_way": GIVES_WAY.total_seconds()}
            ids = (await session.execute(_CLAIM_OUTBOX, values)).scalars().all()
            if not ids:
                return []
            rows = select(OutboxRow).where(col(OutboxRow.news_id).in_(ids))
            return list(await session.exec(rows.order_by(col(OutboxRow.created_at), col(OutboxRow.news_id))))

    async def _claim_submissions(self) -> list[SubmissionRow]:
        async with self.sessions.begin() as session:
            ids = (await session.execute(_CLAIM_SUBMISSIONS, {"batch": BATCH})).scalars().all()
            if not ids:
                return []
            rows = select(SubmissionRow).where(col(SubmissionRow.submission_id).in_(ids))
            return list(await session.exec(rows.order_by(col(SubmissionRow.received_at))))

    async def _deliver(self, row: OutboxRow) -> Done:
        try:
            if row.kind == "start":
                await self._start(row)
                return Done.SETTLED
            await self.client.get_workflow_handle(row.target).signal("hear", news_from(row.payload))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return await self._ended(row)
            log.warning("temporal did not take it", news=row.news_id, status=error.status.name)
            return Done.NOT_YET
        return Done.TOLD

    async def _start(self, row: OutboxRow) -> None:
        """Start the workflow; "already started" is success, also when it has ended since."""
        arguments: list[object] = []
        name = post.WORKFLOW
        if row.target != POST:
            case = case_from(row.payload)
            arguments, name = [case, Carried(at_hand=True)], WORKFLOWS[case.kind]
        try:
            await self.client.start_workflow(
                name,
                args=arguments,
                id=row.target,
                task_queue=self.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return

    async def _put_off(self, ids: Sequence[str]) -> None:
        """Told news is told again, should its recipient not have recorded it by then."""
        if not ids:
            return
        async with self.sessions.begin() as session:
            told = update(OutboxRow).where(col(OutboxRow.news_id).in_(ids), col(OutboxRow.settled_at).is_(None))
            await session.execute(told.values(next_attempt_at=_AGAIN_AT))

    async def _tell_post(self, rows: Sequence[OutboxRow]) -> None:
        """One signal for all: that letters wait is all the post needs to hear."""
        if not rows:
            return
        try:
            await self.client.get_workflow_handle(POST).signal("hear", news_from(rows[-1].payload))
        except RPCError as error:
            log.warning("temporal did not take it", news=rows[-1].news_id, status=error.status.name)
            return
        await self._settle([row.news_id for row in rows])

    async def _settle(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        async with self.sessions.begin() as session:
            settled = update(OutboxRow).where(col(OutboxRow.news_id).in_(ids))
            await session.execute(settled.values(settled_at=_REAL))

    async def _ended(self, row: OutboxRow) -> Done:
        """No such workflow: news for a case that has ended is settled; for one not yet started it waits."""
        async with self.sessions() as session:
            case = await session.get(CaseRow, row.target)
        return Done.SETTLED if case is not None and case.closed_at is not None else Done.NOT_YET

    async def _hand_in(self, row: SubmissionRow) -> None:
        handle = self.client.get_workflow_handle(row.case_id)
        try:
            await handle.execute_update(
                "hand_in",
                submission_of(row),
                id=row.submission_id,
                result_type=Outcome,
                rpc_timeout=UPDATE_TIMEOUT,
            )
        except (WorkflowUpdateRPCTimeoutOrCancelledError, WorkflowUpdateFailedError):
            return
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                await self._refuse_if_closed(row)

    async def _refuse_if_closed(self, row: SubmissionRow) -> None:
        async with self.sessions.begin() as session:
            case = await session.get(CaseRow, row.case_id)
            if case is None or case.closed_at is None:
                return
            late = update(SubmissionRow).where(
                col(SubmissionRow.submission_id) == row.submission_id, col(SubmissionRow.settled_at).is_(None)
            )
            closed = refusal_json(Refusal(Rule.CASE_CLOSED))
            await session.execute(late.values(settled_at=_REAL, refused_by=closed))


async def _pause(stop: asyncio.Event, least: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), least.total_seconds())
    except TimeoutError:
        return


async def _few_at_a_time(deliver: Callable[[Row], Awaitable[Result]], rows: Sequence[Row]) -> list[Result]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> Result:
        async with gate:
            return await deliver(row)

    return list(await asyncio.gather(*(one(row) for row in rows)))


async def _again_and_again(once: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> None:
    """Round after round until `stop`; a database that is away is waited for."""
    while not stop.is_set():
        try:
            pause = None if await once() else TICK
        except (OperationalError, InterfaceError, PoolTimeoutError):
            log.warning("relay waits for the database")
            pause = AWAY
        if pause is not None:
            await _pause(stop, pause)
