"""Six hundred running cases at once, and eighteen months played: what was foreseen of each farm is what happened."""

import pytest

from tests.house import House
from tests.workflows.test_running import holds_for

pytestmark = pytest.mark.proof


async def test_six_hundred_running_cases(house: House) -> None:
    await holds_for(house, 600, days=40)
