"""A letter went to a wrong address: the farm's address is put right and the letter goes out again (design.md §8).

One transaction with its trail entries (design.md §4, door 3). The wrong letter stays in the ledger; where it had gone
out its code is revoked, so that whoever got it cannot answer, and where it had not it is withdrawn.
"""

import re
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.changing import change
from records.clock import now
from records.coding import lock_coded
from records.farm import Farm
from records.letter import LetterChannel, LetterRow, LetterState
from records.letter_task import close_letter_tasks, move_unsent_task
from records.posting import message_id
from records.receiving import KeyReusedError
from records.recording import lock_farm
from records.submission import SubmissionRow
from records.telling import tell
from records.trailing import append
from records.wire import digest
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farmer import Standing
from scheme.ids import POST, FarmId, LetterKey, SubmissionId
from scheme.letter import LetterKind
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act

_COPY = re.compile(r"-[0-9]+$")
NOT_GONE = (LetterState.PLANNED, LetterState.TO_PRINT, LetterState.FAILED)


@dataclass(frozen=True)
class Address:
    """Where letters to a farm go; email None: on paper."""

    street: str
    postcode: str
    city: str
    email: str | None


@dataclass(frozen=True)
class Replacement:
    """The letter that went wrong, where it should have gone, and why; key: the caller's, the same again is one."""

    letter_key: str
    address: Address
    reason: str
    key: SubmissionId


class NoSuchLetterError(Exception):
    """There is no letter of this key; nothing was written."""


async def replace_letter(session: AsyncSession, wanted: Replacement, actor: Actor) -> LetterKey:
    """Write the letter again to the right address; returns the new one's key.

    Raises NoSuchLetterError, KeyReusedError, and RuleViolationError where there is nothing to send again.
    """
    found = await session.get(LetterRow, wanted.letter_key)
    if found is None:
        raise NoSuchLetterError(wanted.letter_key)
    farm = await lock_farm(session, FarmId(found.farm_id))
    # Before the letter, as its case does: what it is about does not change.
    coded = await lock_coded(session, found)
    wrong = await session.get_one(LetterRow, wanted.letter_key, with_for_update=True, populate_existing=True)
    if await _done_before(session, wanted, actor):
        return await _copy_of(session, wrong)
    await _check(session, wanted, wrong, farm)
    await _keep(session, wanted, wrong, actor)
    if wrong.state in NOT_GONE:
        wrong.state = LetterState.WITHDRAWN.value
        await close_letter_tasks(session, wrong, actor=actor)
    elif coded is not None and LetterKind(wrong.kind).coded:
        coded.code_version += 1
    about = {"about": farm.farm_id, "chain": farm.farm_id, "act": Act.FARM_CHANGED, "actor": actor}
    await change(session, farm, asdict(wanted.address), **about)  # type: ignore[arg-type]  # named as change names them
    again = await _again(session, wrong, farm, 1 if coded is None else coded.code_version)
    session.add(again)
    await session.flush()
    await move_unsent_task(session, wrong, again)
    await _tell(session, wanted, wrong, again, actor)
    return LetterKey(again.letter_key)


async def _done_before(session: AsyncSession, wanted: Replacement, actor: Actor) -> bool:
    earlier = await session.get(SubmissionRow, wanted.key)
    if earlier is None:
        return False
    if earlier.digest != _digest(wanted, actor):
        raise KeyReusedError(wanted.key)
    return True


async def _copy_of(session: AsyncSession, wrong: LetterRow) -> LetterKey:
    copy = select(LetterRow.letter_key).where(LetterRow.replaces == wrong.letter_key)
    return LetterKey((await session.exec(copy)).one())


async def _check(session: AsyncSession, wanted: Replacement, wrong: LetterRow, farm: Farm) -> None:
    replaced = select(LetterRow.letter_key).where(LetterRow.replaces == wrong.letter_key)
    if (await session.exec(replaced)).first() is not None:
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    if farm.standing != Standing.ACTIVE:
        raise RuleViolationError(Rule.FARM_STOPPED, farm.stopped_on)
    case = await session.get_one(CaseRow, wrong.case_id)
    if LetterKind(wrong.kind).passes and case.closed_at is not None:
        raise RuleViolationError(Rule.CASE_CLOSED, local_day(case.closed_at))
    if wrong.state == LetterState.WITHDRAWN or address_of(wrong) == wanted.address:
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)


def address_of(letter: LetterRow) -> Address:
    """Where the letter goes, or went."""
    return Address(letter.words["street"], letter.words["postcode"], letter.words["city"], letter.address)


async def _keep(session: AsyncSession, wanted: Replacement, wrong: LetterRow, actor: Actor) -> None:
    """What was handed in, with its reason; settled at once, for no workflow has to hear of it."""
    real = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    row = SubmissionRow(
        submission_id=wanted.key,
        case_id=wrong.case_id,
        kind="letter-replacement",
        person=actor.person,
        role=actor.role.value,
        received_at=await now(session),
        facts={"letter": wrong.letter_key},
        words={"reason": wanted.reason},
        digest=_digest(wanted, actor),
        created_at=real,
        next_attempt_at=real,
        settled_at=real,
    )
    session.add(row)
    await session.flush()


def _digest(wanted: Replacement, actor: Actor) -> str:
    return digest(wanted.letter_key, asdict(wanted.address), wanted.reason, actor.person, actor.role.value)


async def _again(session: AsyncSession, wrong: LetterRow, farm: Farm, code_version: int) -> LetterRow:
    base = _COPY.sub("", wrong.letter_key)
    copies = select(LetterRow.letter_key).where(col(LetterRow.letter_key).regexp_match(f"^{base}(-[0-9]+)?$"))
    key = LetterKey(f"{base}-{len((await session.exec(copies)).all()) + 1}")
    at = await now(session)
    address = {name: getattr(farm, name) for name in ("street", "postcode", "city")}
    values: dict[str, Any] = {
        "letter_key": key,
        "channel": LetterChannel.PAPER.value if farm.email is None else LetterChannel.MAIL.value,
        "language": farm.language,
        "address": farm.email,
        "words": {**wrong.words, **address, "name": farm.name},
        "code_version": code_version,
        "message_id": message_id(key),
        "state": LetterState.PLANNED.value,
        "planned_at": at,
        "due_at": (await session.execute(text("SELECT clock_timestamp()"))).scalar_one(),
        "replaces": wrong.letter_key,
    }
    same = {name: getattr(wrong, name) for name in ("kind", "case_id", "farm_id", "round_id")}
    return LetterRow(**same, **values)


async def _tell(session: AsyncSession, wanted: Replacement, wrong: LetterRow, again: LetterRow, actor: Actor) -> None:
    """The post hears that a letter waits; the trail says which letter was replaced, last in the transaction."""
    await tell(session, POST, POST, f"replaced-{wanted.key}", again.planned_at, LettersWait())
    facts = {
        "case": wrong.case_id,
        "about": wrong.letter_key,
        "letter": again.letter_key,
        "submission": wanted.key,
    }
    withdrawn = wrong.state == LetterState.WITHDRAWN
    await append(
        session,
        key=f"letter:{again.letter_key}#replaces",
        chain=wrong.farm_id,
        act=Act.LETTER_REDIRECTED if withdrawn else Act.LETTER_REPLACED,
        actor=actor,
        at=again.planned_at,
        received_at=again.planned_at,
        facts=facts,
    )
