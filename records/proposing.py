"""A parameter's new value: proposed by one person, in force once another agrees (design.md §4 door 3, §6)."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.house import ParameterRow, ProposalRow
from records.parameter import settings_of
from records.trailing import HOUSE_CHAIN, append
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.parameter import Proposal, check_decision, check_proposal
from scheme.people import Actor
from scheme.rules import Name, Setting
from scheme.step import Act

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('parameter'))")


async def propose(session: AsyncSession, proposal_id: str, proposal: Proposal, actor: Actor) -> None:
    """Keep the proposal; the same id again changes nothing.

    Raises RuleViolationError: a value or day that cannot be, or another proposal for this parameter waits.
    """
    await session.execute(_ONE_AT_A_TIME)
    if await session.get(ProposalRow, proposal_id) is not None:
        return
    at, name = await now(session), proposal.setting.name
    waiting = select(ProposalRow).where(ProposalRow.name == name, col(ProposalRow.decided_at).is_(None))
    if (await session.exec(waiting)).first() is not None:
        raise RuleViolationError(Rule.ALREADY_PROPOSED)
    check_proposal(proposal, actor, local_day(at), await settings_of(session))
    row = ProposalRow(
        proposal_id=proposal_id,
        name=name.value,
        value=proposal.setting.value,
        valid_from=proposal.setting.valid_from,
        source=proposal.source,
        confirmed_by=proposal.confirmed_by,
        proposed_by=actor.person,
        proposed_at=at,
    )
    session.add(row)
    await session.flush()
    await _trail(session, row, Act.PARAMETER_PROPOSED, actor)


async def decide(session: AsyncSession, proposal_id: str, actor: Actor, *, accepted: bool) -> bool:
    """Put the value in force, or leave things as they are; False where there is no such proposal.

    The same decision by the same person again changes nothing. Raises RuleViolationError: proposed by the same
    person, decided before, or no longer possible, as when its first day has passed meanwhile.
    """
    await session.execute(_ONE_AT_A_TIME)
    row = await session.get(ProposalRow, proposal_id, with_for_update=True)
    if row is None:
        return False
    if row.decided_at is not None:
        if (row.decided_by, row.accepted) == (actor.person, accepted):
            return True
        raise RuleViolationError(Rule.ALREADY_DECIDED, local_day(row.decided_at))
    check_decision(PersonId(row.proposed_by), actor, accepted=accepted)
    at = await now(session)
    if accepted:
        check_proposal(_proposal(row), actor, local_day(at), await settings_of(session))
        await _put_in_force(session, row)
    row.decided_by, row.decided_at, row.accepted = actor.person, at, accepted
    await session.flush()
    await _trail(session, row, Act.PARAMETER_CHANGED if accepted else Act.PARAMETER_KEPT, actor)
    return True


def _proposal(row: ProposalRow) -> Proposal:
    return Proposal(Setting(Name(row.name), row.value, row.valid_from), row.source, row.confirmed_by)


async def _put_in_force(session: AsyncSession, row: ProposalRow) -> None:
    values = {"value": row.value, "source": row.source, "confirmed_by": row.confirmed_by}
    upsert = insert(ParameterRow).values(name=row.name, valid_from=row.valid_from, **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["name", "valid_from"], set_=values))


async def _trail(session: AsyncSession, row: ProposalRow, act: Act, actor: Actor) -> None:
    """The entry says which value from which day; the words of its source stay in the rows."""
    first_day: date = row.valid_from
    await append(
        session,
        key=f"proposal:{row.proposal_id}#{act.value}",
        chain=HOUSE_CHAIN,
        act=act,
        actor=actor,
        at=row.decided_at or row.proposed_at,
        facts={"about": row.name, "value": row.value, "day": first_day.isoformat(), "proposal": row.proposal_id},
    )
