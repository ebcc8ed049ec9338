"""Certificates are issued once, numbered without gaps, and nothing that was said about them is changed."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlmodel import col

from records.certificate import CertificateRow, CertificateTurn, CertificateVersion
from records.database import Sessions
from records.farm import Farm
from records.issuing import issue, set_status
from records.queries.certificate import certificate_of_number, certificates_of
from records.revising import new_version
from records.submission import OutboxRow
from scheme.certificate import Reason, Status, Why
from scheme.edition import Edition
from scheme.ids import CertificateNumber, PersonId, farmer_case
from scheme.lastenboek.rule_number import RuleNumber
from scheme.lastenboek.validity import Validity
from tests.world import number

AT = datetime(2025, 11, 3, 9, tzinfo=UTC)  # Mon 2025-11-03
KEPT = Validity(date(2025, 12, 2), date(2028, 12, 1), RuleNumber.ANNIVERSARY_KEPT)
DECIDER = PersonId("P-0002")


async def issued(world: Sessions, place: int = 1, validity: Validity = KEPT, at: datetime = AT) -> CertificateNumber:
    """The case that decides stands here for the farm's own: only that it is one counts."""
    async with world.begin() as session:
        return await issue(
            session, farm_id=number(place), case_id=farmer_case(number(place)), validity=validity,
            edition=Edition.E11_1, decided_by=DECIDER, at=at,
        )  # fmt: skip


async def set_on(world: Sessions, of: CertificateNumber, status: Status, on: date, until: date | None = None) -> None:
    async with world.begin() as session:
        await set_status(
            session, of, status, on=on, case_id=farmer_case(number(1)), at=AT, reason=Reason.UNANNOUNCED_AUDIT,
            valid_until=until,
        )  # fmt: skip


async def stands(world: Sessions, of: str, on: date) -> tuple[Status, date]:
    async with world() as session:
        found = await certificate_of_number(session, col(Farm.farm_id).is_not(None), of, on)
    assert found is not None
    return found[0].standing.status, found[0].standing.valid_until


async def test_three_decisions_at_once_get_three_numbers_and_each_one_is_issued_once(world: Sessions) -> None:
    numbers = await asyncio.gather(*(issued(world, place) for place in (1, 2, 3)))
    assert sorted(numbers) == ["IKM-2025-000001", "IKM-2025-000002", "IKM-2025-000003"]
    assert await issued(world, 2) == numbers[1]


async def test_the_register_names_the_new_one_and_the_old_one_runs_to_its_last_day(world: Sessions) -> None:
    async with world.begin() as session:
        await session.execute(
            update(Farm)
            .where(col(Farm.farm_id) == number(1))
            .values(certificate_number="IKM-2022-00042", certificate_from=date(2022, 12, 2))
        )
    new = await issued(world)
    async with world() as session:
        farm = await session.get_one(Farm, number(1))
        assert (farm.certificate_number, farm.certificate_from, farm.expires_on) == (
            new,
            KEPT.valid_from,
            KEPT.valid_until,
        )
        both = await certificates_of(session, farm, date(2025, 12, 1))
        told = select(col(OutboxRow.target)).where(col(OutboxRow.news_id).like("%certificate-ikm-2025-000001%"))
        assert sorted((await session.execute(told)).scalars()) == [farmer_case(number(1)), "post"]
    assert [(one.number, one.standing.status) for one in both] == [
        (new, Status.NOT_BEGUN),
        ("IKM-2022-00042", Status.VALID),
    ]
    assert [await stands(world, one.number, date(2025, 12, 2)) for one in both] == [
        (Status.VALID, date(2028, 12, 1)), (Status.EXPIRED, date(2025, 12, 1)),
    ]  # fmt: skip


async def test_a_certificate_that_would_run_beside_the_new_one_is_replaced(world: Sessions) -> None:
    async with world.begin() as session:
        await session.execute(
            update(Farm)
            .where(col(Farm.farm_id) == number(1))
            .values(certificate_number="OLD-1", certificate_from=date(2022, 12, 2))
        )
    await issued(world, validity=Validity(date(2025, 11, 3), date(2028, 11, 3), RuleNumber.FROM_THE_DECISION))
    assert await stands(world, "OLD-1", date(2025, 11, 2)) == (Status.VALID, date(2025, 12, 1))
    assert await stands(world, "OLD-1", date(2025, 11, 3)) == (Status.REPLACED, date(2025, 12, 1))


async def test_suspension_and_extension_are_turns_and_the_old_last_day_is_kept(world: Sessions) -> None:
    new = await issued(world)
    for _ in range(2):
        await set_on(world, new, Status.SUSPENDED, date(2026, 2, 1))
    await set_on(world, new, Status.VALID, date(2026, 3, 1), until=date(2029, 1, 31))
    assert await stands(world, new, date(2026, 2, 28)) == (Status.SUSPENDED, date(2028, 12, 1))
    assert await stands(world, new, date(2028, 12, 2)) == (Status.VALID, date(2029, 1, 31))
    async with world() as session:
        turns = (await session.execute(select(CertificateTurn).order_by(col(CertificateTurn.place)))).scalars().all()
        assert [(one.place, one.status, one.valid_until_before) for one in turns] == [
            (1, "suspended", None), (2, "valid", date(2028, 12, 1)),
        ]  # fmt: skip
        assert (await session.get_one(Farm, number(1))).expires_on == date(2029, 1, 31)
    with pytest.raises(ValueError, match="nobody decides it"):
        await set_on(world, new, Status.EXPIRED, date(2026, 4, 1))


async def test_a_new_version_says_what_the_register_says_now_and_only_if_that_differs(world: Sessions) -> None:
    new = await issued(world)
    async with world.begin() as session:
        assert await new_version(session, new, Why.NAME, AT) == 1
        await session.execute(update(Farm).where(col(Farm.farm_id) == number(1)).values(name="Hoeve Ter Eik"))
        assert await new_version(session, new, Why.NAME, AT) == 2
    async with world() as session:
        rows = (await session.execute(select(CertificateVersion).order_by(col(CertificateVersion.version)))).scalars()
        assert [row.words["name"] for row in rows] == ["Hoeve Ter Linde", "Hoeve Ter Eik"]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(update(CertificateRow).values(valid_until=date(2040, 1, 1)), id="its days"),
        pytest.param(update(CertificateTurn).values(status="valid"), id="a turn"),
        pytest.param(update(CertificateVersion).values(words={}), id="the words of a version"),
        pytest.param(delete(CertificateTurn), id="a turn away"),
    ],
)
async def test_the_database_refuses_to_change_what_was_said(world: Sessions, statement: object) -> None:
    await set_on(world, await issued(world), Status.SUSPENDED, date(2026, 2, 1))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.begin() as session:
            await session.execute(statement)  # type: ignore[call-overload]


async def test_a_document_that_was_signed_stays_as_it_is(world: Sessions) -> None:
    await issued(world)
    async with world.begin() as session:
        await session.execute(update(CertificateVersion).values(signed=b"PDF", signed_sha256="x"))
    with pytest.raises(DBAPIError, match="never changed"):
        async with world.begin() as session:
            await session.execute(update(CertificateVersion).values(signed=b"another"))
