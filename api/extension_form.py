"""What the pages and the JSON of collective extensions share: the selection, its preview, a proposal with its list."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import HTTPException, Query
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.door import Door
from api.listing import CAMEL
from api.sight import actor_of
from api.typed import Day
from records import clock
from records.extending import Wanted, decide_extension, propose_extension, propose_way_back, withdraw_extension
from records.parameter import settings_of
from records.queries.extension import ExtensionLine, extension, extensions
from records.queries.extension_moves import (
    MoveLine,
    extended_page,
    judged_moves,
    left_of,
    moves,
    moves_back,
    proposed_moves,
    told,
    told_today,
)
from records.queries.listing import Listing, Paging
from records.receiving import KeyReusedError
from scheme.days import local_day
from scheme.errors import Refusal, RuleViolationError
from scheme.extension import (
    Cause,
    ExtensionState,
    Left,
    Move,
    Selection,
    check_days,
    check_impartial_list,
    ended_by,
    seal,
)
from scheme.ids import BodyId, ExtensionId
from scheme.people import Action, may
from scheme.region import Province

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Z]-[0-9]{2,6}$")]
# Which part of a list is shown.
Only = Literal["", "moved", "left"]
AskedOnly = Annotated[Only, Query()]


class AskedSelection(BaseModel):
    """Certificates whose last day lies from `first` to `last`, moved to `to`; the rest narrows them."""

    model_config = CAMEL

    first: Day
    last: Day
    to: Day
    province: Province | None = None
    dairy: Id | None = None
    body: Id | None = None

    def selection(self) -> Selection:
        """As the rulebook takes it."""
        body = None if self.body is None else BodyId(self.body)
        return Selection(self.first, self.last, self.province, self.dairy, body)


class AskedExtension(AskedSelection):
    """The same as a proposal. seen: the seal of the preview; nothing else can be proposed than what was looked at."""

    cause: Cause
    words: Words
    seen: Annotated[str, StringConstraints(min_length=1, max_length=64)]

    def wanted(self) -> Wanted:
        """As it is kept."""
        return Wanted(self.selection(), self.to, self.cause, self.words, self.seen)


class ExtensionForm(BaseModel):
    """The same as typed into the form, kept as it is where it cannot be taken; key: one per form."""

    first: str = ""
    last: str = ""
    to: str = ""
    province: str = ""
    dairy: str = ""
    body: str = ""
    cause: str = ""
    words: str = ""
    seen: str = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)

    @property
    def asked(self) -> bool:
        """Whether somebody filled in the days."""
        return bool(self.first or self.last or self.to)


def selection_form(
    first: Annotated[str, Query(max_length=10)] = "",
    last: Annotated[str, Query(max_length=10)] = "",
    to: Annotated[str, Query(max_length=10)] = "",
    province: Annotated[str, Query(max_length=20)] = "",
    dairy: Annotated[str, Query(max_length=10)] = "",
    body: Annotated[str, Query(max_length=10)] = "",
) -> ExtensionForm:
    """The selection as the address has it."""
    return ExtensionForm(first=first, last=last, to=to, province=province, dairy=dairy, body=body)


def read_selection(form: ExtensionForm) -> tuple[AskedSelection | None, frozenset[str]]:
    """What was typed, or the names of the fields that cannot be read."""
    try:
        return AskedSelection.model_validate(_given(form, AskedSelection)), frozenset()
    except ValidationError as error:
        return None, frozenset(str(item["loc"][0]) for item in error.errors())


def read_proposal(form: ExtensionForm) -> tuple[AskedExtension | None, frozenset[str]]:
    """The same of a proposal."""
    try:
        return AskedExtension.model_validate(_given(form, AskedExtension)), frozenset()
    except ValidationError as error:
        return None, frozenset(str(item["loc"][0]) for item in error.errors())


def _given(form: ExtensionForm, model: type[BaseModel]) -> Mapping[str, str]:
    return {name: said for name, said in form.model_dump().items() if name in model.model_fields and said}


@dataclass(frozen=True)
class Listed:
    """A page of certificates that move or stay. moved: how many move; left: how many stay, by why.

    seen: the seal of a preview.
    """

    listing: Listing[MoveLine]
    moved: int
    left: Mapping[Left, int]
    seen: str = ""

    @property
    def stays(self) -> int:
        """How many stay as they are."""
        return sum(self.left.values())


@dataclass(frozen=True)
class Shown:
    """A proposal with a page of its certificates. otherwise: how many of those to be moved stand otherwise by now.

    tied: how many are of a farm to which the visitor, who may decide, has a tie; refused: why they cannot decide.
    ends: how many certificates the way back would end at once, proposed or not yet.
    """

    line: ExtensionLine
    listed: Listed
    otherwise: int
    tied: int = 0
    refused: Refusal | None = None
    ends: int = 0

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.line.state is ExtensionState.PROPOSED


async def preview(door: Door, asked: AskedSelection, paging: Paging, only: Only = "") -> Listed:
    """What it would do today. Raises RuleViolationError for days that cannot be."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        check_days(asked.selection(), asked.to, today, await settings_of(session))
        found = await moves(session, asked.selection(), asked.to, today)
        chosen = _only(found, only)
        items = await told(session, chosen[paging.offset : paging.offset + paging.page_size])
    return _listed(found, Listing(items, paging, len(chosen)))


async def whole_preview(door: Door, asked: AskedSelection) -> Sequence[MoveLine]:
    """All certificates of the preview, for a file."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        check_days(asked.selection(), asked.to, today, await settings_of(session))
        return await told(session, await moves(session, asked.selection(), asked.to, today))


async def all_extensions(door: Door) -> tuple[ExtensionLine, ...]:
    """Every proposal, the latest first."""
    async with door.sessions() as session:
        return await extensions(session)


async def read_line(door: Door, extension_id: str) -> ExtensionLine:
    """The proposal; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        return await _line(session, extension_id)


async def read_page(door: Door, extension_id: str, paging: Paging, only: Only = "") -> Listing[MoveLine]:
    """A page of the certificates of a proposal; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        await _line(session, extension_id)
        today = local_day(await clock.now(session))
        return await extended_page(session, extension_id, paging, today, moved=_moved(only))


async def shown(door: Door, extension_id: str, paging: Paging, only: Only = "") -> Shown:
    """The proposal with a page of its certificates; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        line = await _line(session, extension_id)
        today = local_day(await clock.now(session))
        items = await extended_page(session, extension_id, paging, today, moved=_moved(only))
        listed = Listed(items, line.moved, await left_of(session, extension_id))
        waits = line.state is ExtensionState.PROPOSED
        actor = actor_of(door)
        decider = actor.person if may(actor, Action.DECIDE_EXTENSION) else None
        judged = await judged_moves(session, extension_id, today, decider) if waits else ()
        back = judged if waits else await _back(session, line, today)
    tied = sum(one.left is Left.TIED for one in judged)
    otherwise = sum(one.left is not None for one in judged) - tied
    return Shown(line, listed, otherwise, tied, _barred(judged), ended_by(back, today))


async def _back(session: AsyncSession, line: ExtensionLine, today: date) -> Sequence[Move]:
    """What taking it back would do today; nothing where it cannot be taken back."""
    possible = line.state is ExtensionState.DONE and line.takes_back is None
    return await moves_back(session, line.extension_id, today) if possible else ()


def _barred(judged: Sequence[Move]) -> Refusal | None:
    try:
        check_impartial_list(judged)
    except RuleViolationError as violation:
        return violation.refusal
    return None


async def _line(session: AsyncSession, extension_id: str) -> ExtensionLine:
    line = await extension(session, extension_id)
    if line is None:
        raise HTTPException(404, "not-found")
    return line


async def whole_list(door: Door, extension_id: str) -> Sequence[MoveLine]:
    """All certificates of a proposal, for a file; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        await _line(session, extension_id)
        today = local_day(await clock.now(session))
        return await told_today(session, await proposed_moves(session, extension_id), today)


async def propose(door: Door, asked: AskedExtension, key: uuid.UUID) -> ExtensionId:
    """The id under which it waits for a second person."""
    async with door.sessions.begin() as session:
        try:
            return await propose_extension(session, str(key), asked.wanted(), actor_of(door))
        except KeyReusedError as error:
            raise HTTPException(422, "key-reused") from error


async def take_back(door: Door, extension_id: str, words: str, key: uuid.UUID) -> ExtensionId:
    """The id under which the way back waits; HTTPException 404 where there is no such extension."""
    async with door.sessions.begin() as session:
        try:
            found = await propose_way_back(session, str(key), extension_id, words, actor_of(door))
        except KeyReusedError as error:
            raise HTTPException(422, "key-reused") from error
    if found is None:
        raise HTTPException(404, "not-found")
    return found


async def decide(door: Door, extension_id: str, *, accepted: bool) -> None:
    """Do it or not; HTTPException 404 where there is none."""
    async with door.sessions.begin() as session:
        if not await decide_extension(session, extension_id, actor_of(door), accepted=accepted):
            raise HTTPException(404, "not-found")


async def withdraw(door: Door, extension_id: str) -> None:
    """Take one's own proposal away; HTTPException 404 where there is none."""
    async with door.sessions.begin() as session:
        if not await withdraw_extension(session, extension_id, actor_of(door)):
            raise HTTPException(404, "not-found")


def _moved(only: Only) -> bool | None:
    return only == "moved" if only else None


def _only(found: Sequence[Move], only: Only) -> Sequence[Move]:
    moved = _moved(only)
    return [one for one in found if moved is None or (one.left is None) is moved]


def _listed(found: Sequence[Move], listing: Listing[MoveLine]) -> Listed:
    left = Counter(one.left for one in found if one.left is not None)
    return Listed(listing, len(found) - left.total(), dict(left), seal(found))
