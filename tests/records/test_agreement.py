"""Rows that do not agree are found, each by its kind; in a house that holds there are none."""

import pytest

from records.agreement import Finding, Gap, findings
from records.database import Sessions
from tests.world import ROUND, change, close_choice, run_round, the_choice

CHOICE = the_choice(1)
LETTER = f"{CHOICE}:choice"
BREAKS = {
    Gap.DEADLINES: (CHOICE, f"DELETE FROM deadline WHERE case_id = '{CHOICE}' AND kind = 'close'"),
    Gap.CHOICE: (CHOICE, f"UPDATE choice SET body = 'B-02' WHERE case_id = '{CHOICE}'"),
    Gap.ROUND: (ROUND, "UPDATE choice_round SET open = open + 1, state = 'running'"),
    Gap.TRAIL: (CHOICE, f"UPDATE case_file SET revision = revision + 1 WHERE case_id = '{CHOICE}'"),
    Gap.LETTER_MISSING: (f"{CHOICE}#1", f"UPDATE letter SET kind = 'reminder' WHERE letter_key = '{LETTER}'"),
    Gap.LEDGER: (LETTER, f"UPDATE letter SET state = 'handed-over' WHERE letter_key = '{LETTER}'"),
    Gap.TASK: (LETTER, f"UPDATE letter SET state = 'failed' WHERE letter_key = '{LETTER}'"),
}


OF_AUDITS = {Gap.AUDIT, Gap.NOBODY_ACTS, Gap.AUDIT_NOT_OPENED, Gap.CHANGE_NOT_AUDITED}


async def found(world: Sessions) -> list[Finding]:
    async with world() as session:
        return await findings(session)


async def test_a_round_at_work_agrees_with_itself(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    assert await found(world) == []


# Those of audits and decisions: see test_audit_opening.py and test_farm_changing.py.
@pytest.mark.parametrize("gap", sorted(BREAKS))
async def test_what_does_not_agree_is_named(world: Sessions, gap: Gap) -> None:
    assert set(BREAKS) | OF_AUDITS == set(Gap)
    await run_round(world)
    about, broken = BREAKS[gap]
    await change(world, broken)
    assert await found(world) == [Finding(gap, about)]


async def test_two_letters_under_one_message_id_are_found(world: Sessions) -> None:
    await run_round(world)
    await change(world, "UPDATE letter SET message_id = '<one@ikm.example>'")
    assert {one.gap for one in await found(world)} == {Gap.LEDGER}
