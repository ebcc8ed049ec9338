"""One farm's file: all that its page and its JSON tell, read in one session; that it was read is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import HTTPException
from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from api.door import Door
from api.farm_cases import Cases
from api.sight import actor_of, sight
from records import clock
from records.farm import Farm
from records.identifying import numbers_of
from records.queries.applicant import may_apply
from records.queries.audit_due import no_version
from records.queries.audit_list import AuditLine, audits_of_farm, corrections_until
from records.queries.certificate import CertificateLine, certificates_of
from records.queries.certification import CertificationLine, certifications_of_farm
from records.queries.change import Changed, changes_of
from records.queries.choice import ChoiceFile, HandedIn, choice_of, unsettled_answer
from records.queries.dairy import dairy_names
from records.queries.extra_farm import may_join
from records.queries.farm import FarmLine, body_names, farm, farm_line
from records.queries.farm_changed import FarmChangeLine, farm_changes_of
from records.queries.letter import LetterLine, letters_of_farm
from records.queries.matter import MatterFile, matters_of, situation_of
from records.queries.status_change import StatusChangeLine, status_changes_of_farm
from records.queries.task import TaskLine, lost_body, tasks_of_farm
from records.queries.task_sight import viewer
from records.queries.trail import Happening, timeline
from records.queries.waiting import HandedInEarlier, follows, waiting_of
from records.trail import Reading
from scheme.certification import DECIDED
from scheme.choice_round import already_chosen
from scheme.days import local_day
from scheme.errors import Refusal
from scheme.farm_change import Change
from scheme.farm_change import State as Decided
from scheme.identifier import Held
from scheme.ids import BodyId, CaseId
from scheme.language import Language
from scheme.periodic_audit import OPEN, State
from scheme.projection import Coming, Foreseen, foreseen, next_of
from scheme.rules import rules_on
from scheme.situation import Situation


@dataclass(frozen=True)
class FarmFile:
    """A farm's file. choice: the open one, else the latest; waiting: an answer that is not yet processed.

    waits: whatever else came in and is not yet processed; follows: whether a case still has to hear of something.
    no_body_left: the body, by name, that its choice lost while no other could take its place.
    previous_body, dairy: by name; bodies: names by id. running, audits, decisions, status_changes: those that ended
    too; foreseen: what will happen if nobody acts. numbers: all it is or was known by; changes: of the register, newest
    first. now: the scheme's moment at which it was read. may_join: whether it can still be asked in this year's round.
    chosen_on: when the body was chosen for the certificate it has, None where nobody chose yet. certificates: as they
    stand now, newest first. may_apply: it has no certificate or was refused, and nothing runs that leads to one.
    farm_changes: what happened to it, and to another farm by it. no_version: why its certificate is not written anew by
    hand now, None where it may be. corrections_until: the last day of what its running audit still waits for.
    """

    farm: Farm
    line: FarmLine
    language: Language
    previous_body: str | None
    choice: ChoiceFile | None
    waiting: HandedIn | None
    waits: tuple[HandedInEarlier, ...]
    follows: bool
    no_body_left: str | None
    letters: tuple[LetterLine, ...]
    happenings: tuple[Happening, ...]
    tasks: tuple[TaskLine, ...]
    running: tuple[MatterFile, ...]
    audits: tuple[AuditLine, ...]
    decisions: tuple[CertificationLine, ...]
    status_changes: tuple[StatusChangeLine, ...]
    farm_changes: tuple[FarmChangeLine, ...]
    foreseen: tuple[Foreseen, ...]
    bodies: Mapping[str, str]
    now: datetime
    numbers: tuple[Held, ...]
    changes: tuple[Changed, ...]
    dairy: str | None
    may_join: bool
    chosen_on: date | None
    certificates: tuple[CertificateLine, ...]
    may_apply: bool
    no_version: Refusal | None
    corrections_until: date | None

    @property
    def cases(self) -> Cases:
        """Its audits, decisions, changes and matters, those that ended too."""
        return Cases(self.audits, self.decisions, self.farm_changes, self.status_changes, self.running)

    def next_of(self, case_id: CaseId) -> Foreseen | None:
        """What happens first in one of its cases if nobody acts."""
        return next_of(self.foreseen, case_id)

    @property
    def audit(self) -> AuditLine | None:
        """The periodic audit that runs."""
        return next((one for one in self.audits if one.state in OPEN), None)

    @property
    def decided(self) -> CertificationLine | None:
        """What was decided about the certificate after the audit that runs; None while nothing is."""
        if self.audit is None or self.audit.decided_at is None:
            return None
        return next((one for one in self.decisions if one.state in DECIDED), None)

    @property
    def still_corrects(self) -> bool:
        """Whether a last day of its running audit's corrective actions has not passed."""
        return self.corrections_until is not None and self.corrections_until >= local_day(self.now)

    @property
    def status_offered(self) -> tuple[CertificateLine, ...]:
        """Certificates of this house of which another status can be asked: those that are valid or suspended."""
        return tuple(one for one in self.certificates if one.issued_by and one.standing.status.in_directory)

    @property
    def stopped_audit(self) -> AuditLine | None:
        """The audit that the farm's stop ended, which goes on where that is taken back."""
        return next((one for one in self.audits[:1] if one.state is State.STOPPED), None)

    @property
    def asking(self) -> Foreseen | None:
        """The farm's own day of asking, or that there is none any more; None where the farm has nothing to ask."""
        own = (Coming.WINDOW, Coming.NOT_ASKED, Coming.UNASKED)
        return next((one for one in self.foreseen if one.coming in own), None)

    @property
    def audit_waits(self) -> BodyId | None:
        """The body whose audit waits until an earlier one is decided about."""
        waits = (one.body for one in self.foreseen if one.coming is Coming.AUDIT_WAITS and one.at <= self.now)
        return next(waits, None)

    @property
    def merged_into(self) -> str | None:
        """The farm that it was merged into; None where its stop, if it stopped, has another reason."""
        mergers = (one.farm_id for one in self.farm_changes if one.merged and one.other == self.farm.farm_id)
        return next(mergers, None)

    @property
    def absorbed(self) -> tuple[str, ...]:
        """Farms that were merged into it, the latest first."""
        mergers = (one for one in self.farm_changes if one.merged and one.farm_id == self.farm.farm_id)
        return tuple(one.other for one in mergers if one.other is not None)

    @property
    def part_of(self) -> str | None:
        """The farm that it was a part of before it entered the register."""
        splits = (one for one in self.farm_changes if one.what is Change.SPLIT and one.other == self.farm.farm_id)
        return next((one.farm_id for one in splits), None)

    @property
    def parts(self) -> tuple[str, ...]:
        """Farms that were a part of it, the latest first."""
        splits = (one for one in self.farm_changes if one.what is Change.SPLIT and one.farm_id == self.farm.farm_id)
        return tuple(one.other for one in splits if one.other is not None)

    @property
    def certificate_ended(self) -> bool:
        """Whether the last day of its certificate has passed."""
        return self.farm.expires_on is not None and self.farm.expires_on < local_day(self.now)

    @property
    def told_choice(self) -> ChoiceFile | None:
        """The choice that the farm's first sentence tells: none that led to a certificate, or to none, already."""
        led = self.choice is not None and self.choice.applied_on is not None and self.farm.expires_on is not None
        return None if self.unasked or self.may_apply or (led and not self.certificate_ended) else self.choice

    @property
    def needed_by(self) -> FarmChangeLine | None:
        """What happened to it that made the audit of its choice necessary; None where its farmer applied, or chose."""
        applied_on = None if self.choice is None else self.choice.applied_on
        needed = (
            one for one in self.farm_changes if one.farm_id == self.farm.farm_id and one.state is Decided.NEW_AUDIT
        )
        return next((one for one in needed if one.happened_on == applied_on), None)

    @property
    def unasked(self) -> bool:
        """Whether nobody asks it to choose although its certificate comes to its end."""
        return self.asking is not None and self.asking.coming is Coming.UNASKED


async def file_of(door: Door, farm_id: str) -> FarmFile:
    """The farm's file; HTTPException 404 when there is none, or none that the visitor may see."""
    async with door.sessions.begin() as session:
        line = await farm_line(session, sight(door), farm_id)
        found = await farm(session, sight(door), farm_id)
        if line is None or found is None:
            raise HTTPException(404, "not-found")
        now = await clock.now(session)
        await note_reading(session, door, farm_id)
        situation = await situation_of(session, farm_id)
        bodies = await body_names(session)
        choice = await choice_of(session, farm_id)
        return FarmFile(
            farm=found,
            line=line,
            language=Language(found.language),
            previous_body=bodies.get(found.previous_body or ""),
            choice=choice,
            waiting=None if choice is None else await unsettled_answer(session, choice.case_id),
            waits=await waiting_of(session, farm_id),
            follows=await follows(session, farm_id),
            no_body_left=None if choice is None else bodies.get(await lost_body(session, choice.case_id) or ""),
            letters=await letters_of_farm(session, farm_id),
            happenings=await timeline(session, farm_id),
            tasks=await tasks_of_farm(session, await viewer(session, actor_of(door), door.body_id), farm_id),
            running=await matters_of(session, farm_id),
            audits=await audits_of_farm(session, farm_id),
            decisions=await certifications_of_farm(session, farm_id),
            status_changes=await status_changes_of_farm(session, farm_id),
            farm_changes=await farm_changes_of(session, farm_id),
            foreseen=() if situation is None else foreseen(situation, now),
            bodies=bodies,
            now=now,
            numbers=await numbers_of(session, found),
            changes=await changes_of(session, farm_id),
            dairy=(await dairy_names(session)).get(found.dairy_id or ""),
            may_join=await may_join(session, found, now),
            chosen_on=None if situation is None else _chosen_on(situation, local_day(now)),
            certificates=await certificates_of(session, found, local_day(now)),
            may_apply=await may_apply(session, found, local_day(now)),
            no_version=await no_version(session, farm_id),
            corrections_until=await corrections_until(session, farm_id),
        )


async def note_reading(session: AsyncSession, door: Door, farm_id: str) -> None:
    """Who looked into this farm's file, and when."""
    values = {"person": actor_of(door).person, "farm_id": farm_id, "at": await clock.now(session)}
    await session.execute(insert(Reading).values(values))


def _chosen_on(situation: Situation, today: date) -> date | None:
    chosen = already_chosen(situation.candidate, rules_on(today, situation.settings))
    return situation.candidate.choice_made_on if chosen else None
