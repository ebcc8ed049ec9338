"""Debian's own clamd, with one signature of ours: what it says of a file is what we understand of it."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from records.scanner import Scanner
from scheme.stored_file import Scan, ScanState
from tests.pictures import photo

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]
MARK = b"onze eigen handtekening"
CONFIGURED = """
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/signatures
Foreground yes
LogFile {folder}/clamd.log
StreamMaxLength 20M
User {user}
"""


def _found() -> str | None:
    """Where it is: Debian keeps daemons in a folder that not every user's path has."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def _clamd() -> str:
    """The daemon; installed where that can be done, skipped with the reason where not."""
    if _found() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in ("update -qq", "install -y -qq --no-install-recommends clamav-daemon"):
            subprocess.run(["apt-get", *words.split()], check=False, capture_output=True, env=environment)
    found = _found()
    if found is None:
        pytest.skip("no clamd on this machine, and Debian's package clamav-daemon could not be installed")
    return found


@pytest_asyncio.fixture
async def scanner(tmp_path: Path) -> AsyncIterator[Scanner]:
    """It, with no signature but ours."""
    program, signatures = _clamd(), tmp_path / "signatures"
    signatures.mkdir()
    # Name, any kind of file, anywhere in it, these bytes.
    (signatures / "ours.ndb").write_text(f"Ours.Test:0:*:{MARK.hex()}\n")
    told = tmp_path / "clamd.conf"
    told.write_text(CONFIGURED.format(folder=tmp_path, user="root" if os.geteuid() == 0 else os.environ["USER"]))
    running = await asyncio.create_subprocess_exec(
        program, "--config-file", str(told), stdout=asyncio.subprocess.DEVNULL
    )
    asked = Scanner(tmp_path / "clamd.ctl", "", 0)
    try:
        async with asyncio.timeout(60):
            while (await asked.scan(b"")).reply is None:
                assert running.returncode is None, (tmp_path / "clamd.log").read_text()
                await asyncio.sleep(0.2)
        yield asked
    finally:
        running.terminate()
        await running.wait()


async def test_clamd_is_understood(scanner: Scanner, proof_line: Callable[[str], None]) -> None:
    assert await scanner.scan(photo()) == Scan(ScanState.CLEAN, "stream: OK")
    assert await scanner.scan(bytes(2_000_000) + MARK) == Scan(ScanState.INFECTED, "stream: Ours.Test.UNOFFICIAL FOUND")
    too_large = await scanner.scan(bytes(21_000_000))
    assert too_large.state is ScanState.UNSCANNED
    proof_line("Debian's clamd finds our signature and nothing else; a file beyond its limit stays unscanned")
