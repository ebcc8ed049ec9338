"""One's own account: who one is here, and where one is signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.account import SHOWN_OF_A_HASH
from records.farm import InspectionBody
from records.person import PersonRow, SessionRow, StaffMailRow
from records.staff_mail import StaffMailState


@dataclass(frozen=True)
class SessionLine:
    """A session that is open. seen_at: when it was last used, to within minutes; here: the one that asks."""

    session_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str | None
    address: str | None
    here: bool


@dataclass(frozen=True)
class AccountFile:
    """A person's row, the name of the body, the open sessions, latest used first.

    undelivered: their latest mail, if it was given up.
    """

    person: PersonRow
    body: str | None
    sessions: tuple[SessionLine, ...]
    undelivered: StaffMailRow | None = None


async def account_file(session: AsyncSession, person_id: str, here: str | None, at: datetime) -> AccountFile | None:
    """The account at `at` (real time); here: hash of the asking session's token. None when nobody has that id."""
    person = await session.get(PersonRow, person_id)
    if person is None:
        return None
    body = await session.get(InspectionBody, person.body_id) if person.body_id else None
    sessions = await _sessions(session, person_id, here, at)
    return AccountFile(person, None if body is None else body.name, sessions, await undelivered(session, person_id))


async def undelivered(session: AsyncSession, person_id: str) -> StaffMailRow | None:
    """The person's latest mail, if no mail server took it and it is not tried any more."""
    query = select(StaffMailRow).where(StaffMailRow.person_id == person_id)
    latest = (await session.exec(query.order_by(col(StaffMailRow.planned_at).desc()).limit(1))).first()
    return latest if latest is not None and latest.state == StaffMailState.FAILED else None


async def _sessions(session: AsyncSession, person_id: str, here: str | None, at: datetime) -> tuple[SessionLine, ...]:
    query = select(SessionRow).where(
        SessionRow.person_id == person_id, SessionRow.expires_at > at, col(SessionRow.complete)
    )
    lines = [_line(row, here) for row in await session.exec(query)]
    return tuple(sorted(lines, key=lambda line: (not line.here, -line.seen_at.timestamp())))


def _line(row: SessionRow, here: str | None) -> SessionLine:
    return SessionLine(
        session_id=row.token_sha256[:SHOWN_OF_A_HASH],
        created_at=row.created_at,
        seen_at=row.seen_at or row.created_at,
        expires_at=row.expires_at,
        agent=row.agent,
        address=row.address,
        here=row.token_sha256 == here,
    )
