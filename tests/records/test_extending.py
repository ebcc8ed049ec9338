"""A collective extension: proposed by one, decided by another, written to each farm, taken back, and told of any day."""

from datetime import UTC, date, datetime

import pytest

from records.certificate import CertificateTurn
from records.database import Sessions
from records.extending import (
    Wanted,
    decide_extension,
    propose_extension,
    propose_way_back,
    withdraw_extension,
)
from records.farm import Farm
from records.issuing import issue, set_status
from records.letter import LetterRow
from records.queries.certificate import certificates_of
from records.queries.directory import whole_directory
from records.queries.extension import extension, extensions
from records.receiving import KeyReusedError
from scheme.certificate import Reason, Status
from scheme.edition import Edition
from scheme.errors import Rule, RuleViolationError
from scheme.extension import Cause, ExtensionState, Left, Selection
from scheme.ids import CertificateNumber, PersonId, farmer_case
from scheme.lastenboek.rule_number import RuleNumber
from scheme.lastenboek.validity import Validity
from scheme.people import Actor, Role
from scheme.region import Province
from scheme.step import Act
from tests.world import (
    SECRETARY,
    ask_everybody,
    begin_round,
    change,
    column,
    farm,
    found_house,
    number,
    set_clock,
    table,
)

MAY_31, JUN_30 = date(2025, 5, 31), date(2025, 6, 30)
AT = datetime(2025, 3, 13, 9, tzinfo=UTC)  # Thu 2025-03-13
BACK_AT = datetime(2025, 4, 10, 9, tzinfo=UTC)
DECIDER = Actor(PersonId("P-0002"), Role.DECISION_MAKER)
OFFICE = Actor(PersonId("P-0009"), Role.ADMINISTRATOR)
WANTED = Wanted(Selection(date(2025, 3, 13), date(2025, 5, 15)), MAY_31, Cause.EPIDEMIC, "De audits liggen stil.")
FARMS = 12


def last_day(place: int) -> date:
    """Farm 1 ends on 14 March, the next a day later each."""
    return date(2025, 3, 13 + place)


async def found(sessions: Sessions, many: int = FARMS) -> None:
    """Farms whose certificates end one a day from 14 March on; every third without a number, every fourth on paper."""
    farms = [
        farm(
            place, expires_on=last_day(place % FARMS + 1), certificate_number=f"OLD-{place}" if place % 3 else None,
            email=None if place % 4 == 0 else f"hoeve@f{place}.example", postcode="9000" if place == 2 else "2300",
        )
        for place in range(1, many + 1)
    ]  # fmt: skip
    await found_house(sessions, farms)
    await set_clock(sessions, AT)


@pytest.fixture
async def house(made_sessions: Sessions) -> Sessions:
    """Twelve farms on Thu 13 March 2025."""
    await found(made_sessions)
    return made_sessions


async def propose(sessions: Sessions, wanted: Wanted = WANTED, key: str = "one") -> str:
    async with sessions.begin() as session:
        return await propose_extension(session, key, wanted, SECRETARY)


async def decide(sessions: Sessions, which: str, actor: Actor = DECIDER, *, accepted: bool = True) -> bool:
    async with sessions.begin() as session:
        return await decide_extension(session, which, actor, accepted=accepted)


async def take_back(sessions: Sessions, which: str, key: str = "back") -> str:
    async with sessions.begin() as session:
        found = await propose_way_back(session, key, which, "Het gevaar is geweken.", SECRETARY)
    assert found is not None
    await decide(sessions, found)
    return found


async def listed(sessions: Sessions, on: date) -> int:
    """How many lines the directory has on that day: one for each farm, whatever became of its certificate."""
    async with sessions() as session:
        lines = await whole_directory(session, on, "")
    return len(lines)


async def left(sessions: Sessions, which: str) -> dict[str, str]:
    rows = (
        'SELECT farm_id || \' \' || "left" FROM extended_certificate WHERE "left" IS NOT NULL AND extension_id = :which'
    )
    return dict(said.split(" ") for said in await column(sessions, rows, which=which))


async def refused(sessions: Sessions, which: str, actor: Actor) -> Rule:
    with pytest.raises(RuleViolationError) as caught:
        await decide(sessions, which, actor)
    return caught.value.refusal.rule


async def test_it_is_proposed_by_one_and_done_once_a_decision_maker_agrees(house: Sessions) -> None:
    which = await propose(house)
    assert (which, await propose(house)) == ("E-001", "E-001")
    with pytest.raises(KeyReusedError):
        await propose(house, Wanted(WANTED.selection, JUN_30, Cause.EPIDEMIC, "-"))
    with pytest.raises(RuleViolationError, match=Rule.ALREADY_PROPOSED):
        await propose(house, key="two")
    assert await refused(house, which, SECRETARY) is Rule.NOT_ALLOWED
    assert await refused(house, which, OFFICE) is Rule.NOT_ALLOWED
    assert await refused(house, which, Actor(SECRETARY.person, Role.DECISION_MAKER)) is Rule.SECOND_PERSON_NEEDED
    assert await column(house, "SELECT count(*) FROM certificate_status") == [0]
    assert [await decide(house, which), await decide(house, which)] == [True, True]
    turns = await table(house, CertificateTurn)
    said = {(one.status, one.reason, one.valid_until, one.from_day) for one in turns}
    assert (len(turns), said) == (FARMS, {("valid", "extension", MAY_31, AT.date())})
    assert {one.valid_until_before for one in turns} == {last_day(place) for place in range(1, FARMS + 1)}
    async with house.begin() as session:
        # Decided once more by the way of a single certificate it is the same turn.
        await set_status(
            session, CertificateNumber("OLD-1"), Status.VALID, on=AT.date(), case_id=farmer_case(number(1)), at=AT,
            valid_until=MAY_31,
        )  # fmt: skip
    assert len(await table(house, CertificateTurn)) == FARMS
    assert await column(house, "SELECT DISTINCT expires_on FROM farm") == [MAY_31]
    heard = "SELECT count(*) FROM outbox WHERE kind = 'register-changed' AND payload::text LIKE '%2025-05-31%'"
    assert await column(house, heard) == [FARMS]
    acts = "SELECT act FROM trail WHERE act LIKE '%exten%' AND chain IN ('house', 'F-000001') ORDER BY number"
    assert await column(house, acts) == [Act.EXTENSION_PROPOSED, Act.EXTENSION_ACCEPTED, Act.CERTIFICATE_EXTENDED]


async def test_each_farm_gets_one_letter_on_paper_where_it_has_no_mail(house: Sessions) -> None:
    await decide(house, await propose(house))
    letters = {row.farm_id: row for row in await table(house, LetterRow)}
    assert (len(letters), sum(row.channel == "paper" for row in letters.values())) == (FARMS, 3)
    first, third = letters[number(1)], letters[number(3)]
    assert (first.letter_key, first.words["certificate_number"]) == ("farmer:F-000001:extension:1", "OLD-1")
    assert (first.words["valid_until_before"], first.words["valid_until"]) == ("2025-03-15", "2025-05-31")
    assert third.words["certificate_number"] is None
    assert await column(house, "SELECT count(*) FROM outbox WHERE news_id = 'post>post#extension-e-001'") == [1]


async def test_the_directory_is_right_on_every_day_in_between_and_after_the_way_back(house: Sessions) -> None:
    on_the_31st_before = await listed(house, MAY_31)
    await decide(house, await propose(house))
    assert (on_the_31st_before, await listed(house, MAY_31), await listed(house, date(2025, 6, 1))) == (0, FARMS, 0)
    await set_clock(house, BACK_AT)
    back = await take_back(house, "E-001")
    async with house() as session:
        one, two = await extension(session, "E-001"), await extension(session, back)
    assert one is not None
    assert two is not None
    assert (one.state, one.taken_back_by, two.state, two.moved) == (
        ExtensionState.TAKEN_BACK,
        back,
        ExtensionState.DONE,
        FARMS,
    )
    ninth, tenth = date(2025, 4, 9), date(2025, 4, 10)
    assert [await listed(house, day) for day in (AT.date(), ninth, tenth, MAY_31)] == [FARMS, FARMS, 0, 0]
    async with house() as session:
        first = await session.get_one(Farm, number(3))
        (certificate,) = await certificates_of(session, first, tenth)
    taken = "SELECT count(*) FROM trail WHERE act = :act"
    assert await column(house, taken, act=Act.EXTENSION_TAKEN_BACK.value) == [FARMS]
    assert (first.expires_on, certificate.standing.status, certificate.standing.since) == (
        last_day(4), Status.EXPIRED, tenth,
    )  # fmt: skip
    assert [(turn.valid_until_before, turn.valid_until) for turn in certificate.turns] == [
        (last_day(4), MAY_31), (MAY_31, last_day(4)),
    ]  # fmt: skip


async def test_it_can_be_extended_a_second_time_and_that_taken_back_alone(house: Sessions) -> None:
    await decide(house, await propose(house))
    again = Wanted(Selection(MAY_31, MAY_31), JUN_30, Cause.EPIDEMIC, "Nog langer.")
    await decide(house, await propose(house, again, "again"))
    assert [await listed(house, day) for day in (MAY_31, JUN_30, date(2025, 7, 1))] == [FARMS, FARMS, 0]
    with pytest.raises(RuleViolationError, match=Rule.NOTHING_TO_EXTEND):
        await take_back(house, "E-001")
    back = await take_back(house, "E-002")
    with pytest.raises(RuleViolationError, match=Rule.NOT_EXTENDED):
        await take_back(house, back, "back-of-back")
    assert [await listed(house, day) for day in (MAY_31, date(2025, 6, 1))] == [FARMS, 0]
    await take_back(house, "E-001", "back-again")
    assert [await listed(house, day) for day in (AT.date(), MAY_31)] == [FARMS, 0]


async def test_what_stands_otherwise_is_left_out_and_listed(house: Sessions) -> None:
    await change(house, "UPDATE farm SET stopped_on = '2025-02-01', standing = 'stopped' WHERE farm_id = 'F-000001'")
    await change(house, "UPDATE farm SET expires_on = '2025-06-02' WHERE farm_id = 'F-000004'")
    wide = Wanted(Selection(date(2025, 3, 1), date(2025, 12, 31)), MAY_31, Cause.OTHER, "Overstroming.")
    which = await propose(house, wide)
    assert await left(house, which) == {"F-000001": Left.STOPPED, "F-000004": Left.LATER}
    await change(house, "UPDATE farm SET expires_on = '2025-03-20' WHERE farm_id = 'F-000005'")
    await decide(house, which)
    assert await left(house, which) == {
        "F-000001": Left.STOPPED, "F-000004": Left.LATER, "F-000005": Left.CHANGED,
    }  # fmt: skip
    assert await column(house, "SELECT count(*) FROM certificate_status") == [FARMS - 3]


async def test_what_was_renewed_or_suspended_meanwhile_is_left_alone_by_the_way_back(house: Sessions) -> None:
    await decide(house, await propose(house))
    async with house.begin() as session:
        await issue(
            session, farm_id=number(1), case_id=farmer_case(number(1)), edition=Edition.E11_1, decided_by=DECIDER.person,
            validity=Validity(date(2025, 6, 1), date(2028, 5, 31), RuleNumber.FROM_THE_DECISION), at=AT,
        )  # fmt: skip
        await set_status(
            session, CertificateNumber("OLD-2"), Status.SUSPENDED, on=AT.date(), case_id=farmer_case(number(2)), at=AT,
            reason=Reason.ACCESS_REFUSED,
        )  # fmt: skip
    back = await take_back(house, "E-001")
    async with house() as session:
        found = await extension(session, back)
    assert found is not None
    assert (await left(house, back), found.moved) == ({"F-000001": Left.RENEWED, "F-000002": Left.CHANGED}, FARMS - 2)


async def test_a_letter_that_had_not_left_goes_no_more_and_who_was_told_hears_of_the_way_back(house: Sessions) -> None:
    await decide(house, await propose(house))
    gone = "UPDATE letter SET state = 'handed-over' WHERE farm_id = 'F-000001'"
    await change(house, gone)
    await take_back(house, "E-001")
    states = "SELECT letter_key || ' ' || state FROM letter WHERE farm_id <= 'F-000002' ORDER BY planned_at, 1"
    assert await column(house, states) == [
        "farmer:F-000001:extension:1 handed-over", "farmer:F-000001:extension:2 planned",
        "farmer:F-000002:extension:1 withdrawn",
    ]  # fmt: skip
    # Each farm's workflow tells of the end where the day that it goes back to has passed.
    back = "SELECT payload #>> '{what,back_from}' FROM outbox WHERE kind = 'register-changed' AND news_id LIKE '%e-002'"
    assert await column(house, back) == [MAY_31.isoformat()] * FARMS


async def test_a_letter_of_another_kind_that_has_not_left_says_the_new_day(world: Sessions) -> None:
    await begin_round(world)
    await ask_everybody(world)
    winter = Selection(date(2025, 12, 1), date(2025, 12, 1))
    await decide(world, await propose(world, Wanted(winter, date(2026, 3, 1), Cause.NO_AUDITS, "-")))
    said = "SELECT DISTINCT words ->> 'certificate_until' FROM letter WHERE kind = 'choice'"
    assert await column(world, said) == ["2026-03-01"]


async def test_it_can_be_narrowed_and_withdrawn_by_whoever_proposed_it(house: Sessions) -> None:
    ghent = Wanted(Selection(date(2025, 3, 13), JUN_30, Province.EAST_FLANDERS), MAY_31, Cause.NATURAL_DISASTER, "-")
    which = await propose(house, ghent)
    assert await column(house, "SELECT farm_id FROM extended_certificate") == ["F-000002"]
    async with house.begin() as session:
        assert await withdraw_extension(session, which, SECRETARY)
    async with house() as session:
        assert [one.state for one in await extensions(session)] == [ExtensionState.DECLINED]
    assert Act.EXTENSION_DECLINED in await column(house, "SELECT act FROM trail WHERE chain = 'house'")
    assert await refused(house, which, DECIDER) is Rule.ALREADY_DECIDED


async def test_what_was_seen_is_what_is_proposed(house: Sessions) -> None:
    with pytest.raises(RuleViolationError, match=Rule.NOT_AS_PREVIEWED):
        await propose(house, Wanted(WANTED.selection, MAY_31, Cause.EPIDEMIC, "-", seen="otherwise"))
    with pytest.raises(RuleViolationError, match=Rule.EXTENSION_DAYS):
        await propose(house, Wanted(WANTED.selection, date(2025, 3, 12), Cause.EPIDEMIC, "-"))


async def tie(sessions: Sessions, actor: Actor, farms: str) -> None:
    """This person has a tie to these farms, declared before anything was proposed."""
    add = """INSERT INTO person (person_id, sign_in_name, name, role, language, password_hash, digest, revision)
        VALUES (:who, :who, :who, 'decision-maker', 'nl', '-', 'never', 1)"""
    await change(sessions, add, who=actor.person)
    ties = """INSERT INTO tie (tie_id, person_id, farm_id, words, declared_by, declared_at)
        SELECT 't' || farm_id, :who, farm_id, 'broer', :who, :at FROM farm WHERE farm_id ~ :farms"""
    await change(sessions, ties, who=actor.person, at=AT, farms=farms)


async def test_whoever_has_a_tie_to_a_farm_decides_nothing_about_its_certificate(house: Sessions) -> None:
    which = await propose(house)
    await tie(house, DECIDER, "F-00000[12]")
    # A tie that ended after it was proposed counts as one that holds.
    await change(house, "UPDATE tie SET ended_at = :at WHERE farm_id = 'F-000002'", at=BACK_AT)
    await decide(house, which)
    assert await left(house, which) == {"F-000001": Left.TIED, "F-000002": Left.TIED}
    assert len(await table(house, CertificateTurn)) == FARMS - 2
    await change(house, "UPDATE tie SET ended_at = NULL")
    # What is left of it is of these two farms: no agreement, and no refusal either.
    assert await propose(house, key="rest") == "E-002"
    for accepted in (True, False):
        with pytest.raises(RuleViolationError, match=Rule.INVOLVED):
            await decide(house, "E-002", accepted=accepted)
    other = Actor(PersonId("P-0020"), Role.DECISION_MAKER)
    await decide(house, "E-002", other)
    # The way back of what another one decided is no door either.
    async with house.begin() as session:
        assert await propose_way_back(session, "back", "E-002", "Toch niet.", SECRETARY) == "E-003"
    assert await refused(house, "E-003", DECIDER) is Rule.INVOLVED


@pytest.mark.proof
async def test_three_hundred_certificates_at_once(made_sessions: Sessions) -> None:
    """As in March 2020: in a few seconds, and told of every day."""
    await found(made_sessions, 300)
    await decide(made_sessions, await propose(made_sessions))
    assert [await listed(made_sessions, day) for day in (AT.date(), MAY_31, date(2025, 6, 1))] == [300, 300, 0]
    await set_clock(made_sessions, BACK_AT)
    await take_back(made_sessions, "E-001")
    assert [await listed(made_sessions, day) for day in (date(2025, 4, 9), date(2025, 4, 10))] == [300, 0]
