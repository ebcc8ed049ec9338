"""The smallest round that is measured: every contestant does its letters, and what is too slow is said."""

import asyncio
import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.bench.cost import Cost
from commands.bench.floors import Floor
from commands.bench.house import invented
from commands.bench.round_measured import Measured, Round
from scheme.choice_round import window
from scheme.rules import rules_on
from tests.stage import IKM, ROOT

FARMS = 3


def floor(many: int, seconds: float) -> Floor:
    return Floor(many, Cost(seconds, {"worker": 1.0}, 0.0))


def measured(letters: float = 10, rest: float = 50, farms: int = 982) -> Measured:
    """A round whose letters took so many seconds, beside a loop that took 7 and bare workflows that took 20."""
    ours = Round(floor(farms, letters), floor(farms, rest), farms, {"worker": 100.0})
    return Measured(farms, ours, {"loop": floor(farms, 7), "bare": floor(farms, 20), "empty": floor(farms, 25)})


def test_a_round_that_is_fast_enough_has_no_failure() -> None:
    assert measured().ratios == {"loop": 0.7, "bare": 2.0, "empty": 0.5}
    assert measured().failures == []


def test_letters_below_six_tenths_of_the_loop_are_too_slow() -> None:
    assert measured(letters=12).failures == ["letters at 0.58 of the plain loop; accepted is 0.6"]


def test_letters_slower_than_bare_workflows_are_too_slow() -> None:
    slow = replace(measured(letters=25), floors={"bare": floor(982, 20)})
    assert slow.failures == ["letters at 0.8 of bare workflows; accepted is above 1"]


@pytest.mark.parametrize(("farms", "seconds", "many"), [(982, 61, 1), (3, 61, 1), (1_964, 119, 0), (1_964, 121, 1)])
def test_rest_has_a_minute_or_as_much_as_there_are_farms(farms: int, seconds: float, many: int) -> None:
    assert len(measured(rest=seconds, farms=farms).failures) == many


def test_every_farm_that_is_invented_is_written_to_today() -> None:
    at = datetime(2027, 5, 31, 12, tzinfo=UTC)
    first, last = window(at.date(), rules_on(at.date()))
    bodies, farms = invented(400, at)
    assert len(farms) == 400
    assert all(farm.expires_on is not None and first < farm.expires_on < last for farm in farms)
    assert sum(farm.email is None for farm in farms) == 88
    assert sum(body.recognised_until > at.date() for body in bodies) == 4


@pytest.mark.timeout(300)  # more processes than any other test starts
async def test_the_smallest_round_is_measured_beside_its_floors() -> None:
    done = await asyncio.create_subprocess_exec(
        IKM, "bench", "choice-round", "--farms", str(FARMS), "--json",
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await done.communicate()
    assert out, err.decode()
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert found["farms"] == FARMS
    assert found["letters"]["perSecond"] > 0
    assert {name: figures["perSecond"] > 0 for name, figures in found["floors"].items()} == {
        "loop": True, "bare": True, "empty": True,
    }  # fmt: skip
    assert {"temporal", "postgres", "mailbox", "worker", "typst", "web"} <= set(found["rest"]["cpuSeconds"])
    assert found["memoryMiB"]["worker"] > 0
    assert done.returncode == (0 if found["ok"] else 1)
