"""The named small world of the tests: farms, bodies, people, a practice house, and the year's round in it.

Everything has a value unless a keyword changes it; nothing is random.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import create_engine, text
from sqlmodel import SQLModel, select

from records.case import CaseRow, ChoiceRow
from records.database import Sessions
from records.founding import found
from records.opening import open_round, page_of, round_of
from records.opening_page import open_members
from records.recording import write_step
from records.registering import Imported, import_register
from records.wire import case_from
from scheme import choice, farmer
from scheme.choice import Channel, Choice, Request
from scheme.choice_heard import Answer
from scheme.choice_round import Country
from scheme.farmer import Farmer
from scheme.ids import BodyId, CaseId, FarmId, NewsId, PersonId, SubmissionId, choice_case, farmer_case, round_case
from scheme.inbox import AnyStep, OpenRound
from scheme.language import Language
from scheme.news import FarmStopped, News, What
from scheme.people import Actor, Role, farmer_of
from scheme.register_line import BodyLine, FarmLine
from scheme.rules import rules_on
from scheme.step import Submission
from scheme.stopping import Stop

BEGINS = datetime(2025, 1, 1, 8, tzinfo=UTC)  # Wed 2025-01-01 09:00 in Brussels
LETTERS_AT = datetime(2025, 1, 15, 8, tzinfo=UTC)  # Wed 2025-01-15 09:00 in Brussels
CLOSES_AT = datetime(2025, 2, 14, 23, tzinfo=UTC)  # Fri 2025-02-14 24:00 in Brussels
RULES = rules_on(date(2025, 1, 15))
YEAR = 2025
ROUND = round_case(YEAR)

SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)
PLANNER = Actor(PersonId("P-0003"), Role.PLANNER)

ONE, TWO, OLD = BodyId("B-01"), BodyId("B-02"), BodyId("B-05")
BODIES = (
    BodyLine(ONE, "Keurpunt 1", date(2024, 3, 1), date(2027, 2, 28)),
    BodyLine(TWO, "Keurpunt 2", date(2024, 3, 1), date(2027, 2, 28)),
    BodyLine(OLD, "Keurpunt 5", date(2021, 3, 1), date(2024, 2, 29)),
)

KEYS = tuple(SubmissionId(f"00000000-0000-4000-8000-{number:012}") for number in range(10))
Table = TypeVar("Table", bound=SQLModel)


def number(place: int) -> FarmId:
    """The farm's number: F-000001."""
    return FarmId(f"F-{place:06}")


def farm(place: int = 1, **changes: object) -> FarmLine:
    """A Flemish farm that the round of 2025 writes to, by mail."""
    values: dict[str, object] = {
        "farm_id": number(place), "name": "Hoeve Ter Linde", "holder": "An Peeters", "street": "Dorp 1",
        "postcode": "2300", "city": "Turnhout", "country": Country.BE, "language": Language.NL,
        "email": f"hoeve@f{place}.example", "phone": None, "enterprise_number": None, "herd_number": None,
        "certificate_number": None, "certificate_from": None, "expires_on": date(2025, 12, 1),
        "inspection_body": ONE, "choice_made_on": None,
    }  # fmt: skip
    return FarmLine(**(values | changes))  # type: ignore[arg-type]


FARMS = (farm(1), farm(2), farm(3, email=None))


def the_choice(place: int = 1, again: int = 1) -> CaseId:
    """Id of the farm's choice in 2025."""
    return choice_case(YEAR, number(place), again)


def request(place: int = 1, **changes: object) -> Request:
    """A request that opens the farm's choice beside any round."""
    values: dict[str, object] = {
        "year": YEAR, "farm_id": number(place), "rules": RULES, "bodies": (ONE, TWO), "default_body": ONE,
        "previous_body": ONE,
    }  # fmt: skip
    return Request(**(values | changes))  # type: ignore[arg-type]


def asked(place: int = 1, at: datetime = LETTERS_AT, **changes: object) -> Choice:
    """A choice just opened: its letter is dated Wed 2025-01-15."""
    return choice.opened(request(place, **changes), at, practice=True).case


def registered(place: int = 1, **changes: Any) -> Farmer:
    """A farm that entered on Wed 2025-01-01 with a certificate until Mon 2025-12-01."""
    values = {"expires_on": date(2025, 12, 1), "choice_made_on": None, "writes_choice": True, "practice": True}
    return farmer.registered(number(place), BEGINS, RULES, **(values | changes)).case


def answer(
    body: BodyId = TWO,
    at: datetime = LETTERS_AT,
    actor: Actor | None = None,
    channel: Channel = Channel.LINK,
    key: SubmissionId = KEYS[1],
) -> Submission[Answer]:
    """An answer to the choice of farm 1, by its farmer unless told."""
    return Submission(key, the_choice(), actor or farmer_of(number(1)), at, Answer(body, channel))


def stop(
    on: date = date(2025, 1, 20), at: datetime = LETTERS_AT, actor: Actor = SECRETARY, key: SubmissionId = KEYS[2]
) -> Submission[Stop]:
    """The stop of farm 1."""
    return Submission(key, farmer_case(number(1)), actor, at, Stop(on))


def news(what: What, at: datetime = LETTERS_AT, target: CaseId | None = None) -> News:
    """News for farm 1's choice unless told."""
    source, aim = farmer_case(number(1)), target or the_choice()
    return News(NewsId(f"{source}>{aim}#{what.kind}"), aim, at, what)


STOPPED = news(FarmStopped(date(2025, 1, 20)))


def empty(owner_url: str) -> None:
    """Remove every row of the database, the trail's too, as only its owner can."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for one in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(one.delete())
    engine.dispose()


async def found_house(sessions: Sessions, farms: Sequence[FarmLine] = FARMS) -> Imported:
    """Found a practice house on Wed 2025-01-01 and import its register."""
    async with sessions.begin() as session:
        await found(session, practice=True, begins=BEGINS)
    return await bring_in(sessions, farms)


async def bring_in(sessions: Sessions, farms: Sequence[FarmLine], bodies: Sequence[BodyLine] = BODIES) -> Imported:
    """Import these farms, as the secretary does."""
    async with sessions.begin() as session:
        return await import_register(session, bodies, farms, SECRETARY, practice=True)


async def set_clock(sessions: Sessions, moment: datetime) -> None:
    """Move the practice clock's row, and nothing else."""
    async with sessions.begin() as session:
        await session.execute(text("UPDATE practice_clock SET now = :moment"), {"moment": moment})


async def begin_round(sessions: Sessions) -> None:
    """Open the round of 2025 on Wed 2025-01-15; nobody is asked yet."""
    await set_clock(sessions, LETTERS_AT)
    async with sessions.begin() as session:
        assert await open_round(session, OpenRound(YEAR, LETTERS_AT, KEYS[0]), practice=True) is None


async def ask_everybody(sessions: Sessions) -> None:
    """Open the choice of every farm of the round."""
    async with sessions() as session:
        opened, members = await round_of(session, ROUND), await page_of(session, ROUND, None, 1_000)
    async with sessions.begin() as session:
        await open_members(session, opened, members)


async def run_round(sessions: Sessions) -> None:
    """Open the round of 2025 and ask every farm of it."""
    await begin_round(sessions)
    await ask_everybody(sessions)


async def case_of(sessions: Sessions, case_id: CaseId) -> Any:
    """The case as its row has it."""
    async with sessions() as session:
        return case_from((await session.get_one(CaseRow, case_id)).state)


async def choice_row(sessions: Sessions, case_id: CaseId) -> ChoiceRow:
    """The choice as lists and counts read it."""
    async with sessions() as session:
        return await session.get_one(ChoiceRow, case_id)


async def write(sessions: Sessions, step: AnyStep) -> bool:
    """Write the step in a transaction of its own."""
    async with sessions.begin() as session:
        return await write_step(session, step)


async def close_choice(sessions: Sessions, place: int = 1) -> AnyStep:
    """Nobody answered: the farm's choice ends on Fri 2025-02-14. Returns the step that was written."""
    step = choice.close(await case_of(sessions, the_choice(place)), CLOSES_AT)
    assert await write(sessions, step)
    return step


async def table(sessions: Sessions, rows: type[Table]) -> list[Table]:
    """Every row of the table, in order of its key."""
    async with sessions() as session:
        return list(await session.exec(select(rows).order_by(*rows.__table__.primary_key)))  # type: ignore[attr-defined]


async def value(sessions: Sessions, query: str, **values: object) -> Any:
    """The one value that the query gives."""
    async with sessions() as session:
        return (await session.execute(text(query), values)).scalar_one()


async def column(sessions: Sessions, query: str, **values: object) -> list[Any]:
    """The query's first column."""
    async with sessions() as session:
        return list((await session.execute(text(query), values)).scalars())


async def change(sessions: Sessions, statement: str, **values: object) -> None:
    """Change rows by hand, in a transaction of its own."""
    async with sessions.begin() as session:
        await session.execute(text(statement), values)


async def wait_for_locks(sessions: Sessions, waiting: int = 1) -> None:
    """Return once so many transactions of this database wait for a lock that another one holds."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while await value(sessions, count) < waiting:
            pass
