"""The words of the letters, read from templates/letter/words, one file per language."""

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.dates import format_date

from scheme.language import Language

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"

# Longer than any name the register knows; a letter stays one page whatever is typed there.
LONGEST_LINE = 120
# Longer than any sentence of the house with such names in it.
LONGEST_SENTENCE = 600

Words = Mapping[str, Mapping[str, str]]


@cache
def words(language: Language) -> Words:
    """Words by section and key; sentences carry their places as `{answer_due}`."""
    text = (TEMPLATES / "letter" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def day(on: date, language: Language) -> str:
    """The date written out, as in "14 maart 2026"; the first of a month is "1er" in French."""
    return language.written(format_date(on, "long", locale=words(language)["house"]["locale"]))


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text without line breaks, control or invisible signs, cut to so many signs."""
    line = _plain(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def lines(text: str) -> list[str]:
    """What a person wrote, line by line, without control or invisible signs; lines without a word are left out."""
    return [line for part in text.splitlines() if (line := _plain(part))]


def _plain(text: str) -> str:
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    blanked = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in shown)
    return " ".join(blanked.split())
