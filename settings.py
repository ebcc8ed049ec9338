"""Settings by environment; made once by each process and handed on (an empty value counts as absent).

A setting can stand in a file instead, as secrets of containers do: DATABASE_URL_FILE names the file that holds
DATABASE_URL.
"""

import os
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, FilePath, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Files(PydanticBaseSettingsSource):
    """What stands in files: NAME_FILE for each NAME. Raises SystemExit where such a file cannot be read."""

    def get_field_value(self, field: FieldInfo, field_name: str = "") -> tuple[str | None, str, bool]:
        """The text of the field's file without the line's end; None where no file is named."""
        name = str(field.validation_alias or field_name)
        path = os.environ.get(f"{name}_FILE")
        try:
            return (Path(path).read_text().strip() or None if path else None), name, False
        except OSError as error:
            message = f"{name}_FILE: {path} cannot be read ({error.strerror})"
            raise SystemExit(message) from error

    def __call__(self) -> dict[str, str]:
        """Every setting that a file holds."""
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {alias: value for value, alias, _ in found if value is not None}


class MailTls(StrEnum):
    """How the way to the mail server is encrypted: not, from its greeting on (port 587), from the start (port 465)."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Settings(BaseSettings):
    """Everything that differs between one machine, a test and production.

    Names without prefix are conventions of others (DATABASE_URL, SMTP_HOST, TEMPORAL_ADDRESS);
    the house's own begin with IKM_.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", populate_by_name=True)

    # One machine: where `ikm up` keeps its state, and the ports it listens on (loopback only).
    var: Path = Field(Path("var"), validation_alias="IKM_VAR")
    web_port: int = Field(8080, validation_alias="IKM_WEB_PORT")
    postgres_port: int = Field(5433, validation_alias="IKM_POSTGRES_PORT")
    temporal_port: int = Field(7233, validation_alias="IKM_TEMPORAL_PORT")
    temporal_ui_port: int = Field(8233, validation_alias="IKM_TEMPORAL_UI_PORT")
    mailbox_port: int = Field(8025, validation_alias="IKM_MAILBOX_PORT")

    database_url: str = Field("", validation_alias="DATABASE_URL")
    database_owner_url: str = Field("", validation_alias="DATABASE_OWNER_URL")
    # For `ikm database prepare` alone, which makes the roles: the superuser's, who reads, and Temporal's own role.
    superuser_password: SecretStr = Field(SecretStr(""), validation_alias="POSTGRES_PASSWORD")
    read_password: SecretStr = Field(SecretStr(""), validation_alias="DATABASE_READ_PASSWORD")
    temporal_database_password: SecretStr = Field(SecretStr(""), validation_alias="TEMPORAL_DATABASE_PASSWORD")

    temporal_address: str = Field("127.0.0.1:7233", validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field("default", validation_alias="TEMPORAL_NAMESPACE")
    # Temporal Cloud's; certificates and the rest of TEMPORAL_* are read by Temporal's own library (docs/running.md).
    temporal_api_key: SecretStr = Field(SecretStr(""), validation_alias="TEMPORAL_API_KEY")
    task_queue: str = Field("case", validation_alias="TEMPORAL_TASK_QUEUE")
    # Whether workflows run in the SDK's sandbox, which finds what is not deterministic: on in every test, off at
    # work, where it costs a third of the worker's time and an import of our modules for every farm.
    sandbox: bool = Field(default=False, validation_alias="IKM_SANDBOX")
    # AES-256 key, base64url of 32 bytes; or several with names, the first of which seals (docs/running.md).
    payload_key: SecretStr = Field(SecretStr(""), validation_alias="IKM_PAYLOAD_KEY")
    # HMAC key of the codes in letters, base64url of 32 bytes.
    code_key: SecretStr = Field(SecretStr(""), validation_alias="IKM_CODE_KEY")

    # What signs certificates, for the worker alone: the key and its chain as PEM, the key's own certificate first.
    # Without them certificates wait. The passphrase is best given by IKM_SIGNING_PASSPHRASE_FILE.
    signing_key_file: FilePath | None = Field(None, validation_alias="IKM_SIGNING_KEY_FILE")
    signing_chain_file: FilePath | None = Field(None, validation_alias="IKM_SIGNING_CHAIN_FILE")
    signing_passphrase: SecretStr = Field(SecretStr(""), validation_alias="IKM_SIGNING_PASSPHRASE")

    smtp_host: str = Field("127.0.0.1", validation_alias="SMTP_HOST")
    smtp_port: int = Field(1025, validation_alias="SMTP_PORT")
    smtp_username: str = Field("", validation_alias="SMTP_USERNAME")
    smtp_password: SecretStr = Field(SecretStr(""), validation_alias="SMTP_PASSWORD")
    smtp_tls: MailTls = Field(MailTls.NONE, validation_alias="SMTP_TLS")
    # What others call SMTP_TLS=starttls.
    smtp_starttls: bool = Field(default=False, validation_alias="SMTP_STARTTLS")
    # Certificates of the authorities that may vouch for the mail server; the machine's own unless told.
    smtp_ca_file: FilePath | None = Field(None, validation_alias="SMTP_CA_FILE")
    # The virus scanner, at a socket or at a host and port; nothing is scanned where neither is told (docs/files.md).
    clamd_socket: Path | None = Field(None, validation_alias="CLAMD_SOCKET")
    clamd_host: str = Field("", validation_alias="CLAMD_HOST")
    clamd_port: int = Field(3310, validation_alias="CLAMD_PORT")
    # What people send: photographs, scans of papers.
    largest_file: int = Field(15_000_000, validation_alias="IKM_LARGEST_FILE_BYTES", ge=1_000_000)
    most_pixels: int = Field(64_000_000, validation_alias="IKM_MOST_PIXELS", ge=1_000_000)
    # Letters a second, over all workers together.
    mail_rate: float = Field(200.0, validation_alias="IKM_MAIL_RATE", gt=0)
    mail_sender: str = Field("IKM-Vlaanderen <ikm@ikm.example>", validation_alias="IKM_MAIL_SENDER")

    # Requests a minute of one person, or of one address from which nobody signed in; for each web process.
    requests_a_minute: int = Field(1_200, validation_alias="IKM_REQUESTS_A_MINUTE", gt=0)
    # What stands before the links in letters.
    public_url: str = Field("http://127.0.0.1:8080", validation_alias="IKM_PUBLIC_URL")
    practice: bool = Field(default=False, validation_alias="IKM_PRACTICE")
    # Where the practice clock starts in a new house; now, unless told.
    practice_begins: datetime | None = Field(None, validation_alias="IKM_PRACTICE_BEGINS")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given wins over the environment, the environment over files; nothing else is read."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, Files(settings_cls)

    @model_validator(mode="after")
    def practice_stays_on_this_machine(self) -> Self:
        """Refuse, in practice, a mail server, database or Temporal that is not on this machine."""
        if not self.practice:
            return self
        hosts = {
            "SMTP_HOST": self.smtp_host,
            "DATABASE_URL": _host(self.database_url),
            "DATABASE_OWNER_URL": _host(self.database_owner_url),
            "CLAMD_HOST": self.clamd_host or "localhost",
            "TEMPORAL_ADDRESS": self.temporal_address.rpartition(":")[0].strip("[]"),
        }
        for name, host in hosts.items():
            if not _on_this_machine(host):
                message = f"{name}: practice speaks to this machine only, not to {host}; change {name} or IKM_PRACTICE"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def no_password_in_clear(self) -> Self:
        """Refuse to send the mail server's password over a network that can read it."""
        if self.smtp_username and self.mail_tls is MailTls.NONE and not _on_this_machine(self.smtp_host):
            message = "SMTP_USERNAME: the password would cross the network in clear; set SMTP_TLS to starttls or tls"
            raise ValueError(message)
        return self

    @property
    def mail_tls(self) -> MailTls:
        """How the way to the mail server is encrypted."""
        return MailTls.STARTTLS if self.smtp_starttls and self.smtp_tls is MailTls.NONE else self.smtp_tls


def _host(url: str) -> str:
    """The host of a URL; a socket's folder and no URL at all are this machine."""
    return urlsplit(url).hostname or "localhost"


def _on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
