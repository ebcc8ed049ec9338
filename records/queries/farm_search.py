"""What somebody types to find a farm: any number it is or was known by, or its name, holder, place or dairy.

What stands there as it was typed is found first; typing errors are forgiven where nothing does, for a likeness costs
more to find and is wanted less.
"""

import re
from collections.abc import Callable

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, select, true
from sqlmodel import col

from records.farm import Farm, FarmSearch

_DIGITS = 6
# A word this short has too few trigrams to be forgiven a typing error.
_SHORTEST_FORGIVEN = 4
_MOST_WORDS = 6


def matches(q: str, *, forgiving: bool = False) -> ColumnElement[bool]:
    """The condition on Farm; nothing typed matches every farm. forgiving: words that are like it count too."""
    typed = q.strip()
    if not typed:
        return true()
    short = short_number(typed)
    if short is not None:
        return or_(_is(short), col(Farm.farm_id).startswith(f"F-{short}"), col(Farm.postcode) == short)
    words = _words(typed, _like if forgiving else _there)
    tight = _tight(typed)
    return words if tight is None else or_(_found(_begins(tight)), words)


def forgivable(q: str) -> bool:
    """Whether a word is long enough to be forgiven a typing error."""
    return short_number(q.strip()) is None and any(len(word) >= _SHORTEST_FORGIVEN for word in q.split())


def rank(q: str, *, forgiving: bool = False) -> ColumnElement[float]:
    """How well a farm fits, best highest: its own number whole, then a word from its beginning, then by likeness."""
    typed = q.strip()
    short = short_number(typed)
    if short is not None or not typed:
        return literal(0.0) if short is None else case((_is(short), 1.0), else_=0.0)
    scored = select(_likeness(typed) if forgiving else _fit(typed)).where(_same_farm())
    return scored.correlate(Farm).scalar_subquery()


def known_by(q: str) -> ColumnElement[bool] | None:
    """The condition that this is one of the farm's numbers, whole; None for what can be no number."""
    tight = _tight(q.strip())
    if short_number(q.strip()) is not None or tight is None:
        return None
    return _found(_whole(tight))


def short_number(typed: str) -> str | None:
    """The digits of a farm number, or of its end, as people say it; None for anything else."""
    number = re.fullmatch(r"(?:[Ff]-?)?([0-9]{1,6})", typed)
    return None if number is None else number[1]


def _is(short: str) -> ColumnElement[bool]:
    return col(Farm.farm_id) == f"F-{short.zfill(_DIGITS)}"


def _same_farm() -> ColumnElement[bool]:
    return col(FarmSearch.farm_id) == col(Farm.farm_id)


def _found(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    # By the farm's number and not as EXISTS: two of these with OR between them still use their indexes.
    return col(Farm.farm_id).in_(select(col(FarmSearch.farm_id)).where(condition))


def _words(typed: str, one: Callable[[str], ColumnElement[bool]]) -> ColumnElement[bool]:
    return _found(and_(*(one(word) for word in typed.split()[:_MOST_WORDS])))


def _there(typed: str, before: str = "") -> ColumnElement[bool]:
    """It stands there as it was typed, accents aside; signs that SQL would read as anything are themselves."""
    escaped = re.sub(r"([/%_])", r"/\1", typed)
    return col(FarmSearch.words).contains(func.plain(literal(before + escaped, Text)), escape="/")


def _like(word: str) -> ColumnElement[bool]:
    """The word stands there, or one that is like it."""
    like = func.plain(literal(word, Text)).bool_op("<%")(col(FarmSearch.words))
    return or_(_there(word), like) if len(word) >= _SHORTEST_FORGIVEN else _there(word)


def _begins(tight: str) -> ColumnElement[bool]:
    return col(FarmSearch.numbers).contains(f" {tight}", autoescape=True)


def _whole(tight: str) -> ColumnElement[bool]:
    return col(FarmSearch.numbers).contains(f" {tight} ", autoescape=True)


def _fit(typed: str) -> ColumnElement[float]:
    tight = _tight(typed)
    number = [] if tight is None else [(_whole(tight), 2.0)]
    first = func.starts_with(col(FarmSearch.words), func.plain(literal(typed, Text)))
    return case(*number, (or_(first, _there(typed, before=" ")), 1.0), else_=0.0)


def _likeness(typed: str) -> ColumnElement[float]:
    scored: ColumnElement[float] = func.word_similarity(func.plain(literal(typed, Text)), col(FarmSearch.words))
    return scored


def _tight(typed: str) -> str | None:
    """The letters and digits of a number, an enterprise number without its BE; None where there is no digit."""
    tight = re.sub(r"[^0-9A-Z]", "", typed.upper())
    if not re.search(r"[0-9]", tight):
        return None
    return re.sub(r"^BE(?=[01][0-9]{9}$)", "", tight)
