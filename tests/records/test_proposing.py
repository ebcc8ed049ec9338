"""Two people change a parameter; cases that run keep theirs (design.md §6)."""

from datetime import date

import pytest

from records.database import Sessions
from records.house import ParameterRow, ProposalRow
from records.parameter import rules_at
from records.proposing import decide, propose
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.parameter import Proposal
from scheme.people import Actor, Role
from scheme.rules import Name, Setting
from scheme.step import Act
from tests.world import (
    KEYS,
    LETTERS_AT,
    SECRETARY,
    case_of,
    column,
    run_round,
    set_clock,
    table,
    the_choice,
)

OTHER = Actor(PersonId("P-0007"), Role.ADMINISTRATOR)
ASKED = Proposal(Setting(Name.CHOICE_ANSWER_DAYS, 40, LETTERS_AT.date()), "Board, 2025-01-10", None)
ACTS = "SELECT act FROM trail WHERE act LIKE 'parameter:%' ORDER BY number"


async def ask(world: Sessions, asked: Proposal = ASKED, key: int = 0) -> None:
    async with world.begin() as session:
        await propose(session, KEYS[key], asked, SECRETARY)


async def say(world: Sessions, actor: Actor, *, accepted: bool, key: int = 0) -> bool:
    async with world.begin() as session:
        return await decide(session, KEYS[key], actor, accepted=accepted)


async def test_a_value_counts_once_a_second_person_agrees(world: Sessions) -> None:
    await ask(world)
    assert await table(world, ParameterRow) == []
    assert await say(world, OTHER, accepted=True)
    [row] = await table(world, ParameterRow)
    assert (row.name, row.value, row.valid_from, row.confirmed_by) == (
        "choice-answer-days",
        40,
        date(2025, 1, 15),
        None,
    )
    async with world() as session:
        assert (await rules_at(session, LETTERS_AT)).choice_answer_days == 40
    assert await column(world, ACTS) == [Act.PARAMETER_PROPOSED, Act.PARAMETER_CHANGED]


async def test_a_case_that_runs_keeps_the_value_it_began_with(world: Sessions) -> None:
    await run_round(world)
    await ask(world)
    await say(world, OTHER, accepted=True)
    assert (await case_of(world, the_choice())).answer_due == date(2025, 2, 14)


async def test_nobody_agrees_to_what_they_proposed(world: Sessions) -> None:
    await ask(world)
    with pytest.raises(RuleViolationError, match=Rule.SECOND_PERSON_NEEDED):
        await say(world, SECRETARY, accepted=True)
    assert await table(world, ParameterRow) == []
    assert await say(world, SECRETARY, accepted=False)
    assert await column(world, ACTS) == [Act.PARAMETER_PROPOSED, Act.PARAMETER_KEPT]


async def test_the_same_act_twice_is_one(world: Sessions) -> None:
    for _ in range(2):
        await ask(world)
        assert await say(world, OTHER, accepted=True)
    assert len(await table(world, ProposalRow)) == 1
    assert len(await column(world, ACTS)) == 2


async def test_one_proposal_waits_at_a_time_and_is_decided_once(world: Sessions) -> None:
    await ask(world)
    with pytest.raises(RuleViolationError, match=Rule.ALREADY_PROPOSED):
        await ask(world, key=1)
    await say(world, OTHER, accepted=True)
    with pytest.raises(RuleViolationError, match=Rule.ALREADY_DECIDED):
        await say(world, SECRETARY, accepted=False)


async def test_what_was_agreed_to_too_late_does_not_reach_back(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    await ask(world)
    await set_clock(world, LETTERS_AT.replace(day=16))
    with pytest.raises(RuleViolationError, match=Rule.NOT_IN_THE_PAST):
        await say(world, OTHER, accepted=True)
    assert await table(world, ParameterRow) == []


async def test_there_is_no_such_proposal(world: Sessions) -> None:
    assert not await say(world, OTHER, accepted=True)
