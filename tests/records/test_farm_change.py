"""A farm changed by hand: its trail, its numbers with their days, its letters, its workflow (design.md §4, door 3)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from records import ledger
from records.case import ChoiceRow
from records.database import Sessions
from records.farm import Farm
from records.farm_change import add_farm, change_farm
from records.identifying import numbers_of
from records.letter import LetterRow
from records.queries.change import FieldChange, changes_of
from records.register import farm_line_of
from records.register_row import locked
from records.submission import OutboxRow
from scheme.choice import remind
from scheme.choice_round import Country
from scheme.farmer_heard import hear
from scheme.identifier import BeganLaterError, Held, IdentifierKind
from scheme.language import Language
from scheme.step import Act
from tests.world import (
    SECRETARY,
    bring_in,
    case_of,
    column,
    farm,
    number,
    run_round,
    set_clock,
    stop,
    table,
    the_choice,
    value,
    write,
)

LATER = date(2025, 1, 20)
REMINDS_AT = datetime(2025, 1, 29, 23, tzinfo=UTC)


async def change(sessions: Sessions, place: int = 1, on: date = LATER, **changes: object) -> bool:
    """The secretary changes the farm; its numbers hold from Mon 2025-01-20 unless told."""
    async with sessions.begin() as session:
        row = await locked(session, Farm, number(place))
        assert row is not None
        line = replace(farm_line_of(row), **changes)  # type: ignore[arg-type]
        return await change_farm(session, row, line, on, SECRETARY)


async def letters(sessions: Sessions, place: int = 1) -> dict[str, LetterRow]:
    """The farm's letters by kind."""
    return {row.kind: row for row in await table(sessions, LetterRow) if row.farm_id == number(place)}


async def send_one(sessions: Sessions) -> None:
    """The first letter, farm 1's, goes out."""
    async with sessions.begin() as session:
        (row,) = await ledger.claim(session, "page-a/1", 1)
        await ledger.note_handed_over(session, row, "0" * 64, "250 OK")


async def test_only_what_differs_is_kept_with_who_and_when(world: Sessions) -> None:
    assert await change(world, holder="Bart Peeters", phone="014 12 34 56")
    async with world() as session:
        (done,) = await changes_of(session, number(1))
    assert (done.role, set(done.fields)) == (
        SECRETARY.role,
        {FieldChange("holder", "An Peeters", "Bart Peeters"), FieldChange("phone", None, "014 12 34 56")},
    )
    assert await column(world, "SELECT act FROM trail WHERE chain = 'F-000001' ORDER BY place DESC LIMIT 1") == [
        Act.FARM_CHANGED
    ]
    assert await value(world, "SELECT revision FROM farm WHERE farm_id = 'F-000001'") == 2


async def test_the_same_again_changes_nothing(world: Sessions) -> None:
    assert not await change(world)
    assert await value(world, "SELECT revision FROM farm WHERE farm_id = 'F-000001'") == 1


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        pytest.param({"language": Language.FR}, ("fr", "hoeve@f1.example", "Dorp 1", "mail"), id="language"),
        pytest.param({"street": "Elders 9"}, ("nl", "hoeve@f1.example", "Elders 9", "mail"), id="address"),
        pytest.param({"email": "nieuw@f1.example"}, ("nl", "nieuw@f1.example", "Dorp 1", "mail"), id="mail address"),
        pytest.param({"email": None}, ("nl", None, "Dorp 1", "paper"), id="on paper from now on"),
        pytest.param({"holder": "Bart Peeters"}, ("nl", "hoeve@f1.example", "Dorp 1", "mail"), id="holder"),
    ],
)
async def test_later_letters_and_those_that_wait_go_to_the_new_address(
    world: Sessions, changes: dict[str, object], read: tuple[str | None, ...]
) -> None:
    await run_round(world)
    await change(world, **changes)
    await write(world, remind(await case_of(world, the_choice()), REMINDS_AT))
    for row in (await letters(world)).values():
        assert (row.language, row.address, row.words["street"], row.channel) == read


async def test_what_was_sent_stays_as_it_was(world: Sessions) -> None:
    await run_round(world)
    await send_one(world)
    await change(world, language=Language.FR, street="Elders 9", email="nieuw@f1.example")
    await write(world, remind(await case_of(world, the_choice()), REMINDS_AT))
    sent, later = (await letters(world))["choice"], (await letters(world))["reminder"]
    assert (sent.language, sent.address, sent.words["street"]) == ("nl", "hoeve@f1.example", "Dorp 1")
    assert (later.language, later.address, later.words["street"]) == ("fr", "nieuw@f1.example", "Elders 9")


async def test_a_letter_to_print_is_written_anew_and_the_post_hears_of_it(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as session:
        for row in await ledger.claim(session, "page-a/1", 3):
            if row.farm_id == number(3):
                await ledger.note_to_print(session, row, "0" * 64)
    await change(world, 3, city="Mol")
    row = (await letters(world, 3))["choice"]
    assert (row.state, row.sha256, row.words["city"]) == ("planned", None, "Mol")
    told = [row.news_id for row in await table(world, OutboxRow) if row.news_id.startswith("farmer:F-000003>post#")]
    assert told == ["farmer:F-000003>post#register-r2"]


async def test_a_letter_that_comes_back_to_wait_goes_where_the_register_says_by_now(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as session:
        (row,) = await ledger.claim(session, "page-a/1", 1)
    await change(world, email="nieuw@f1.example")
    assert (await letters(world))["choice"].address == "hoeve@f1.example"
    async with world.begin() as session:
        await ledger.note_later(session, row, "450 mailbox busy")
    assert (await letters(world))["choice"].address == "nieuw@f1.example"


async def test_another_dairy_changes_no_letter(world: Sessions) -> None:
    await run_round(world)
    before = await letters(world)
    await change(world, supplier_number="L 77-12")
    assert await letters(world) == before


async def test_another_certificate_is_told_to_the_farms_workflow(world: Sessions) -> None:
    await change(world, expires_on=date(2026, 3, 1))
    (told,) = [row for row in await table(world, OutboxRow) if row.kind == "register-changed"]
    assert (told.target, told.payload["what"]["expires_on"]) == ("farmer:F-000001", "2026-03-01")


async def test_numbers_have_their_days_and_the_columns_stay_in_step(world: Sessions) -> None:
    await change(world, enterprise_number="0403019261", herd_number="BE90000123-0101")
    await change(world, on=date(2025, 3, 1), enterprise_number="0123456749")
    async with world() as session:
        row = await session.get_one(Farm, number(1))
        held = await numbers_of(session, row)
    assert row.enterprise_number == "0123456749"
    assert held == (
        Held(IdentifierKind.ENTERPRISE_NUMBER, "0123456749", date(2025, 3, 1)),
        Held(IdentifierKind.ENTERPRISE_NUMBER, "0403019261", LATER, date(2025, 2, 28)),
        Held(IdentifierKind.HERD_NUMBER, "BE90000123-0101", LATER),
    )


async def test_a_number_cannot_end_before_it_began(world: Sessions) -> None:
    await change(world, enterprise_number="0403019261")
    with pytest.raises(BeganLaterError):
        await change(world, on=date(2025, 1, 19), enterprise_number="0123456749")
    assert await value(world, "SELECT enterprise_number FROM farm WHERE farm_id = 'F-000001'") == "0403019261"


async def test_a_number_that_came_by_file_is_kept_with_its_days_too(world: Sessions) -> None:
    await bring_in(world, [farm(1, herd_number="BE90000123-0101")])
    await set_clock(world, datetime(2025, 3, 1, 8, tzinfo=UTC))
    await bring_in(world, [farm(1, herd_number="BE90000999-0101")])
    rows = "SELECT value || ' ' || valid_from || ' ' || coalesce(valid_until::text, '-') FROM identifier ORDER BY 1"
    assert await column(world, rows) == [
        "BE90000123-0101 2025-01-01 2025-02-28", "BE90000999-0101 2025-03-01 -",
    ]  # fmt: skip


async def test_a_farm_entered_by_hand_gets_its_case_and_its_regions_certification_body(world: Sessions) -> None:
    async with world.begin() as session:
        await add_farm(session, farm(9, postcode="4700", city="Eupen"), SECRETARY, practice=True)
    assert await value(world, "SELECT certification_body FROM farm WHERE farm_id = 'F-000009'") == "Comité du Lait"
    assert await column(world, "SELECT kind FROM outbox WHERE target = 'farmer:F-000009'") == ["start"]
    assert await column(world, "SELECT act FROM trail WHERE chain = 'F-000009'") == [Act.FARM_REGISTERED]


async def test_a_stopped_farm_is_changed_and_not_brought_back(world: Sessions) -> None:
    herself = await case_of(world, stop().case_id)
    await write(world, hear(herself, stop(on=date(2025, 1, 10))))
    await change(world, expires_on=date(2026, 6, 1), country=Country.BE)
    row = await value(world, "SELECT standing FROM farm WHERE farm_id = 'F-000001'")
    assert (row, await table(world, ChoiceRow)) == ("stopped", [])
