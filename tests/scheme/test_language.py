"""Dates as each language writes them."""

import pytest

from scheme.language import Language


@pytest.mark.parametrize(
    ("language", "words", "written"),
    [
        (Language.FR, "1 mars 2026", "1er mars 2026"),
        (Language.FR, "lundi 1 décembre 2025", "lundi 1er décembre 2025"),
        (Language.FR, "11 mars 2026", "11 mars 2026"),
        (Language.FR, "31 mars 2026", "31 mars 2026"),
        (Language.NL, "1 maart 2026", "1 maart 2026"),
    ],
)
def test_the_first_of_a_month_is_1er_in_french_alone(language: Language, words: str, written: str) -> None:
    assert language.written(words) == written
