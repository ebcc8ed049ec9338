"""Which choices count: of those that put another right, the last one. The others stay where they happened."""

from sqlalchemy import ColumnElement, and_, exists, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from records.case import ChoiceRow, MemberRow
from records.farm import Farm
from records.letter import LetterRow


def of_farm(choice: type[ChoiceRow] = ChoiceRow) -> ColumnElement[bool]:
    """A condition that joins ChoiceRow, or an alias of it, with Farm."""
    return col(choice.farm_id) == col(Farm.farm_id)


def counted(choice: type[ChoiceRow] = ChoiceRow) -> ColumnElement[bool]:
    """A condition on ChoiceRow, or an alias of it: no later choice replaces this one."""
    later = aliased(ChoiceRow)
    return ~exists(select(1).where(col(later.replaces) == col(choice.case_id)).correlate(choice))


def latest(choice: type[ChoiceRow], *, with_body: bool = False) -> ColumnElement[bool]:
    """A condition on an alias of ChoiceRow: of the choices of its farm that count, it is the last one.

    with_body: of those that have a body. It asks for a later one rather than for the first in an order: so the
    database can answer it for all farms at once.
    """
    later = aliased(ChoiceRow)
    order = tuple_(later.asked_at, later.case_id) > tuple_(choice.asked_at, choice.case_id)
    newer = select(1).where(col(later.farm_id) == col(choice.farm_id), counted(later), order)
    if with_body:
        newer = newer.where(col(later.body).is_not(None))
    return and_(counted(choice), ~exists(newer.correlate(choice)))


def counted_letter() -> ColumnElement[bool]:
    """A condition on LetterRow: no later letter replaces this one."""
    later = aliased(LetterRow)
    return ~exists(select(1).where(col(later.replaces) == col(LetterRow.letter_key)).correlate(LetterRow))


def choice_of_member() -> ColumnElement[bool]:
    """A condition that joins MemberRow with the one ChoiceRow of its round that counts."""
    return and_(
        col(ChoiceRow.farm_id) == col(MemberRow.farm_id), col(ChoiceRow.round_id) == col(MemberRow.round_id), counted()
    )
