"""Two tabs, one row: who changes something says which revision they saw (RFC 9110, ETag and If-Match)."""

import re
from typing import Annotated

from fastapi import Depends, Header, HTTPException

_ETAG = re.compile(r'"([0-9]{1,9})"')


class ChangedMeanwhileError(HTTPException):
    """Raised when it is no longer as the caller saw it: 412, with what happened instead. values: of its sentence."""

    def __init__(self, code: str = "changed-meanwhile", **values: object) -> None:
        super().__init__(412, code)
        self.values = values


def etag(revision: int) -> str:
    """The revision as a header says it."""
    return f'"{revision}"'


def _seen(if_match: Annotated[str | None, Header()] = None) -> str:
    """What the caller saw. Raises HTTPException 428 where the caller does not say: `*` names no revision either."""
    if if_match is None or if_match.strip() == "*":
        raise HTTPException(428, "revision-missing")
    return if_match.strip()


IfMatch = Annotated[str, Depends(_seen)]


def _revision(seen: IfMatch) -> int:
    found = _ETAG.fullmatch(seen)
    if found is None:
        raise ChangedMeanwhileError
    return int(found[1])


SeenRevision = Annotated[int, Depends(_revision)]


def check(seen: str, revision: int) -> None:
    """Raise HTTPException 412 when the row was changed since the caller saw it."""
    if seen != etag(revision):
        raise ChangedMeanwhileError
