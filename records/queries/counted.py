"""Which choices count: of those that put another right, the last one. The others stay where they happened."""

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from records.case import ChoiceRow, MemberRow
from records.letter import LetterRow


def counted() -> ColumnElement[bool]:
    """A condition on ChoiceRow: no later choice replaces this one."""
    later = aliased(ChoiceRow)
    return ~exists(select(1).where(col(later.replaces) == col(ChoiceRow.case_id)).correlate(ChoiceRow))


def counted_letter() -> ColumnElement[bool]:
    """A condition on LetterRow: no later letter replaces this one."""
    later = aliased(LetterRow)
    return ~exists(select(1).where(col(later.replaces) == col(LetterRow.letter_key)).correlate(LetterRow))


def choice_of_member() -> ColumnElement[bool]:
    """A condition that joins MemberRow with the one ChoiceRow of its round that counts."""
    return and_(
        col(ChoiceRow.farm_id) == col(MemberRow.farm_id), col(ChoiceRow.round_id) == col(MemberRow.round_id), counted()
    )
