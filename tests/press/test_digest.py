"""The daily mail as its reader sees it."""

import re
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from press.digest import DigestMail, compose_digest, digest_words
from records.task import TaskKind
from scheme.language import Language

TASK = {
    "task_id": "letter-refused:x", "kind": "letter-refused", "farm": "Hoeve <b>", "farm_id": "F-000001",
    "due_on": "2025-01-10", "days_left": -3,
}  # fmt: skip


def mail(**changes: Any) -> EmailMessage:
    """The mail as it arrives."""
    words = {
        "name": "An\nPeeters", "address": "an@ikm.example", "language": "nl",
        "mine": {"total": 22, "tasks": [TASK]}, "free": {"total": 1, "tasks": [TASK | {"days_left": 0}]},
    } | changes  # fmt: skip
    planned = DigestMail("<1@ikm.example>", date(2025, 1, 13), words, practice=True)
    sent = compose_digest(
        planned, sender="IKM <ikm@ikm.example>", site="http://ikm.test", sent_at=datetime(2025, 1, 13, 6, tzinfo=UTC)
    )
    arrived = message_from_bytes(sent.as_bytes(), policy=SMTP)
    assert isinstance(arrived, EmailMessage)
    return arrived


def body(kind: str, **changes: Any) -> str:
    part = mail(**changes).get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def test_what_waits_and_what_is_late_stands_in_the_subject() -> None:
    assert mail()["Subject"] == "Er wachten 23 taken op u, waarvan 1 te laat"
    assert mail()["Auto-Submitted"] == "auto-generated"


def test_each_task_says_how_late_it_is_and_leads_to_its_page() -> None:
    text = body("plain")
    assert "Goedendag An Peeters," in text
    assert "OEFENING" in text
    assert "Hoeve <b> (F-000001): tegen 10 januari 2025: 3 dagen te laat" in text
    assert "http://ikm.test/tasks/letter-refused:x" in text
    assert ("en nog 21" in text, "tegen vandaag" in text, "http://ikm.test/account" in text) == (True, True, True)
    html = body("html")
    assert ("Hoeve &lt;b&gt;" in html, 'href="http://ikm.test/tasks"' in html) == (True, True)


def test_one_task_that_is_not_late() -> None:
    nothing: dict[str, Any] = {"total": 0, "tasks": []}
    one = {"total": 1, "tasks": [TASK | {"days_left": 1, "due_on": "2025-01-14"}]}
    text = body("plain", mine=nothing, free=one, language="fr")
    assert (
        "1 tâche vous attend" in text,
        "pour le 14 janvier 2025\u00a0: dans 1 jour" in text,
        "Vos tâches" in text,
    ) == (
        True,
        True,
        False,
    )


def test_an_address_that_is_two_is_refused() -> None:
    with pytest.raises(ValueError, match="one mail address"):
        mail(address="an@ikm.example, bo@ikm.example")


def places(language: Language) -> dict[str, list[str]]:
    return {name: sorted(re.findall(r"{\w+}", str(text))) for name, text in digest_words(language).items()}


@pytest.mark.parametrize("language", Language)
def test_every_language_says_all_of_it(language: Language) -> None:
    assert places(language) == places(Language.NL)
    assert set(digest_words(language)["task"]) == {kind.value for kind in TaskKind}
