"""The mail as a farmer, a mail server and an attacker see it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from press.letter import Letter
from press.mail import compose
from scheme.language import Language
from scheme.letter import LetterKind
from tests.press.letters import ATTACK, letter_to_smet

PDF = b"%PDF-1.7 a letter"
SENT_AT = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def mail(letter: Letter, **changes: Any) -> EmailMessage:
    """The mail as it arrives: written to bytes and read again."""
    values: dict[str, Any] = {
        "sender": "IKM-Vlaanderen <ikm@ikm.example>",
        "to": "smet@hoeve.example",
        "message_id": "<0b7c@ikm.example>",
        "sent_at": SENT_AT,
    }
    sent = compose(letter, PDF, **{**values, **changes})
    arrived = message_from_bytes(sent.as_bytes(), policy=SMTP)
    assert isinstance(arrived, EmailMessage)
    return arrived


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def test_headers() -> None:
    message = mail(letter_to_smet())
    assert dict(message.items()) | {"Content-Type": ""} == {
        "From": "IKM-Vlaanderen <ikm@ikm.example>",
        "To": "smet@hoeve.example",
        "Reply-To": "IKM-Vlaanderen <ikm@ikm.example>",
        "Subject": "IKM: kies uw inspectie-instelling uiterlijk op 1 april 2025",
        "Date": "Sat, 01 Mar 2025 09:30:00 +0000",
        "Message-ID": "<0b7c@ikm.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "nl",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


@pytest.mark.parametrize(
    ("kind", "language", "subject", "name"),
    [
        (LetterKind.REMINDER, Language.FR, "QFL\u00a0: rappel, choisissez votre organisme", "rappel-F-000123.pdf"),
        (
            LetterKind.CHOICE,
            Language.DE,
            "QMK: Wählen Sie Ihre Inspektionsstelle bis zum 1. April",
            "wahlschreiben-F-000123.pdf",
        ),
        (LetterKind.ASSIGNMENT, Language.EN, "IKM: CKCert will carry out your next audit", "assignment-F-000123.pdf"),
    ],
)
def test_subject_and_letter_in_the_language_of_the_farmer(
    kind: LetterKind, language: Language, subject: str, name: str
) -> None:
    message = mail(letter_to_smet(kind=kind, language=language))
    assert message["Subject"].startswith(subject)
    assert message["Content-Language"] == language
    [attached] = message.iter_attachments()
    assert attached.get_filename() == name
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == PDF


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize("language", list(Language))
def test_both_texts_say_link_code_and_day(kind: str, language: Language) -> None:
    letter = letter_to_smet(language=language)
    text = body(mail(letter), kind)
    for said in [letter.link, letter.code, "F-000123", "ikm.example/choices", "CKCert", "2025"]:
        assert said in text
    assert "{" not in text


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_an_assignment_has_no_link(kind: str) -> None:
    text = body(mail(letter_to_smet(kind=LetterKind.ASSIGNMENT)), kind)
    assert "CKCert" in text
    assert "https://" not in text


def test_practice_marks_subject_and_both_texts() -> None:
    message = mail(letter_to_smet(practice=True))
    # A subject that is too long for one line arrives with the blank of its fold.
    assert message["Subject"].strip().startswith("[OEFENING] IKM: ")
    assert "OEFENING" in body(message, "plain")
    assert "OEFENING" in body(message, "html")


def test_values_are_text_and_never_markup() -> None:
    message = mail(letter_to_smet(default_body=ATTACK, previous_body=ATTACK))
    assert ATTACK in body(message, "plain")
    assert "<b>" not in body(message, "html")
    assert "&lt;b&gt;&amp;" in body(message, "html")


def test_a_line_break_in_a_value_adds_no_header() -> None:
    for field in ("default_body", "farm_id", "code", "reference"):
        message = mail(letter_to_smet(kind=LetterKind.ASSIGNMENT, **{field: "x\r\nBcc: thief@example.be"}))
        assert message["Bcc"] is None
        assert [part["Bcc"] for part in message.walk()] == [None] * 5


@pytest.mark.parametrize("field", ["sender", "to", "message_id"])
def test_a_line_break_in_a_header_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail(letter_to_smet(), **{field: "a@example.be\r\nBcc: thief@example.be"})


@pytest.mark.parametrize("to", ["", "a@example.be, b@example.be", "no address"])
def test_a_mail_goes_to_exactly_one_address(to: str) -> None:
    with pytest.raises(ValueError, match="one mail address"):
        mail(letter_to_smet(), to=to)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        mail(letter_to_smet(), sent_at=SENT_AT.replace(tzinfo=None))


def test_french_sets_a_blank_before_its_colon() -> None:
    assert "Choisir mon organisme d’inspection\u00a0:" in body(mail(letter_to_smet(language=Language.FR)), "plain")
    assert "Kies uw inspectie-instelling:" in body(mail(letter_to_smet()), "plain")
