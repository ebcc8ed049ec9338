"""The one choke point (design.md §10): every route names what it asks; nobody passes here unasked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Depends, HTTPException, Request, params
from fastapi.dependencies.models import Dependant
from sqlalchemy.exc import OperationalError

from api import csrf, declared, limit
from api.door import Door
from api.parts import Parts, parts_of
from api.spoken import spoken
from records import clock
from records.queries import person
from records.queries.person import SignedIn
from scheme.language import Language
from scheme.people import Action, may

SESSION_COOKIE = "ikm_session"


@dataclass(frozen=True)
class Gate:
    """What a route asks of its visitor; action None lets anyone in, signed in or not."""

    action: Action | None

    async def __call__(self, request: Request) -> Door:
        """The visit. HTTPException: 429 too often, 401 nobody signed in, 403 not theirs to do or not from our page."""
        door = await visit(request)
        limit.take(request, door)
        if self.action is not None and door.actor is None:
            raise HTTPException(401, "not-signed-in")
        if request.method not in csrf.SAFE:
            await csrf.check(request, door)
        if self.action is not None and door.actor is not None and not may(door.actor, self.action):
            raise HTTPException(403, "not-allowed")
        declared.check(request)
        return door


@dataclass(frozen=True)
class MachineGate:
    """For routes that tell machines how the process is: nobody is looked up, no database is asked."""

    async def __call__(self) -> None:
        """Let everyone in."""


def allowed(action: Action) -> params.Depends:
    """The rule of a route for people who signed in; it stands beside Door in the Annotated of the parameter."""
    return Depends(Gate(action))  # type: ignore[no-any-return]


def allowed_to_anyone() -> params.Depends:
    """The rule of a public page; door.actor is None for somebody who has not signed in."""
    return Depends(Gate(None))  # type: ignore[no-any-return]


def allowed_to_machines() -> params.Depends:
    """The rule of the health routes."""
    return Depends(MachineGate())  # type: ignore[no-any-return]


def gates(dependant: Dependant) -> Iterator[Gate | MachineGate]:
    """The rules a route carries."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, Gate | MachineGate):
            yield inner.call
        yield from gates(inner)


async def visit(request: Request) -> Door:
    """Who visits, by the session's cookie; kept in request.state.door for error pages."""
    parts = parts_of(request)
    known = await _known(request, parts)
    door = stranger(request) if known is None else _door(parts, known)
    request.state.door = door
    return door


def stranger(request: Request) -> Door:
    """A visit without session, in the language of the cookie or the browser."""
    parts = parts_of(request)
    return Door(
        parts.settings, parts.sessions, parts.client, actor=None, name="", body_id=None,
        language=spoken(request) or Language.NL, csrf=csrf.visitor_token(request, parts.settings),
    )  # fmt: skip


def _door(parts: Parts, known: SignedIn) -> Door:
    return Door(
        parts.settings, parts.sessions, parts.client, actor=known.actor, name=known.name, body_id=known.body_id,
        language=known.language, csrf=known.csrf,
    )  # fmt: skip


async def _known(request: Request, parts: Parts) -> SignedIn | None:
    token = request.cookies.get(SESSION_COOKIE)
    if token is None:
        await _tell_time_if_possible(request, parts)
        return None
    at = datetime.now(UTC)
    async with parts.sessions() as session:
        request.state.clock = await clock.now(session)
        known = await person.signed_in(session, token, at)
    if known is not None and known.stale:
        async with parts.sessions.begin() as session:
            await person.note_seen(session, token, at)
    return known


async def _tell_time_if_possible(request: Request, parts: Parts) -> None:
    # A visitor's page must come even when the database is down: only practice shows the clock, and may miss it.
    request.state.clock = datetime.now(UTC)
    if parts.settings.practice:
        try:
            async with parts.sessions() as session:
                request.state.clock = await clock.now(session)
        except OperationalError:
            request.state.clock = None
