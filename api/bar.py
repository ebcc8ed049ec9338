"""Shares as bars: whole numbers that a drawing can use, beside the numbers people read."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One row. share: of all, 0 to 1; width: per cent of the longest bar, at least 1 where there is any."""

    label: str
    count: int
    share: float
    width: int


def bars(counts: Mapping[str, int]) -> tuple[Bar, ...]:
    """Longest first, equals by name."""
    total, longest = sum(counts.values()), max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Bar(label, count, count / (total or 1), _width(count, longest)) for label, count in ordered)


def _width(count: int, longest: int) -> int:
    return max(round(100 * count / longest), 1) if count else 0
