"""Where a row of the rulebook comes from and how sure that is: marks and keys of domain.md (keys: its §13)."""

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """How far a published source settles a row."""

    DOCUMENTED = "D"
    INFERRED = "I"
    KNOWN = "K"
    ASSUMED = "A"


@dataclass(frozen=True)
class Source:
    """What stands behind a row. key: the publications, or the reason of an assumption."""

    certainty: Certainty
    key: str

    @property
    def to_be_confirmed(self) -> bool:
        """IKM has to confirm it before anybody may rely on it."""
        return self.certainty is Certainty.ASSUMED


def documented(key: str) -> Source:
    """Read in a publication."""
    return Source(Certainty.DOCUMENTED, key)


def inferred(key: str) -> Source:
    """Follows from something documented."""
    return Source(Certainty.INFERRED, key)


def assumed(key: str) -> Source:
    """No source found: shown as "to be confirmed by IKM"."""
    return Source(Certainty.ASSUMED, key)
