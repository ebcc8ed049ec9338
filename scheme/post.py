"""The post's procedure: its registered name, and what a page of letters came to."""

from dataclasses import dataclass
from datetime import datetime

WORKFLOW = "Post"
# Letters a page, at most: the claim, the rendering and one SMTP connection are shared by so many.
PAGE = 25


def page_of(rate: float) -> int:
    """Letters a page where so many may go a second: about a second's worth, one at least.

    Pages are what is counted, so a page that was killed waits for its turn again: with large pages and a low rate that
    would take minutes.
    """
    return max(1, min(PAGE, int(rate)))


def pages_a_second(rate: float) -> float:
    """How many pages may begin a second so that no more letters go: one at least, unless less than a letter may go."""
    return rate / page_of(rate)


@dataclass(frozen=True)
class Sent:
    """letters: how many this page dealt with; next_due: real time of the earliest letter that waits, if any."""

    letters: int
    next_due: datetime | None = None
