"""`ikm check`: whether rows, trail and workflows agree."""

from sqlalchemy import text

from commands.open import Open, opened
from commands.say import fail, say, stdout, tell
from records.agreement import Gap, findings
from records.quiet import waiting
from scheme.ids import POST

# Those whose start Temporal has been given.
_OPEN = text("""
SELECT case_id FROM case_file c WHERE closed_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM outbox o WHERE o.target = c.case_id AND o.kind = 'start' AND o.settled_at IS NULL)
""")


# What a person does about a gap that no program mends.
_REMEDIES = {
    Gap.NOBODY_ACTS: (
        "Nobody is asked to go on with this audit, and no day will. Its page shows what is missing: plan, report or "
        "judge it there; where no decision opened, take the report back and hand it in again."
    ),
    Gap.AUDIT_NOT_OPENED: (
        "The audit of this choice waited for one that is over. Record the choice anew on the farm's page, under "
        "'A wrong body was recorded': its audit opens then."
    ),
    Gap.CHANGE_NOT_AUDITED: (
        "After this move, merger or split an audit of the farm is due and nothing leads to one. Add the farm to this "
        "year's round, or have its certificate withdrawn and enter an application."
    ),
}


async def check(*, json: bool) -> None:
    """Name every gap, with what to do where a person has to; status 1 when there is one."""
    async with opened() as house:
        gaps = await gaps_of(house)
    if json:
        tell({"gaps": [{"gap": gap, "about": about} for gap, about in gaps], "ok": not gaps})
    else:
        for gap, about in gaps:
            stdout.print(f"{gap}: {about}", soft_wrap=True)
        for gap, remedy in _REMEDIES.items():
            if any(found == gap for found, _ in gaps):
                stdout.print(f"{gap}: {remedy}", soft_wrap=True)
    if gaps:
        fail(f"{len(gaps)} places do not agree.")
    say("Cases, deadlines, letters, tasks, trail and workflows agree.")


async def gaps_of(house: Open) -> list[tuple[str, str]]:
    """What does not agree, and about which case, letter or task; workflows are compared while the house is at rest."""
    async with house.sessions() as session:
        gaps = [(found.gap.value, found.about) for found in await findings(session)]
        busy = await waiting(session)
        cases = set((await session.execute(_OPEN)).scalars())
    running = await _running(house)
    # What is being started or ended at this moment is no gap.
    missing = [] if busy else [("workflow-missing", case) for case in sorted(cases - running)]
    left = [] if busy else [("workflow-left", case) for case in sorted(running - cases - {POST})]
    return [*gaps, *missing, *left]


async def _running(house: Open) -> set[str]:
    return {each.id async for each in house.client.list_workflows("ExecutionStatus = 'Running'")}
