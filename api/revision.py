"""Two tabs, one row: who changes something says which revision they saw (RFC 9110, ETag and If-Match)."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException


def etag(revision: int) -> str:
    """The revision as a header says it."""
    return f'"{revision}"'


def _seen(if_match: Annotated[str | None, Header()] = None) -> str:
    """What the caller saw. Raises HTTPException 428 where the caller does not say."""
    if if_match is None:
        raise HTTPException(428, "revision-missing")
    return if_match.strip()


IfMatch = Annotated[str, Depends(_seen)]


def check(seen: str, revision: int) -> None:
    """Raise HTTPException 412 when the row was changed since the caller saw it."""
    if seen != etag(revision):
        raise HTTPException(412, "changed-meanwhile")
