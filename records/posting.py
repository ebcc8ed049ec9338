"""Letters enter the ledger: planned in the transaction of the fact they tell (design.md §8)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.farm import Farm, InspectionBody
from records.letter import LetterChannel, LetterRow, LetterState
from records.letter_task import TO_MEND, close_tasks_of_letters
from records.taken_over import taken_over
from scheme.choice import Choice
from scheme.days import local_day
from scheme.farm_change import Change
from scheme.ids import CaseId, LetterKey
from scheme.letter import LetterKind

# What the machine or a person still has to do something for.
UNSENT = (LetterState.PLANNED, LetterState.TO_PRINT, LetterState.FAILED)
# Message-IDs are uuid5 of the letter's key: the same letter has the same one for ever.
NAMESPACE = uuid.UUID("5f0c8a52-3d0e-5c2f-9b2e-1d6d2b9a7e41")


def letter_key(case_id: CaseId, kind: LetterKind, number: int = 1) -> LetterKey:
    """The letter is about this case and of this kind: never a second row.

    number: how often the case asked; what is written after it asked again carries a number from 2 on.
    """
    key = f"{case_id}:{kind.value}"
    return LetterKey(key if number == 1 else f"{key}:{number}")


def message_id(key: LetterKey) -> str:
    """Message-ID of the mail that carries the letter, with its angle brackets."""
    return f"<{uuid.uuid5(NAMESPACE, key)}@letters.ikm.example>"


async def plan(
    session: AsyncSession, choice: Choice, kinds: Sequence[LetterKind], at: datetime, *, after: Change | None = None
) -> None:
    """Write a ledger row for each kind of letter about `choice`; an existing row stays as it is.

    after: what made the audit necessary that it is about, where nobody applied for it.
    """
    if not kinds:
        return
    farm = await session.get_one(Farm, choice.farm_id)
    version = (await session.get_one(ChoiceRow, choice.case_id)).code_version
    names = {body.body_id: body.name for body in await session.exec(select(InspectionBody))}
    taken = choice.applied_on is not None and await taken_over(session, choice.farm_id, choice.applied_on)
    for kind in kinds:
        values = letter_values(choice, farm, names, kind, at, after=after, taken=taken)
        row = {**values, "code_version": version}
        row["replaces"] = await _earlier(session, choice, kind)
        await session.execute(insert(LetterRow).values(row).on_conflict_do_nothing())


async def withdraw(
    session: AsyncSession,
    which: ColumnElement[bool],
    states: Sequence[LetterState] = (LetterState.PLANNED, LetterState.TO_PRINT),
) -> None:
    """Letters that have not gone out yet do not go out any more; they stay in the ledger, and need no mending."""
    waiting = col(LetterRow.state).in_([state.value for state in states])
    withdrawn = update(LetterRow).where(which, waiting).values(state=LetterState.WITHDRAWN.value)
    keys = (await session.execute(withdrawn.returning(col(LetterRow.letter_key)))).scalars().all()
    if keys:
        await close_tasks_of_letters(session, col(LetterRow.letter_key).in_(keys), TO_MEND)


async def lose_body(session: AsyncSession, choice: Choice) -> bool:
    """Letters of this choice that have not gone out offer only the bodies that are left; whether any is another now."""
    rows = select(LetterRow).where(LetterRow.case_id == choice.case_id, col(LetterRow.state).in_(UNSENT))
    names = {body.body_id: body.name for body in await session.exec(select(InspectionBody))}
    words = {"bodies": [names[body] for body in choice.bodies], "default_body": names[choice.default_body]}
    letters = list(await session.exec(rows.with_for_update()))
    for row in letters:
        row.words = {**row.words, **words}
        _back_from_the_printer(row)
    return bool(letters)


async def _earlier(session: AsyncSession, choice: Choice, kind: LetterKind) -> LetterKey | None:
    """The same letter of the choice that this one follows, if it was written."""
    # A letter because of a lost body follows what was right when it was written.
    if choice.replaces is None or choice.lost_body is not None:
        return None
    earlier = letter_key(choice.replaces, kind)
    return None if await session.get(LetterRow, earlier) is None else earlier


async def rewrite(session: AsyncSession, farms: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Write anew what has not gone out to these farms, by number: to the address and in the language of their columns.

    What was sent, and what is with the mail server at this moment, stays as it was. Returns the farms with a letter
    that is another one now.
    """
    rows = select(LetterRow).where(col(LetterRow.farm_id).in_(farms), col(LetterRow.state).in_(UNSENT))
    letters = await session.exec(rows.order_by(LetterRow.letter_key).with_for_update())
    return {row.farm_id for row in letters if _anew(row, farms[row.farm_id])}


async def renew(session: AsyncSession, key: str) -> None:
    """A letter that comes back to wait goes, from now on, to whom the register names by now."""
    row = await session.get_one(LetterRow, key)
    farm = await session.get_one(Farm, row.farm_id)
    _anew(row, farm.model_dump())


def _anew(row: LetterRow, farm: Mapping[str, Any]) -> bool:
    """Whether the letter is another one now; a letter to print goes back to be written, and may go by mail now.

    One that a mail server refused stays on paper until somebody tries it again (records/retrying.py).
    """
    words = {**row.words, **recipient(farm)}
    refused = row.channel == LetterChannel.PAPER and row.smtp_reply is not None
    moved = row.address != farm["email"] and not refused
    if words == row.words and row.language == farm["language"] and not moved:
        return False
    row.words, row.language = words, farm["language"]
    if moved:
        row.address = farm["email"]
        row.channel = LetterChannel.PAPER if farm["email"] is None else LetterChannel.MAIL
    _back_from_the_printer(row)
    return True


def _back_from_the_printer(row: LetterRow) -> None:
    if row.state == LetterState.TO_PRINT:
        row.state, row.sha256 = LetterState.PLANNED, None
        row.due_at = text("clock_timestamp()")  # type: ignore[assignment]  # the database's own moment


def letter_values(
    choice: Choice, farm: Farm, names: Mapping[str, str], kind: LetterKind, at: datetime, *,
    after: Change | None = None, taken: bool = False,
) -> dict[str, object]:  # fmt: skip
    """The ledger's row of a letter that is planned, but for the version of its code."""
    key = letter_key(choice.case_id, kind, len(choice.asked_again) + 1)
    words = {**letter_words(choice, farm, names, at, after=after, taken=taken), **_told(choice, names, kind)}
    return {**planned(key, kind, choice.case_id, farm, at), "round_id": choice.round_id, "words": words}


def planned(key: LetterKey, kind: LetterKind, case_id: CaseId, farm: Farm, at: datetime) -> dict[str, object]:
    """The row of a letter to this farm but for what it tells: by mail, or on paper where there is no address."""
    mail = farm.email is not None
    return {
        "letter_key": key,
        "kind": kind.value,
        "case_id": case_id,
        "farm_id": farm.farm_id,
        "channel": LetterChannel.MAIL.value if mail else LetterChannel.PAPER.value,
        "language": farm.language,
        "address": farm.email,
        "message_id": message_id(key),
        "state": LetterState.PLANNED.value,
        "planned_at": at,
        "due_at": text("clock_timestamp()"),
        "attempts": 0,
    }


def letter_words(
    choice: Choice,
    farm: Farm,
    names: Mapping[str, str],
    at: datetime,
    *,
    after: Change | None = None,
    taken: bool = False,
) -> dict[str, object]:
    """The values the letter is written with; a later change of the register does not change a letter."""
    return {
        **recipient(farm.model_dump()),
        "dated": local_day(at).isoformat(),
        "answer_due": choice.answer_due.isoformat(),
        "previous_body": None if choice.previous_body is None else names[choice.previous_body],
        "default_body": names[choice.default_body],
        "lost_body": None if choice.lost_body is None else names[choice.lost_body],
        "bodies": [names[body] for body in choice.bodies],
        "first": choice.applied_on is not None or after is not None,
        "after": None if after is None else after.value,
        "taken": taken,
    }


def _told(choice: Choice, names: Mapping[str, str], kind: LetterKind) -> dict[str, object]:
    """A correction tells the right body where an assignment told the one that silence gave."""
    return {"default_body": names[choice.body]} if kind is LetterKind.CORRECTION and choice.body else {}


def recipient(farm: Mapping[str, Any]) -> dict[str, object]:
    """What a letter takes from the register: whom it goes to, and the certificate it speaks of."""
    until = farm["expires_on"]
    whom = {name: farm[name] for name in ("name", "street", "postcode", "city", "country")}
    return {**whom, "certificate_until": None if until is None else until.isoformat()}
