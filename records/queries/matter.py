"""What runs for a farm beside its choice, and how the farm stands when its days to come are foreseen."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow, MatterRow
from records.farm import Farm, InspectionBody
from records.parameter import settings_of
from records.queries.audit_due import due_since
from records.queries.audit_waiting import waiting_choice
from records.queries.choice_made import last_choice
from records.queries.choice_round import bodies, candidate
from records.queries.in_house import goes_by_itself, in_house
from records.requirement_list import RequirementListRow
from records.submission import SubmissionRow
from records.wire import case_from
from scheme.choice import Choice
from scheme.choice import State as ChoiceState
from scheme.farmer import Farmer
from scheme.ids import BodyId, CaseId, EditionCode, FarmId, ListId, farmer_case
from scheme.inbox import OfFarm
from scheme.lastenboek.grade import Grade
from scheme.matter import OPEN, State
from scheme.matter_kind import MatterKind
from scheme.situation import AcceptedList, Situation


@dataclass(frozen=True)
class MatterFile:
    """A matter with its farm. body: by name; note: what came of it, in the words of whoever closed it.

    received_at: when a close came in that is not yet processed.
    """

    case_id: CaseId
    farm_id: FarmId
    farm_name: str
    kind: MatterKind
    state: State
    began_on: date
    due_on: date
    body: str | None
    grade: Grade | None
    reference: str | None
    closed_on: date | None
    received_at: datetime | None
    note: str | None

    @property
    def number(self) -> int:
        """Which of the farm's matters it is."""
        return int(self.case_id.rsplit(":", 1)[1])

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN


async def matters_of(session: AsyncSession, farm_id: str) -> tuple[MatterFile, ...]:
    """The farm's matters, the open ones first, by their last day."""
    query = _matters().where(col(MatterRow.farm_id) == farm_id)
    return tuple(_file(*row) for row in await session.execute(query))


async def matter_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> MatterFile | None:
    """One matter; None where there is none, or none that the visitor may see."""
    row = (await session.execute(_matters().where(col(MatterRow.case_id) == case_id, seen))).one_or_none()
    return None if row is None else _file(*row)


async def next_matters(session: AsyncSession, seen: ColumnElement[bool], limit: int) -> tuple[MatterFile, ...]:
    """The open matters of farms the visitor sees whose day comes, or came, first."""
    query = _matters().where(col(MatterRow.closed_at).is_(None), seen).limit(limit)
    return tuple(_file(*row) for row in await session.execute(query))


async def situation_of(session: AsyncSession, farm_id: str) -> Situation | None:
    """How the farm stands; None for one that has no workflow yet."""
    farm = await session.get(Farm, farm_id)
    row = await session.get(CaseRow, farmer_case(FarmId(farm_id)))
    farmer = None if row is None else case_from(row.state)
    if farm is None or not isinstance(farmer, Farmer):
        return None
    running = select(CaseRow).where(col(CaseRow.farm_id) == farm_id, col(CaseRow.closed_at).is_(None))
    states = [case_from(case.state) for case in (await session.execute(running)).scalars()]
    choices = select(col(ChoiceRow.case_id), col(ChoiceRow.state)).where(col(ChoiceRow.farm_id) == farm_id)
    in_order = choices.order_by(col(ChoiceRow.asked_at), col(ChoiceRow.case_id))
    waiting = await waiting_choice(session, farm_id)
    return Situation(
        farmer=farmer,
        candidate=replace(candidate(farm), choice_made_on=await last_choice(session, farm_id, farm.choice_made_on)),
        cases=[case for case in states if isinstance(case, OfFarm)],
        choices={CaseId(one): ChoiceState(state) for one, state in await session.execute(in_order)},
        previous_body=None if farm.previous_body is None else BodyId(farm.previous_body),
        bodies=await bodies(session),
        settings=await settings_of(session),
        by_itself=await goes_by_itself(session, farm),
        in_house=await in_house(session, [case for case in states if isinstance(case, Choice)]),
        lists=await _lists(session),
        audits=await _audits(session, farm_id),
        waits=None if waiting is None or waiting.body is None else BodyId(waiting.body),
        changed_on=await due_since(session, farm_id),
    )


async def _lists(session: AsyncSession) -> tuple[AcceptedList, ...]:
    """The order is that of records/queries/requirement_list.py: standing_on."""
    row = RequirementListRow
    accepted = select(row).where(col(row.accepted).is_(True))
    ordered = accepted.order_by(col(row.in_force), col(row.decided_at), col(row.list_id))
    return tuple(
        AcceptedList(ListId(one.list_id), EditionCode(one.edition), one.in_force)
        for one in (await session.execute(ordered)).scalars()
    )


async def _audits(session: AsyncSession, farm_id: str) -> frozenset[CaseId]:
    query = select(col(CaseRow.case_id)).where(
        col(CaseRow.farm_id) == farm_id, col(CaseRow.kind).in_(("periodic-audit", "certification"))
    )
    return frozenset(map(CaseId, (await session.execute(query)).scalars()))


def _matters() -> Select[MatterRow, CaseRow, str, str | None, datetime | None, str | None]:
    of_case = col(SubmissionRow.case_id) == col(MatterRow.case_id)
    last = col(SubmissionRow.received_at).desc()
    waiting = select(col(SubmissionRow.received_at)).where(of_case, col(SubmissionRow.settled_at).is_(None))
    taken = select(col(SubmissionRow.words)["note"].astext).where(
        of_case, col(SubmissionRow.settled_at).is_not(None), col(SubmissionRow.refused_by).is_(None)
    )
    late, note = (query.order_by(last).limit(1).scalar_subquery() for query in (waiting, taken))
    return (
        select(MatterRow, CaseRow, col(Farm.name), col(InspectionBody.name), late, note)
        .join(CaseRow, col(CaseRow.case_id) == col(MatterRow.case_id))
        .join(Farm, col(Farm.farm_id) == col(MatterRow.farm_id))
        .join(InspectionBody, col(InspectionBody.body_id) == col(MatterRow.body), isouter=True)
        .order_by(col(MatterRow.closed_at).is_not(None), col(MatterRow.due_on), col(MatterRow.case_id))
    )


def _file(  # the columns of the query
    matter: MatterRow,
    case: CaseRow,
    farm_name: str,
    body: str | None,
    received_at: datetime | None,
    note: str | None,
) -> MatterFile:
    closed_on = case.state["closed_on"]
    return MatterFile(
        case_id=CaseId(matter.case_id),
        farm_id=FarmId(matter.farm_id),
        farm_name=farm_name,
        kind=MatterKind(matter.kind),
        state=State(matter.state),
        began_on=matter.began_on,
        due_on=matter.due_on,
        body=body,
        grade=None if matter.grade is None else Grade(matter.grade),
        reference=matter.reference,
        closed_on=None if closed_on is None else date.fromisoformat(closed_on),
        received_at=received_at,
        note=note,
    )
