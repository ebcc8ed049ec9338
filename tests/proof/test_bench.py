"""What a round costs, at its real size, beside its floors: the command's own judgement."""

import asyncio
import json
import subprocess

import pytest

from tests.stage import IKM, ROOT

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]
FARMS = 982


async def test_a_round_is_as_fast_as_accepted(request: pytest.FixtureRequest) -> None:
    number = request.config.getoption("--proof-farms") or FARMS
    done = await asyncio.create_subprocess_exec(
        IKM, "bench", "choice-round", "--farms", str(number), "--json",
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await done.communicate()
    assert out, err.decode()
    measured = json.loads(out.splitlines()[-1])
    request.node.add_report_section("call", "figures", json.dumps(measured, indent=1))
    assert measured["ok"], (measured["ratios"], measured["rest"], err.decode())
