"""Settings by environment: an empty value counts as absent, and practice stays on this machine."""

import pytest
from pydantic import ValidationError

from settings import Settings


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
