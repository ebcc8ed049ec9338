"""Letters about an audit and what was decided after it enter the ledger, or leave it (design.md §8).

As those of a choice do (records/posting.py): planned in the transaction of the step that they tell.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from records import posting
from records.case import ChoiceRow
from records.certificate import CertificateRow
from records.farm import Farm, InspectionBody
from records.letter import LetterRow, LetterState
from records.periodic_audit import AuditRow, FindingRow
from records.person import PersonRow
from records.requirement_list import RequirementRow
from records.submission import SubmissionRow
from records.taken_over import taken_over
from records.telling import tell
from scheme.certification import Certification
from scheme.days import local_day
from scheme.ids import POST, CaseId, LetterKey
from scheme.inbox import AnyStep
from scheme.language import Language
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.letter import LetterKind
from scheme.news import LettersWait
from scheme.periodic_audit import ActionState, Finding, PeriodicAudit
from scheme.rules import appeal_until
from scheme.step import Act

_OCCASIONS = {
    Act.AUDIT_PLANNED: "visit",
    Act.AUDIT_RUNS_AGAIN: "visit",
    Act.AUDIT_MOVED: "moved",
    Act.FOLLOW_UP_PLANNED: "followup",
}
# Whatever told of a report that was taken back.
_OF_REPORT = (LetterKind.REPORT, LetterKind.RETURNED, LetterKind.DUE)
_GONE = (LetterState.SENDING, LetterState.HANDED_OVER, LetterState.PRINTED)


def notice_key(case_id: CaseId, kind: LetterKind, revision: int) -> LetterKey:
    """Each step of a case has a letter of its own: never a second row."""
    return LetterKey(f"{case_id}:{kind.value}:{revision}")


async def post_audit(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> None:
    """Plan what the step tells; withdraw what has not gone out and would mislead by now."""
    misleading = col(LetterRow.kind).in_([kind.value for kind in _misleading(audit, step)])
    await posting.withdraw(session, and_(col(LetterRow.case_id) == audit.case_id, misleading), posting.UNSENT)
    # Whether the farmer was told of it, only the ledger knows.
    back = step.act is Act.REPORT_TAKEN_BACK and await _was_told(session, audit)
    for kind in (LetterKind.REPORT_BACK,) if back else step.letters:
        await _plan(session, kind, step, audit.case_id, await _of_audit(session, audit, kind, step))


async def post_certification(session: AsyncSession, case: Certification, step: AnyStep) -> None:
    """Tell the farmer what was decided; after the certificate has its number."""
    for kind in step.letters:
        await _plan(session, kind, step, case.audit, await _of_decision(session, case, kind, step))


async def _was_told(session: AsyncSession, audit: PeriodicAudit) -> bool:
    """Whether a letter of the report that is taken back went out; an earlier one was taken back by a letter too."""
    planned, kind, state = col(LetterRow.planned_at), col(LetterRow.kind), col(LetterRow.state)
    mine = select(func.max(planned)).where(col(LetterRow.case_id).in_([audit.case_id, *audit.continues]))
    gone = mine.where(kind.in_([one.value for one in _OF_REPORT]), state.in_([one.value for one in _GONE]))
    last = (await session.exec(gone)).one()
    back = (await session.exec(mine.where(kind == LetterKind.REPORT_BACK.value))).one()
    return last is not None and (back is None or last > back)


def _misleading(audit: PeriodicAudit, step: AnyStep) -> Sequence[LetterKind]:
    """The letters of this audit that the step overtakes."""
    if step.act in {Act.AUDIT_STOPPED, Act.AUDIT_CANCELLED}:
        return tuple(LetterKind)
    if not audit.open:
        return tuple(kind for kind in LetterKind if kind.passes)
    if step.act is Act.REPORT_TAKEN_BACK:
        return _OF_REPORT
    return (LetterKind.VISIT,) if step.act in {*_OCCASIONS, Act.AUDIT_REPORTED} else ()


async def _plan(
    session: AsyncSession, kind: LetterKind, step: AnyStep, audit_id: CaseId, words: Mapping[str, Any]
) -> None:
    """Write the ledger's row, and tell the post; an existing row stays as it is."""
    case = step.case
    if not isinstance(case, PeriodicAudit | Certification):
        raise TypeError(case.case_id)
    farm = await session.get_one(Farm, case.farm_id)
    audit = await session.get_one(AuditRow, audit_id)
    key = notice_key(case.case_id, kind, case.revision)
    first = audit.held_by is not None and audit.expires_on is None
    row = {
        **posting.planned(key, kind, case.case_id, farm, step.at),
        "words": {
            **posting.recipient(farm.model_dump()),
            "dated": local_day(step.at).isoformat(),
            "audit": audit_id,
            "audited_on": _iso(case.audited_on),
            "first": first,
            "taken": first and await _of_takeover(session, audit),
            **words,
        },
        "code_version": audit.code_version,
    }
    await session.execute(insert(LetterRow).values(row).on_conflict_do_nothing())
    await tell(session, case.case_id, POST, f"letters-{case.revision}", step.at, LettersWait())


async def _of_takeover(session: AsyncSession, audit: AuditRow) -> bool:
    choice = await session.get(ChoiceRow, audit.choice_id)
    return await taken_over(session, audit.farm_id, None if choice is None else choice.applied_on)


async def _of_audit(session: AsyncSession, audit: PeriodicAudit, kind: LetterKind, step: AnyStep) -> dict[str, Any]:
    body = (await session.get_one(InspectionBody, audit.body)).name
    match kind:
        case LetterKind.VISIT:
            return {"body": body, **await _visit(session, audit, step)}
        case LetterKind.RETURNED:
            handed_in = await _handed_in(session, step)
            returned = [one for one in audit.findings if one.number == handed_in.facts["number"]]
            found = await _findings(session, audit, returned)
            return {"body": body, "findings": found, "reason": _reason(handed_in)}
        case LetterKind.REPORT_BACK:
            return {"body": body, "audited_on": _iso(step.day)}
        case LetterKind.DUE:
            open_still = [one for one in audit.findings if one.reminded and one.state is ActionState.OPEN]
            return {"findings": await _findings(session, audit, open_still)}
        case _:
            return {"body": body, "findings": await _findings(session, audit, audit.findings)}


async def _visit(session: AsyncSession, audit: PeriodicAudit, step: AnyStep) -> dict[str, Any]:
    follow_up = step.act is Act.FOLLOW_UP_PLANNED
    visit = audit.follow_up if follow_up else audit.visit
    if visit is None:
        raise TypeError(audit.case_id)
    auditor = await session.get_one(PersonRow, visit.auditor)
    on_site = [one for one in audit.findings if not one.settled and one.checked is SupplementaryAudit.ON_SITE]
    return {
        "occasion": _OCCASIONS[step.act],
        "visit_at": visit.at.isoformat(),
        "auditor": auditor.name,
        "findings": await _findings(session, audit, on_site if follow_up else ()),
    }


async def _of_decision(session: AsyncSession, case: Certification, kind: LetterKind, step: AnyStep) -> dict[str, Any]:
    if kind is LetterKind.REFUSAL:
        return {
            "reason": _reason(await _handed_in(session, step)),
            "appeal_days": case.rules.appeal_days,
            "appeal_until": _iso(appeal_until(case.rules, local_day(step.at))),
        }
    number = select(CertificateRow.number).where(CertificateRow.issued_by == case.case_id)
    return {
        "certificate_number": (await session.exec(number)).one(),
        "valid_from": _iso(case.valid_from),
        "valid_until": _iso(case.valid_until),
        "left": (await session.exec(_open_still(case.audit))).first() is not None,
    }


def _open_still(audit_id: CaseId) -> SelectOfScalar[str]:
    waited_for = [ActionState.OPEN.value, ActionState.PROVEN.value]
    return select(FindingRow.number).where(FindingRow.case_id == audit_id, col(FindingRow.state).in_(waited_for))


async def _handed_in(session: AsyncSession, step: AnyStep) -> SubmissionRow:
    return await session.get_one(SubmissionRow, step.dealt[0].item)


def _reason(handed_in: SubmissionRow) -> str:
    """What the person wrote, in whichever fields of the form."""
    return "\n".join(text for key, text in (handed_in.words or {}).items() if key != "files" and text)


async def _findings(session: AsyncSession, audit: PeriodicAudit, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """What the letter says of each; in all languages, for the farm's may change before it goes out."""
    numbers = [one.number for one in findings]
    asked = select(RequirementRow).where(
        RequirementRow.list_id == audit.list_id, col(RequirementRow.number).in_(numbers)
    )
    texts = {row.number: row for row in await session.exec(asked)}
    return [
        {
            "number": one.number,
            "grade": one.grade.value,
            "due": _iso(one.due),
            "text": {
                language.value: getattr(texts[one.number], f"text_{language.value}") if one.number in texts else ""
                for language in Language
            },
        }
        for one in findings
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
