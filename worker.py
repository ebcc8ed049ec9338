"""The worker: the one file that names every workflow and activity; with the relay and the scanner beside them."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.case import Cases
from activities.post import Letters
from activities.relay import Relay
from activities.scanning import Rescan
from connection import connect, key_bytes
from press.pool import PressPool
from press.written import House
from records.database import connect as database
from records.database import sessions
from records.scanner import scanner_of
from scheme.post import pages_a_second
from settings import Settings
from workflows import options
from workflows.calendar import SchemeCalendarWorkflow
from workflows.certification import CertificationWorkflow
from workflows.choice import InspectionBodyChoiceWorkflow
from workflows.choice_round import ChoiceRoundWorkflow
from workflows.farm_change import FarmChangeWorkflow
from workflows.farmer import FarmerLifecycleWorkflow
from workflows.matter import MatterWorkflow
from workflows.periodic_audit import PeriodicAuditWorkflow
from workflows.post import PostWorkflow
from workflows.status_change import StatusChangeWorkflow

WORKFLOWS = [
    SchemeCalendarWorkflow,
    InspectionBodyChoiceWorkflow,
    ChoiceRoundWorkflow,
    FarmerLifecycleWorkflow,
    MatterWorkflow,
    PeriodicAuditWorkflow,
    CertificationWorkflow,
    StatusChangeWorkflow,
    FarmChangeWorkflow,
    PostWorkflow,
]
# The house's own rooms are imported once, not once per workflow: a sandboxed sqlmodel costs 16 MiB each time.
ROOMS = ("scheme", "records", "activities", "press", "settings", "sqlmodel", "sqlalchemy", "pydantic", "structlog")
GRACE = timedelta(seconds=10)
# Told, for whoever looks at Temporal: without it each start reads and hashes every module, for two seconds.
BUILD = f"ikm-{version('ikm')}"
# Unless told, a heartbeat is passed on only after four fifths of its time-out: a worker that is late by the last
# fifth would count as dead.
BEATS_PASSED_ON = timedelta(seconds=1)
# Every farm's workflow and its choice's stay warm: about 100 KiB each.
CACHED_WORKFLOWS = 8_000
# A thousand deadlines can fall in one midnight: few at a time are done sooner than all at once.
AT_ONCE = 20
# The rest wait their turn at the server so long without losing their warm place in this worker. Where the worker was
# killed they wait as long for one that never comes: letters and people who handed something in must not.
STICKY = timedelta(seconds=5)

log = structlog.get_logger()


def house(settings: Settings) -> House:
    """What letters say about the house."""
    code_key = key_bytes(settings.code_key.get_secret_value())
    return House(settings.public_url.rstrip("/"), code_key, settings.practice)


def runner(*, sandbox: bool) -> WorkflowRunner:
    """How workflows are run: sandboxed in tests, plainly at work (docs/decisions/0007)."""
    if not sandbox:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*ROOMS))


def case_worker(client: Client, settings: Settings, activities: Sequence[Callable[..., Any]]) -> Worker:
    """Workflows, and the activities that write rows."""
    return Worker(
        client,
        task_queue=settings.task_queue,
        build_id=BUILD,
        workflows=WORKFLOWS,
        activities=activities,
        workflow_runner=runner(sandbox=settings.sandbox),
        max_cached_workflows=CACHED_WORKFLOWS,
        max_concurrent_workflow_tasks=AT_ONCE,
        max_concurrent_activities=AT_ONCE,
        max_concurrent_local_activities=AT_ONCE,
        sticky_queue_schedule_to_start_timeout=STICKY,
        max_heartbeat_throttle_interval=BEATS_PASSED_ON,
        graceful_shutdown_timeout=GRACE,
    )


def mail_worker(client: Client, settings: Settings, activities: Sequence[Callable[..., Any]]) -> Worker:
    """Letters, at the rate the relay allows over all workers together."""
    return Worker(
        client,
        task_queue=options.MAIL_QUEUE,
        build_id=BUILD,
        activities=activities,
        max_task_queue_activities_per_second=pages_a_second(settings.mail_rate),
        max_heartbeat_throttle_interval=BEATS_PASSED_ON,
        graceful_shutdown_timeout=GRACE,
    )


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop`, then finish what is in hand."""
    engine = database(settings.database_url)
    made = sessions(engine)
    client = await connect(settings)
    press = PressPool()
    press.warm()
    relay, rescan = Relay(made, client, settings.task_queue), Rescan(made, scanner_of(settings))
    cases, letters = Cases(made, settings.practice), Letters(made, press, house(settings), settings)
    rows: list[Callable[..., Any]] = [cases.record, cases.look, cases.open_case, cases.turn_away]
    try:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(case_worker(client, settings, rows))
            await stack.enter_async_context(mail_worker(client, settings, [letters.send_letters]))
            beside = asyncio.gather(relay.run(stop), rescan.run(stop))
            _say_ready()
            # Both end with `stop`; if one fails, so does this process, and whoever watches it starts it again.
            await beside
    finally:
        press.close()
        await engine.dispose()


def _say_ready() -> None:
    ready = os.environ.get("IKM_READY_FILE")
    if ready:
        Path(ready).write_text("ready\n")
    log.info("worker ready")


async def main() -> None:
    """Run until SIGTERM or SIGINT. Raises SystemExit where there is no house to work in."""
    if not Settings().database_url:
        message = "DATABASE_URL is not set: a worker needs a house, and `ikm up` starts one with its worker"
        raise SystemExit(message)
    _keep_the_press_light()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(Settings(), stop)


def _keep_the_press_light() -> None:
    """Each process of the press would begin by reading the main module again, and with it all that a worker needs.

    That is two seconds and a hundred megabytes each, after every start before the first letter; without a file there
    is nothing to read (multiprocessing.spawn), and the press imports what it is called with.
    """
    vars(sys.modules["__main__"]).pop("__file__", None)


if __name__ == "__main__":
    asyncio.run(main())
