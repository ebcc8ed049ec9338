"""The other ten of twenty rounds in bad weather (test_faults.py), for a second process."""

from collections.abc import Callable

import pytest

from tests.proof.test_faults import Camp, Ended, camp, good, weather

pytestmark = pytest.mark.proof

__all__ = ["camp", "good"]
SEEDS = range(11, 21)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_round_in_bad_weather_ends_as_in_good(
    seed: int,
    camp: Camp,
    good: Ended,
    proof_line: Callable[[str], None],
) -> None:
    """As the first ten."""
    await weather(seed, camp, good, proof_line)
