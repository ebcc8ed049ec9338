"""Replays a recorded history with the code as it stands, and keeps all that the code decides meanwhile."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

from worker import WORKFLOWS, runner

HERE = Path(__file__).parent
INDEX = HERE / "INDEX"
Decision = dict[str, Any]
FRACTION = re.compile(r"\.\d+Z")


class WatchingRunner(WorkflowRunner):
    """The product's sandbox; what a workflow asks Temporal for is kept, in order, with its values."""

    def __init__(self) -> None:
        self._sandbox = runner(sandbox=True)
        self.decided: list[Decision] = []

    def prepare_workflow(self, defn: _Definition) -> None:
        """As the sandbox does it."""
        self._sandbox.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As the sandbox does it."""
        self._sandbox.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A workflow that is watched."""
        instance = self._sandbox.create_instance(det)
        activate = instance.activate

        def watched(act):
            completion = activate(act)
            now = act.timestamp.ToDatetime(tzinfo=UTC)
            found = (_decision(command, now) for command in completion.successful.commands)
            self.decided += [one for one in found if one is not None]
            return completion

        instance.activate = watched  # type: ignore[method-assign]
        return instance


def _decision(command, now) -> Decision | None:
    kind = command.WhichOneof("variant")
    value = getattr(command, kind)
    match kind:
        case "schedule_activity" | "schedule_local_activity":
            at_hand = kind == "schedule_local_activity" and value.activity_type == "record"
            return {value.activity_type + " at hand" * at_hand: _values(value.arguments)}
        case "start_timer":
            rounded = now + value.start_to_fire_timeout.ToTimedelta() + timedelta(milliseconds=1)
            return {"timer until": rounded.isoformat(timespec="seconds")}
        case "continue_as_new_workflow_execution":
            return {"continue as new": _values(value.arguments)}
        case "update_response" if value.HasField("completed"):
            return {"answer": _values([value.completed])}
        case "complete_workflow_execution":
            return {"end": []}
        case _:
            # Acceptance of an update, a timer that is not needed any more: nothing is decided by them.
            return None


def _values(payloads: Sequence[Payload]) -> list[Any]:
    return [json.loads(payload.data) for payload in payloads]


async def replay(history: WorkflowHistory) -> list[Decision]:
    """What the code decides now. Raises NondeterminismError where it would go another way."""
    watching = WatchingRunner()
    # Recorded without a seal, so that no key has to be kept for ever.
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter, workflow_runner=watching)
    await replayer.replay_workflow(history)
    return watching.decided


def agree(decided: Sequence[Decision], history: WorkflowHistory) -> bool:
    """Whether the activities decided are those of the history, with the values they were given then.

    Fractions of a second do not count: after a local activity a replay's clock may stand a microsecond beside it.
    """
    then = [
        {event.activity_task_scheduled_event_attributes.activity_type.name: _values(
            event.activity_task_scheduled_event_attributes.input.payloads
        )}
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]  # fmt: skip
    now = [one for one in decided if one.keys() <= {"record", "open_case", "turn_away", "send_letters"}]
    return same(now, then)


def same(now: Any, then: Any) -> bool:
    """Whether two decisions are one, fractions of a second aside.

    A field that has come since may stand there empty: whoever decides something with it decides another thing.
    """
    match now, then:
        case dict(), dict():
            newer = [value for name, value in now.items() if name not in then]
            return all(value in (None, [], "") for value in newer) and all(
                name in now and same(now[name], value) for name, value in then.items()
            )
        case list(), list():
            return len(now) == len(then) and all(map(same, now, then))
        case str(), str():
            return FRACTION.sub("Z", now) == FRACTION.sub("Z", then)
        case _:
            return bool(now == then)


def load(name: str) -> WorkflowHistory:
    """A recorded history."""
    return WorkflowHistory.from_json(name, (HERE / f"{name}.json").read_text())


def expected(name: str) -> list[Decision]:
    """What was decided when it was recorded."""
    decisions: list[Decision] = json.loads((HERE / f"{name}.expected.json").read_text())
    return decisions


def listed() -> dict[str, tuple[str, str]]:
    """Names in the index, with the hashes of history and expectation."""
    lines = [line.split() for line in INDEX.read_text().splitlines()] if INDEX.exists() else []
    return {name: (history, decisions) for name, history, decisions in lines}
