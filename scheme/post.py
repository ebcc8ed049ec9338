"""The post's procedure: its registered name, and what a page of letters came to."""

from dataclasses import dataclass
from datetime import datetime

WORKFLOW = "Post"
# Letters a page: the claim, the rendering and one SMTP connection are shared by so many.
PAGE = 25


@dataclass(frozen=True)
class Sent:
    """letters: how many this page dealt with; next_due: real time of the earliest letter that waits, if any."""

    letters: int
    next_due: datetime | None = None
