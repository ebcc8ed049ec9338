"""A body that loses days or scope: every choice that has it hears of it, in one transaction (domain.md §12.2)."""

from datetime import UTC, date, datetime
from typing import Any

from records.body_change import change_body, loss_by
from records.database import Sessions
from records.farm import InspectionBody
from records.letter import LetterRow
from records.register_row import locked
from records.submission import OutboxRow
from records.task import TaskKind, TaskRow
from records.wire import news_from
from scheme.choice_heard import hear
from scheme.choice_round import FULL_SCOPE
from scheme.ids import BodyId, CaseId
from scheme.recognition import Loss
from scheme.register_line import BodyLine
from scheme.step import Act
from tests.world import (
    BODIES,
    FARMS,
    LETTERS_AT,
    ONE,
    SECRETARY,
    TWO,
    answer,
    bring_in,
    case_of,
    change,
    choice_row,
    close_choice,
    column,
    farm,
    number,
    run_round,
    set_clock,
    table,
    the_choice,
    value,
    write,
)

LOST_AT = datetime(2025, 3, 3, 8, tzinfo=UTC)
EARLIER = {"recognised_from": date(2024, 3, 1), "recognised_until": date(2025, 2, 28)}


async def three(sessions: Sessions) -> None:
    """Farm 1 was assigned body 1, farm 2's choice is open and silence gives body 1, farm 3 answered for body 2."""
    await run_round(sessions)
    await write(sessions, hear(await case_of(sessions, the_choice(3)), answer(TWO, actor=SECRETARY)))
    await close_choice(sessions, 1)
    await set_clock(sessions, LOST_AT)


async def lose(sessions: Sessions, **columns: Any) -> Loss | None:
    """The secretary changes body 1; what that would bring was shown before."""
    async with sessions.begin() as session:
        row = await locked(session, InspectionBody, ONE)
        assert row is not None
        foreseen = await loss_by(session, row, {**EARLIER, **columns})
        assert await change_body(session, row, {**EARLIER, **columns}, SECRETARY)
        return foreseen


async def told(sessions: Sessions) -> list[tuple[str, Any, Any]]:
    """Who heard that body 1 was lost, and what is left to them."""
    rows = sorted((row for row in await table(sessions, OutboxRow) if row.kind == "body-lost"), key=lambda r: r.target)
    return [(row.target, row.payload["what"]["bodies"], row.payload["what"]["default_body"]) for row in rows]


async def test_each_choice_that_has_it_hears_of_it_as_it_was_foreseen(world: Sessions) -> None:
    await three(world)
    foreseen = await lose(world)
    assert foreseen is not None
    assert [[one.farm_id for one in kind] for kind in (foreseen.reopened, foreseen.asked_again, foreseen.withdrawn)] == [
        [number(1)], [number(2)], [number(3)],
    ]  # fmt: skip
    assert await told(world) == [
        (the_choice(2), [TWO], TWO), (the_choice(3), [TWO], TWO), ("farmer:F-000001", [TWO], TWO),
    ]  # fmt: skip
    assert await column(world, "SELECT act FROM trail WHERE chain = 'house' ORDER BY place DESC LIMIT 1") == [
        Act.BODY_CHANGED
    ]


async def test_a_farm_audited_since_keeps_its_body(world: Sessions) -> None:
    await three(world)
    await change(world, "UPDATE farm SET last_audit_on = '2025-03-01' WHERE farm_id = 'F-000001'")
    await lose(world)
    assert [target for target, *_ in await told(world)] == [the_choice(2), the_choice(3)]


async def test_a_stopped_farm_needs_no_other_body(world: Sessions) -> None:
    await three(world)
    await change(world, "UPDATE farm SET standing = 'stopped', stopped_on = '2025-03-01'")
    await lose(world)
    assert await told(world) == []


async def test_a_withdrawn_scope_is_a_loss_from_today(world: Sessions) -> None:
    await three(world)
    foreseen = await lose(world, recognised_until=date(2027, 2, 28), scope=["17020"])
    assert foreseen is not None
    assert len(foreseen.concerned) == 3
    assert await value(world, "SELECT scope FROM inspection_body WHERE body_id = 'B-01'") == ["17020"]


async def test_a_longer_recognition_takes_nothing_away(world: Sessions) -> None:
    await three(world)
    assert await lose(world, recognised_until=date(2028, 2, 28), scope=list(FULL_SCOPE)) is None
    assert await told(world) == []


async def test_where_nobody_is_left_a_person_has_a_task_for_each_farm(world: Sessions) -> None:
    await three(world)
    await change(world, "UPDATE inspection_body SET scope = '[]' WHERE body_id <> 'B-01'")
    foreseen = await lose(world)
    assert foreseen is not None
    assert (foreseen.left, await told(world)) == ((), [])
    tasks = {(task.farm_id, task.kind, task.due_on) for task in await table(world, TaskRow)}
    assert tasks == {(number(place), TaskKind.CHOICE_REOPENED, date(2025, 3, 10)) for place in (1, 2, 3)}
    assert (await choice_row(world, the_choice(1))).body == ONE


async def test_a_file_that_shortens_a_recognition_is_a_loss_too(world: Sessions) -> None:
    await three(world)
    shorter = BodyLine(BodyId(ONE), "Keurpunt 1", EARLIER["recognised_from"], EARLIER["recognised_until"])
    await bring_in(world, FARMS, [shorter, *BODIES[1:]])
    assert len(await told(world)) == 3


async def test_letters_that_have_not_gone_out_do_not_offer_it(world: Sessions) -> None:
    # Silence gives her the other one.
    await bring_in(world, [*FARMS[:2], farm(3, email=None, inspection_body=TWO)])
    await run_round(world)
    await set_clock(world, LETTERS_AT)
    await lose(world, recognised_until=date(2025, 1, 10))
    for row in [row for row in await table(world, OutboxRow) if row.kind == "body-lost"]:
        await write(world, hear(await case_of(world, CaseId(row.target)), news_from(row.payload)))
    letters = {row.letter_key: (row.state, row.words["bodies"]) for row in await table(world, LetterRow)}
    assert letters[f"{the_choice(2)}:choice"][0] == "withdrawn"
    assert letters[f"{the_choice(2)}:again:2"] == ("planned", ["Keurpunt 2"])
    assert letters[f"{the_choice(3)}:choice"] == ("planned", ["Keurpunt 2"])
