"""The farms of a round one by one: those it would write to, and those it wrote to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MemberRow, RoundRow
from records.farm import Farm, InspectionBody
from records.letter import LetterChannel
from records.parameter import rules_at
from records.queries.choice_round import NO_BODY, bodies, candidate
from records.queries.counted import choice_of_member
from records.queries.expiring import expiring
from records.queries.farm import body_names
from records.queries.listing import AnySelect, Listing, Paging, count
from records.queries.obstacle import Blocked, blocked
from scheme.choice import Channel
from scheme.choice import State as ChoiceState
from scheme.choice_round import members, recognised, window
from scheme.days import local_day
from scheme.errors import Rule
from scheme.language import Language

_SILENT = (ChoiceState.ASKED.value, ChoiceState.REMINDED.value)
_LANGUAGES = {language.value: language for language in Language}
_HEARD = (ChoiceState.ANSWERED.value, ChoiceState.CHOSEN.value)


class MemberState(StrEnum):
    """What a list of a round's farms can be narrowed to, in the order in which pages offer it."""

    SILENT = "silent"
    HEARD = "heard"
    ASSIGNED = "assigned"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True)
class Foreseen:
    """A farm that the round would write to. default_body: by name, what silence would give."""

    farm_id: str
    name: str
    city: str
    expires_on: date
    channel: LetterChannel
    language: Language | None
    default_body: str


@dataclass(frozen=True)
class Preview:
    """Whom a round of today would write to. first, last: the window of expiry dates, both included."""

    letters_on: date
    answer_due_days: int
    first: date
    last: date
    farms: Listing[Foreseen]
    by_channel: Mapping[LetterChannel, int]
    by_language: Mapping[Language, int]
    by_body: Mapping[str, int]
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True)
class MemberLine:
    """A farm of a running round.

    state: of its choice, None while it was not asked; refused: the rule that kept it out. earlier_body,
    earlier_state: of the choice that this one put right or opened again.
    """

    farm_id: str
    name: str
    city: str
    state: ChoiceState | None
    answered_at: datetime | None
    channel: Channel | None
    body: str | None
    refused: Rule | None
    earlier_body: str | None
    earlier_state: ChoiceState | None


async def preview(session: AsyncSession, at: datetime, paging: Paging) -> Preview:
    """The round as it would open at `at`. Raises RuleViolationError when no body may be chosen on that day."""
    rules, day = await rules_at(session, at), local_day(at)
    offered = recognised(await bodies(session), day)
    rows = {row.farm_id: row for row in await expiring(session, day, rules)}
    frame = members(map(candidate, rows.values()), offered, day, rules)
    first, last = window(day, rules)
    names, asked = await body_names(session), [rows[member.farm_id] for member in frame]
    here = slice(paging.offset, paging.offset + paging.page_size)
    shown = tuple(_one(row, names[member.default_body]) for row, member in zip(asked[here], frame[here], strict=True))
    return Preview(
        letters_on=day,
        answer_due_days=rules.choice_answer_days,
        first=first,
        last=last,
        farms=Listing(shown, paging, len(asked)),
        by_channel=Counter(map(_channel, asked)),
        by_language=Counter(language for row in asked if (language := _language(row)) is not None),
        by_body=Counter(names[member.default_body] for member in frame),
        blocked=blocked(asked),
    )


@dataclass(frozen=True)
class MemberSieve:
    """Which farms of a round are wanted. body: by name, farms that stopped left out."""

    state: MemberState | None = None
    body: str | None = None


async def round_members(
    session: AsyncSession, seen: ColumnElement[bool], year: int, sieve: MemberSieve, paging: Paging
) -> Listing[MemberLine]:
    """Farms of a round, by number."""
    earlier, body_before = aliased(ChoiceRow), aliased(InspectionBody)
    query: AnySelect = (
        select(
            col(Farm.farm_id),
            col(Farm.name),
            col(Farm.city),
            col(ChoiceRow.state),
            col(ChoiceRow.answered_at),
            col(ChoiceRow.channel),
            col(InspectionBody.name).label("body"),
            col(MemberRow.refused),
            col(body_before.name).label("earlier_body"),
            col(earlier.state).label("earlier_state"),
        )
        .join(MemberRow, col(MemberRow.farm_id) == col(Farm.farm_id))
        .join(RoundRow, col(RoundRow.case_id) == col(MemberRow.round_id))
        .join(ChoiceRow, choice_of_member(), isouter=True)
        .join(InspectionBody, col(InspectionBody.body_id) == col(ChoiceRow.body), isouter=True)
        .join(earlier, col(earlier.case_id) == col(ChoiceRow.replaces), isouter=True)
        .join(body_before, col(body_before.body_id) == col(earlier.body), isouter=True)
        .where(col(RoundRow.year) == year, seen)
    )
    if sieve.state is not None:
        query = query.where(_in_state(sieve.state))
    if sieve.body is not None:
        query = query.where(col(InspectionBody.name) == sieve.body, col(ChoiceRow.state).not_in(NO_BODY))
    total = await count(session, query)
    ordered = query.order_by(col(Farm.farm_id)).limit(paging.page_size).offset(paging.offset)
    return Listing(tuple(_line(row) for row in await session.execute(ordered)), paging, total)


def _line(row: Row[Any]) -> MemberLine:
    enums = {
        "state": None if row.state is None else ChoiceState(row.state),
        "channel": None if row.channel is None else Channel(row.channel),
        "refused": None if row.refused is None else Rule(row.refused),
        "earlier_state": None if row.earlier_state is None else ChoiceState(row.earlier_state),
    }
    return MemberLine(**{**row._mapping, **enums})  # noqa: SLF001  # the public name of a row's columns


def _in_state(state: MemberState) -> ColumnElement[bool]:
    if state is MemberState.REFUSED:
        return col(MemberRow.refused).is_not(None)
    if state is MemberState.SILENT:
        unanswered = func.coalesce(col(ChoiceRow.state), ChoiceState.ASKED.value).in_(_SILENT)
        return and_(unanswered, col(MemberRow.refused).is_(None))
    if state is MemberState.HEARD:
        return col(ChoiceRow.state).in_(_HEARD)
    return col(ChoiceRow.state) == state.value


def _channel(farm: Row[Any]) -> LetterChannel:
    return LetterChannel.PAPER if farm.email is None else LetterChannel.MAIL


def _language(farm: Row[Any]) -> Language | None:
    return _LANGUAGES.get(farm.language)


def _one(farm: Row[Any], default_body: str) -> Foreseen:
    return Foreseen(
        farm_id=farm.farm_id,
        name=farm.name,
        city=farm.city,
        expires_on=farm.expires_on,
        channel=_channel(farm),
        language=_language(farm),
        default_body=default_body,
    )
