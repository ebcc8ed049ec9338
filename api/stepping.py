"""`step`: the one thing that moves the practice clock (design.md §5). Killed anywhere, the next call goes on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from sqlalchemy import text, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.client import Client
from temporalio.service import RPCError

from records.clock import now, practice_clock
from records.dairy_digest import plan_dairy_digests
from records.database import Sessions
from records.digest import plan_digests
from records.house import PracticeClock
from records.quiet import due_owners, next_deadline, still_due, waiting
from records.staff_mail import next_staff_mail
from records.telling import tell
from records.webhook_planning import plan_webhooks
from records.webhook_sending import next_webhook
from scheme.days import local_day
from scheme.ids import POST, PersonId
from scheme.news import LettersWait

PATIENCE_SECONDS = 30.0
# Most of what a moment brings is done soon; what takes longer is not asked for all the time.
FIRST_LOOK_SECONDS, LOOK_EVERY_SECONDS = 0.01, 0.05
RPC_TIMEOUT = timedelta(seconds=10)
AT_ONCE = 32
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('practice-clock'))")


log = structlog.get_logger()


class NotPracticeError(Exception):
    """Raised when somebody moves the clock of a house that runs for real."""


class ClockBusyError(Exception):
    """Raised when somebody else is moving the clock; says who."""

    def __init__(self, player: str | None) -> None:
        super().__init__(player or "")
        self.player = player


class HasParts(Protocol):
    """A door, or anything else with a database and Temporal."""

    @property
    def sessions(self) -> Sessions:
        """The database."""

    @property
    def client(self) -> Client:
        """Temporal."""


@dataclass(frozen=True)
class Stepped:
    """Where the clock stands; reached: whether that is where the caller wanted it; waiting: what is not quiet."""

    now: datetime
    reached: bool
    waiting: tuple[str, ...]


async def step(parts: HasParts, until: datetime, *, player: PersonId | None = None) -> Stepped:
    """Move the clock to the next deadline, or to `until` if that is earlier, and let everything happen there.

    Wakes what is due, waits for quiet (30 s, then it says what it waits for), moves the row, wakes its owners,
    waits for quiet. Raises NotPracticeError, ClockBusyError.
    """
    async with _alone(parts, player):
        left = await _settle(parts)
        clock = await _clock(parts)
        if left or clock.paused or clock.now >= until:
            return Stepped(clock.now, clock.now >= until and not left, left or (("paused",) if clock.paused else ()))
        async with parts.sessions.begin() as session:
            deadline = await next_deadline(session)
            moment = until if deadline is None else min(until, deadline)
            await session.execute(update(PracticeClock).values(now=moment))
        left = await _settle(parts)
        return Stepped(moment, moment >= until and not left, left)


async def move_alone(sessions: Sessions, moment: datetime) -> datetime:
    """Move the clock's row and nothing else: what an outage looks like. It never goes back.

    Raises NotPracticeError, and ClockBusyError while somebody steps.
    """
    async with sessions.begin() as session:
        clock = await practice_clock(session)
        if clock is None:
            raise NotPracticeError
        if not (await session.execute(_LOCK)).scalar_one():
            raise ClockBusyError(clock.player)
        later = max(moment, clock.now)
        await session.execute(update(PracticeClock).where(col(PracticeClock.only).is_(True)).values(now=later))
        return later


@asynccontextmanager
async def _alone(parts: HasParts, player: PersonId | None) -> AsyncIterator[None]:
    """One player at a time, by a lock that ends with this transaction, and so with a killed process."""
    async with parts.sessions.begin() as holding:
        if not (await holding.execute(_LOCK)).scalar_one():
            raise ClockBusyError((await _clock(parts)).player)
        async with parts.sessions.begin() as session:
            await session.execute(update(PracticeClock).values(player=player))
        yield


async def _clock(parts: HasParts) -> PracticeClock:
    async with parts.sessions() as session:
        clock = await practice_clock(session)
    if clock is None:
        raise NotPracticeError
    return clock


async def _settle(parts: HasParts) -> tuple[str, ...]:
    """Wake every case with a deadline that has come, a few at a time, then wait for quiet.

    Returns what is still waiting once the time of patience is over, nothing when the house is quiet.
    """
    clock = await _clock(parts)
    patience = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    async with parts.sessions() as session:
        owners = await due_owners(session)
    for start in range(0, len(owners), AT_ONCE):
        few = owners[start : start + AT_ONCE]
        await _wake(parts.client, few, clock.now)
        if not await _until(parts, partial(still_due, cases=few), patience):
            break
    await _until(parts, waiting, patience)
    if await _plan_mails(parts):
        await _until(parts, waiting, patience)
    async with parts.sessions() as session:
        return tuple(f"{many} {what}" for what, many in (await waiting(session)).items())


async def _plan_mails(parts: HasParts) -> bool:
    """The day's mails and messages, once what the day brought has been dealt with; whether any wait."""
    async with parts.sessions.begin() as session:
        if await plan_digests(session) + await plan_dairy_digests(session) + await plan_webhooks(session):
            at = await now(session)
            word = f"digests-{local_day(at).isoformat()}-{uuid.uuid4()}"
            await tell(session, POST, POST, word, at, LettersWait())
        # The post may have planned them just before.
        return await next_staff_mail(session) is not None or await next_webhook(session) is not None


async def _wake(client: Client, owners: Sequence[str], now: datetime) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(case_id: str) -> None:
        async with gate:
            try:
                await client.get_workflow_handle(case_id).signal("wake", now, rpc_timeout=RPC_TIMEOUT)
            except (RPCError, RuntimeError):
                # Not started yet, or the server is away (a client that never connected raises RuntimeError): the
                # deadline's row stays, whoever moves the clock reads that it waits, and the next step wakes again.
                log.warning("not woken", case=case_id)

    await asyncio.gather(*(one(case_id) for case_id in owners))


async def _until(parts: HasParts, left: Callable[[AsyncSession], Awaitable[object]], patience: float) -> bool:
    """Wait until nothing is left; False when the loop's time reaches `patience` first."""
    loop, pause = asyncio.get_running_loop(), FIRST_LOOK_SECONDS
    while loop.time() < patience:
        async with parts.sessions() as session:
            if not await left(session):
                return True
        await asyncio.sleep(pause)
        pause = min(2 * pause, LOOK_EVERY_SECONDS)
    return False
