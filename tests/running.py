"""A register with what runs in it: every kind of running case in turn, farm by farm; nothing is random."""

from datetime import date, timedelta

from scheme.register import FarmLine
from tests.scheme.test_running import row, text
from tests.world import ONE, TWO, farm, number

BEGAN = date(2024, 12, 4)
LATER = "five days later"
LONG_AGO = {"began_on": "2024-08-31"}
KINDS: tuple[tuple[str, dict[str, str]], ...] = (
    ("corrective-action", {"began_on": "2024-02-29", "grade": "B", "reference": "late from the start"}),
    ("choice", {}),
    ("choice", {"reminded_on": LATER}),
    ("choice", {"answered_on": LATER, "body": "B-02"}),
    ("choice-made", {"body": "B-01"}),
    ("planned-audit", {"due_on": "2025-03-30", "body": "B-01"}),
    ("corrective-action", {"grade": "A", "reference": "2024/6"}),
    ("corrective-action", {"grade": "B", **LONG_AGO}),
    ("dispute", {}),
    ("appeal", {}),
    ("suspension", LONG_AGO),
    ("last-audit", {"edition": "11.1", "hygiene": "80", "findings": "2"}),
)


def farms(many: int, days: int) -> list[FarmLine]:
    """Certificates that end on so many days, from August 2025 on; every third farm is written to on paper."""
    return [
        farm(
            place,
            expires_on=date(2025, 8, 1) + timedelta(days=place % days * (400 // days)),
            inspection_body=ONE if place % 2 else TWO,
            email=None if place % 3 == 0 else f"hoeve@f{place}.example",
        )
        for place in range(1, many + 1)
    ]


def running_file(many: int) -> str:
    """One case for each farm, every twelfth with a second one: every kind in turn."""
    rows = [_row(place) for place in range(1, many + 1)]
    return text(*rows, *(_second(place) for place in range(12, many + 1, 12)))


def _row(place: int) -> str:
    began = BEGAN + timedelta(days=place % 20 // 4)
    kind, values = KINDS[place % len(KINDS)]
    given = {"began_on": began.isoformat(), "farm": number(place), **values}
    if given.get("reminded_on") or given.get("answered_on"):
        later = (began + timedelta(days=5)).isoformat()
        given = {name: later if value == LATER else value for name, value in given.items()}
    return row(kind, **given)


def _second(place: int) -> str:
    return row("dispute", "2024-12-31", number(place), due_on="2025-10-26")
