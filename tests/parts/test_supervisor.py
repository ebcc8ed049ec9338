"""The supervisor with small programs in the place of the parts."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL, SIGSTOP

import pytest

from parts import supervisor
from parts.processes import command_of, free_port, until
from parts.supervisor import Part, PartFailed, Supervisor, held

ROOT = Path(__file__).parents[2]
OBEDIENT = "import time; print('here', flush=True); time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(600)"
WITH_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', {OBEDIENT!r}])
print('here', child.pid, flush=True)
child.wait()
"""
BROKEN = "raise SystemExit('the oven is cold')"


def part(var: Path, name: str, program: str, **more: object) -> Part:
    log = var / "log" / f"{name}.log"

    async def spoke() -> bool:
        return log.exists() and "here" in log.read_text()

    argv = (sys.executable, "-c", program, name)
    return Part(name, argv, dict(os.environ), lambda: until(spoke), log, **more)  # type: ignore[arg-type]


def pids(var: Path) -> dict[str, int]:
    return {name: int(pid) for name, pid in json.loads((var / "parts.json").read_text()).items()}


async def soon(holds: Callable[[], bool]) -> None:
    async def now() -> bool:
        return holds()

    async with asyncio.timeout(10):
        await until(now)


def gone(pid: int) -> bool:
    return not command_of(pid)


async def test_a_killed_part_starts_again_and_all_are_stopped(tmp_path: Path) -> None:
    told: list[str] = []
    parts = Supervisor([part(tmp_path, "oven", OBEDIENT), part(tmp_path, "door", WITH_CHILD)], tmp_path, told.append)
    await parts.start()
    before = pids(tmp_path)
    os.kill(before["oven"], SIGKILL)
    await soon(lambda: pids(tmp_path)["oven"] != before["oven"])
    after = pids(tmp_path)
    assert told == ["oven was ended by SIGKILL; starting it again in 0.5 s"]
    assert after["door"] == before["door"]
    (grandchild,) = (
        int(line.split()[1]) for line in (tmp_path / "log" / "door.log").read_text().splitlines() if " " in line
    )
    await parts.stop()
    assert all(gone(pid) for pid in (*before.values(), *after.values(), grandchild))
    assert not (tmp_path / "parts.json").exists()


async def test_a_part_that_refuses_or_is_frozen_leaves_no_orphan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.5)
    told: list[str] = []
    parts = Supervisor([part(tmp_path, "deaf", DEAF), part(tmp_path, "frozen", OBEDIENT)], tmp_path, told.append)
    await parts.start()
    running = pids(tmp_path)
    os.kill(running["frozen"], SIGSTOP)
    await parts.stop()
    assert all(gone(pid) for pid in running.values())
    assert told == ["deaf did not stop within 0 s and was killed"]


async def test_a_part_that_cannot_start_says_its_last_lines(tmp_path: Path) -> None:
    parts = Supervisor([part(tmp_path, "oven", BROKEN)], tmp_path)
    with pytest.raises(PartFailed, match=r"oven ended with status 1[^$]*the oven is cold"):
        await parts.start()
    await parts.stop()


async def test_a_busy_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        first = part(tmp_path, "oven", OBEDIENT, ports=((free_port(), "IKM_OVEN_PORT"),))
        second = part(tmp_path, "door", OBEDIENT, ports=((port, "IKM_DOOR_PORT"),))
        with pytest.raises(PartFailed, match=f"door: port {port} .* set IKM_DOOR_PORT"):
            await Supervisor([first, second], tmp_path).start()
    assert not (tmp_path / "parts.json").exists()


def test_a_second_instance_is_refused(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(PartFailed, match=f"process {os.getpid()}"), held(tmp_path):
        pass
    with held(tmp_path):
        pass


ALONE = """
import asyncio, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.parts.test_supervisor import DEAF, OBEDIENT, part
from parts.supervisor import Supervisor

async def main():
    var = Path(sys.argv[1])
    await Supervisor([part(var, "oven", OBEDIENT), part(var, "deaf", DEAF)], var).start()
    print("started", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
async def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(tmp_path: Path) -> None:
    alone = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ALONE.format(root=str(ROOT)), str(tmp_path), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert alone.stdout is not None
    assert await alone.stdout.readline() == b"started\n"
    left = pids(tmp_path)
    alone.kill()
    await alone.wait()
    await soon(lambda: all(gone(pid) for pid in left.values()))
    parts = Supervisor([part(tmp_path, "oven", OBEDIENT)], tmp_path)
    await parts.start()
    await parts.stop()


async def test_what_a_killed_supervisor_left_is_ended(tmp_path: Path) -> None:
    oven = part(tmp_path, "oven", OBEDIENT)
    left = await asyncio.create_subprocess_exec(*oven.argv, start_new_session=True)
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", OBEDIENT, start_new_session=True)
    (tmp_path / "parts.json").write_text(json.dumps({"oven": left.pid, "door": stranger.pid}))
    parts = Supervisor([oven, part(tmp_path, "door", OBEDIENT)], tmp_path)
    await parts.start()
    assert await left.wait() != 0
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()
    await parts.stop()
