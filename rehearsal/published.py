"""What the annual report says of the year, beside what a rehearsal came to: told, never judged.

A rehearsal of a few farms goes each course once at least, so that its shares are not those of a year.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LETTERS = "inspection_bodies.choice_letters"
REFUSED = "certificates.definitively_not_certified"
AUDITS = "sustainability_monitor.periodic_audits"
DECIMALS = 2


@dataclass(frozen=True)
class Published:
    """A figure of the report and the rehearsal's. percent: both are shares."""

    key: str
    published: float
    counted: float
    percent: bool = False

    @property
    def equal(self) -> bool:
        """Whether they are the same."""
        return self.published == self.counted


def beside(counted: Mapping[str, int], letters: int, report: Mapping[str, int | float]) -> Iterator[Published]:
    """What can be held against each other. letters: of choice; report: the figures of [expected]."""
    yield Published(LETTERS, report[LETTERS], letters)
    held = counted.get("audits.done", 0)
    if held:
        published = share(report[REFUSED], report[AUDITS])
        yield Published(REFUSED, published, share(counted["decisions.refusal"], held), percent=True)


def share(part: float, whole: float) -> float:
    """Of a hundred, rounded."""
    return round(100 * part / whole, DECIMALS)
