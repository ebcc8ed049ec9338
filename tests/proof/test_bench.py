"""What a round costs, at its real size, beside its floors: the command's own judgement."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.stage import IKM, ROOT

pytestmark = [pytest.mark.proof, pytest.mark.quiet, pytest.mark.timeout(900)]
FARMS = 982


async def test_a_round_is_as_fast_as_accepted(
    request: pytest.FixtureRequest, proof_line: Callable[[str], None]
) -> None:
    number = request.config.getoption("--proof-farms") or FARMS
    done = await asyncio.create_subprocess_exec(
        IKM, "bench", "choice-round", "--farms", str(number), "--json",
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await done.communicate()
    assert out, err.decode()
    measured = json.loads(out.splitlines()[-1])
    request.node.add_report_section("call", "figures", json.dumps(measured, indent=1))
    proof_line(told(measured))
    assert measured["ok"], (measured["ratios"], measured["rest"], err.decode())


def told(measured: dict[str, Any]) -> str:
    """The figures that the acceptance names, in a line."""
    floors = ", ".join(f"{name} {floor['perSecond']:.0f}" for name, floor in measured["floors"].items())
    letters, memory = measured["letters"]["perSecond"], measured["memoryMiB"]
    return (
        f"{letters:.0f} letters a second beside floors of {floors}; {measured['farms']} farms at rest in "
        f"{measured['rest']['seconds']:.0f} s; worker {memory['worker']:.0f} MiB, pages {memory['web']:.0f} MiB"
    )
