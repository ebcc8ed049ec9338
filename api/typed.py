"""Farm numbers as people and hand scanners type them."""

import re

from scheme.ids import FarmId

# The reference on a letter, "choice:2025:F-000123", is what a scanner types from a reply slip.
_SCANNED = re.compile(r"F.(\d{6})(?!\d)", re.IGNORECASE)
_SHORT = re.compile(r"(?:F\W?)?(\d{1,6})", re.IGNORECASE)


def farm_number(typed: str) -> FarmId:
    """The farm's number in what was typed or scanned: F-000123, f 000123, 123, or a letter's reference.

    Raises ValueError when there is none.
    """
    found = _SCANNED.search(typed) or _SHORT.fullmatch(typed.strip())
    if found is None:
        message = f"{typed!r} holds no farm number"
        raise ValueError(message)
    return FarmId(f"F-{found[1].zfill(6)}")
