"""The floor of traffic alone for `ikm bench audits`: all that was told, to workflows whose rows are nothing."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select
from temporalio.client import Client

from commands.bench.children import children
from commands.bench.floors import Floor, few_at_a_time, measured
from commands.bench.house import BenchHouse
from commands.bench.rest import resting
from commands.bench.traffic import EMPTY, deliver, empty_namespace, told_by
from commands.bench.year_house import Prepared, workflows
from records.receiving import submission_of
from records.submission import OutboxRow, SubmissionRow
from scheme.ids import POST
from scheme.step import Outcome

_FARM = re.compile(r"F-[0-9]{6}")
# A certificate is made by the post, too, and costs Temporal as much as a letter.
PIECES_AN_AUDIT = 4
Told = OutboxRow | SubmissionRow


async def empty(house: BenchHouse, prepared: Prepared) -> Floor:
    """(c) Farms and audits as they stood when the counting began, and then all that was told, farm by farm in order."""
    client = await empty_namespace(house)
    rows = [row for row in await told_by(house) if _FARM.search(row.target)]
    before = [row for row in rows if row.kind == "start" and row.created_at < prepared.began]
    later = [row for row in rows if row.created_at >= prepared.began]
    told = _by_farm([*later, *await _handed_in(house, prepared.began)])
    queue, cases = house.open.settings.task_queue, await workflows(house)
    (post,) = [row for row in await told_by(house) if row.target == POST and row.kind == "start"]

    async def start(row: OutboxRow) -> None:
        await deliver(client, queue, row)

    async def go_on(farm: str) -> None:
        for row in told[farm]:
            await (hand_in(client, row) if isinstance(row, SubmissionRow) else deliver(client, queue, row))

    async def delivered() -> None:
        await start(post)
        await few_at_a_time(go_on, list(told))
        await resting(client, queue, cases)

    many = len(prepared.audits)
    pieces = str(many * PIECES_AN_AUDIT)
    async with children([("commands.bench.empty", pieces)], TEMPORAL_NAMESPACE=EMPTY) as running:
        await few_at_a_time(start, before)
        await resting(client, queue, [row.target for row in before])
        return Floor(many, await measured(house, running, delivered))


async def hand_in(client: Client, row: SubmissionRow) -> None:
    """As a page does it."""
    handle = client.get_workflow_handle(row.case_id)
    await handle.execute_update("hand_in", submission_of(row), id=row.submission_id, result_type=Outcome)


async def _handed_in(house: BenchHouse, began: datetime) -> Sequence[SubmissionRow]:
    async with house.open.sessions() as session:
        return (await session.exec(select(SubmissionRow).where(col(SubmissionRow.created_at) >= began))).all()


def _by_farm(rows: Sequence[Told]) -> Mapping[str, Sequence[Told]]:
    """In the order in which it was written; of one transaction, starts first."""
    found = defaultdict[str, list[Told]](list)
    for row in sorted(rows, key=lambda row: row.created_at):
        about = row.target if isinstance(row, OutboxRow) else row.case_id
        found[_FARM.findall(about)[0]].append(row)
    return found
