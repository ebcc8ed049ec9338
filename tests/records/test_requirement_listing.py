"""Lists of requirements as rows: the examples a house begins with, and another that two people put in their place."""

from datetime import date

import pytest
from sqlalchemy.exc import ProgrammingError

from records.database import Sessions
from records.founding import found
from records.queries.requirement_list import RequirementListFile, list_on, requirement_lists
from records.receiving import KeyReusedError
from records.requirement_list import RequirementListRow, RequirementRow
from records.requirement_listing import decide_list, propose_list
from scheme.errors import Rule, RuleViolationError
from scheme.ids import EditionCode, ListId, PersonId
from scheme.lastenboek.grade import Grade
from scheme.people import Actor, Role
from scheme.register_file import table as file_table
from scheme.requirement_file import HEADER, read_requirements
from scheme.requirement_list import ListHead, ListState, RequirementList
from scheme.step import Act
from tests.world import BEGINS, KEYS, PLANNER, SECRETARY, change, column, table

OTHER = Actor(PersonId("P-0007"), Role.ADMINISTRATOR)
DAY_BEFORE, FIRST_DAY = date(2026, 8, 31), date(2026, 9, 1)
LINES = (
    ("A1", "Dieren", "C", "", "Eén", "Un", "Eins", "One", "p. 1", "D"),
    ("A7.2", "Dieren", "A", "x", "Zeven", "Sept", "", "", "", ""),
    ("J3", "Nieuw", "B", "", "Drie", "", "", "", "", "A"),
)


def other_list(code: str = "12.1", in_force: date = FIRST_DAY) -> RequirementList:
    """Three requirements with numbers, grades and an edition of their own."""
    read = read_requirements(file_table([(place, line) for place, line in enumerate((HEADER, *LINES), 1)]))
    head = ListHead(EditionCode(code), f"Lastenboek {code}", in_force, example=False, source="Board, 2026-06-01")
    return RequirementList(head, read.modules, read.requirements)


async def propose(world: Sessions, one: RequirementList, key: int = 0, sha256: str = "ab") -> ListId:
    async with world.begin() as session:
        return await propose_list(session, KEYS[key], one, sha256, SECRETARY)


async def decide(world: Sessions, list_id: str, actor: Actor, *, accepted: bool = True) -> bool:
    async with world.begin() as session:
        return await decide_list(session, ListId(list_id), actor, accepted=accepted)


async def on(world: Sessions, day: date) -> RequirementListFile:
    async with world() as session:
        return await list_on(session, day)


async def states(world: Sessions, today: date) -> dict[str, ListState]:
    async with world() as session:
        return {one.list_id: one.state for one in await requirement_lists(session, today)}


@pytest.mark.parametrize(
    ("day", "list_id", "edition", "many"),
    [
        pytest.param(date(2020, 1, 1), "L-001", "11.1", 44, id="before the oldest: the oldest"),
        pytest.param(date(2026, 3, 31), "L-001", "11.1", 44, id="Tue 2026-03-31"),
        pytest.param(date(2026, 4, 1), "L-002", "12", 43, id="Wed 2026-04-01"),
    ],
)
async def test_a_house_begins_with_the_examples_of_the_rulebook(
    world: Sessions, day: date, list_id: str, edition: str, many: int
) -> None:
    found_list = await on(world, day)
    assert (found_list.list_id, found_list.edition, len(found_list.requirements)) == (list_id, edition, many)
    assert found_list.example
    a21 = found_list.requirement("A21")
    assert a21 is not None
    assert (a21.grade, a21.visual, a21.source.to_be_confirmed) == (Grade.B, False, False)
    assert [letter for letter, _ in found_list.by_module] == list("ABCDEFGH")


async def test_a_house_that_is_older_than_its_lists_is_given_them_once(world: Sessions) -> None:
    before = await table(world, RequirementListRow)
    async with world.begin() as session:
        await found(session, practice=True, begins=BEGINS)
    assert await table(world, RequirementListRow) == before
    assert len(before) == 2


async def test_another_list_counts_from_its_day_once_a_second_person_agrees(world: Sessions) -> None:
    assert await propose(world, other_list()) == "L-003"
    assert (await on(world, FIRST_DAY)).list_id == "L-002"
    assert await decide(world, "L-003", OTHER)
    assert ((await on(world, DAY_BEFORE)).list_id, (await on(world, FIRST_DAY)).list_id) == ("L-002", "L-003")
    found_list = await on(world, FIRST_DAY)
    assert found_list.edition == "12.1"
    assert found_list.requirements == other_list().requirements
    assert found_list.modules == other_list().modules
    assert await states(world, DAY_BEFORE) == {
        "L-001": ListState.REPLACED, "L-002": ListState.ACTIVE, "L-003": ListState.COMING,
    }  # fmt: skip
    acts = "SELECT act FROM trail WHERE act LIKE 'requirement-list:%' ORDER BY number"
    assert await column(world, acts) == [Act.LIST_PROPOSED, Act.LIST_ACCEPTED]


async def test_a_list_of_a_day_long_past_would_count_for_no_audit(world: Sessions) -> None:
    await propose(world, other_list(in_force=date(2020, 1, 1)))
    async with world() as session:
        proposed, *others = await requirement_lists(session, DAY_BEFORE)
    assert (proposed.list_id, proposed.after) == ("L-003", (await on(world, DAY_BEFORE)).in_force)
    assert [one.after for one in others] == [None, None]


async def test_a_correction_is_a_new_list_of_the_same_edition_and_day(world: Sessions) -> None:
    for place, expected in enumerate(("L-003", "L-004")):
        assert await propose(world, other_list(), place) == expected
        await decide(world, expected, OTHER)
    assert (await on(world, FIRST_DAY)).list_id == "L-004"
    assert (await states(world, FIRST_DAY))["L-003"] is ListState.REPLACED


async def test_nobody_agrees_to_what_they_proposed(world: Sessions) -> None:
    await propose(world, other_list())
    with pytest.raises(RuleViolationError, match=Rule.SECOND_PERSON_NEEDED):
        await decide(world, "L-003", SECRETARY)
    with pytest.raises(RuleViolationError, match=Rule.NOT_ALLOWED):
        await decide(world, "L-003", PLANNER)
    assert await decide(world, "L-003", SECRETARY, accepted=False)
    assert (await states(world, FIRST_DAY))["L-003"] is ListState.DECLINED
    assert await column(world, f"SELECT act FROM trail WHERE act = '{Act.LIST_DECLINED}'") == [Act.LIST_DECLINED]
    assert (await on(world, FIRST_DAY)).list_id == "L-002"


async def test_one_list_waits_at_a_time_and_is_decided_once(world: Sessions) -> None:
    for _ in range(2):
        assert await propose(world, other_list()) == "L-003"
    with pytest.raises(KeyReusedError):
        await propose(world, other_list(), sha256="cd")
    with pytest.raises(RuleViolationError, match=Rule.ALREADY_PROPOSED):
        await propose(world, other_list(), key=1)
    for _ in range(2):
        assert await decide(world, "L-003", OTHER)
    with pytest.raises(RuleViolationError, match=Rule.ALREADY_DECIDED):
        await decide(world, "L-003", SECRETARY, accepted=False)
    assert not await decide(world, "L-009", OTHER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requirement SET grade = 'C'",
        "DELETE FROM requirement",
        "UPDATE requirement_list SET in_force = '2020-01-01'",
        "DELETE FROM requirement_list",
    ],
)
async def test_the_application_cannot_change_what_a_list_asks(world: Sessions, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await change(world, statement)
    assert len(await table(world, RequirementRow)) == 87
