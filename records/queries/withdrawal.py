"""Why a letter was withdrawn before it went out, as the rows tell it."""

from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.letter import LetterRow, LetterState
from records.queries.letter import replaced_by
from records.wire import case_from
from scheme import periodic_audit
from scheme.choice import Choice, State
from scheme.letter import LetterKind
from scheme.periodic_audit import PeriodicAudit


class Withdrawal(StrEnum):
    """What made the letter superfluous; its sentence stands in the catalogue under `withdrawal-<value>`."""

    REPLACED = "replaced"
    ASKED_AGAIN = "asked-again"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    ANSWERED = "answered"
    ENDED = "ended"
    # An appointment that was moved, or whose visit was held; a report or an extension that was taken back;
    # a certificate that has another last day, or another one in its place.
    OVERTAKEN = "overtaken"
    BODY_REPLACED = "body-replaced"
    AUDIT_DONE = "audit-done"


_BY_STATE = {
    State.STOPPED: Withdrawal.STOPPED,
    State.CANCELLED: Withdrawal.CANCELLED,
    State.ANSWERED: Withdrawal.ANSWERED,
    State.CHOSEN: Withdrawal.ANSWERED,
}


_BY_AUDIT = {
    periodic_audit.State.STOPPED: Withdrawal.STOPPED,
    periodic_audit.State.CANCELLED: Withdrawal.BODY_REPLACED,
    periodic_audit.State.DONE: Withdrawal.AUDIT_DONE,
}


# Of a farm's own workflow, which goes on: another last day, a new certificate, a later word of the same one.
_OVERTAKEN = frozenset({LetterKind.EXTENSION.value, LetterKind.EXPIRY.value, LetterKind.ENDED.value})


async def why_withdrawn(session: AsyncSession, row: LetterRow) -> Withdrawal | None:
    """The reason; None for a letter that was not withdrawn."""
    if row.state != LetterState.WITHDRAWN:
        return None
    if await replaced_by(session, row.letter_key) is not None:
        return Withdrawal.REPLACED
    case = case_from((await session.get_one(CaseRow, row.case_id)).state)
    if isinstance(case, PeriodicAudit):
        return _BY_AUDIT.get(case.state, Withdrawal.OVERTAKEN)
    if not isinstance(case, Choice):
        return Withdrawal.OVERTAKEN if row.kind in _OVERTAKEN else Withdrawal.ENDED
    if case.asked_again and row.planned_at < case.asked_again[-1]:
        return Withdrawal.ASKED_AGAIN
    return _BY_STATE.get(case.state, Withdrawal.ENDED)
