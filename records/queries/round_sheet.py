"""A round farm by farm, for a spreadsheet: the body before and after, how, when, the letters, what ended it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MemberRow
from records.farm import Farm
from records.letter import LetterRow, LetterState
from records.queries.counted import choice_of_member
from records.queries.farm import body_names
from scheme.choice import Channel, State
from scheme.errors import Rule
from scheme.letter import LetterKind

Letters = tuple[tuple[LetterKind, LetterState], ...]


@dataclass(frozen=True)
class RoundRowOfSheet:
    """A farm of the round. body_before, body: by name; state: None where it was not asked; refused: the rule."""

    farm_id: str
    name: str
    city: str
    body_before: str | None
    body: str | None
    state: State | None
    channel: Channel | None
    asked_at: datetime | None
    reminded_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    letters: Letters
    refused: Rule | None


async def round_sheet(session: AsyncSession, seen: ColumnElement[bool], round_id: str) -> list[RoundRowOfSheet]:
    """Every farm of the round that the visitor may see, by number."""
    query = (
        select(Farm, MemberRow, ChoiceRow)
        .join(MemberRow, col(MemberRow.farm_id) == col(Farm.farm_id))
        .join(ChoiceRow, choice_of_member(), isouter=True)
        .where(col(MemberRow.round_id) == round_id, seen)
        .order_by(col(Farm.farm_id))
    )
    names, letters = await body_names(session), await _letters(session, round_id)
    rows = await session.execute(query)
    return [_row(farm, member, choice, names, letters.get(farm.farm_id, ())) for farm, member, choice in rows]


async def _letters(session: AsyncSession, round_id: str) -> Mapping[str, Letters]:
    query = select(col(LetterRow.farm_id), col(LetterRow.kind), col(LetterRow.state))
    ordered = query.where(col(LetterRow.round_id) == round_id).order_by(
        col(LetterRow.planned_at), col(LetterRow.letter_key)
    )
    found = defaultdict[str, list[tuple[LetterKind, LetterState]]](list)
    for farm_id, kind, state in await session.execute(ordered):
        found[farm_id].append((LetterKind(kind), LetterState(state)))
    return {farm_id: tuple(letters) for farm_id, letters in found.items()}


def _row(
    farm: Farm, member: MemberRow, choice: ChoiceRow | None, names: Mapping[str, str], letters: Letters
) -> RoundRowOfSheet:
    return RoundRowOfSheet(
        farm_id=farm.farm_id,
        name=farm.name,
        city=farm.city,
        body_before=names.get(member.previous_body or ""),
        body=None if choice is None else names.get(choice.body or ""),
        state=None if choice is None else State(choice.state),
        channel=None if choice is None or choice.channel is None else Channel(choice.channel),
        asked_at=None if choice is None else choice.asked_at,
        reminded_at=None if choice is None else choice.reminded_at,
        answered_at=None if choice is None else choice.answered_at,
        closed_at=None if choice is None else choice.closed_at,
        letters=letters,
        refused=None if member.refused is None else Rule(member.refused),
    )
