"""Whether a letter to a farm can be written and can arrive; asked before a round begins (domain.md §2)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from scheme.ids import FarmId
from scheme.language import Language

# The signs that every typeface of the house has: Latin letters with their accents, and the usual punctuation.
_SIGNS = "\u0020-\u007e\u00a0-\u024f\u0300-\u036f\u2010\u2012-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122"
_PRINTABLE = re.compile(f"[{_SIGNS}]*")
# Free text may have these as well; \u25a1 stands for every sign that is not there.
_OTHER = re.compile(f"[^{_SIGNS}\u2192\u2212\u2260\u2264\u2265\u25a1]")
_MAIL = re.compile(r"[^@\s,;:<>\"()\[\]\\]+@[^@\s,;:<>\"()\[\]\\]+\.[^@\s,;:<>\"()\[\]\\.]+")
# What still fits in the letter's window, over several lines.
LONGEST = 120


class Obstacle(StrEnum):
    """What stands between a farm and its letter; its sentence stands in the catalogue under `obstacle-<value>`."""

    NO_ADDRESS = "no-address"
    MAIL_ADDRESS = "mail-address"
    LANGUAGE = "language"
    UNPRINTABLE = "unprintable"
    TOO_LONG = "too-long"


@dataclass(frozen=True)
class Reachable:
    """What a letter to a farm is addressed with, as the register has it."""

    farm_id: FarmId
    name: str
    street: str
    postcode: str
    city: str
    language: str
    email: str | None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the address."""
        return (self.name, self.street, f"{self.postcode} {self.city}")


def printable(line: str) -> str:
    """The line, with a square for each sign that no typeface of the house has, such as a smiley."""
    return _OTHER.sub("\u25a1", line)


def obstacles(farm: Reachable) -> tuple[Obstacle, ...]:
    """All that would keep the letter from being written or from arriving; empty where nothing does.

    A farm with a mail address needs no postal one, though it gets paper should the mail come back.
    """
    found = []
    if farm.email is None and not all(line.strip() for line in (farm.name, farm.street, farm.postcode, farm.city)):
        found.append(Obstacle.NO_ADDRESS)
    if farm.email is not None and _MAIL.fullmatch(farm.email) is None:
        found.append(Obstacle.MAIL_ADDRESS)
    if farm.language not in set(Language):
        found.append(Obstacle.LANGUAGE)
    if any(_PRINTABLE.fullmatch(line) is None for line in farm.lines):
        found.append(Obstacle.UNPRINTABLE)
    if any(len(line) > LONGEST for line in farm.lines):
        found.append(Obstacle.TOO_LONG)
    return tuple(found)
