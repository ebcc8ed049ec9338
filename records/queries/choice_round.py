"""The yearly round of choices: whom it would write to, how far it is, and what became of each farm."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, RoundRow
from records.farm import Farm, InspectionBody
from records.holding import letter_is_held
from records.letter import LetterRow, LetterState
from records.queries.counted import counted, counted_letter
from records.queries.listing import Listing, Paging, count
from records.retrying import failed
from scheme.choice import Channel
from scheme.choice import State as ChoiceState
from scheme.choice_round import Body, Candidate, Country, State
from scheme.days import local_day
from scheme.farmer import Standing
from scheme.ids import BodyId, FarmId
from scheme.letter import LetterKind

WAITING = (LetterState.PLANNED, LetterState.SENDING, LetterState.TO_PRINT)
IN_HOUSE = tuple(state.value for state in (*WAITING, LetterState.FAILED))
FINAL = (ChoiceState.CHOSEN, ChoiceState.ASSIGNED, ChoiceState.STOPPED, ChoiceState.CANCELLED)
# Ended without a body, whatever was answered before.
NO_BODY = (ChoiceState.STOPPED, ChoiceState.CANCELLED)


@dataclass(frozen=True)
class Progress:
    """How far a round is. farms: all it writes to; letters: invitations in the ledger.

    mailed, printed: invitations that went out; waiting: those that did not yet; in_house: those, and the ones that
    could not be made: the days of their farms have not begun; failed: letters of any kind that a person must look at;
    reminders: without those withdrawn before they left. answered: choices with an answer, final or not;
    assigned: given by silence; cancelled: ended with the round before the letter; refused: farms a rule kept out.
    by_body: farms by name of the body, chosen, assigned or answered so far; by_channel: farms that answered, by how.
    Where something was corrected, the corrected one counts. asked_again: letters that ask anew because a body was
    lost.
    """

    year: int
    state: State
    farms: int
    letters: int
    mailed: int
    printed: int
    waiting: int
    reminders: int
    answered: int
    assigned: int
    stopped: int
    cancelled: int
    failed: int
    refused: int
    by_body: Mapping[str, int]
    by_channel: Mapping[Channel, int]
    letters_on: date
    to_print: int
    case_id: str
    asked_again: int
    in_house: int

    @property
    def open(self) -> int:
        """Farms of which nothing has been heard yet."""
        settled = self.answered + self.assigned + self.stopped + self.cancelled
        return self.farms - settled - self.refused

    @property
    def moves(self) -> bool:
        """Whether figures may still change by themselves: farms of a cancelled round go on choosing, too."""
        return self.state is not State.DONE and (self.state is not State.CANCELLED or self.open > 0)

    @property
    def asks(self) -> int:
        """Farms that it writes to, or wrote to: without those a rule or its own cancellation left out."""
        return self.farms - self.refused - self.cancelled

    @property
    def left(self) -> int:
        """Invitations that have left the house."""
        return self.mailed + self.printed

    @property
    def heard(self) -> int:
        """Of the farms it asks, those that answered, were given a body or stopped."""
        return self.asks - self.open


@dataclass(frozen=True)
class FarmOfRound:
    """What became of one farm. end: chosen, assigned or stopped, None while the choice is open.

    earlier_body, earlier_end: of the choice that this one put right or opened again, None where there was none.
    """

    farm_id: str
    letter_on: date
    reminder_on: date | None
    answered_at: datetime | None
    channel: str | None
    body: str | None
    end: str | None
    earlier_body: str | None = None
    earlier_end: str | None = None


async def bodies(session: AsyncSession) -> list[Body]:
    """All inspection bodies with their days of recognition, by id."""
    rows = (await session.execute(select(InspectionBody).order_by(col(InspectionBody.body_id)))).scalars()
    return [Body(BodyId(row.body_id), row.recognised_from, row.recognised_until, tuple(row.scope)) for row in rows]


async def rounds(session: AsyncSession) -> list[int]:
    """Years that have a round, latest first."""
    return list((await session.execute(select(col(RoundRow.year)).order_by(col(RoundRow.year).desc()))).scalars())


async def round_id_of(session: AsyncSession, year: int) -> str | None:
    """Id of the round of `year`; None where there is none."""
    query = select(col(RoundRow.case_id)).where(col(RoundRow.year) == year)
    return (await session.execute(query)).scalar_one_or_none()


async def progress(session: AsyncSession, year: int) -> Progress | None:
    """How far the round of `year` is; None where there is none."""
    row = (await session.execute(_ledger(year))).mappings().one_or_none()
    if row is None:
        return None
    by_state, by_body, by_channel = Counter[str](), Counter[str](), Counter[Channel]()
    for state, body, channel, farms in await session.execute(_by_state_and_body(year)):
        by_state[state] += farms
        if body is not None and state not in NO_BODY:
            by_body[body] += farms
        if channel is not None and state not in NO_BODY:
            by_channel[Channel(channel)] += farms
    return Progress(
        **{**row, "state": State(row["state"])},
        answered=by_state[ChoiceState.ANSWERED] + by_state[ChoiceState.CHOSEN],
        assigned=by_state[ChoiceState.ASSIGNED],
        stopped=by_state[ChoiceState.STOPPED],
        cancelled=by_state[ChoiceState.CANCELLED],
        by_body=MappingProxyType(dict(sorted(by_body.items()))),
        by_channel=MappingProxyType({channel: by_channel[channel] for channel in Channel if by_channel[channel]}),
    )


async def farms_of(session: AsyncSession, year: int) -> list[FarmOfRound]:
    """Every farm the round of `year` wrote to, by number, as it counts, and what was there before."""
    return [_farm_of_round(*row) for row in await session.execute(_farms_of(year))]


async def page_of_farms(session: AsyncSession, year: int, paging: Paging) -> Listing[FarmOfRound]:
    """The same, page by page."""
    query = _farms_of(year)
    total = await count(session, query)
    rows = await session.execute(query.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(_farm_of_round(*row) for row in rows), paging, total)


def _farms_of(year: int) -> Select[ChoiceRow, str | None, str | None]:
    earlier = aliased(ChoiceRow)
    return (
        select(ChoiceRow, col(earlier.body), col(earlier.state))
        .join(earlier, col(earlier.case_id) == col(ChoiceRow.replaces), isouter=True)
        .where(col(ChoiceRow.round_id) == _round_id(year), counted())
        .order_by(col(ChoiceRow.farm_id), col(ChoiceRow.case_id))
    )


def as_json(progress: Progress) -> dict[str, Any]:
    """The same object from the API and from the command line."""
    return {
        "year": progress.year,
        "state": progress.state.value,
        "letters": progress.letters,
        "mailed": progress.mailed,
        "printed": progress.printed,
        "waiting": progress.waiting,
        "inHouse": progress.in_house,
        "reminders": progress.reminders,
        "answered": progress.answered,
        "assigned": progress.assigned,
        "stopped": progress.stopped,
        "cancelled": progress.cancelled,
        "failed": progress.failed,
        "byBody": dict(progress.by_body),
        "byChannel": {channel.value: farms for channel, farms in progress.by_channel.items()},
    }


def _ledger(year: int) -> Any:  # a Select of this many columns has no shorter type
    asked = col(LetterRow.kind) == LetterKind.CHOICE.value
    state = col(LetterRow.state)
    done = tuple(one.value for one in LetterState if one not in WAITING)
    return (
        select(
            col(RoundRow.case_id),
            col(RoundRow.year),
            col(RoundRow.state),
            col(RoundRow.farms),
            col(RoundRow.refused),
            col(RoundRow.letters_on),
            _how_many(asked).label("letters"),
            _how_many(and_(asked, state == LetterState.HANDED_OVER.value)).label("mailed"),
            _how_many(and_(asked, state == LetterState.PRINTED.value)).label("printed"),
            _how_many(and_(asked, state.not_in(done))).label("waiting"),
            _how_many(and_(asked, state.in_(IN_HOUSE))).label("in_house"),
            _how_many(and_(_reminder(), state != LetterState.WITHDRAWN.value)).label("reminders"),
            _how_many(col(LetterRow.kind) == LetterKind.AGAIN.value).label("asked_again"),
            _how_many(failed()).label("failed"),
            _how_many(and_(state == LetterState.TO_PRINT.value, ~letter_is_held())).label("to_print"),
        )
        .join(LetterRow, and_(col(LetterRow.round_id) == col(RoundRow.case_id), counted_letter()), isouter=True)
        .where(col(RoundRow.year) == year)
        .group_by(col(RoundRow.case_id))
    )


def _reminder() -> ColumnElement[bool]:
    return col(LetterRow.kind) == LetterKind.REMINDER.value


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(col(LetterRow.letter_key)).filter(condition)


def _by_state_and_body(year: int) -> Any:
    return (
        select(col(ChoiceRow.state), col(InspectionBody.name), col(ChoiceRow.channel), func.count())
        .join(InspectionBody, col(InspectionBody.body_id) == col(ChoiceRow.body), isouter=True)
        .where(col(ChoiceRow.round_id) == _round_id(year), counted())
        .group_by(col(ChoiceRow.state), col(InspectionBody.name), col(ChoiceRow.channel))
    )


def _round_id(year: int) -> ScalarSelect[str]:
    return select(col(RoundRow.case_id)).where(col(RoundRow.year) == year).scalar_subquery()


def candidate(farm: Farm | Row[Any]) -> Candidate:
    """What the selection looks at. farm: or a row of records.queries.expiring."""
    return Candidate(
        farm_id=FarmId(farm.farm_id),
        country=Country(farm.country),
        takes_part=farm.standing == Standing.ACTIVE,
        expires_on=farm.expires_on,
        previous_body=None if farm.previous_body is None else BodyId(farm.previous_body),
        choice_made_on=farm.choice_made_on,
    )


def _farm_of_round(choice: ChoiceRow, earlier_body: str | None, earlier_end: str | None) -> FarmOfRound:
    return FarmOfRound(
        farm_id=choice.farm_id,
        letter_on=local_day(choice.asked_at),
        reminder_on=None if choice.reminded_at is None else local_day(choice.reminded_at),
        answered_at=choice.answered_at,
        channel=choice.channel,
        body=choice.body,
        end=choice.state if choice.state in FINAL else None,
        earlier_body=earlier_body,
        earlier_end=earlier_end,
    )
