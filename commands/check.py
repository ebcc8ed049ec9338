"""`ikm check`: whether rows, trail and workflows agree."""

from sqlalchemy import text

from commands.open import Open, opened
from commands.say import fail, say, stdout, tell
from records.agreement import findings
from records.quiet import waiting
from scheme.ids import POST

# Those whose start Temporal has been given.
_OPEN = text("""
SELECT case_id FROM case_file c WHERE closed_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM outbox o WHERE o.target = c.case_id AND o.kind = 'start' AND o.settled_at IS NULL)
""")


async def check(*, json: bool) -> None:
    """Name every gap; status 1 when there is one."""
    async with opened() as house:
        async with house.sessions() as session:
            gaps = [(found.gap.value, found.about) for found in await findings(session)]
            left = await waiting(session)
            cases = set((await session.execute(_OPEN)).scalars())
        running = await _running(house)
        # What is being started or ended at this moment is no gap.
        if not left:
            gaps += [("workflow-missing", case) for case in sorted(cases - running)]
            gaps += [("workflow-left", case) for case in sorted(running - cases - {POST})]
    if json:
        tell({"gaps": [{"gap": gap, "about": about} for gap, about in gaps], "waiting": left, "ok": not gaps})
    else:
        for gap, about in gaps:
            stdout.print(f"{gap}: {about}", soft_wrap=True)
    if gaps:
        fail(f"{len(gaps)} places do not agree.")
    say(f"Rows, trail and {len(running)} workflows agree." + (f" Still to be done: {left}." if left else ""))


async def _running(house: Open) -> set[str]:
    return {each.id async for each in house.client.list_workflows("ExecutionStatus = 'Running'")}
