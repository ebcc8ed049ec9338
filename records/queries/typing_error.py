"""Words that differ from what was typed by one slip: a letter wrong, missing, too many, or two turned round."""

import re
import unicodedata
from collections.abc import Iterator

# A shorter word is like too many others; one with a digit is a number, and another number is another thing.
SHORTEST = 4
_LONG = 5
_ANY = "[^ ]"


def one_slip(word: str) -> str | None:
    """A pattern of PostgreSQL for the word and all that are one slip from it; None where nothing is forgiven.

    A short word does not begin with another letter.
    """
    plain = _plain(word)
    if len(plain) < SHORTEST or any(char.isdigit() for char in plain):
        return None
    first = 0 if len(plain) >= _LONG else 1
    return rf"\m(?:{'|'.join(_slips(plain, first))})\M"


def left_whole(word: str) -> tuple[str, str]:
    """How the word begins and ends: whatever single slip there is, one of the two still stands there."""
    plain = _plain(word)
    middle = (len(plain) - 1) // 2
    return plain[:middle], plain[middle + 1 :]


def _slips(plain: str, first: int) -> Iterator[str]:
    letters = [re.escape(char) for char in plain]
    for place in range(first, len(letters)):
        before, here, after = letters[:place], letters[place], letters[place + 1 :]
        yield "".join((*before, _ANY, "?", *after))
        yield "".join((*before, _ANY, here, *after))
        if after:
            yield "".join((*before, after[0], here, *after[1:]))


def _plain(word: str) -> str:
    """Small letters without accents, as the words of farms are kept."""
    spread = unicodedata.normalize("NFKD", word.lower())
    return "".join(char for char in spread if not unicodedata.combining(char))
