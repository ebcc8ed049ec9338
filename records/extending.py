"""Collective extensions: proposed by the secretariat, done once a decision maker agrees, and taken back likewise.

A decision is one transaction for all farms: either every certificate of the list has its turn, or none (decision 28).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.extension import ExtendedRow, ExtensionRow
from records.extension_letter import Occasion, post_extension
from records.farm import Farm
from records.following import write_letters_anew
from records.moving import move_last_days
from records.parameter import settings_of
from records.queries.extension_moves import judged_moves, moves, moves_back, proposed_moves
from records.receiving import KeyReusedError
from records.trailing import HOUSE_CHAIN, Entry, append, append_all
from scheme.certificate import Reason
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.extension import (
    Cause,
    Move,
    Selection,
    check_days,
    check_decision,
    check_impartial_list,
    check_proposal,
    check_withdrawal,
    extension_id,
)
from scheme.ids import ExtensionId, FarmId, PersonId
from scheme.people import Actor
from scheme.step import Act

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('extension'))")


@dataclass(frozen=True)
class Wanted:
    """An extension as it is proposed. seen: the seal of the preview, None where nobody looked at one."""

    selection: Selection
    to: date
    cause: Cause
    words: str
    seen: str | None = None


async def propose_extension(session: AsyncSession, key: str, wanted: Wanted, actor: Actor) -> ExtensionId:
    """Keep it, certificate by certificate, until a second person decides; the same key again changes nothing.

    Raises RuleViolationError: days that cannot be, nothing to move, another list than was seen, or another proposal
    waits. Raises KeyReusedError for a key that proposed something else.
    """
    await session.execute(_ONE_AT_A_TIME)
    chosen = wanted.selection
    columns: dict[str, Any] = {
        "takes_back": None, "first_day": chosen.first, "last_day": chosen.last, "dairy_id": chosen.dairy,
        "province": None if chosen.province is None else chosen.province.value, "body_id": chosen.body,
        "moved_to": wanted.to, "cause": wanted.cause.value, "words": wanted.words,
    }  # fmt: skip
    if known := await _known(session, key, columns, actor):
        return known
    at = await now(session)
    check_days(chosen, wanted.to, local_day(at), await settings_of(session))
    listed = await moves(session, chosen, wanted.to, local_day(at))
    check_proposal(actor, listed, wanted.seen)
    return await _keep(session, {**columns, "key": key, "proposed_at": at}, listed, actor)


async def propose_way_back(
    session: AsyncSession, key: str, back_from: str, words: str, actor: Actor
) -> ExtensionId | None:
    """Propose that this extension is taken back; None where there is no such extension.

    Raises as propose_extension does, and RuleViolationError where it was not done, or is itself a way back.
    """
    await session.execute(_ONE_AT_A_TIME)
    of = await session.get(ExtensionRow, back_from)
    if of is None:
        return None
    columns: dict[str, Any] = {
        "takes_back": of.extension_id, "first_day": of.first_day, "last_day": of.last_day, "dairy_id": of.dairy_id,
        "province": of.province, "body_id": of.body_id, "moved_to": None, "cause": of.cause, "words": words,
    }  # fmt: skip
    if known := await _known(session, key, columns, actor):
        return known
    if not of.accepted or of.takes_back is not None:
        raise RuleViolationError(Rule.NOT_EXTENDED)
    at = await now(session)
    listed = await moves_back(session, of.extension_id, local_day(at))
    check_proposal(actor, listed, None)
    return await _keep(session, {**columns, "key": key, "proposed_at": at}, listed, actor)


async def decide_extension(session: AsyncSession, which: str, actor: Actor, *, accepted: bool) -> bool:
    """Do what was proposed, or leave things as they are; False where there is no such proposal.

    What stands otherwise than when it was proposed, and what is of a farm to which the decider has a tie, is left as
    it is and listed; the rest is done. The same decision by the same person again changes nothing. Raises
    RuleViolationError: the same person proposed it, it was decided before, they have a tie to all that is left of it,
    or nothing of it is left to do.
    """
    row = await _open(session, which, actor, accepted=accepted)
    if row is None or row.decided_at is not None:
        return row is not None
    check_decision(PersonId(row.proposed_by), actor)
    at = await now(session)
    farms = await _lock(session, {one.held.farm_id for one in await proposed_moves(session, row.extension_id)})
    judged = await judged_moves(session, row.extension_id, local_day(at), actor.person)
    check_impartial_list(judged)
    done = await _do(session, row, at, farms, judged) if accepted else ()
    await _decided(session, row, actor, at, accepted=accepted)
    await append_all(session, [_entry(row, one, actor, at) for one in done])
    return True


async def withdraw_extension(session: AsyncSession, which: str, actor: Actor) -> bool:
    """Whoever proposed it takes it away before anybody decided; False where there is no such proposal.

    Raises RuleViolationError for somebody else, and where it was decided before.
    """
    row = await _open(session, which, actor, accepted=False)
    if row is None or row.decided_at is not None:
        return row is not None
    check_withdrawal(PersonId(row.proposed_by), actor)
    await _decided(session, row, actor, await now(session), accepted=False)
    return True


async def _known(session: AsyncSession, key: str, columns: dict[str, Any], actor: Actor) -> ExtensionId | None:
    """What this key proposed already. Raises RuleViolationError where another proposal waits."""
    there = (await session.exec(select(ExtensionRow).where(ExtensionRow.key == key))).first()
    if there is not None:
        if there.proposed_by != actor.person or any(getattr(there, name) != said for name, said in columns.items()):
            raise KeyReusedError(key)
        return ExtensionId(there.extension_id)
    waiting = select(ExtensionRow.extension_id).where(col(ExtensionRow.decided_at).is_(None))
    if (await session.exec(waiting)).first() is not None:
        raise RuleViolationError(Rule.ALREADY_PROPOSED)
    return None


async def _keep(session: AsyncSession, said: dict[str, Any], listed: Sequence[Move], actor: Actor) -> ExtensionId:
    many = (await session.exec(select(func.count()).select_from(ExtensionRow))).one()
    row = ExtensionRow(extension_id=extension_id(many + 1), proposed_by=actor.person, **said)
    session.add(row)
    await session.flush()
    session.add_all(
        ExtendedRow(
            extension_id=row.extension_id, number=one.held.key, farm_id=one.held.farm_id,
            status=one.held.standing.status.value, last_day=one.held.standing.valid_until, to_day=one.to,
            left=None if one.left is None else one.left.value,
        )
        for one in listed
    )  # fmt: skip
    await session.flush()
    await _trail(session, row, Act.EXTENSION_PROPOSED, actor, row.proposed_at)
    return ExtensionId(row.extension_id)


async def _open(session: AsyncSession, which: str, actor: Actor, *, accepted: bool) -> ExtensionRow | None:
    """The proposal, locked; None without one. Raises RuleViolationError where it was decided otherwise before."""
    await session.execute(_ONE_AT_A_TIME)
    row = await session.get(ExtensionRow, which, with_for_update=True)
    if row is not None and row.decided_at is not None and (row.decided_by, row.accepted) != (actor.person, accepted):
        raise RuleViolationError(Rule.ALREADY_DECIDED, local_day(row.decided_at))
    return row


async def _decided(session: AsyncSession, row: ExtensionRow, actor: Actor, at: datetime, *, accepted: bool) -> None:
    row.decided_by, row.decided_at, row.accepted = actor.person, at, accepted
    await session.flush()
    act = Act.EXTENSION_ACCEPTED if accepted else Act.EXTENSION_DECLINED
    await _trail(session, row, act, actor, at)


async def _do(
    session: AsyncSession, row: ExtensionRow, at: datetime, farms: dict[str, Farm], judged: Sequence[Move]
) -> tuple[Move, ...]:
    """Give each certificate that stands as it did its turn, write to its farm, and list those that do not."""
    done = tuple(one for one in judged if one.left is None)
    if not done:
        raise RuleViolationError(Rule.NOTHING_TO_EXTEND)
    reason = Reason.EXTENSION if row.takes_back is None else Reason.EXTENSION_TAKEN_BACK
    word = f"extension-{row.extension_id.lower()}"
    await move_last_days(session, done, farms, word=word, at=at, reason=reason)
    # A letter of another kind that has not left speaks of the certificate too.
    await write_letters_anew(
        session, {one.held.farm_id: farms[one.held.farm_id].model_dump() for one in done}, word, at
    )
    await _list_left(session, row, [one for one in judged if one.left is not None])
    occasion = Occasion(ExtensionId(row.extension_id), Cause(row.cause), row.takes_back is not None, at)
    await post_extension(session, occasion, done)
    return done


async def _lock(session: AsyncSession, farms: set[FarmId]) -> dict[str, Farm]:
    """The rows of these farms, by farm as everybody locks them."""
    query = select(Farm).where(col(Farm.farm_id).in_(farms)).order_by(Farm.farm_id).with_for_update(key_share=True)
    rows = await session.exec(query.execution_options(populate_existing=True))
    return {row.farm_id: row for row in rows}


async def _list_left(session: AsyncSession, row: ExtensionRow, stays: Sequence[Move]) -> None:
    for one in stays:
        if one.left is not None:
            this = col(ExtendedRow.extension_id) == row.extension_id, col(ExtendedRow.number) == one.held.key
            await session.execute(update(ExtendedRow).where(*this).values(left=one.left.value))


async def _trail(session: AsyncSession, row: ExtensionRow, act: Act, actor: Actor, at: datetime) -> None:
    """The house's entry: which extension, to which day; its words stay in the rows."""
    facts = {
        "about": row.extension_id,
        "day": None if row.moved_to is None else row.moved_to.isoformat(),
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
        "takes_back": row.takes_back,
        "cause": row.cause,
    }
    key = f"extension:{row.extension_id}#{act.value}"
    await append(session, key=key, chain=HOUSE_CHAIN, act=act, actor=actor, at=at, facts=facts)


def _entry(row: ExtensionRow, one: Move, actor: Actor, at: datetime) -> Entry:
    """The farm's entry: from which day to which its certificate was moved, by which extension."""
    act = Act.CERTIFICATE_EXTENDED if row.takes_back is None else Act.EXTENSION_TAKEN_BACK
    facts = {
        "certificate": one.held.key,
        "before": one.held.standing.valid_until.isoformat(),
        "day": one.to.isoformat(),
        "extension": row.extension_id,
    }
    key = f"extension:{row.extension_id}:{one.held.key}"
    return Entry(key, one.held.farm_id, act, actor, at, None, None, facts)
