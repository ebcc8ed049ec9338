"""A request that is sent again under its key: what it asked is done once, and it is answered as before."""

import json
import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api import csrf
from api.door import Door
from api.sight import actor_of
from records import request_key
from records.receiving import KeyReusedError
from records.wire import digest


@dataclass(frozen=True)
class Once:
    """The caller's Idempotency-Key, None for none, and the hash of all that was asked under it."""

    key: uuid.UUID | None = None
    sha256: str = ""

    async def earlier(self, session: AsyncSession, door: Door) -> str | None:
        """What the same request made before, None where this is the first; HTTPException 422 for another's key."""
        if self.key is None:
            return None
        try:
            return await request_key.earlier(session, actor_of(door).person, self.key, self.sha256)
        except KeyReusedError as error:
            raise HTTPException(422, "key-reused") from error

    async def keep(self, session: AsyncSession, door: Door, made: str) -> None:
        """Remember in the same transaction, before its entry in the trail, what is made under which number."""
        if self.key is not None:
            await request_key.keep(session, actor_of(door).person, self.key, self.sha256, made)


# What a page asks whose form carries no key: a change, which names the revision it saw.
FROM_A_PAGE = Once()
FIELD = "key"
ASIDE = frozenset({FIELD, csrf.FIELD})


async def _once_by_form(request: Request) -> Once:
    """The key of a page's form stands for what was typed: pressed twice it is one, typed otherwise it is another."""
    form = await request.form()
    try:
        key = uuid.UUID(str(form.get(FIELD, "")))
    except ValueError:
        return FROM_A_PAGE
    typed = sorted((name, value) for name, value in form.multi_items() if name not in ASIDE and isinstance(value, str))
    asked = digest(request.method, request.url.path, typed)
    return Once(uuid.uuid5(key, asked), asked)


async def _once(request: Request, idempotency_key: Annotated[uuid.UUID | None, Header()] = None) -> Once:
    if idempotency_key is None:
        return Once()
    sent = await request.body()
    asked = (request.method, request.url.path, request.url.query, request.headers.get("if-match"))
    try:
        return Once(idempotency_key, digest(*asked, json.loads(sent) if sent else None))
    except (ValueError, RecursionError) as error:
        # Without a Content-Type nobody has read it as JSON before: it need not be any, or is nested without end.
        raise HTTPException(400) from error


AskedOnce = Annotated[Once, Depends(_once)]
FormOnce = Annotated[Once, Depends(_once_by_form)]
