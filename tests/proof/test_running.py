"""Six hundred running cases at once, and eighteen months played: what was foreseen of each farm is what happened."""

from collections.abc import Callable

import pytest

from tests.house import House
from tests.workflows.test_running import holds_for

pytestmark = pytest.mark.proof
CASES = 600


async def test_six_hundred_running_cases(house: House, proof_line: Callable[[str], None]) -> None:
    await holds_for(house, CASES, days=40)
    proof_line(f"{CASES} running cases taken over without a letter; what was foreseen of each farm happened")
