"""The people of `ikm bench audits`: they plan, report, review and decide over HTTP, a few of them at a time."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bench.floors import few_at_a_time
from commands.bench.house import BenchHouse
from commands.bench.year_house import Prepared
from parts.processes import until
from records.letter import LetterRow, LetterState
from records.periodic_audit import CertificationRow
from rehearsal.audits import DECIDERS
from rehearsal.course import Answers, Course, Days
from rehearsal.desks import Desks, certify, plan, report
from rehearsal.round import AT_ONCE
from scheme.certification import State
from scheme.days import local_day
from scheme.ids import BodyId, CaseId
from scheme.lastenboek.outcome import Surroundings

EVERY_SECONDS = 0.05
VISIT_IN = timedelta(hours=1)
SCORE = 80
NOTHING_FOUND = Course("nothing-found", 1, (), Days(SCORE, SCORE), Surroundings.GOOD, Answers.SOON, returned=False)


@dataclass
class People:
    """Everybody at work on these audits. seconds: what each stage of their work took, in order."""

    house: BenchHouse
    prepared: Prepared
    desks: Desks
    seconds: dict[str, float] = field(default_factory=dict)

    async def sign_in(self) -> None:
        """Everybody is there before anything is counted; each body's auditor is known."""
        bodies = {body for _, body in self.prepared.audits}
        names = [f"{role}-{body.lower()}" for body in sorted(bodies) for role in ("planner", "auditor")]
        for name in (*names, *DECIDERS):
            await self.desks.of(name)
        for body in sorted(bodies):
            await self.desks.auditor_of(body)

    async def work(self) -> None:
        """From the plan to the last decision; a stage begins once the one before has ended for all.

        Nobody reports before the letters about the visits are out: those would be withdrawn, and cost nothing.
        """
        audits = self.prepared.audits
        with self._stage("plan"):
            await few_at_a_time(self._plan, audits, AT_ONCE)
            await until(self._letters_out, EVERY_SECONDS)
        with self._stage("report"):
            await few_at_a_time(self._report, audits, AT_ONCE)
            await until(self._all_to_review, EVERY_SECONDS)
        decisions = list(await self._decisions())
        with self._stage("review"):
            await few_at_a_time(self._review, decisions, AT_ONCE)
        with self._stage("decide"):
            await few_at_a_time(self._decide, decisions, AT_ONCE)
            await until(self._all_decided, EVERY_SECONDS)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 1)

    async def _plan(self, audit: tuple[CaseId, BodyId]) -> None:
        case, body = audit
        await plan(self.desks, body, case, datetime.now(UTC) + VISIT_IN)

    async def _report(self, audit: tuple[CaseId, BodyId]) -> None:
        case, body = audit
        await report(self.desks, body, case, local_day(datetime.now(UTC)), NOTHING_FOUND, SCORE)

    async def _review(self, decision: str) -> None:
        await certify(self.desks, DECIDERS[0], decision, "review")

    async def _decide(self, decision: str) -> None:
        await certify(self.desks, DECIDERS[1], decision, "decision")

    async def _letters_out(self) -> bool:
        async with self.house.open.sessions() as session:
            return await letters_out(session)

    async def _all_to_review(self) -> bool:
        return len(await self._decisions()) == len(self.prepared.audits)

    async def _all_decided(self) -> bool:
        return set((await self._decisions()).values()) == {State.ISSUED.value}

    async def _decisions(self) -> Mapping[str, str]:
        """The state of each, by its case."""
        async with self.house.open.sessions() as session:
            asked = select(CertificationRow.case_id, CertificationRow.state).order_by(CertificationRow.case_id)
            return dict(iter(await session.exec(asked)))


async def letters_out(session: AsyncSession) -> bool:
    """Whether no letter waits for the machine."""
    waits = col(LetterRow.state).in_([LetterState.PLANNED, LetterState.SENDING])
    return (await session.exec(select(LetterRow.letter_key).where(waits).limit(1))).first() is None
