"""The secrets of a house in production, a file for each, as containers are given them."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from parts.secrets import Secrets, make

# Compose hands files on as they are, and each container has a user of its own: who may open the folder is what guards.
FOLDER_MODE, FILE_MODE = 0o700, 0o444


def missing_made(folder: Path, host: str) -> list[str]:
    """Make the files that lack, and return their names; what is there stays. host: of the database."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    made = {name: text for name, text in _files(make(), host).items() if not (folder / name).exists()}
    for name, text in made.items():
        (folder / name).write_text(f"{text}\n" if text else "")
        (folder / name).chmod(FILE_MODE)
    return sorted(made)


def _files(new: Secrets, host: str) -> Mapping[str, str]:
    """Name of the file to its text; the mail relay's password and the signing key are for a person to fill in."""
    return {
        "database_superuser_password": new.superuser,
        "database_owner_url": f"postgresql+psycopg://ikm_owner:{new.owner}@{host}/ikm",
        "database_url": f"postgresql+psycopg://ikm_app:{new.app}@{host}/ikm",
        "database_read_password": new.read,
        "temporal_database_password": secrets.token_urlsafe(24),
        "payload_key": new.payload_key,
        "code_key": new.code_key,
        "smtp_password": "",
        "signing_key": "",
        "signing_chain": "",
        "signing_passphrase": "",
    }
