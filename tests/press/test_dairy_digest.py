"""The mail to a dairy as its reader sees it."""

import tomllib
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from string import Formatter
from typing import Any

import pytest

from press.dairy_digest import DairyDigest, compose_dairy_digest
from press.words import TEMPLATES
from scheme.certificate import Status
from scheme.language import Language

LINE = {
    "farm": "Hoeve <b>", "city": "Gent", "supplier_number": "S1", "number": "IKM-2025-000001", "status": "suspended",
    "since": "2025-12-05", "until": "2028-12-01",
}  # fmt: skip
LOST = {**LINE, "number": None, "supplier_number": None, "status": None, "since": None, "until": None}


def mail(language: Language = Language.NL, **changes: Any) -> EmailMessage:
    words = {
        "name": "Melkerij\nTen Bos",
        "address": "bos@dairy.example",
        "language": language.value,
        "total": 2,
        "lines": [LINE, LOST],
    }
    planned = DairyDigest("<1@ikm.example>", date(2025, 12, 5), words | changes, practice=True)
    sent = compose_dairy_digest(
        planned, sender="IKM <ikm@ikm.example>", site="http://ikm.test", sent_at=datetime(2025, 12, 5, 6, tzinfo=UTC)
    )
    arrived = message_from_bytes(sent.as_bytes(), policy=SMTP)
    assert isinstance(arrived, EmailMessage)
    return arrived


def body(kind: str, **changes: Any) -> str:
    part = mail(**changes).get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def test_it_says_what_each_supplier_has_and_leads_to_its_page() -> None:
    assert mail()["Subject"] == "[OEFENING] IKM: de certificaten van 2 leveranciers zijn gewijzigd"
    text = body("plain")
    said = [
        "Goedendag Melkerij Ten Bos,", "- Hoeve <b>, Gent (leveranciersnummer S1)", "Certificaat geschorst sinds 5 december 2025",
        "http://ikm.test/c/IKM-2025-000001", "Er is geen certificaat bekend.", "http://ikm.test/directory",
    ]  # fmt: skip
    assert [one for one in said if one not in text] == []
    assert "Hoeve &lt;b&gt;, Gent" in body("html")


def test_each_line_has_the_day_of_its_own_change_and_the_head_none() -> None:
    valid = {**LINE, "status": "valid"}
    text = body("plain", lines=[valid, {**valid, "moved": "2026-01-02"}, {**valid, "since": None}])
    said = [
        "Voor 2 van uw leveranciers is iets gewijzigd.", "geldig sinds 5 december 2025, tot en met 1 december 2028.",
        "geldig tot en met 1 december 2028: die laatste dag geldt sinds 2 januari 2026.",
        "Certificaat geldig tot en met 1 december 2028.",
    ]  # fmt: skip
    assert [one for one in said if one not in text] == []


def test_what_does_not_fit_is_counted() -> None:
    assert "en nog 40" in body("plain", total=42)


@pytest.mark.parametrize("language", Language)
def test_every_status_has_its_sentence_in_every_language(language: Language) -> None:
    lines = [{**LINE, "status": status.value} for status in Status]
    assert "{" not in body("plain", language=language, lines=lines)


def test_all_languages_have_the_same_words_and_places() -> None:
    def places(language: Language) -> dict[str, set[str | None]]:
        words = tomllib.loads((TEMPLATES / "dairy_digest" / "words" / f"{language}.toml").read_text())
        flat = words.pop("status") | words
        return {name: {place for _, place, _, _ in Formatter().parse(said)} - {None} for name, said in flat.items()}

    assert all(places(language) == places(Language.NL) for language in Language)
