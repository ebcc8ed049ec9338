"""One auditor at one farm: not again after so many audits in a row."""

import pytest

from scheme.ids import PersonId
from scheme.rotation import too_often

ONE, TWO = PersonId("P-0001"), PersonId("P-0002")


@pytest.mark.parametrize(
    ("held_by", "most", "often"),
    [
        pytest.param((ONE, ONE, ONE), 3, True, id="the last three"),
        pytest.param((ONE, ONE, ONE, TWO), 3, True, id="who came before does not count"),
        pytest.param((ONE, TWO, ONE), 3, False, id="somebody else in between"),
        pytest.param((ONE, ONE), 3, False, id="two so far"),
        pytest.param((ONE, None, ONE), 3, False, id="one that nobody remembers"),
        pytest.param((ONE,), 1, True, id="never twice"),
    ],
)
def test_the_last_audits_in_a_row_count(held_by: tuple[PersonId | None, ...], most: int, often: bool) -> None:
    assert too_often(held_by, ONE, most) is often
