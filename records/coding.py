"""The version of the codes in letters: of a choice, or of an audit (design.md §8)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.letter import LetterRow
from records.periodic_audit import AuditRow
from scheme.letter import LetterKind


async def lock_coded(session: AsyncSession, letter: LetterRow) -> ChoiceRow | AuditRow | None:
    """The row with the version of this letter's code, locked: raising it revokes every code that was sent.

    None where the letter is about neither a choice nor an audit: it carries no code.
    """
    kind = LetterKind(letter.kind)
    if not kind.about_choice and not kind.about_audit:
        return None
    if kind.about_choice:
        return await session.get_one(ChoiceRow, letter.case_id, with_for_update=True)
    return await session.get_one(AuditRow, letter.words["audit"], with_for_update=True)
