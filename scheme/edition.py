"""The editions of the lastenboek and the day each came into force (domain.md §0; docs/lastenboek.md, chapter 1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.source import Source, assumed, documented


class Edition(StrEnum):
    """The editions known here; lists, audits and registers may tell of others too, as an EditionCode."""

    E10 = "10"
    E11 = "11"
    E11_1 = "11.1"
    E12 = "12"


@dataclass(frozen=True)
class EditionRow:
    """An edition, its first day in force and what it changed."""

    in_force: date
    edition: Edition
    change: str
    source: Source


# Oldest first. A row that a case went by is never edited: a correction is a new edition.
EDITIONS: tuple[EditionRow, ...] = (
    EditionRow(date(2020, 1, 1), Edition.E10, "average hygiene score of the farm", documented("MCC10")),
    EditionRow(date(2022, 1, 1), Edition.E11, "unannounced audits; A20 and A21 split", documented("MCC11, MILKBE11")),
    EditionRow(date(2024, 3, 1), Edition.E11_1, "hygiene stricter; antibiotics", documented("MILKBE111, SB24")),
    EditionRow(
        date(2026, 4, 1), Edition.E12, "simpler, less administration", assumed('S0 says "spring 2026", not the day')
    ),
)


def edition_on(day: date) -> Edition:
    """The edition in force on `day`; the oldest known one for earlier days."""
    rows = [row for row in EDITIONS if row.in_force <= day] or EDITIONS[:1]
    return rows[-1].edition
