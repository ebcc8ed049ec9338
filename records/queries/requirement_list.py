"""Lists of requirements: the one that an audit goes by, and all of them as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import PersonRow
from records.requirement_list import RequirementListRow, RequirementRow
from scheme.ids import EditionCode, ListId, RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.text import Text
from scheme.requirement_list import Listed, ListState, by_module
from scheme.source import Certainty, Source


@dataclass(frozen=True)
class RequirementListFile:
    """A list as an audit goes by it. modules: names by letter; requirements: module by module, in their order."""

    list_id: ListId
    edition: EditionCode
    title: str
    in_force: date
    example: bool
    source: str
    modules: Mapping[str, Text]
    requirements: tuple[Listed, ...]

    @property
    def by_module(self) -> tuple[tuple[str, tuple[Listed, ...]], ...]:
        """The requirements of each module, by its letter."""
        return tuple(by_module(self.requirements))

    def requirement(self, number: str) -> Listed | None:
        """The requirement of that number, None where the list asks none."""
        return next((one for one in self.requirements if one.number == number), None)


@dataclass(frozen=True)
class ListLine:
    """A list as the list of lists has it. imported_by, decided_by: people's names, None for the house itself.

    after: the first day of the list that counts, where this one is proposed from an earlier day and so would count for
    no audit; None otherwise.
    """

    list_id: ListId
    edition: EditionCode
    title: str
    in_force: date
    example: bool
    source: str
    state: ListState
    replaces: ListId | None
    sha256: str | None
    importer: str
    imported_by: str | None
    imported_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    after: date | None


class NoListError(LookupError):
    """Raised where the house has no list at all: it was not founded."""


async def list_on(session: AsyncSession, day: date) -> RequirementListFile:
    """The list of an audit that opens on `day`: of those accepted, the last one in force by then.

    For earlier days the oldest. Raises NoListError in a house that was not founded.
    """
    row = await standing_on(session, day)
    if row is None:
        raise NoListError(day)
    return await _file(session, row)


async def list_of(session: AsyncSession, list_id: str) -> RequirementListFile | None:
    """The list of that number, whatever became of it."""
    row = await session.get(RequirementListRow, list_id)
    return None if row is None else await _file(session, row)


async def standing_on(session: AsyncSession, day: date) -> RequirementListRow | None:
    """The row of the list that counts on a day; of one first day the list that was accepted last."""
    accepted = select(RequirementListRow).where(col(RequirementListRow.accepted).is_(True))
    first_day, last_decided = col(RequirementListRow.in_force), col(RequirementListRow.decided_at).desc()
    latest = accepted.where(first_day <= day).order_by(
        first_day.desc(), last_decided, col(RequirementListRow.list_id).desc()
    )
    oldest = accepted.order_by(first_day, last_decided, col(RequirementListRow.list_id).desc())
    found = (await session.execute(latest.limit(1))).scalar_one_or_none()
    return found or (await session.execute(oldest.limit(1))).scalar_one_or_none()


async def requirement_lists(session: AsyncSession, today: date) -> tuple[ListLine, ...]:
    """Every list, the latest first."""
    active = await standing_on(session, today)
    rows = await session.execute(_lines().order_by(col(RequirementListRow.list_id).desc()))
    return tuple(_line(row, importer, decider, active, today) for row, importer, decider in rows)


async def list_line(session: AsyncSession, list_id: str, today: date) -> ListLine | None:
    """That list."""
    return next((one for one in await requirement_lists(session, today) if one.list_id == list_id), None)


def _lines() -> Select[RequirementListRow, str, str]:
    importer, decider = aliased(PersonRow), aliased(PersonRow)
    return (
        select(RequirementListRow, col(importer.name).label("importer"), col(decider.name).label("decider"))
        .join(importer, col(importer.person_id) == col(RequirementListRow.imported_by), isouter=True)
        .join(decider, col(decider.person_id) == col(RequirementListRow.decided_by), isouter=True)
    )


def _line(
    row: RequirementListRow, importer: str | None, decider: str | None, active: RequirementListRow | None, today: date
) -> ListLine:
    return ListLine(
        list_id=ListId(row.list_id),
        edition=EditionCode(row.edition),
        title=row.title,
        in_force=row.in_force,
        example=row.example,
        source=row.source,
        state=_state(row, active, today),
        replaces=None if row.replaces is None else ListId(row.replaces),
        sha256=row.sha256,
        importer=row.imported_by,
        imported_by=importer,
        imported_at=row.imported_at,
        decided_by=decider,
        decided_at=row.decided_at,
        after=_after(row, active),
    )


def _after(row: RequirementListRow, active: RequirementListRow | None) -> date | None:
    if row.accepted is not None or active is None or active.in_force <= row.in_force:
        return None
    return active.in_force


def _state(row: RequirementListRow, active: RequirementListRow | None, today: date) -> ListState:
    if row.accepted is None:
        return ListState.PROPOSED
    if not row.accepted:
        return ListState.DECLINED
    if active is not None and row.list_id == active.list_id:
        return ListState.ACTIVE
    return ListState.COMING if row.in_force > today else ListState.REPLACED


async def _file(session: AsyncSession, row: RequirementListRow) -> RequirementListFile:
    inside = select(RequirementRow).where(col(RequirementRow.list_id) == row.list_id)
    ordered = inside.order_by(col(RequirementRow.module), col(RequirementRow.rank))
    return RequirementListFile(
        list_id=ListId(row.list_id),
        edition=EditionCode(row.edition),
        title=row.title,
        in_force=row.in_force,
        example=row.example,
        source=row.source,
        modules={letter: Text(**name) for letter, name in row.modules.items()},
        requirements=_listed((await session.execute(ordered)).scalars()),
    )


def _listed(rows: Iterable[RequirementRow]) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            number=RequirementNumber(row.number),
            module=row.module,
            rank=row.rank,
            grade=Grade(row.grade),
            visual=row.visual,
            text=Text(row.text_nl, row.text_fr, row.text_de, row.text_en),
            source=Source(Certainty(row.certainty), row.source),
        )
        for row in rows
    )
