"""Dates and numbers as people of each language write them; moments are shown in Brussels time."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from scheme.days import ZONE, local_day
from scheme.language import Language

LOCALES: Mapping[Language, Locale] = {language: Locale(language.value, "BE") for language in Language}


def day(value: date, language: Language) -> str:
    """Written out: 15 januari 2025; of a moment, its day in Brussels."""
    shown = local_day(value) if isinstance(value, datetime) else value
    pattern = "d MMMM y" if language is not Language.DE else "d. MMMM y"
    return language.written(format_date(shown, pattern, locale=LOCALES[language]))


def moment(value: datetime, language: Language) -> str:
    """Day and time: 15 januari 2025, 14:03."""
    return f"{day(value, language)}, {hour(value, language)}"


def hour(value: datetime, language: Language) -> str:
    """The time alone, where the day stands above it: 14:03."""
    return format_datetime(value, "HH:mm", tzinfo=ZONE, locale=LOCALES[language])


def number(value: float, language: Language) -> str:
    """With the separators of the language: 3.148."""
    return format_decimal(value, locale=LOCALES[language])


def percent(share: float, language: Language, digits: int = 0) -> str:
    """Of a share between 0 and 1: 31 %."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "\N{NO-BREAK SPACE}%"
    return format_percent(share, pattern, locale=LOCALES[language])


def initial(text: str, _language: Language) -> str:
    """With a capital, as a title begins: Keuzebrief."""
    return text[:1].upper() + text[1:]


def filters(language: Language) -> dict[str, Callable[..., str]]:
    """The formats as template filters of one language."""

    def bound(function: Callable[..., str]) -> Callable[..., str]:
        return lambda value, *rest: function(value, language, *rest)

    return {function.__name__: bound(function) for function in (day, moment, hour, number, percent, initial)}
