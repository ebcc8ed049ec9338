"""The four languages of the house (domain.md §10): Dutch is the default."""

from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1 codes, in the order in which pages offer them."""

    NL = "nl"
    FR = "fr"
    DE = "de"
    EN = "en"
