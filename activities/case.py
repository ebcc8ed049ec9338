"""The activities every case shares: `record`, `look`, `open_case`, `turn_away`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.beating import beating
from records.asking import unsent
from records.audit_opening import open_next
from records.case import CaseRow
from records.clock import now
from records.database import Sessions
from records.opening import open_one, open_round, page_of, round_of
from records.opening_again import open_again
from records.opening_page import open_members
from records.receiving import submission_of
from records.recording import write_step
from records.reopening import open_later
from records.submission import OutboxRow, SubmissionRow
from records.wire import refusal_json
from scheme.errors import Refusal, RuleViolationError
from scheme.inbox import AnyStep, Item, Look, Opened, OpenOne, OpenPage, OpenRequest, OpenRound
from scheme.opening import OpenAgain, OpenAudit, OpenCertification
from scheme.step import Dealt


@dataclass(frozen=True)
class Cases:
    """What these activities need: the database, and whether the house is for practice."""

    sessions: Sessions
    practice: bool

    @activity.defn(name="record")
    async def record(self, step: AnyStep) -> None:
        """Write a step in one transaction; a second run finds its revision and changes nothing."""
        async with self.sessions.begin() as session:
            await write_step(session, step)

    @activity.defn(name="look")
    async def look(self, look: Look) -> list[Item]:
        """Unsettled submissions received before `look.due`, oldest first, under the case's row lock.

        Before them, for a choice nobody answered: the news that its letter has not left the house.
        Fails, to be tried again, while the database's clock has not reached that moment.
        """
        async with self.sessions.begin() as session:
            case = (await session.exec(select(CaseRow).where(CaseRow.case_id == look.case_id).with_for_update())).one()
            if await now(session) < look.due:
                message = "the database's clock has not reached the moment to look at"
                raise ApplicationError(message, type="NotYet")
            submissions: list[Item] = [submission_of(row) for row in await _unsettled(session, look.case_id, look.due)]
            news = await unsent(session, case, look.due)
            return submissions if news is None else [news, *submissions]

    @activity.defn(name="turn_away")
    async def turn_away(self, dealt: tuple[Dealt, ...]) -> None:
        """Settle what reached a case after its end."""
        async with self.sessions.begin() as session:
            for one in dealt:
                await _turn_away(session, one)

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> Opened:
        """Open what is asked for, in one transaction; what was opened before by the same opener is success."""
        match request:
            case OpenRound():
                return await self._open_round(request)
            case OpenPage():
                return await self._open_page(request)
            case OpenAgain():
                async with self.sessions.begin() as session:
                    return Opened(refused=await open_again(session, request, practice=self.practice))
            case OpenAudit() | OpenCertification():
                async with self.sessions.begin() as session:
                    return await open_next(session, request, practice=self.practice)
            case OpenOne():
                async with self.sessions.begin() as session:
                    return Opened(refused=await open_one(session, request, practice=self.practice))
            case _:
                async with self.sessions.begin() as session:
                    return await open_later(session, request, practice=self.practice)

    async def _open_round(self, request: OpenRound) -> Opened:
        try:
            async with self.sessions.begin() as session:
                return Opened(refused=await open_round(session, request, practice=self.practice))
        except RuleViolationError as violation:
            return Opened(refused=violation.refusal)

    async def _open_page(self, request: OpenPage) -> Opened:
        async with self.sessions() as session:
            opened = await round_of(session, request.round_id)
            members = await page_of(session, request.round_id, request.after, request.size)
        page = members[: request.size]
        async with beating(), self.sessions.begin() as session:
            await open_members(session, opened, page)
        reached = page[-1].farm_id if page else request.after
        return Opened(reached=reached, last=len(members) <= request.size)


async def _unsettled(session: AsyncSession, case_id: str, due: datetime) -> list[SubmissionRow]:
    query = (
        select(SubmissionRow)
        .where(
            SubmissionRow.case_id == case_id,
            col(SubmissionRow.settled_at).is_(None),
            SubmissionRow.received_at < due,
        )
        .order_by(col(SubmissionRow.received_at), col(SubmissionRow.created_at))
    )
    return list(await session.exec(query))


async def _turn_away(session: AsyncSession, one: Dealt) -> None:
    real = text("clock_timestamp()")
    refused: Refusal | None = one.outcome.refused_by
    submissions = update(SubmissionRow).where(
        col(SubmissionRow.submission_id) == one.item, col(SubmissionRow.settled_at).is_(None)
    )
    await session.execute(submissions.values(settled_at=real, refused_by=refusal_json(refused)))
    news = update(OutboxRow).where(col(OutboxRow.news_id) == one.item, col(OutboxRow.settled_at).is_(None))
    await session.execute(news.values(settled_at=real))
