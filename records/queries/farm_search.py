"""What somebody types to find a farm: any number it is or was known by, or its name, holder, place or dairy.

What stands there as it was typed is found first. Where nothing does, typing errors are forgiven, blanks do not count,
and an e-mail address or a telephone number is looked for: all that costs more to find and is wanted less.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum

from sqlalchemy import ColumnElement, Text, and_, case, false, func, literal, or_, select, true
from sqlmodel import col

from records.farm import Farm, FarmSearch
from records.queries.typing_error import SHORTEST, left_whole, one_slip

_DIGITS = 6
# Shorter than this, letters in a row stand in any two words.
_SHORTEST_JOINED = 6
# By its last digits a telephone number is the same with its country or without.
_PHONE = re.compile(r"[+0][0-9 ./()-]{7,}", re.ASCII)
_LAST_DIGITS = 8
_MOST_WORDS = 6


class Manner(Enum):
    """How it is looked for, one after the other until something is found."""

    AS_TYPED = 1
    FORGIVING = 2
    ALIKE = 3


def matches(q: str, manner: Manner = Manner.AS_TYPED) -> ColumnElement[bool]:
    """The condition on Farm; nothing typed matches every farm."""
    typed = q.strip()
    if not typed:
        return true()
    short = short_number(typed)
    if short is not None:
        return or_(_is(short), col(Farm.farm_id).startswith(f"F-{short}"), col(Farm.postcode) == short)
    if manner is not Manner.AS_TYPED and (contact := _contact(typed)) is not None:
        return contact
    words = typed.split()
    found = and_(*(_ONE_WORD[manner](word) for word in words[:_MOST_WORDS]))
    if manner is Manner.FORGIVING and len(words) > 1:
        found = or_(found, _within("".join(words)))
    tight = _tight(typed)
    return _found(found if tight is None else or_(_begins(tight), found))


def manners(q: str) -> tuple[Manner, ...]:
    """How it may be looked for, in turn: nothing, and numbers of ours, only as they were typed."""
    typed = q.strip()
    if not typed or short_number(typed) is not None:
        return (Manner.AS_TYPED,)
    return (Manner.AS_TYPED, Manner.FORGIVING) if _contact(typed) is not None else tuple(Manner)


def rank(q: str, manner: Manner = Manner.AS_TYPED) -> ColumnElement[float]:
    """How well a farm fits, best highest: its own number whole, then a word from its beginning, then by likeness."""
    typed = q.strip()
    short = short_number(typed)
    if short is not None or not typed:
        return literal(0.0) if short is None else case((_is(short), 1.0), else_=0.0)
    scored = select(_fit(typed) if manner is Manner.AS_TYPED else _likeness(typed)).where(_same_farm())
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
    return col(Farm.farm_id).in_(select(col(FarmSearch.farm_id)).where(condition))


def _plain(typed: str) -> ColumnElement[str]:
    """Small letters without accents: asked once for a question, where the bare function is for each farm."""
    return select(func.plain(literal(typed, Text))).scalar_subquery()


def _escaped(typed: str) -> str:
    """Signs that LIKE would read as anything are themselves."""
    return re.sub(r"([\\%_])", r"\\\1", typed)


def _there(typed: str, before: str = "") -> ColumnElement[bool]:
    """It stands there as it was typed, accents aside."""
    return col(FarmSearch.words).like(_plain(f"%{before}{_escaped(typed)}%"))


def _like(word: str) -> ColumnElement[bool]:
    """The word stands there, or one that is like it."""
    like = _plain(word).bool_op("<%")(col(FarmSearch.words))
    return or_(_there(word), like) if len(word) >= SHORTEST else _there(word)


def _forgiven(word: str) -> ColumnElement[bool]:
    """The word stands there, perhaps with blanks in between, or one that is a single slip from it."""
    slip = one_slip(word)
    if slip is None:
        return _within(word)
    begins, ends = (_escaped(part) for part in left_whole(word))
    words = col(FarmSearch.words)
    halves = (f"{begins}%", f"% {begins}%", f"%{ends} %", f"%{ends}")
    # What is left whole has an index, the pattern none: it is asked only where that stands. As a function, for the
    # operator would be looked up in the index, which knows nothing of such patterns.
    return or_(_within(word), and_(or_(*map(words.like, halves)), func.regexp_like(words, slip)))


def _within(word: str) -> ColumnElement[bool]:
    """The word stands there, perhaps with blanks in between."""
    if len(word) < _SHORTEST_JOINED:
        return _there(word)
    return col(FarmSearch.joined).like(_plain(f"%{_escaped(word)}%"))


_ONE_WORD: Mapping[Manner, Callable[[str], ColumnElement[bool]]] = {
    Manner.AS_TYPED: _there,
    Manner.FORGIVING: _forgiven,
    Manner.ALIKE: _like,
}


def _contact(typed: str) -> ColumnElement[bool] | None:
    """The condition that this is a part of the farm's e-mail address, or its telephone number; None for neither."""
    if "@" in typed:
        return func.lower(col(Farm.email)).contains(typed.lower(), autoescape=True)
    if _PHONE.fullmatch(typed) is None:
        return None
    digits = re.sub(r"[^0-9]", "", typed)[-_LAST_DIGITS:]
    known = col(Farm.phone).is_not(None) if len(digits) == _LAST_DIGITS else false()
    return and_(known, func.translate(col(Farm.phone), " ./()-+", "").endswith(digits))


def _begins(tight: str) -> ColumnElement[bool]:
    return col(FarmSearch.numbers).contains(f" {tight}", autoescape=True)


def _whole(tight: str) -> ColumnElement[bool]:
    return col(FarmSearch.numbers).contains(f" {tight} ", autoescape=True)


def _fit(typed: str) -> ColumnElement[float]:
    tight = _tight(typed)
    number = [] if tight is None else [(_whole(tight), 2.0)]
    first = func.starts_with(col(FarmSearch.words), _plain(typed))
    return case(*number, (or_(first, _there(typed, before=" ")), 1.0), else_=0.0)


def _likeness(typed: str) -> ColumnElement[float]:
    scored: ColumnElement[float] = func.word_similarity(_plain(typed), col(FarmSearch.words))
    return scored


def _tight(typed: str) -> str | None:
    """The letters and digits of a number, an enterprise number without its BE; None where there is no digit."""
    tight = re.sub(r"[^0-9A-Z]", "", typed.upper())
    if not re.search(r"[0-9]", tight):
        return None
    return re.sub(r"^BE(?=[01][0-9]{9}$)", "", tight)
