"""The letters of a choice of inspection body, as one tagged A4 page (PDF/A-2a and PDF/UA-1)."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import segno
import typst
from babel import Locale

from press import code128
from press.words import TEMPLATES, day, one_line, words
from scheme.language import Language
from scheme.letter import LetterKind

HOUSE = "IKM-Vlaanderen vzw"
HOUSE_STREET = "Hagenbroeksesteenweg 167"
HOUSE_CITY = "2500 Lier"
PHONE = "078 15 47 10"
HOME_COUNTRY = "BE"


class CannotTypesetError(ValueError):
    """A value that cannot be printed, such as a sign that no font of ours has.

    Typesetting it again gives the same: a person has to correct the value.
    """


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to; country is an ISO 3166 code, "BE" or "NL"."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True)
class Letter:
    """All that a letter says.

    reference: the case and farm, "choice:2025:F-000123", printed small; ASCII.
    answer_due: the last allowed day.
    previous_body: last time's body by name, None when there was none.
    default_body: the body that silence will give, or has given in an assignment.
    bodies: names of the bodies to choose from; empty in an assignment is fine.
    link, code: empty in an assignment, where nothing is left to choose.
    enter_at: the page where number and code can be typed.
    practice: each page and subject is marked as an exercise.
    """

    kind: LetterKind
    language: Language
    recipient: Recipient
    farm_id: str
    reference: str
    dated: date
    certificate_until: date
    answer_due: date
    previous_body: str | None
    default_body: str
    bodies: tuple[str, ...]
    link: str
    code: str
    enter_at: str
    practice: bool


def typeset(letter: Letter) -> bytes:
    """The letter as PDF; the same letter gives the same bytes.

    Raises CannotTypesetError for a value that cannot be printed on one page.
    """
    contents = json.dumps(_contents(letter), ensure_ascii=False, sort_keys=True)
    try:
        pdf = compiler().compile(
            format="pdf",
            sys_inputs={"letter": contents},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime(letter.dated.year, letter.dated.month, letter.dated.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        message = f"{letter.reference}: {error.message}"
        raise CannotTypesetError(message) from error
    if not isinstance(pdf, bytes):
        message = f"{letter.reference}: one PDF was expected"
        raise CannotTypesetError(message)
    return pdf


@cache
def compiler() -> typst.Compiler:
    """The compiler of this process: fonts and template are read once (a tenth of a letter's time)."""
    return typst.Compiler(
        input=TEMPLATES / "letter" / "letter.typ",
        root=TEMPLATES,
        font_paths=[TEMPLATES / "fonts"],
        ignore_system_fonts=True,
    )


def values(letter: Letter) -> dict[str, str]:
    """What stands in the `{places}` of the words, each on one line."""
    return {
        "answer_due": day(letter.answer_due, letter.language),
        "certificate_until": day(letter.certificate_until, letter.language),
        "code": one_line(letter.code),
        "default_body": one_line(letter.default_body),
        "enter_at": one_line(letter.enter_at).removeprefix("https://"),
        "farm_id": one_line(letter.farm_id),
        "house_address": f"{HOUSE}, {HOUSE_STREET}, {HOUSE_CITY}",
        "link": letter.link,
        "phone": PHONE,
        "previous_body": one_line(letter.previous_body or ""),
        "reference": one_line(letter.reference),
    }


def paragraphs(letter: Letter) -> list[str]:
    """The letter's paragraphs in order, with their `{places}` still open."""
    own = words(letter.language)[letter.kind]
    if letter.kind is LetterKind.ASSIGNMENT:
        return [own["opening"], own["next"], own["objection"]]
    return [own["opening"], _silence(letter), own["next"]]


def _silence(letter: Letter) -> str:
    """Last time's body, and what happens when no answer comes."""
    said = words(letter.language)["silence"]
    if letter.previous_body is None:
        before = said["previous_none"]
    elif letter.previous_body in letter.bodies:
        before = said["previous_known"]
    else:
        before = said["previous_gone"]
    after = said["kept"] if letter.previous_body == letter.default_body else said["given"]
    return f"{before} {after}"


def _contents(letter: Letter) -> Mapping[str, Any]:
    """What the template is given: strings, lists and drawings, never markup."""
    said = words(letter.language)
    asks = letter.kind is not LetterKind.ASSIGNMENT
    return {
        "language": letter.language,
        "dated": [letter.dated.year, letter.dated.month, letter.dated.day],
        "dated_written": day(letter.dated, letter.language),
        "words": {section: dict(said[section]) for section in ("house", "letter", "answer", "slip")},
        "house": [HOUSE, HOUSE_STREET, HOUSE_CITY, PHONE],
        "address": _address(letter),
        "title": said[letter.kind]["subject"].format_map(values(letter)),
        "subject": said[letter.kind]["subject"],
        "paragraphs": paragraphs(letter),
        "values": values(letter),
        "name": one_line(letter.recipient.name),
        "bodies": [one_line(body) for body in letter.bodies],
        "practice": letter.practice,
        "asks": asks,
        "qr": _qr(letter.link) if asks else "",
        "barcode": code128.svg(one_line(letter.reference)) if asks else "",
    }


def _address(letter: Letter) -> list[str]:
    to = letter.recipient
    lines = [one_line(to.name), one_line(to.street), one_line(f"{to.postcode} {to.city}")]
    if to.country == HOME_COUNTRY:
        return lines
    country = Locale(str(letter.language)).territories.get(to.country, to.country)
    return [*lines, one_line(country).upper()]


def _qr(link: str) -> str:
    """The link as SVG: level M, quiet zone of four modules."""
    drawing = io.BytesIO()
    segno.make_qr(link, error="m", boost_error=False).save(drawing, kind="svg", border=4, xmldecl=False, light="#fff")
    return drawing.getvalue().decode()
