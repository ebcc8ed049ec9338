"""A ledger row's values as the letter they describe, its codes computed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from press.codes import link_token, typed_code
from press.letter import CannotTypesetError, Letter, Recipient
from scheme.farm_change import Change
from scheme.language import Language
from scheme.letter import LetterKind


@dataclass(frozen=True)
class House:
    """What letters say about the house: where codes are entered, their key, and whether this is practice.

    public_url: what stands before the links, without a slash at its end. code_key: 32 bytes.
    """

    public_url: str
    code_key: bytes
    practice: bool


@dataclass(frozen=True)
class Ledger:
    """The part of a ledger row that a letter is written from; words as records/posting.py wrote them."""

    kind: LetterKind
    language: Language
    case_id: str
    farm_id: str
    code_version: int
    words: Mapping[str, Any]


def written(row: Ledger, house: House) -> Letter:
    """The letter; an assignment carries no code, since nothing is left to choose.

    Raises CannotTypesetError where the register had no last day of a certificate when the letter was planned, unless
    the farm had applied for its audit: it has none.
    """
    words = row.words
    until = None if words.get("first") else words["certificate_until"]
    if until is None and not words.get("first"):
        message = f"{row.case_id}: certificate_until is missing: the register names no last day of the certificate"
        raise CannotTypesetError(message)
    coded = row.kind.asks
    token = link_token(house.code_key, row.case_id, row.code_version)
    year = row.case_id.split(":")[1]
    return Letter(
        kind=row.kind,
        language=row.language,
        recipient=Recipient(words["name"], words["street"], words["postcode"], words["city"], words["country"]),
        farm_id=row.farm_id,
        reference=row.case_id,
        dated=date.fromisoformat(words["dated"]),
        certificate_until=None if until is None else date.fromisoformat(until),
        answer_due=date.fromisoformat(words["answer_due"]),
        previous_body=words["previous_body"],
        default_body=words["default_body"],
        lost_body=words.get("lost_body"),
        bodies=tuple(words["bodies"]),
        link=f"{house.public_url}/choices/{year}/{row.farm_id}/{token}" if coded else "",
        code=typed_code(house.code_key, row.case_id, row.code_version) if coded else "",
        enter_at=f"{house.public_url}/choices",
        practice=house.practice,
        after=_after(words),
        taken=bool(words.get("taken")),
    )


def _after(words: Mapping[str, Any]) -> Change | None:
    """What made the audit necessary; letters of before knew of moves only."""
    if words.get("moved"):
        return Change.MOVE
    after = words.get("after")
    return None if after is None else Change(after)
