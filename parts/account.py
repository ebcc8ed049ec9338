"""The account PostgreSQL runs under when we are root, which it refuses to be."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """User and group id, and no further groups; all None stands for our own account.

    The fields are what subprocess takes as user, group and extra_groups.
    """

    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] | None = None


def account_for(data: Path) -> Account:
    """Return the account that owns this data folder or shall own it.

    Started by root: the folder's owner; before there is a folder, `postgres` if the machine has it, else `nobody`.
    """
    if os.geteuid() != 0:
        return Account()
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, ())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid, ())


def open_way(*ends: Path) -> None:
    """Give others passage (not reading) through the folders above these files, where it lacks.

    A checkout below /root, which is closed to others, must work too.
    """
    for folder in {above for way in ends for above in way.resolve().parents if above.exists()}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def hand_over(path: Path, account: Account) -> None:
    """Make the account the owner of a file or folder."""
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)
