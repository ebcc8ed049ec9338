"""A letter of a round as a test for whoever steers it: never in the ledger, never with a code that is valid."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.farm import Farm
from records.holding import written
from records.parameter import rules_at
from records.person import PersonRow, StaffMailRow
from records.posting import NAMESPACE, letter_words
from records.queries.choice_round import bodies, candidate
from records.queries.expiring import expiring
from records.queries.farm import body_names
from records.staff_mail import StaffMailState
from records.telling import tell
from records.trailing import HOUSE_CHAIN, append
from scheme import choice, choice_round
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import POST
from scheme.language import Language
from scheme.news import LettersWait
from scheme.people import Actor
from scheme.step import Act

KIND = "test-letter"


@dataclass(frozen=True)
class Sample:
    """What a test letter is written with, to the first farm that the round would write to."""

    case_id: str
    farm_id: str
    words: dict[str, Any]


async def sample(session: AsyncSession, at: datetime) -> Sample:
    """A letter as a round of `at` would write it. Raises RuleViolationError where nobody would be written to."""
    rules, day = await rules_at(session, at), local_day(at)
    offered = choice_round.recognised(await bodies(session), day)
    rows = await expiring(session, day, rules)
    frame = choice_round.members(map(candidate, rows), offered, day, rules)
    if not frame:
        raise RuleViolationError(Rule.NOBODY_TO_WRITE_TO, day)
    farm = await session.get_one(Farm, frame[0].farm_id)
    wanted = choice_round.alone(frame[0].farm_id, day, rules, offered, frame[0].previous_body)
    # Opened on paper only: nothing of it is written.
    asked = choice.opened(wanted, at, practice=True).case
    return Sample(asked.case_id, farm.farm_id, letter_words(asked, farm, await body_names(session), at))


async def send_test(session: AsyncSession, actor: Actor, languages: Sequence[Language], key: uuid.UUID) -> int:
    """Plan a mail per language to the person's own address; how many. The same key again plans nothing new.

    Raises RuleViolationError for somebody without a mail address.
    """
    person = await session.get_one(PersonRow, actor.person)
    if person.email is None:
        raise RuleViolationError(Rule.NO_OWN_ADDRESS)
    if await written(session, f"{KIND}:{key}"):
        return len(languages)
    at = await now(session)
    shown = await sample(session, at)
    rows = [_row(f"{KIND}:{key}:{one.value}", person, one, shown, at) for one in languages]
    await session.execute(insert(StaffMailRow).values(rows).on_conflict_do_nothing())
    await tell(session, POST, POST, f"test-{key}", at, LettersWait())
    await append(
        session, key=f"{KIND}:{key}", chain=HOUSE_CHAIN, act=Act.TEST_LETTER_SENT, actor=actor, at=at,
        facts={"letters": len(languages)},
    )  # fmt: skip
    return len(rows)


def _row(mail_id: str, person: PersonRow, language: Language, shown: Sample, at: datetime) -> dict[str, Any]:
    return {
        "mail_id": mail_id,
        "person_id": person.person_id,
        "kind": KIND,
        "day": local_day(at),
        "words": {
            "address": person.email,
            "language": language.value,
            "case_id": shown.case_id,
            "farm_id": shown.farm_id,
            "letter": shown.words,
        },
        "state": StaffMailState.PLANNED.value,
        "message_id": f"<{uuid.uuid5(NAMESPACE, mail_id)}@letters.ikm.example>",
        "planned_at": at,
        "due_at": text("clock_timestamp()"),
        "attempts": 0,
    }
