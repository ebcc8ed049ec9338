"""A server, an office on it, and its clock, for scripts whose histories are kept."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from scheme import choice as choices
from scheme.choice import Choice
from tests.workflows.desk_world import Office, World

Script = Callable[["Recorder"], Awaitable[list[WorkflowHandle]]]


class Recorder:
    """A server, an office on it with a world of its own, and its clock."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.world = World()
        self.skipper = TimeSkipper(
            client, config=TimeSkippingConfig(enabled=False, disable_propagation=True, max_session_skip_count=1_000)
        )
        self.office = Office(self.skipper.client, f"record-{name}", self.world)

    async def until(self, running: WorkflowHandle, moment: datetime) -> None:
        """Let the case's time pass until then."""
        await self.skipper.fast_forward(running, moment - await self.skipper.get_current_time(running))

    async def choose(self, case: Choice) -> WorkflowHandle:
        """Begin a choice."""
        return await self.office.start(choices.WORKFLOW, case)

    async def steps(self, many: int) -> None:
        """Wait until so many are recorded."""
        await self.world.until(lambda seen: len(seen.steps) >= many)


def first_run(recorder: Recorder, running: WorkflowHandle) -> WorkflowHandle:
    """Its first history, also when it has begun a new one."""
    return recorder.client.get_workflow_handle(running.id, run_id=running.first_execution_run_id)
