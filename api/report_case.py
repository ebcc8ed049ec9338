"""The report of an audit for this visitor: the audit, what it goes through, what was filled in, and who may write."""

from dataclasses import dataclass
from datetime import date

from fastapi import HTTPException
from sqlmodel.ext.asyncio.session import AsyncSession

from api.door import Door
from api.sight import actor_of, sight
from api.words import noted
from records.queries.audit_report import Draft, draft_of
from records.queries.report_case import ReportCase, report_case
from scheme.audit_report import AUDITED_ON, Checklist, Item, Missing, average, missing, scores_of
from scheme.days import local_day
from scheme.people import Role

OTHER_DAY = noted("The visit was planned for %(planned)s, and the report says %(audited)s: check the day of the audit.")


@dataclass(frozen=True)
class OtherDay:
    """An audit that was held on another day than its visit was planned for."""

    audited: date
    planned: date


@dataclass(frozen=True)
class OpenReport:
    """A report as it stands. writes: this visitor may change it."""

    case: ReportCase
    draft: Draft
    writes: bool

    @property
    def checklist(self) -> Checklist:
        """What the audit goes through."""
        return self.case.checklist

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is still to be done."""
        return missing(self.checklist, self.draft.answers)

    @property
    def other_day(self) -> OtherDay | None:
        """The day that was filled in and that of the planned visit, where they are two; no rule forbids it."""
        answer = self.draft.answers.get(AUDITED_ON)
        if answer is None or not answer.value or self.case.visit_at is None:
            return None
        days = OtherDay(date.fromisoformat(answer.value), local_day(self.case.visit_at))
        return None if days.audited == days.planned else days

    @property
    def score(self) -> int | None:
        """The average of the places that were scored so far."""
        return average(scores_of(self.checklist, self.draft.answers))


async def report_of(door: Door, audit_id: str) -> OpenReport:
    """The report; HTTPException 404 where there is none, or none that the visitor may see."""
    async with door.sessions() as session:
        case = await _seen(session, door, audit_id)
        return OpenReport(case, await draft_of(session, case.case_id), case.open and _is_theirs(door, case))


async def writable(session: AsyncSession, door: Door, audit_id: str) -> ReportCase:
    """The audit whose report the visitor may change.

    HTTPException: 404 as above, 409 for a report that was handed in. To be asked under the report's lock.
    """
    case = await _seen(session, door, audit_id)
    if not case.open:
        raise HTTPException(409, "report-closed")
    return case


def known(case: ReportCase, item: str) -> Item:
    """The item, where the audit asks it; HTTPException 404 else."""
    if item not in case.checklist.items:
        raise HTTPException(404, "not-found")
    return Item(item)


async def _seen(session: AsyncSession, door: Door, audit_id: str) -> ReportCase:
    """Of the auditors only the one who was planned; planners and the secretariat read."""
    case = await report_case(session, sight(door), audit_id)
    if case is None or (actor_of(door).role is Role.AUDITOR and not _is_theirs(door, case)):
        raise HTTPException(404, "not-found")
    return case


def _is_theirs(door: Door, case: ReportCase) -> bool:
    actor = actor_of(door)
    return actor.role is Role.AUDITOR and actor.person == case.auditor
