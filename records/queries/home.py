"""What waits for people, and how much there is: the numbers of the first page."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, RoundRow
from records.clock import now
from records.extension import ExtensionRow
from records.farm import Farm
from records.holding import letter_is_held
from records.house import ProposalRow
from records.letter import LetterRow, LetterState
from records.parameter import rules_at, settings_of
from records.queries.access import visible_to
from records.queries.counted import counted
from records.queries.hold import Hold, held
from records.queries.letter import to_print
from records.queries.matter import MatterFile, next_matters
from records.queries.running import Runs, running
from records.queries.unasked import unasked
from records.register_upload import UploadRow
from scheme.days import add_days, local_day, start_of_day
from scheme.farmer import Standing
from scheme.people import Role
from scheme.rules import Name, values_on

# So many of what is most urgent stand on the first page; the list behind the number has them all.
FIRST = 5


@dataclass(frozen=True)
class Waiting:
    """Letters that wait for a person. held: what is held, and why.

    forgotten: of those to print, the ones that were planned more than so many days ago.
    """

    to_print: int
    forgotten: int
    days: int
    failed: int
    held: tuple[Hold, ...]


@dataclass(frozen=True)
class Pending:
    """What waits for a decision. proposals: of parameters; uploads: files looked at, not taken in; empty: no farm.

    extension: the id of the collective extension that waits, None where none does.
    """

    proposals: int
    uploads: int
    empty: bool
    extension: str | None = None


@dataclass(frozen=True)
class Unasked:
    """Farms whose certificate ends within so many months and that nobody asks to choose."""

    farms: int
    months: int


@dataclass(frozen=True)
class WhatRuns:
    """Farms for which a matter or a choice is open, those with a late matter, and the matters whose day is next."""

    farms: int
    late: int
    first: tuple[MatterFile, ...]


@dataclass(frozen=True)
class OwnFarms:
    """Farms that take part, as far as this visitor sees them. chosen: those whose choice of `year` fell on the body.

    year: of the latest round; None before the first, and for people who belong to no body.
    """

    farms: int
    year: int | None
    chosen: int


async def latest_year(session: AsyncSession) -> int | None:
    """The year of the latest round; None before the first."""
    return (await session.exec(select(func.max(RoundRow.year)))).one()


async def waiting(session: AsyncSession) -> Waiting:
    """What waits now."""
    at = await now(session)
    days = values_on(local_day(at), await settings_of(session))[Name.PRINT_WITHIN_DAYS]
    planned_before = start_of_day(add_days(local_day(at), -days))
    old = and_(
        col(LetterRow.state) == LetterState.TO_PRINT.value,
        col(LetterRow.planned_at) < planned_before,
        ~letter_is_held(),
    )
    return Waiting(
        to_print=await to_print(session),
        forgotten=await _letters(session, old),
        days=days,
        failed=await _letters(session, col(LetterRow.state) == LetterState.FAILED.value),
        held=await held(session),
    )


async def pending(session: AsyncSession) -> Pending:
    """Proposals of parameters and extensions, register files, and whether there is a register at all."""
    proposals = select(func.count()).select_from(ProposalRow).where(col(ProposalRow.decided_at).is_(None))
    uploads = select(func.count()).select_from(UploadRow).where(col(UploadRow.committed_at).is_(None))
    farms = select(func.count()).select_from(Farm)
    extension = select(ExtensionRow.extension_id).where(col(ExtensionRow.decided_at).is_(None))
    return Pending(
        proposals=(await session.exec(proposals)).one(),
        uploads=(await session.exec(uploads)).one(),
        empty=not (await session.exec(farms)).one(),
        extension=(await session.exec(extension)).first(),
    )


async def not_asked(session: AsyncSession) -> Unasked:
    """How many farms no round and no day of their own will ask."""
    at = await now(session)
    rules = await rules_at(session, at)
    farms = select(func.count()).select_from(Farm).where(unasked(local_day(at), rules))
    return Unasked((await session.exec(farms)).one(), rules.choice_lead_months)


async def what_runs(session: AsyncSession, role: Role, body_id: str | None) -> WhatRuns:
    """What is open for the farms that this visitor sees."""
    seen = visible_to(role, body_id)
    farms = select(func.count()).select_from(Farm).where(seen)
    return WhatRuns(
        farms=(await session.exec(farms.where(running(Runs.ANYTHING)))).one(),
        late=(await session.exec(farms.where(running(Runs.LATE)))).one(),
        first=await next_matters(session, seen, FIRST),
    )


async def own_farms(session: AsyncSession, role: Role, body_id: str | None) -> OwnFarms:
    """How many farms that take part this visitor sees, and how many came to their body in the latest round."""
    seen = select(func.count()).select_from(Farm).where(visible_to(role, body_id))
    farms = (await session.exec(seen.where(Farm.standing == Standing.ACTIVE.value))).one()
    year = await latest_year(session) if body_id else None
    came = (
        select(func.count()).select_from(ChoiceRow).where(ChoiceRow.body == body_id, ChoiceRow.year == year, counted())
    )
    return OwnFarms(farms, year, (await session.exec(came)).one() if year else 0)


async def _letters(session: AsyncSession, condition: ColumnElement[bool]) -> int:
    return (await session.exec(select(func.count()).select_from(LetterRow).where(condition))).one()
