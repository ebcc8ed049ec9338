"""A house in practice on 15 January 2025 whose round of 2025 was opened, and a hand that does a case's work."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from api.parts import Parts
from records.case import CaseRow, ChoiceRow
from records.database import Sessions
from records.founding import found
from records.opening import insert_case, open_member, open_round, page_of, round_of
from records.receiving import submission_of
from records.recording import write_step
from records.reopening import open_later
from records.submission import SubmissionRow
from records.wire import case_from
from scheme import (
    audit_heard,
    certification,
    choice,
    choice_heard,
    choice_round,
    farmer,
    farmer_heard,
    matter,
    status_change,
)
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.choice_round import ChoiceRound
from scheme.correction import put_right, wanted
from scheme.farmer import Farmer
from scheme.ids import CaseId, FarmId, farmer_case, round_case
from scheme.inbox import Opened, OpenRound
from scheme.matter import Matter
from scheme.periodic_audit import PeriodicAudit
from scheme.rules import rules_on
from scheme.status_change import StatusChange
from scheme.stopping import Stop
from settings import Settings
from tests.api.conftest import SITE

# Wed 2025-01-15, 09:00 in Brussels: the last day for an answer is Fri 2025-02-14.
AT = datetime(2025, 1, 15, 8, tzinfo=UTC)
ROUND = round_case(2025)


def keyed(*, practice: bool = False) -> Settings:
    """Settings with a key for codes; nobody answers at Temporal's address."""
    key = SecretStr("A" * 43)
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=practice, code_key=key)


async def reach(app: FastAPI) -> None:
    """Give the application a client that writes dates; nobody answers at its address."""
    parts: Parts = app.state.parts
    client = await Client.connect(parts.settings.temporal_address, lazy=True, data_converter=pydantic_data_converter)
    app.state.parts = replace(parts, client=client)


async def found_house(sessions: Sessions, at: datetime = AT) -> None:
    """A practice house, and the cases of the two farms."""
    async with sessions.begin() as session:
        await found(session, practice=True, begins=at)
        for number in ("F-000001", "F-000002"):
            farm = FarmId(number)
            step = farmer.registered(
                farm, at, rules_on(at.date()), expires_on=None, choice_made_on=None, writes_choice=False, practice=True
            )
            await insert_case(session, step, opened_by="test", farm_id=farm)


async def ask_farms(sessions: Sessions) -> None:
    """The round of 2025 with both farms asked."""
    await found_house(sessions)
    async with sessions.begin() as session:
        assert await open_round(session, OpenRound(2025, AT, "test"), practice=True) is None  # type: ignore[arg-type]
        opened = await round_of(session, ROUND)
        for member in await page_of(session, ROUND, None, 10):
            assert await open_member(session, opened, member) is None


async def work(sessions: Sessions, case_id: str) -> None:
    """Deal with what was handed in to a case, as its workflow would."""
    async with sessions.begin() as session:
        waiting = select(SubmissionRow).where(SubmissionRow.case_id == case_id, col(SubmissionRow.settled_at).is_(None))
        for row in (await session.exec(waiting)).all():
            case = case_from((await session.get_one(CaseRow, case_id)).state)
            submission = submission_of(row)
            if isinstance(case, Choice):
                await write_step(session, choice_heard.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, Farmer) and not isinstance(submission.facts, Stop):
                request = wanted(case, submission)  # type: ignore[arg-type]
                opened = Opened() if request is None else await open_later(session, request, practice=True)
                await write_step(session, put_right(case, submission, opened.case_id, opened.refused))  # type: ignore[arg-type]
            elif isinstance(case, ChoiceRound):
                await write_step(session, choice_round.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, Farmer):
                await write_step(session, farmer_heard.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, Matter):
                await write_step(session, matter.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, PeriodicAudit):
                await write_step(session, audit_heard.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, Certification):
                await write_step(session, certification.hear(case, submission))  # type: ignore[arg-type]
            elif isinstance(case, StatusChange):
                await write_step(session, status_change.hear(case, submission))  # type: ignore[arg-type]


async def close_choice(sessions: Sessions, case_id: CaseId) -> None:
    """The last day has passed."""
    async with sessions.begin() as session:
        case = case_from((await session.get_one(CaseRow, case_id)).state)
        assert isinstance(case, Choice)
        await write_step(session, choice.close(case, case.close_at))


async def choice_row(sessions: Sessions, farm_id: str) -> ChoiceRow:
    """The farm's choice as it stands."""
    async with sessions() as session:
        return (await session.exec(select(ChoiceRow).where(ChoiceRow.farm_id == farm_id))).one()


async def handed_in(sessions: Sessions) -> list[SubmissionRow]:
    """All that was handed in."""
    async with sessions() as session:
        return list(await session.exec(select(SubmissionRow)))


def farmers_case(farm_id: str) -> CaseId:
    """The farm's own case."""
    return farmer_case(FarmId(farm_id))


def hidden(page: httpx.Response) -> dict[str, str]:
    """Hidden fields of a page's main form (the last of each name wins)."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
