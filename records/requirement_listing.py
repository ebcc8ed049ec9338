"""A list of requirements: proposed by one person with its file, in force once another agrees (decision 24)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.queries.requirement_list import standing_on
from records.receiving import KeyReusedError
from records.requirement_list import RequirementListRow
from records.trailing import HOUSE_CHAIN, append
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import HOUSE, ListId, PersonId
from scheme.lastenboek.text import Text
from scheme.people import Actor
from scheme.requirement_example import example_lists
from scheme.requirement_list import Listed, RequirementList, check_decision, check_proposal
from scheme.step import Act

# One statement for all of them: row by row it would cost every test that founds a house a tenth of a second.
_KEEP = text("INSERT INTO requirement SELECT * FROM jsonb_populate_recordset(NULL::requirement, CAST(:rows AS jsonb))")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('requirement-list'))")


async def propose_list(session: AsyncSession, key: str, proposed: RequirementList, sha256: str, actor: Actor) -> ListId:
    """Keep the list under the next number until a second person decides; the same key again changes nothing.

    sha256: of its file. Raises RuleViolationError where another list waits, KeyReusedError for another file's key.
    """
    await session.execute(_ONE_AT_A_TIME)
    there = (await session.exec(select(RequirementListRow).where(RequirementListRow.key == key))).first()
    if there is not None:
        if (there.sha256, there.imported_by) != (sha256, actor.person):
            raise KeyReusedError(key)
        return ListId(there.list_id)
    check_proposal(actor)
    waiting = select(RequirementListRow).where(col(RequirementListRow.decided_at).is_(None))
    if (await session.exec(waiting)).first() is not None:
        raise RuleViolationError(Rule.ALREADY_PROPOSED)
    said = {"key": key, "sha256": sha256, "imported_by": actor.person, "imported_at": await now(session)}
    row = await _kept(session, proposed, said)
    await _trail(session, row, Act.LIST_PROPOSED, actor)
    return ListId(row.list_id)


async def decide_list(session: AsyncSession, list_id: ListId, actor: Actor, *, accepted: bool) -> bool:
    """Let new audits go by it from its first day on, or not; False where there is no such list.

    The same decision by the same person again changes nothing. Raises RuleViolationError: proposed by the same
    person, or decided before.
    """
    row = await session.get(RequirementListRow, list_id, with_for_update=True)
    if row is None:
        return False
    if row.decided_at is not None:
        if (row.decided_by, row.accepted) == (actor.person, accepted):
            return True
        raise RuleViolationError(Rule.ALREADY_DECIDED, local_day(row.decided_at))
    check_decision(PersonId(row.imported_by), actor, accepted=accepted)
    row.decided_by, row.decided_at, row.accepted = actor.person, await now(session), accepted
    await session.flush()
    await _trail(session, row, Act.LIST_ACCEPTED if accepted else Act.LIST_DECLINED, actor)
    return True


async def keep_examples(session: AsyncSession) -> None:
    """Where a house has no list yet it goes by the examples of the rulebook; safe to run at every start."""
    await session.execute(_ONE_AT_A_TIME)
    if await _count(session):
        return
    at = await now(session)
    by_the_house = {"imported_by": HOUSE, "imported_at": at, "decided_by": HOUSE, "decided_at": at, "accepted": True}
    for one in example_lists():
        await _kept(session, one, {"key": f"example:{one.head.edition}", **by_the_house})


async def _kept(session: AsyncSession, one: RequirementList, said: Mapping[str, Any]) -> RequirementListRow:
    before = await standing_on(session, one.head.in_force)
    row = RequirementListRow(
        list_id=f"L-{1 + await _count(session):03}",
        **asdict(one.head),
        modules={letter: asdict(name) for letter, name in one.modules.items()},
        replaces=None if before is None else before.list_id,
        **said,
    )
    session.add(row)
    await session.flush()
    rows = [_columns(row.list_id, listed) for listed in one.requirements]
    await session.execute(_KEEP, {"rows": json.dumps(rows)})
    return row


def _columns(list_id: str, one: Listed) -> Mapping[str, object]:
    words: Text = one.text
    return {
        "list_id": list_id,
        "number": one.number,
        "module": one.module,
        "rank": one.rank,
        "grade": one.grade.value,
        "visual": one.visual,
        **{f"text_{language}": said for language, said in asdict(words).items()},
        "source": one.source.key,
        "certainty": one.source.certainty.value,
    }


async def _count(session: AsyncSession) -> int:
    return (await session.exec(select(func.count()).select_from(RequirementListRow))).one()


async def _trail(session: AsyncSession, row: RequirementListRow, act: Act, actor: Actor) -> None:
    """The entry says which list counts from which day; its words stay in the rows."""
    await append(
        session,
        key=f"{row.list_id}#{act.value}",
        chain=HOUSE_CHAIN,
        act=act,
        actor=actor,
        at=row.decided_at or row.imported_at,
        facts={"about": row.list_id, "day": row.in_force.isoformat(), "edition": row.edition, "sha256": row.sha256},
    )
