"""What somebody types to find a farm: any number it is or was known by, or its name, holder, place or dairy."""

import re

from sqlalchemy import ColumnElement, Text, and_, case, exists, func, literal, or_, select, true
from sqlmodel import col

from records.farm import Farm, FarmSearch

_DIGITS = 6
# A word this short has too few trigrams to be forgiven a typing error.
_SHORTEST_FORGIVEN = 4
_MOST_WORDS = 6


def matches(q: str) -> ColumnElement[bool]:
    """The condition on Farm; nothing typed matches every farm."""
    typed = q.strip()
    if not typed:
        return true()
    short = short_number(typed)
    if short is not None:
        return or_(_is(short), col(Farm.farm_id).startswith(f"F-{short}"), col(Farm.postcode) == short)
    found = exists(select(1).where(col(FarmSearch.farm_id) == col(Farm.farm_id), _condition(typed)))
    return found.correlate(Farm)


def rank(q: str) -> ColumnElement[float]:
    """How well a farm fits, best highest: its own number, a number's beginning, then words by likeness."""
    typed = q.strip()
    short = short_number(typed)
    if short is not None or not typed:
        return literal(0.0) if short is None else case((_is(short), 1.0), else_=0.0)
    numbers, words = col(FarmSearch.numbers), col(FarmSearch.words)
    tight = _tight(typed)
    exact = case((numbers.contains(f" {tight} ", autoescape=True), 2.0), else_=0.0) if tight else literal(0.0)
    like = func.word_similarity(func.plain(literal(typed, Text)), words)
    # A word that stands there as it was typed comes before one that is only like it.
    whole = case((_there(typed), 1.0), else_=0.0)
    scored = select(exact + whole + like).where(col(FarmSearch.farm_id) == col(Farm.farm_id))
    return scored.correlate(Farm).scalar_subquery()


def known_by(q: str) -> ColumnElement[bool] | None:
    """The condition that this is one of the farm's numbers, whole; None for what can be no number."""
    tight = _tight(q.strip())
    if short_number(q.strip()) is not None or tight is None:
        return None
    one = select(1).where(
        col(FarmSearch.farm_id) == col(Farm.farm_id), col(FarmSearch.numbers).contains(f" {tight} ", autoescape=True)
    )
    return exists(one).correlate(Farm)


def short_number(typed: str) -> str | None:
    """The digits of a farm number, or of its end, as people say it; None for anything else."""
    number = re.fullmatch(r"(?:[Ff]-?)?([0-9]{1,6})", typed)
    return None if number is None else number[1]


def _is(short: str) -> ColumnElement[bool]:
    return col(Farm.farm_id) == f"F-{short.zfill(_DIGITS)}"


def _condition(typed: str) -> ColumnElement[bool]:
    words = [_word(word) for word in typed.split()[:_MOST_WORDS]]
    tight = _tight(typed)
    if tight is None:
        return and_(*words)
    return or_(col(FarmSearch.numbers).contains(f" {tight}", autoescape=True), and_(*words))


def _word(word: str) -> ColumnElement[bool]:
    """The word stands there, or one that is like it."""
    like = func.plain(literal(word, Text)).bool_op("<%")(col(FarmSearch.words))
    return or_(_there(word), like) if len(word) >= _SHORTEST_FORGIVEN else _there(word)


def _there(typed: str) -> ColumnElement[bool]:
    """It stands there as it was typed, accents aside; signs that SQL would read as anything are themselves."""
    escaped = re.sub(r"([/%_])", r"/\1", typed)
    return col(FarmSearch.words).contains(func.plain(literal(escaped, Text)), escape="/")


def _tight(typed: str) -> str | None:
    """The letters and digits of a number, an enterprise number without its BE; None where there is no digit."""
    tight = re.sub(r"[^0-9A-Z]", "", typed.upper())
    if not re.search(r"[0-9]", tight):
        return None
    return re.sub(r"^BE(?=[01][0-9]{9}$)", "", tight)
