"""What may be a password: long enough, and not what somebody would try first."""

import pytest

from records.weak_password import weak


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Wachtwoord123!", "P@ssw0rd2026!", "motdepasse2026", "123456789012", "098765432109",
        "aaaaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop12", "azertyuiop123", "asdfghjkl123", "IKM-Vlaanderen1",
        "welkomwelkom1", "Zomer2026Zomer!", "an.peeters2026", "peeters-an-1234", "ikm-ikm-ikm-ikm",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert weak(password, ["an.peeters", "An Peeters"])


@pytest.mark.parametrize(
    "password",
    [
        "stal weide melk koe", "correct horse battery staple", "kUq7-mzP0-xR4t", "vier gewone woorden samen",
        "de kat zit op het dak", "839201748326", "tracteur orange sous la pluie", "пароль из слов",
    ],
)  # fmt: skip
def test_nothing_else_is_asked(password: str) -> None:
    assert not weak(password, ["an.peeters", "An Peeters"])


def test_it_takes_no_time_whatever_is_typed() -> None:
    """Two hundred signs, the longest there may be, of the kind that repeat."""
    assert weak("ab" * 100)
    assert not weak("".join(chr(0x4E00 + place) for place in range(200)))
