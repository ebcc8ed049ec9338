"""Words of pages and answers: English sentences and stored codes, from the catalogues in `locales/`.

`python -m api.words update` brings new messages into the catalogues.
"""

import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations
from io import BytesIO

from babel.messages.mofile import write_mo

from api import extract, keys
from api.catalogue import read
from api.written import day, moment, number
from scheme.errors import Refusal
from scheme.language import Language

UNKNOWN = "–"


@cache
def words(language: Language) -> GNUTranslations:
    """The catalogue of a language, compiled in memory on first use; an unknown message comes back as it is."""
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(language: Language, message: str, **values: object) -> str:
    """The sentence in that language, with dates, moments and numbers written as the language does."""
    return words(language).gettext(message) % _shown(language, values)


def said(language: Language, word: StrEnum, **values: object) -> str:
    """The sentence of a stored word with its values, such as its day; a value that is not given shows as –."""
    return translate(language, keys.key(word), **values)


def refusal(language: Language, refused_by: Refusal) -> str:
    """Why a rule refused, in one sentence."""
    return said(language, refused_by.rule, day=refused_by.day, many=refused_by.many)


def noted(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


def _shown(language: Language, values: Mapping[str, object]) -> Mapping[str, str]:
    return defaultdict(lambda: UNKNOWN, {name: _show(language, value) for name, value in values.items()})


def _show(language: Language, value: object) -> str:
    match value:
        case None:
            return UNKNOWN
        case datetime():
            return moment(value, language)
        case date():
            return day(value, language)
        case int() | float():
            return number(value, language)
        case _:
            return str(value)


def main() -> None:
    """`update`: extract all messages and add the new ones to the four catalogues."""
    if sys.argv[1:] != ["update"]:
        usage = "python -m api.words update"
        raise SystemExit(usage)
    extract.update()


if __name__ == "__main__":
    main()
