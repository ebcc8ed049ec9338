"""`ikm database resume`: Temporal is begun again from the rows, whether it lost everything or remembers too much."""

import asyncio
import uuid

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from commands.open import Open, opened
from commands.say import say, tell
from records.resuming import Standing, standing
from records.resuming import resume as note_resumed
from scheme import post
from scheme.ids import POST
from scheme.inbox import WORKFLOWS, AnyCase, Carried

AT_ONCE = 16
WHY = "the house goes on from its rows"


async def resume(reason: str, *, json: bool) -> None:
    """Begin each open case's workflow again as its row stands, end what no row knows, and hold the letters."""
    async with opened() as house:
        begun, ended = await go_on(house, reason)
    if json:
        tell({"begun": begun, "ended": ended})
    say(f"{begun} cases go on where their rows stand; {ended} that no row knows were ended.")
    say("All letters are held: compare with the mail server's log what went out since the backup, then let them go.")


async def go_on(house: Open, reason: str) -> tuple[int, int]:
    """How many cases were begun again, and how many workflows ended that no row knows."""
    async with house.sessions.begin() as session:
        await note_resumed(session, reason, str(uuid.uuid4()))
    async with house.sessions() as session:
        goes_on = await standing(session)
    ended = await _end_strangers(house.client, goes_on)
    await _begin_all(house, goes_on)
    return len(goes_on.cases), ended


async def _end_strangers(client: Client, goes_on: Standing) -> int:
    """End what runs in Temporal and has no open case: it began after the backup."""
    known = {POST, *(case.case_id for case in goes_on.cases)}
    strangers = [
        running.id async for running in client.list_workflows("ExecutionStatus = 'Running'") if running.id not in known
    ]
    for workflow_id in strangers:
        try:
            await client.get_workflow_handle(workflow_id).terminate(reason=WHY)
        except RPCError as error:
            # It ended by itself meanwhile.
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
    return len(strangers)


async def _begin_all(house: Open, goes_on: Standing) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    carried = Carried(heard_until=goes_on.at, at_hand=True)

    async def begin(case: AnyCase) -> None:
        async with gate:
            await _begin(house, WORKFLOWS[case.kind], case.case_id, [case, carried])

    await asyncio.gather(*(begin(case) for case in goes_on.cases))
    # Last, so that nothing is sent before everything stands.
    await _begin(house, post.WORKFLOW, POST, [])


async def _begin(house: Open, name: str, workflow_id: str, arguments: list[object]) -> None:
    """A run of its own: what Temporal remembers under this id ends."""
    await house.client.start_workflow(
        name,
        args=arguments,
        id=workflow_id,
        task_queue=house.settings.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
