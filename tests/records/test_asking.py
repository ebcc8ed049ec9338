"""The letter that asks: the days count from the day it left, and nobody is asked in vain (docs/decisions/0018)."""

from datetime import UTC, date, datetime

import pytest

from records import ledger
from records.asking import unsent
from records.case import CaseRow
from records.database import Sessions
from records.letter import LetterRow, LetterState
from records.printing import print_waiting
from records.queries.choice_round import progress
from records.replacing import Address, Replacement, replace_letter
from records.submission import OutboxRow
from records.task import TaskKind, TaskRow
from records.wire import news_from
from scheme import choice, choice_letter
from scheme.choice_heard import hear
from scheme.ids import CaseId
from scheme.news import LetterLeft, LetterUnsent, News
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    SECRETARY,
    TWO,
    YEAR,
    answer,
    case_of,
    change,
    close_choice,
    news,
    run_round,
    set_clock,
    table,
    the_choice,
    write,
)

REMINDS_AT = datetime(2025, 1, 29, 23, tzinfo=UTC)
LATER = datetime(2025, 3, 3, 8, tzinfo=UTC)  # Mon
SHA = "0" * 64
MAIL, PAPER = the_choice(), the_choice(3)


async def look(sessions: Sessions, case_id: CaseId = PAPER) -> News | None:
    async with sessions.begin() as session:
        return await unsent(session, await session.get_one(CaseRow, case_id), REMINDS_AT)


async def to_print(sessions: Sessions) -> None:
    """The machine has done its part: mails went out, paper waits for a person."""
    async with sessions.begin() as session:
        for row in await ledger.claim(session, "page/1", 25):
            if row.channel == "paper":
                await ledger.note_to_print(session, row, SHA)
            else:
                await ledger.note_handed_over(session, row, SHA, "250 OK")


async def print_all(sessions: Sessions, at: datetime) -> None:
    await set_clock(sessions, at)
    async with sessions.begin() as session:
        assert await print_waiting(session, SECRETARY) is not None


async def letter(sessions: Sessions, case_id: CaseId = PAPER, kind: str = "choice") -> LetterRow:
    async with sessions() as session:
        return await session.get_one(LetterRow, f"{case_id}:{kind}")


async def told(sessions: Sessions) -> list[tuple[str, date]]:
    """Choices that were told of a letter that left late, and on which day."""
    found = [news_from(row.payload) for row in await table(sessions, OutboxRow) if row.kind == "letter-left"]
    return [(one.target, one.what.on) for one in found if isinstance(one.what, LetterLeft)]


async def tasks(sessions: Sessions) -> list[tuple[str, bool]]:
    """The tasks for a letter that has not left, and whether each is open."""
    rows = [row for row in await table(sessions, TaskRow) if row.kind == TaskKind.LETTER_UNSENT]
    return [(row.facts["letter"], row.closed_at is None) for row in rows]


@pytest.mark.parametrize(
    ("state", "in_house"),
    [
        pytest.param(LetterState.PLANNED, True, id="planned, or held"),
        pytest.param(LetterState.SENDING, True, id="in the machine"),
        pytest.param(LetterState.TO_PRINT, True, id="to print"),
        pytest.param(LetterState.FAILED, True, id="failed"),
        pytest.param(LetterState.PRINTED, False, id="printed"),
        pytest.param(LetterState.HANDED_OVER, False, id="with the mail server"),
    ],
)
async def test_the_look_finds_a_letter_that_is_still_in_the_house(
    world: Sessions, state: LetterState, in_house: bool
) -> None:
    await run_round(world)
    await change(world, "UPDATE letter SET state = :state", state=state.value)
    found = await look(world)
    assert (found is not None) is in_house
    assert found is None or (found.target, found.at, found.what) == (PAPER, REMINDS_AT, LetterUnsent())


async def test_it_looks_for_nothing_where_somebody_answered_or_the_letter_is_an_earlier_choices(
    world: Sessions,
) -> None:
    await run_round(world)
    await change(world, "UPDATE letter SET case_id = :other WHERE case_id = :case", case=PAPER, other=the_choice(2))
    assert await look(world) is None
    await write(world, hear(await case_of(world, MAIL), answer()))
    assert await look(world, MAIL) is None


async def test_a_letter_printed_on_its_own_day_tells_nobody(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await print_all(world, LETTERS_AT)
    assert (await told(world), (await letter(world)).sha256) == ([], SHA)


async def test_a_letter_printed_later_carries_that_day_and_tells_its_choice(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await print_all(world, LATER)
    printed = await letter(world)
    assert (printed.words["dated"], printed.words["answer_due"]) == ("2025-03-03", "2025-04-02")
    # The hash was of the letter as it was before; the post notes another.
    assert printed.sha256 is None
    assert await told(world) == [(PAPER, date(2025, 3, 3))]


async def test_so_does_a_mail_that_waited(world: Sessions) -> None:
    await run_round(world)
    await set_clock(world, LATER)
    await to_print(world)
    gone = await letter(world, MAIL)
    assert (gone.state, gone.words["dated"], gone.words["answer_due"]) == ("handed-over", "2025-03-03", "2025-04-02")
    assert (MAIL, date(2025, 3, 3)) in await told(world)


async def test_a_reminder_printed_later_reminds_of_the_same_last_day(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await print_all(world, LETTERS_AT)
    await set_clock(world, REMINDS_AT)
    await write(world, choice.remind(await case_of(world, PAPER), REMINDS_AT))
    await to_print(world)
    await print_all(world, datetime(2025, 2, 3, 8, tzinfo=UTC))
    reminder = await letter(world, kind="reminder")
    assert (reminder.words["dated"], reminder.words["answer_due"]) == ("2025-02-03", "2025-02-14")
    assert await told(world) == []


async def test_a_reminder_on_paper_is_a_task_once_it_has_waited_too_long(world: Sessions) -> None:
    """More than three days after Thu 2025-01-30 (Name.PRINT_WITHIN_DAYS): on Monday. A mail goes by itself."""
    await run_round(world)
    await to_print(world)
    await print_all(world, LETTERS_AT)
    await set_clock(world, REMINDS_AT)
    for case_id in (MAIL, PAPER):
        await write(world, choice.remind(await case_of(world, case_id), REMINDS_AT))
    assert await tasks(world) == [(f"{PAPER}:reminder", True)]
    [task] = await table(world, TaskRow)
    assert (task.follow_up_on, task.due_on) == (date(2025, 2, 3), date(2025, 2, 3))
    await to_print(world)
    await print_all(world, datetime(2025, 2, 3, 8, tzinfo=UTC))
    assert await tasks(world) == [(f"{PAPER}:reminder", False)]


async def test_a_task_asks_for_the_letter_until_it_has_left(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await write(world, choice_letter.unsent(await case_of(world, PAPER), REMINDS_AT))
    assert await tasks(world) == [(f"{PAPER}:choice", True)]
    left = news(LetterLeft(date(2025, 3, 3)), LATER, PAPER)
    await write(world, hear(await case_of(world, PAPER), left))
    assert await tasks(world) == [(f"{PAPER}:choice", False)]


async def test_an_answer_withdraws_the_letter_that_has_not_left(world: Sessions) -> None:
    await run_round(world)
    await write(world, choice_letter.unsent(await case_of(world, MAIL), REMINDS_AT))
    await write(world, hear(await case_of(world, MAIL), answer(TWO, LATER, SECRETARY)))
    assert ((await letter(world, MAIL)).state, (await letter(world)).state) == ("withdrawn", "planned")
    assert await tasks(world) == [(f"{MAIL}:choice", False)]


async def test_the_end_withdraws_the_reminder_and_not_the_letter_that_tells_of_it(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await write(world, choice.remind(await case_of(world, MAIL), REMINDS_AT))
    await close_choice(world)
    states = {row.kind: row.state for row in await table(world, LetterRow) if row.case_id == MAIL}
    assert states == {"choice": "handed-over", "reminder": "withdrawn", "assignment": "planned"}
    async with world() as session:
        figures = await progress(session, YEAR)
    assert figures is not None
    assert figures.reminders == 0


async def test_a_copy_to_another_address_counts_from_its_own_day_where_the_first_never_left(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await set_clock(world, LATER)
    elsewhere = Address("Kerkstraat 9", "2300", "Turnhout", None)
    async with world.begin() as session:
        await replace_letter(session, Replacement(f"{PAPER}:choice", elsewhere, "Moved", KEYS[3]), SECRETARY)
    await to_print(world)
    await print_all(world, LATER)
    assert await told(world) == [(PAPER, date(2025, 3, 3))]
    async with world() as session:
        copy = await session.get_one(LetterRow, f"{PAPER}:choice-2")
    assert (copy.words["dated"], copy.words["answer_due"]) == ("2025-03-03", "2025-04-02")


async def test_and_keeps_the_last_day_where_the_first_had_left(world: Sessions) -> None:
    await run_round(world)
    await to_print(world)
    await print_all(world, LETTERS_AT)
    await set_clock(world, REMINDS_AT)
    elsewhere = Address("Kerkstraat 9", "2300", "Turnhout", None)
    async with world.begin() as session:
        await replace_letter(session, Replacement(f"{PAPER}:choice", elsewhere, "Moved", KEYS[3]), SECRETARY)
    await to_print(world)
    await print_all(world, REMINDS_AT)
    async with world() as session:
        copy = await session.get_one(LetterRow, f"{PAPER}:choice-2")
    assert (await told(world), copy.words["answer_due"]) == ([], "2025-02-14")
    assert copy.words["dated"] == "2025-01-30"
    assert (await case_of(world, PAPER)).close_at == CLOSES_AT
