"""Text in the cells of a table that a spreadsheet opens: what would run as a formula is kept from running."""

import re

# What a spreadsheet takes for the beginning of a formula (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ./()-]*")


def guarded(text: str) -> str:
    """What would run as a formula gets an apostrophe in front; numbers and telephones do not."""
    return f"'{text}" if _runs(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _runs(text) else text


def _runs(text: str) -> bool:
    """Whether it would run; one that has apostrophes in front already counts too, so that it comes back exactly."""
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA) and _NUMBER.fullmatch(bare) is None
