"""The register comes in whole or not at all, with its trail, and farms get their workflows (design.md §4, door 3)."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import get_args

import pytest
from sqlalchemy.exc import IntegrityError

from records.case import CaseRow, DeadlineRow
from records.database import Sessions
from records.farm import Farm, InspectionBody
from records.registering import Imported
from records.submission import OutboxRow
from records.trail import Change, TrailEntry
from records.wire import case_from, digest
from scheme.certificate_days import watch_on
from scheme.ids import PATTERNS, BodyId, farmer_case
from scheme.inbox import WORKFLOWS
from scheme.news import What
from scheme.step import Act
from tests.world import BEGINS, BODIES, FARMS, bring_in, case_of, column, farm, number, registered, run_round, table

WATCH = watch_on(BEGINS.date(), letters=True)
TABLES = (Farm, InspectionBody, CaseRow, DeadlineRow, OutboxRow, TrailEntry, Change)


async def everything(sessions: Sessions) -> list[object]:
    return [await table(sessions, rows) for rows in TABLES]  # type: ignore[type-var]


async def test_farms_enter_with_their_cases_and_deadlines(world: Sessions) -> None:
    farms = await table(world, Farm)
    assert [(row.farm_id, row.standing, row.registered_at) for row in farms] == [
        ("F-000001", "active", BEGINS), ("F-000002", "active", BEGINS), ("F-000003", "active", BEGINS),
    ]  # fmt: skip
    assert await case_of(world, farmer_case(number(1))) == registered(1, watch=WATCH)
    days = await column(world, "SELECT kind || ' ' || due::date FROM deadline ORDER BY 1")
    # Ninety days before the last one: Tue 2025-09-02, from its midnight in Brussels.
    assert days == ["certificate-warning 2025-09-01"] * 3 + ["choice-window 2025-03-01"] * 3
    assert [body.body_id for body in await table(world, InspectionBody)] == ["B-01", "B-02", "B-05"]


async def test_workflow_starts_are_in_the_outbox(world: Sessions) -> None:
    starts = [row for row in await table(world, OutboxRow) if row.target.startswith("farmer:")]
    assert [row.news_id for row in starts] == [f"farmer:F-00000{place}#start" for place in (1, 2, 3)]
    assert {(row.kind, row.settled_at) for row in starts} == {("start", None)}
    assert [case_from(row.payload) for row in starts] == [registered(place, watch=WATCH) for place in (1, 2, 3)]


async def test_the_trail_says_who_brought_them_in(world: Sessions) -> None:
    entries = [(row.chain, row.act, row.person, row.facts) for row in await table(world, TrailEntry)]
    assert entries[1:] == [
        *((f"F-00000{n}", "farm:registered", "P-0001", {"case": f"farmer:F-00000{n}"}) for n in (1, 2, 3)),
        ("house", Act.REGISTER_IMPORTED, "P-0001", {"farms": 3, "added": 3, "changed": 0}),
    ]


async def test_the_same_file_again_changes_nothing(world: Sessions) -> None:
    before = await everything(world)
    assert await bring_in(world, FARMS) == Imported(added=0, changed=0, unchanged=3)
    assert await everything(world) == before


async def test_a_farm_the_file_does_not_name_stays(world: Sessions) -> None:
    assert await bring_in(world, [farm(4)]) == Imported(added=1, changed=0, unchanged=0)
    assert [row.farm_id for row in await table(world, Farm)] == ["F-000001", "F-000002", "F-000003", "F-000004"]


async def test_a_changed_farm_keeps_before_and_after_apart_from_the_trail(world: Sessions) -> None:
    moved = farm(1, street="Kerkstraat 12", city="Hoogstraten", certificate_from=date(2022, 12, 2))
    assert await bring_in(world, [moved, *FARMS[1:]]) == Imported(added=0, changed=1, unchanged=2)
    (change,) = await table(world, Change)
    assert change.before == {"street": "Dorp 1", "city": "Turnhout", "certificate_from": None}
    assert change.after == {"street": "Kerkstraat 12", "city": "Hoogstraten", "certificate_from": "2022-12-02"}
    assert change.sha256 == digest(change.salt, change.before, change.after)
    (entry,) = [row for row in await table(world, TrailEntry) if row.act == Act.FARM_CHANGED]
    assert (entry.chain, entry.person) == ("F-000001", "P-0001")
    assert entry.facts == {"change": change.change_id, "sha256": change.sha256}
    async with world() as session:
        row = await session.get_one(Farm, number(1))
    assert (row.street, row.city, row.standing, row.registered_at) == ("Kerkstraat 12", "Hoogstraten", "active", BEGINS)


async def test_two_equal_changes_have_hashes_of_their_own(world: Sessions) -> None:
    await bring_in(world, [farm(place, city="Gent") for place in (1, 2)])
    first, second = await table(world, Change)
    assert first.after == second.after
    assert first.sha256 != second.sha256


async def test_the_trail_holds_nothing_a_person_could_be_known_by(world: Sessions) -> None:
    await bring_in(world, [farm(1, holder="Jan Maes", email="jan@maes.example"), *FARMS[1:]])
    await run_round(world)
    rows = [row.model_dump(mode="json") for row in await table(world, TrailEntry)]
    written = json.dumps(rows, ensure_ascii=False)
    for personal in ("Linde", "Peeters", "Maes", "Dorp 1", "2300", "Turnhout", "@"):
        assert personal not in written


async def test_what_temporal_is_given_are_ids_dates_and_codes(world: Sessions) -> None:
    await run_round(world)
    codes = [one.value for kind in StrEnum.__subclasses__() if kind.__module__.startswith("scheme.") for one in kind]
    kinds = [*WORKFLOWS, *(member.kind for member in get_args(What))]
    known = re.compile("|".join([*PATTERNS.values(), *map(re.escape, (*codes, *kinds))]))
    rows = await table(world, OutboxRow)
    given = [text for row in rows for text in texts(row.payload)]
    assert len(given) > 80
    assert [text for text in given if not known.fullmatch(text) and not is_moment(text)] == []


def texts(value: object) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


async def test_an_error_in_the_middle_leaves_nothing(world: Sessions) -> None:
    before = await everything(world)
    broken = [farm(1, city="Gent"), farm(4), *(farm(place) for place in range(5, 600))]
    broken.append(farm(600, inspection_body=BodyId("B-99")))
    with pytest.raises(IntegrityError):
        await bring_in(world, broken)
    assert await everything(world) == before


async def test_more_farms_than_one_statement_takes(world: Sessions) -> None:
    assert (await bring_in(world, [farm(place) for place in range(4, 510)])).added == 506
    assert len(await table(world, CaseRow)) == 510


async def test_a_body_is_kept_as_the_file_says(world: Sessions) -> None:
    longer = replace(BODIES[0], recognised_until=date(2030, 2, 28))
    await bring_in(world, FARMS, [longer])
    async with world() as session:
        assert (await session.get_one(InspectionBody, "B-01")).recognised_until == date(2030, 2, 28)
