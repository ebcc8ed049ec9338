"""A farm's choice as its pages show it: what is offered, until when, and what has come in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.asking import is_in_house
from records.case import CaseRow, ChoiceRow
from records.farm import Farm
from records.queries.counted import counted
from records.queries.farm import body_names
from records.submission import SubmissionRow
from records.wire import refusal_from
from scheme.choice import OPEN, Channel, State
from scheme.errors import Refusal
from scheme.ids import CaseId, FarmId
from scheme.language import Language


@dataclass(frozen=True)
class Offer:
    """A body that may be chosen."""

    body_id: str
    name: str


@dataclass(frozen=True)
class ChoiceFile:
    """A choice with its farm. bodies are names: body is chosen or assigned, default_body what silence gives.

    marked: id of the body that a form has marked when it opens, None where nothing may be presumed.
    body_id: of body. corrected_from: the body of the choice that this one puts right, None where it puts none right.
    lost_body: the body that may not be chosen any more, where the farm was asked again because of it.
    in_house: nobody answered, and the letter that asks has not left: its days have not begun.
    """

    case_id: CaseId
    farm_id: FarmId
    farm_name: str
    city: str
    language: Language
    year: int
    state: State
    code_version: int
    asked_at: datetime
    answer_due: date
    reminded_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    channel: Channel | None
    body: str | None
    default_body: str
    previous_body: str | None
    offers: tuple[Offer, ...]
    marked: str | None
    body_id: str | None = None
    corrected_from: str | None = None
    lost_body: str | None = None
    in_house: bool = False
    applied_on: date | None = None

    @property
    def open(self) -> bool:
        """Whether an answer still counts."""
        return self.state in OPEN

    def offered(self, body_id: str) -> Offer | None:
        """The offer of this id, None where it is not offered."""
        return next((offer for offer in self.offers if offer.body_id == body_id), None)


@dataclass(frozen=True)
class HandedIn:
    """An answer as it was handed in. settled: whether it was dealt with; refused_by: by which rule, if it was."""

    farm_id: str
    farm_name: str
    body: str
    received_at: datetime
    settled: bool
    refused_by: Refusal | None


async def choice_of(session: AsyncSession, farm_id: str, year: int | None = None) -> ChoiceFile | None:
    """The farm's open choice, else its latest; of `year` if one is given."""
    query = _choices().where(col(ChoiceRow.farm_id) == farm_id)
    if year is not None:
        query = query.where(col(ChoiceRow.year) == year)
    row = (await session.execute(query.limit(1))).one_or_none()
    if row is None:
        return None
    choice, case, farm = row
    names = await body_names(session)
    earlier = None if choice.replaces is None else await session.get_one(ChoiceRow, choice.replaces)
    lost = case.state.get("lost_body")
    return replace(
        _file(choice, case.state["bodies"], farm, names),
        corrected_from=None if earlier is None or earlier.body is None or lost is not None else names[earlier.body],
        lost_body=None if lost is None else names[lost],
        in_house=await is_in_house(session, case),
    )


async def unsettled_answer(session: AsyncSession, case_id: str) -> HandedIn | None:
    """The last answer that was received and not yet processed, if there is one."""
    query = _answers().where(col(SubmissionRow.case_id) == case_id, col(SubmissionRow.settled_at).is_(None))
    return await _handed_in(session, query)


async def answer_handed_in(session: AsyncSession, submission_id: str) -> HandedIn | None:
    """One answer by the id under which it was handed in."""
    return await _handed_in(session, _answers().where(col(SubmissionRow.submission_id) == submission_id))


def _choices() -> Select[ChoiceRow, CaseRow, Farm]:
    return (
        select(ChoiceRow, CaseRow, Farm)
        .join(CaseRow, col(CaseRow.case_id) == col(ChoiceRow.case_id))
        .join(Farm, col(Farm.farm_id) == col(ChoiceRow.farm_id))
        .where(counted())
        .order_by(col(ChoiceRow.closed_at).is_(None).desc(), col(ChoiceRow.asked_at).desc())
    )


def _answers() -> Select[SubmissionRow, Farm]:
    return (
        select(SubmissionRow, Farm)
        .join(ChoiceRow, col(ChoiceRow.case_id) == col(SubmissionRow.case_id))
        .join(Farm, col(Farm.farm_id) == col(ChoiceRow.farm_id))
        .where(col(SubmissionRow.kind) == "answer")
        .order_by(col(SubmissionRow.received_at).desc(), col(SubmissionRow.created_at).desc())
        .limit(1)
    )


async def _handed_in(session: AsyncSession, query: Select[SubmissionRow, Farm]) -> HandedIn | None:
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    submission, farm = row
    return HandedIn(
        farm_id=farm.farm_id,
        farm_name=farm.name,
        body=(await body_names(session)).get(submission.facts["body"], submission.facts["body"]),
        received_at=submission.received_at,
        settled=submission.settled_at is not None,
        refused_by=refusal_from(submission.refused_by),
    )


def _file(choice: ChoiceRow, offered: Sequence[str], farm: Farm, names: dict[str, str]) -> ChoiceFile:
    marked = choice.body or choice.previous_body
    return ChoiceFile(
        case_id=CaseId(choice.case_id),
        farm_id=FarmId(choice.farm_id),
        farm_name=farm.name,
        city=farm.city,
        language=Language(farm.language),
        year=choice.year,
        state=State(choice.state),
        code_version=choice.code_version,
        asked_at=choice.asked_at,
        answer_due=choice.answer_due,
        reminded_at=choice.reminded_at,
        answered_at=choice.answered_at,
        closed_at=choice.closed_at,
        channel=None if choice.channel is None else Channel(choice.channel),
        body=None if choice.body is None else names[choice.body],
        default_body=names[choice.default_body],
        previous_body=None if choice.previous_body is None else names[choice.previous_body],
        offers=tuple(Offer(body, names[body]) for body in offered),
        marked=marked if marked in offered else None,
        body_id=choice.body,
        applied_on=choice.applied_on,
    )
