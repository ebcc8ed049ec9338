"""A year with few farms, from the choices to the certificates, by the command. Runs in `make prove`."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.audit_count import OUTCOMES
from tests.stage import IKM, ROOT, environment

pytestmark = [pytest.mark.proof, pytest.mark.timeout(1800)]


async def test_every_audit_of_a_year_comes_to_its_end(tmp_path: Path, proof_line: Callable[[str], None]) -> None:
    asked = (IKM, "rehearse", "2025", "--farms", "12", "--json")
    playing = await asyncio.create_subprocess_exec(
        *asked, cwd=ROOT, env=environment(tmp_path / "var"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    told, said = await playing.communicate()
    assert playing.returncode == 0, said.decode()
    year = json.loads(told.splitlines()[-1])
    counted = {row["key"]: row["counted"] for row in year["figures"]}
    assert (year["year"], year["ok"], counted["audits.opened"]) == (2025, True, 12)
    assert all(counted[key] for key in OUTCOMES)
    proof_line(f"a year of 12 farms in {year['seconds']} s: {counted['audits.done']} audits decided about")
