"""The preview on the command line, in words."""

from datetime import date

from commands.choice_round import foreseen
from scheme.ids import BodyId


def test_what_a_round_would_do_is_told_in_words() -> None:
    silences: tuple[dict[BodyId, int], ...] = ({BodyId("B-01"): 8, BodyId("B-02"): 1}, {})
    told = [foreseen(date(2025, 1, 15), silence) for silence in silences]
    assert told == [
        "Letters on 2025-01-15: 9 farms. If nobody answered: B-01 8 farms, B-02 1 farm.",
        "Letters on 2025-01-15: none, no certificate asks for one.",
    ]
