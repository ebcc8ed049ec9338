"""What things cost at their real size: the commands' own judgement."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.stage import IKM, ROOT

pytestmark = [pytest.mark.proof, pytest.mark.quiet, pytest.mark.timeout(900)]
FARMS, AUDITS, REGISTER = 982, 40, 30_000
TIMES = 7


async def test_a_round_is_as_fast_as_accepted(
    request: pytest.FixtureRequest, proof_line: Callable[[str], None]
) -> None:
    number = request.config.getoption("--proof-farms") or FARMS
    measured, err = await _measured(request, "choice-round", "--farms", str(number))
    proof_line(told(measured))
    assert measured["ok"], (measured["ratios"], measured["rest"], err)


async def test_audits_are_as_fast_as_accepted(
    request: pytest.FixtureRequest, proof_line: Callable[[str], None]
) -> None:
    number = min(request.config.getoption("--proof-farms") or AUDITS, AUDITS)
    measured, err = await _measured(request, "audits", "--farms", str(number))
    floors = ", ".join(f"{name} {floor['perMinute']:.0f}" for name, floor in measured["floors"].items())
    proof_line(
        f"{measured['decided']['perMinute']:.0f} audits a minute to the last decision, {measured['rest']['perMinute']:.0f} "
        f"to rest, beside floors of {floors}; {measured['requestsPerSecond']:.0f} requests a second"
    )
    assert measured["ok"], (measured["ratios"], measured["rest"], err)
    assert measured["certificates"] == number
    assert measured["letters"] == 3 * number


async def test_every_page_of_a_full_register_is_as_fast_as_accepted(
    request: pytest.FixtureRequest, proof_line: Callable[[str], None]
) -> None:
    number = request.config.getoption("--proof-farms") or REGISTER
    measured, err = await _measured(request, "pages", "--farms", str(number), "--times", str(TIMES))
    slowest = measured["asked"][0]
    proof_line(
        f"{len(measured['asked'])} addresses of a register of {number} farms; the slowest takes "
        f"{slowest['median_ms']:.0f} ms ({slowest['visitor']} {slowest['address']})"
    )
    assert measured["ok"], (measured["wrong"], err)


async def _measured(request: pytest.FixtureRequest, *words: str) -> tuple[dict[str, Any], str]:
    """What `ikm bench` says, and its words on stderr."""
    done = await asyncio.create_subprocess_exec(
        IKM, "bench", *words, "--json", cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await done.communicate()
    assert out, err.decode()
    measured = json.loads(out.splitlines()[-1])
    request.node.add_report_section("call", "figures", json.dumps(measured, indent=1))
    return measured, err.decode()


def told(measured: dict[str, Any]) -> str:
    """The figures that the acceptance names, in a line."""
    floors = ", ".join(f"{name} {floor['perSecond']:.0f}" for name, floor in measured["floors"].items())
    letters, memory = measured["letters"]["perSecond"], measured["memoryMiB"]
    return (
        f"{letters:.0f} letters a second beside floors of {floors}; {measured['farms']} farms at rest in "
        f"{measured['rest']['seconds']:.0f} s; worker {memory['worker']:.0f} MiB, pages {memory['web']:.0f} MiB"
    )
