"""Letters enter the ledger: planned in the transaction of the fact they tell (design.md §8)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.farm import Farm, InspectionBody
from records.letter import LetterChannel, LetterRow, LetterState
from scheme.choice import Choice
from scheme.days import local_day
from scheme.ids import CaseId, LetterKey
from scheme.letter import LetterKind

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


async def plan(session: AsyncSession, choice: Choice, kinds: Sequence[LetterKind], at: datetime) -> None:
    """Write a ledger row for each kind of letter about `choice`; an existing row stays as it is."""
    if not kinds:
        return
    farm = await session.get_one(Farm, choice.farm_id)
    version = (await session.get_one(ChoiceRow, choice.case_id)).code_version
    names = {body.body_id: body.name for body in await session.exec(select(InspectionBody))}
    for kind in kinds:
        row = {**_row(choice, farm, names, kind, at), "code_version": version}
        row["replaces"] = await _earlier(session, choice, kind)
        await session.execute(insert(LetterRow).values(row).on_conflict_do_nothing())


async def withdraw(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Letters that have not gone out yet do not go out any more; they stay in the ledger."""
    waiting = col(LetterRow.state).in_([LetterState.PLANNED.value, LetterState.TO_PRINT.value])
    await session.execute(update(LetterRow).where(which, waiting).values(state=LetterState.WITHDRAWN.value))


async def _earlier(session: AsyncSession, choice: Choice, kind: LetterKind) -> LetterKey | None:
    """The same letter of the choice that this one follows, if it was written."""
    if choice.replaces is None:
        return None
    earlier = letter_key(choice.replaces, kind)
    return None if await session.get(LetterRow, earlier) is None else earlier


def _row(choice: Choice, farm: Farm, names: Mapping[str, str], kind: LetterKind, at: datetime) -> dict[str, object]:
    key = letter_key(choice.case_id, kind, len(choice.asked_again) + 1)
    mail = farm.email is not None
    return {
        "letter_key": key,
        "kind": kind.value,
        "case_id": choice.case_id,
        "farm_id": choice.farm_id,
        "round_id": choice.round_id,
        "channel": LetterChannel.MAIL.value if mail else LetterChannel.PAPER.value,
        "language": farm.language,
        "address": farm.email,
        "words": {**_words(choice, farm, names, at), **_told(choice, names, kind)},
        "message_id": message_id(key),
        "state": LetterState.PLANNED.value,
        "planned_at": at,
        "due_at": text("clock_timestamp()"),
        "attempts": 0,
    }


def _words(choice: Choice, farm: Farm, names: Mapping[str, str], at: datetime) -> dict[str, object]:
    """The values the letter is written with; a later change of the register does not change a letter."""
    return {
        "name": farm.name,
        "street": farm.street,
        "postcode": farm.postcode,
        "city": farm.city,
        "country": farm.country,
        "dated": local_day(at).isoformat(),
        "certificate_until": None if farm.expires_on is None else farm.expires_on.isoformat(),
        "answer_due": choice.answer_due.isoformat(),
        "previous_body": None if choice.previous_body is None else names[choice.previous_body],
        "default_body": names[choice.default_body],
        "lost_body": None if choice.lost_body is None else names[choice.lost_body],
        "bodies": [names[body] for body in choice.bodies],
    }


def _told(choice: Choice, names: Mapping[str, str], kind: LetterKind) -> dict[str, object]:
    """A correction tells the right body where an assignment told the one that silence gave."""
    return {"default_body": names[choice.body]} if kind is LetterKind.CORRECTION and choice.body else {}
