"""What `ikm up` keeps secret on one machine, made once, and the environment its children get from it."""

import base64
import json
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import SecretStr

from parts.processes import LOOPBACK
from records.private_file import write_private
from settings import Settings


@dataclass(frozen=True)
class Secrets:
    """Passwords of the four database roles (url-safe text), and two keys (base64url of 32 bytes)."""

    superuser: str = field(repr=False)
    owner: str = field(repr=False)
    app: str = field(repr=False)
    read: str = field(repr=False)
    payload_key: str = field(repr=False)
    code_key: str = field(repr=False)


def make() -> Secrets:
    """Return fresh secrets, kept nowhere yet."""
    password = secrets.token_urlsafe
    return Secrets(password(24), password(24), password(24), password(24), _key(), _key())


def load_or_make(path: Path) -> Secrets:
    """Return the secrets in this file, made on the first call.

    Raises TypeError or ValueError if the file is not ours.
    """
    if not path.exists():
        write_private(path, json.dumps(asdict(make()), indent=1))
    return Secrets(**json.loads(path.read_text()))


def environment(settings: Settings, kept: Secrets) -> dict[str, str]:
    """Return every setting as the environment the children get (DATABASE_OWNER_URL too: not for worker and web).

    What stands in the settings wins over what is kept; an empty value is left out.
    """
    url = f"{LOOPBACK}:{settings.postgres_port}/ikm"
    whole = settings.model_copy(
        update={
            "var": settings.var.resolve(),
            "database_url": settings.database_url or f"postgresql+psycopg://ikm_app:{kept.app}@{url}",
            "database_owner_url": settings.database_owner_url
            or ("" if settings.database_url else f"postgresql+psycopg://ikm_owner:{kept.owner}@{url}"),
            "temporal_address": f"{LOOPBACK}:{settings.temporal_port}",
            "payload_key": SecretStr(settings.payload_key.get_secret_value() or kept.payload_key),
            "code_key": SecretStr(settings.code_key.get_secret_value() or kept.code_key),
            "public_url": settings.public_url
            if "public_url" in settings.model_fields_set
            else f"http://{LOOPBACK}:{settings.web_port}",
        }
    )
    named = ((str(each.validation_alias), getattr(whole, name)) for name, each in Settings.model_fields.items())
    return {alias: text for alias, value in named if (text := _text(value))}


def write_environment(path: Path, variables: Mapping[str, str]) -> None:
    """Keep an environment for commands in another terminal; a shell can read the file too."""
    write_private(path, "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()))


def read_environment(path: Path) -> dict[str, str]:
    """Environment written by `ikm up`; empty if it never ran here."""
    if not path.exists():
        return {}
    lines = (shlex.split(line)[0].partition("=") for line in path.read_text().splitlines())
    return {name: value for name, _, value in lines}


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
