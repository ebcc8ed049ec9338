"""The four languages of the house (domain.md §10): Dutch is the default."""

import re
from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1 codes, in the order in which pages offer them."""

    NL = "nl"
    FR = "fr"
    DE = "de"
    EN = "en"

    def written(self, words: str) -> str:
        """A date of words as it is read in this language: the first of a month is "1er" in French."""
        return re.sub(r"\b1 (?=[^\W\d])", "1er ", words) if self is Language.FR else words
