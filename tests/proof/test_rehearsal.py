"""A year with few farms, from the choices to the certificates, by the command. Runs in `make prove`."""

import asyncio
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path
from signal import SIGINT

import pytest

from parts.processes import until
from rehearsal.audit_count import OUTCOMES
from tests.stage import IKM, ROOT, environment

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]

FARMS, IN_THE_AUDITS, LOOK_EVERY_SECONDS = 12, "2025-07-15", 2


async def test_every_audit_of_a_year_comes_to_its_end_also_when_it_was_interrupted(
    tmp_path: Path, proof_line: Callable[[str], None]
) -> None:
    env = environment(tmp_path / "var")
    first = await begun(env)
    await reached(first, env, IN_THE_AUDITS)
    first.send_signal(SIGINT)
    _, said = await first.communicate()
    assert first.returncode == 1, said.decode()
    second = await begun(env)
    told, said = await second.communicate()
    assert second.returncode == 0, said.decode()
    year = json.loads(told.splitlines()[-1])
    counted = {row["key"]: row["counted"] for row in year["figures"]}
    assert (year["year"], year["ok"], counted["audits.opened"]) == (2025, True, FARMS)
    assert all(counted[key] for key in OUTCOMES)
    proof_line(
        f"a year of {FARMS} farms, interrupted in July and gone on with in {year['seconds']} s: "
        f"{counted['audits.done']} audits decided about"
    )


async def begun(env: dict[str, str]) -> Process:
    asked = (IKM, "rehearse", "2025", "--farms", str(FARMS), "--json")
    return await asyncio.create_subprocess_exec(*asked, cwd=ROOT, env=env, stdout=PIPE, stderr=PIPE)


async def reached(playing: Process, env: dict[str, str], day: str) -> None:
    """Wait until the clock of the house has come to that day, or the rehearsal has ended."""

    async def there() -> bool:
        asked = (IKM, "clock", "show", "--json")
        shown = await asyncio.create_subprocess_exec(*asked, cwd=ROOT, env=env, stdout=PIPE, stderr=DEVNULL)
        told, _ = await shown.communicate()
        return playing.returncode is not None or (shown.returncode == 0 and json.loads(told)["now"] >= day)

    await until(there, LOOK_EVERY_SECONDS)
