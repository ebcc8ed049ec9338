"""The named farm's letters, with keyword changes."""

from dataclasses import replace
from datetime import date
from typing import Any

from press.letter import Letter, Recipient
from scheme.language import Language
from scheme.letter import LetterKind

SMET = Recipient("Melkveebedrijf De Smet-Verhaeghe bv", "Oude Heerweg 14", "9850", "Deinze", "BE")
BODIES = ("CKCert", "Comité du Lait", "FoodChain ID", "SGS AgroControl")
ATTACK = "#sys.inputs *bold* \"q\" 'z' ] [ $x$ {code} <b>&"


def letter_to_smet(**changes: Any) -> Letter:
    """The choice letter of farm F-000123 in Dutch; an assignment loses its link and code."""
    letter = Letter(
        kind=LetterKind.CHOICE,
        language=Language.NL,
        recipient=SMET,
        farm_id="F-000123",
        reference="choice:2025:F-000123",
        dated=date(2025, 3, 1),
        certificate_until=date(2025, 12, 14),
        answer_due=date(2025, 4, 1),
        previous_body="CKCert",
        default_body="CKCert",
        bodies=BODIES,
        link="https://ikm.example/choices/2025/F-000123/q8Zr3mT0yLw5xKd1VbN7aQ",
        code="7K2M-9QWX-4TBZ",
        enter_at="https://ikm.example/choices",
        practice=False,
    )
    if not changes.get("kind", letter.kind).asks:
        letter = replace(letter, link="", code="")
    if changes.get("kind") is LetterKind.AGAIN:
        letter = replace(letter, lost_body="CARAH")
    return replace(letter, **changes)
