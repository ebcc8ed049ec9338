"""The trail as a timeline: what happened to a farm, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import InspectionBody
from records.person import PersonRow
from records.submission import SubmissionRow
from records.trail import TrailEntry
from scheme.audit_facts import Proof, Verdict
from scheme.errors import Rule
from scheme.ids import CaseId, farm_of
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.matter_kind import MatterKind
from scheme.people import Role
from scheme.step import Act

LONGEST = 200
# The farm's workflow hears of each case; the case's own entries stand beside these and say more.
ECHOES = (Act.CASE_OPENED.value, Act.CASE_CLOSED.value)


@dataclass(frozen=True)
class Said:
    """What a person wrote beside what was handed in: who called, when, what was noted, or why it was put right."""

    caller: str | None = None
    caller_role: str | None = None
    called_at: datetime | None = None
    note: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class About:
    """The finding that a proof or a verdict is about. on_site: the day on which it was seen at the farm, if it was."""

    requirement: str | None = None
    on_site: date | None = None


@dataclass(frozen=True)
class Happening:
    """One entry, ready to be told. person: name of who acted, None for the house and the farmer.

    body, day, about, matter: what the act turned on, if anything; rule: what refused it; said: the person's own words.
    requirement: the one whose finding it is about; on_site: the day on which that was seen at the farm, if it was.
    """

    number: int
    act: Act
    at: datetime
    role: Role
    person: str | None
    rule: Rule | None
    body: str | None
    day: date | None
    about: str | None
    said: Said | None = None
    matter: MatterKind | None = None
    requirement: str | None = None
    on_site: date | None = None

    @property
    def farm(self) -> str | None:
        """The farm that the case is about which the act turned on, if it turned on one."""
        return None if self.about is None else farm_of(CaseId(self.about))

    @property
    def attempt(self) -> bool:
        """Whether somebody tried this, and the rules refused it."""
        return is_attempt(self.act, self.role)


def is_attempt(act: Act, role: Role) -> bool:
    """Whether an entry tells of somebody's attempt that was refused; what the house itself cannot do is news."""
    return act is Act.REFUSED and role is not Role.HOUSE


async def timeline(session: AsyncSession, chain: str, limit: int = LONGEST) -> tuple[Happening, ...]:
    """The last entries of a chain (a farm's id, or `house`), newest first."""
    query = (
        select(TrailEntry, col(PersonRow.name), col(InspectionBody.name), SubmissionRow)
        .join(PersonRow, col(PersonRow.person_id) == col(TrailEntry.person), isouter=True)
        .join(InspectionBody, col(InspectionBody.body_id) == col(TrailEntry.facts)["body"].astext, isouter=True)
        .join(
            SubmissionRow, col(SubmissionRow.submission_id) == col(TrailEntry.facts)["submission"].astext, isouter=True
        )
        .where(col(TrailEntry.chain) == chain, col(TrailEntry.act).not_in(ECHOES))
        .order_by(col(TrailEntry.place).desc())
        .limit(limit)
    )
    return tuple(_told(*row) for row in await session.execute(query))


def said_in(words: Mapping[str, str] | None) -> Said | None:
    """The words of a submission, as they are told; None where it has none, or only files."""
    known = words or {}
    called_at = known.get("called_at")
    said = Said(
        caller=known.get("caller"),
        caller_role=known.get("caller_role"),
        called_at=None if called_at is None else datetime.fromisoformat(called_at),
        # A farmer's own words beside a proof.
        note=known.get("note") or known.get("words") or None,
        reason=known.get("reason"),
    )
    return None if said == Said() else said


def finding_in(facts: Mapping[str, Any] | None) -> About:
    """Which finding a submission is about: its entry in the trail names the submission only."""
    known = facts or {}
    if known.get("kind") not in {Proof.kind, Verdict.kind}:
        return About()
    seen = known.get("seen") == SupplementaryAudit.ON_SITE
    return About(known["number"], date.fromisoformat(known["seen_on"]) if seen else None)


def _told(entry: TrailEntry, person: str | None, body: str | None, handed_in: SubmissionRow | None) -> Happening:
    about = finding_in(None if handed_in is None else handed_in.facts)
    day, matter = entry.facts.get("day"), entry.facts.get("matter")
    return Happening(
        number=entry.number,
        act=Act(entry.act),
        at=entry.at,
        role=Role(entry.role),
        person=person,
        rule=None if entry.rule is None else Rule(entry.rule),
        body=body,
        day=None if day is None else date.fromisoformat(day),
        about=entry.facts.get("about"),
        said=said_in(None if handed_in is None else handed_in.words),
        matter=None if matter is None else MatterKind(matter),
        requirement=about.requirement,
        on_site=about.on_site,
    )
