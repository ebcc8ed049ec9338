"""The version of the codes in letters: of a choice, or of an audit (design.md §8)."""

from sqlalchemy import text
from sqlmodel import select
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


async def hold_codes(session: AsyncSession, farm_id: str) -> None:
    """Lock what carries the codes of this farm, before its letters and its trail: so do its cases as they record."""
    choices = select(ChoiceRow.case_id).where(ChoiceRow.farm_id == farm_id).order_by(ChoiceRow.case_id)
    audits = select(AuditRow.case_id).where(AuditRow.farm_id == farm_id).order_by(AuditRow.case_id)
    await session.exec(choices.with_for_update(key_share=True))
    await session.exec(audits.with_for_update(key_share=True))


async def revoke(session: AsyncSession, farm_id: str) -> bool:
    """No link or code that was sent to this farm works any more; letters that wait get the new ones.

    Returns whether a letter is to be written again that lay with the printer.
    """
    for statement in _RAISED:
        await session.execute(statement, {"farm": farm_id})
    again = await session.execute(_WAITS, {"farm": farm_id})
    return bool(again.rowcount)  # type: ignore[attr-defined]  # of an UPDATE


_RAISED = (
    text("UPDATE choice SET code_version = code_version + 1 WHERE farm_id = :farm"),
    text("UPDATE periodic_audit SET code_version = code_version + 1 WHERE farm_id = :farm"),
    text("""UPDATE letter l SET code_version = c.code_version FROM choice c
WHERE c.case_id = l.case_id AND l.farm_id = :farm AND l.state IN ('planned', 'to-print', 'failed')"""),
    text("""UPDATE letter l SET code_version = a.code_version FROM periodic_audit a
WHERE a.case_id = l.words ->> 'audit' AND l.farm_id = :farm AND l.state IN ('planned', 'to-print', 'failed')"""),
)
_WAITS = text("""UPDATE letter SET state = 'planned', sha256 = NULL, due_at = clock_timestamp()
WHERE farm_id = :farm AND state = 'to-print'""")
