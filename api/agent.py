"""Which browser on which machine a session belongs to, as its owner would say it."""

BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
MACHINES = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 40


def told(agent: str | None) -> str:
    """Such as "Firefox, Windows"; what we do not know is told as it tells itself, cut short; "?" for nothing."""
    given = agent or "?"
    found = [_first(known, given) for known in (BROWSERS, MACHINES)]
    return ", ".join(filter(None, found)) or given[:LONGEST]


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for mark, name in known if mark in agent), "")
