"""Parameters as pages show them: what counts today, since when, whence, and what is proposed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.house import ParameterRow, ProposalRow
from records.person import PersonRow
from scheme.parameter import DEFAULT, LIMITS, Limits
from scheme.rules import Name, Unit, values_on


@dataclass(frozen=True)
class Value:
    """A value from a day on. valid_from None: the rulebook's default; confirmed_by None: to be confirmed by IKM."""

    value: int
    source: str
    valid_from: date | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True)
class Proposed:
    """What somebody proposed, and what became of it. proposed_by, decided_by: people's names."""

    proposal_id: str
    value: int
    valid_from: date
    source: str
    confirmed_by: str | None
    proposer: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    accepted: bool | None


@dataclass(frozen=True)
class ParameterFile:
    """One parameter. values: latest first, the default last; proposals: latest first."""

    name: Name
    unit: Unit
    limits: Limits
    values: tuple[Value, ...]
    proposals: tuple[Proposed, ...]
    today: date

    @property
    def in_force(self) -> Value:
        """The value of a case that opens today."""
        return next(value for value in self.values if value.valid_from is None or value.valid_from <= self.today)

    @property
    def coming(self) -> Value | None:
        """The next value that is decided already."""
        later = [value for value in self.values if value.valid_from is not None and value.valid_from > self.today]
        return later[-1] if later else None

    @property
    def waiting(self) -> Proposed | None:
        """The proposal that nobody has decided yet."""
        return next((one for one in self.proposals if one.decided_at is None), None)


async def parameters(session: AsyncSession, today: date) -> tuple[ParameterFile, ...]:
    """Every parameter with its history, in the rulebook's order."""
    values, proposals = await _values(session), await _proposed_values(session)
    defaults = values_on(today)
    return tuple(
        ParameterFile(
            name,
            default.unit,
            LIMITS[name],
            (*values[name], Value(defaults[name], default.source)),
            tuple(proposals[name]),
            today,
        )
        for name, default in DEFAULT.items()
    )


async def parameter(session: AsyncSession, name: Name, today: date) -> ParameterFile:
    """One parameter with its history."""
    return next(one for one in await parameters(session, today) if one.name is name)


async def _values(session: AsyncSession) -> Mapping[str, list[Value]]:
    found = defaultdict[str, list[Value]](list)
    for row in (await session.execute(select(ParameterRow).order_by(col(ParameterRow.valid_from).desc()))).scalars():
        found[row.name].append(Value(row.value, row.source, row.valid_from, row.confirmed_by))
    return found


async def _proposed_values(session: AsyncSession) -> Mapping[str, list[Proposed]]:
    found = defaultdict[str, list[Proposed]](list)
    for row in await session.execute(_proposals()):
        found[row[0].name].append(_proposed(row))
    return found


def _proposals() -> Select[ProposalRow, str, str]:
    proposer, decider = aliased(PersonRow), aliased(PersonRow)
    return (
        select(ProposalRow, col(proposer.name).label("proposer"), col(decider.name).label("decider"))
        .join(proposer, col(proposer.person_id) == col(ProposalRow.proposed_by), isouter=True)
        .join(decider, col(decider.person_id) == col(ProposalRow.decided_by), isouter=True)
        .order_by(col(ProposalRow.proposed_at).desc())
    )


def _proposed(row: Row[ProposalRow, str, str]) -> Proposed:
    found, proposer, decider = row
    return Proposed(
        proposal_id=found.proposal_id,
        value=found.value,
        valid_from=found.valid_from,
        source=found.source,
        confirmed_by=found.confirmed_by,
        proposer=found.proposed_by,
        proposed_by=proposer or found.proposed_by,
        proposed_at=found.proposed_at,
        decided_by=decider or found.decided_by,
        decided_at=found.decided_at,
        accepted=found.accepted,
    )
