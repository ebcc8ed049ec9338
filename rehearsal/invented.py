"""Invented people and farms: names, addresses and numbers that fit the rules and belong to nobody."""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from scheme.choice_round import Country
from scheme.ids import FarmId
from scheme.language import Language

# Without the letters that Dutch postcodes avoid, so that SA, SD and SS are all that is left to leave out.
_POSTCODE_PAIRS = [
    a + b for a in "ABCDEGHJKLMNPRSTVWXZ" for b in "ABCDEGHJKLMNPRSTVWXZ" if a + b not in {"SA", "SD", "SS"}
]


@dataclass(frozen=True)
class Words:
    """The words of one language. mail: first part of the e-mail domain."""

    mail: str
    first: Sequence[str]
    last: Sequence[str]
    things: Sequence[str]
    farms: Sequence[str]
    streets: Sequence[str]


@dataclass(frozen=True)
class Area:
    """Where farms are; weight: among the areas where the same people live. places: postcode and name."""

    name: str
    languages: Sequence[str]
    country: str
    weight: float
    zone: str
    places: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Invention:
    """All the words."""

    words: Mapping[Language, Words]
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Identity:
    """Who runs the farm and where it is."""

    name: str
    holder: str
    street: str
    postcode: str
    city: str
    phone: str
    email: str


def invention() -> Invention:
    """The words as their file has them."""
    text = Path(__file__).with_name("invented.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    words = {language: Words(**table[language]) for language in Language}
    return Invention(words, tuple(Area(**area) for area in table["areas"]))


def identity(random: Random, invented: Invention, farm: FarmId, country: Country, language: Language) -> Identity:
    """Somebody of that language in a place where that language is spoken."""
    words = invented.words[language]
    first, last = random.choice(words.first), random.choice(words.last)
    area = _area(random, invented, country, language)
    postcode, city = random.choice(area.places)
    if country is Country.NL:
        postcode = f"{postcode} {random.choice(_POSTCODE_PAIRS)}"
    return Identity(
        name=random.choice(words.farms).format(last=last, thing=random.choice(words.things)),
        holder=f"{first} {last}",
        street=f"{random.choice(words.streets)} {random.randint(1, 180)}",
        postcode=postcode,
        city=city,
        phone=_phone(random, area),
        # .example is kept free for uses like this one: no mail to it can ever arrive.
        email=f"{_plain(first)}.{_plain(last)}@{words.mail}-{farm.removeprefix('F-')}.example",
    )


def enterprise_numbers(random: Random, count: int) -> list[str]:
    """Distinct Belgian enterprise numbers with right check digits, as digits.

    From 09 and 19: as far as is known neither series has been given out.
    """
    firsts = random.sample(range(9_000_000, 10_000_000), count)
    return [_with_check(first + random.choice((0, 10_000_000))) for first in firsts]


def dutch_numbers(random: Random, count: int) -> list[str]:
    """Distinct KvK numbers, beginning with 99."""
    return [str(number) for number in random.sample(range(99_000_000, 100_000_000), count)]


def herd_numbers(random: Random, count: int) -> list[str]:
    """Distinct Belgian herd numbers of cattle."""
    return [f"BE{number}-0101" for number in random.sample(range(90_000_000, 100_000_000), count)]


def dutch_herd_numbers(random: Random, count: int) -> list[str]:
    """Distinct UBNs."""
    return [str(number) for number in random.sample(range(9_000_000, 10_000_000), count)]


def _with_check(first_eight: int) -> str:
    return f"{first_eight:08d}{97 - first_eight % 97:02d}"


def _area(random: Random, invented: Invention, country: Country, language: Language) -> Area:
    fitting = [area for area in invented.areas if area.country == country and language in area.languages]
    return random.choices(fitting, [area.weight for area in fitting])[0]


def _phone(random: Random, area: Area) -> str:
    # As far as is known no subscriber's number begins with 00, so these ring nowhere.
    code, zeros = (31, "000") if area.country == Country.NL else (32, "000" if len(area.zone) == 1 else "00")
    return f"+{code} {area.zone} {zeros} {random.randint(0, 99):02d} {random.randint(0, 99):02d}"


def _plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name).lower() if "a" <= char <= "z")
