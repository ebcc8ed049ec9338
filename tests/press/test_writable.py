"""What the rulebook calls writable is typeset indeed."""

from press.letter import Recipient, typeset
from scheme.ids import FarmId
from scheme.writable import LONGEST, Reachable, obstacles
from tests.press.letters import letter_to_smet

# Every sign that is allowed, without the blank.
SIGNS = [chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x250), 0x2013, 0x2019, 0x2026, 0x20AC)]


def _fits(name: str, street: str) -> None:
    farm = Reachable(FarmId("F-000001"), name, street, "2300", "Turnhout", "nl", None)
    assert obstacles(farm) == ()
    assert typeset(letter_to_smet(recipient=Recipient(name, street, "2300", "Turnhout", "BE")))


def test_every_allowed_sign_is_in_the_typeface() -> None:
    for start in range(0, len(SIGNS), 2 * LONGEST):
        first, second = SIGNS[start : start + LONGEST], SIGNS[start + LONGEST : start + 2 * LONGEST]
        _fits("".join(first), "".join(second) or "Dorp 1")


def test_the_longest_allowed_lines_fit_on_the_letter() -> None:
    _fits("Hoeve " * 20, "Lange Kasseidorpestraat " * 5)
