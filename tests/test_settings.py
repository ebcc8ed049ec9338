"""Settings by environment: an empty value counts as absent, and practice stays on this machine."""

import pytest
from pydantic import ValidationError

from settings import MailTls, Settings


def test_an_empty_value_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "")
    monkeypatch.setenv("IKM_WEB_PORT", "")
    assert (Settings().smtp_host, Settings().web_port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SMTP_HOST", "mail.example", id="mail server"),
        pytest.param("DATABASE_URL", "postgresql+psycopg://u:p@db.example/ikm", id="database"),
        pytest.param("DATABASE_OWNER_URL", "postgresql+psycopg://u:p@10.0.0.7/ikm", id="database as owner"),
        pytest.param("TEMPORAL_ADDRESS", "temporal.example:7233", id="Temporal"),
    ],
)
def test_practice_refuses_what_is_not_on_this_machine(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert not Settings().practice
    monkeypatch.setenv("IKM_PRACTICE", "true")
    with pytest.raises(ValidationError, match=f"{name}: practice speaks to this machine only"):
        Settings()


@pytest.mark.parametrize("address", ["127.0.0.1:7233", "localhost:7233", "[::1]:7233"])
def test_practice_takes_loopback(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("IKM_PRACTICE", "true")
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    assert Settings().temporal_address == address


@pytest.mark.parametrize(
    ("names", "encrypted"),
    [
        ({}, MailTls.NONE),
        ({"SMTP_TLS": "starttls"}, MailTls.STARTTLS),
        ({"SMTP_STARTTLS": "true"}, MailTls.STARTTLS),
        ({"SMTP_TLS": "tls", "SMTP_STARTTLS": "true"}, MailTls.TLS),
    ],
)
def test_the_way_to_the_mail_server(monkeypatch: pytest.MonkeyPatch, names: dict[str, str], encrypted: MailTls) -> None:
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert Settings().mail_tls is encrypted


def test_no_password_goes_in_clear_beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_USERNAME", "ikm")
    monkeypatch.setenv("SMTP_PASSWORD", "a secret")
    assert "a secret" not in repr(Settings())
    monkeypatch.setenv("SMTP_HOST", "mail.example")
    with pytest.raises(ValidationError, match="set SMTP_TLS to starttls or tls"):
        Settings()
    monkeypatch.setenv("SMTP_TLS", "starttls")
    assert Settings().smtp_host == "mail.example"
