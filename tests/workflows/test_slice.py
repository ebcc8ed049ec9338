"""One farm, one letter, one answer, through every room on the real parts."""

from datetime import UTC, date, datetime

from sqlmodel import select

from records.case import ChoiceRow, RoundRow
from records.letter import LetterRow
from records.receiving import receive
from records.registering import import_register
from scheme.choice import Answer, Channel
from scheme.choice_round import Country, Start
from scheme.ids import CALENDAR, BodyId, CaseId, FarmId, PersonId
from scheme.language import Language
from scheme.people import Actor, Role, farmer_of
from scheme.register import BodyLine, FarmLine
from tests.house import House

SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)


def farm(number: int, **changes: object) -> FarmLine:
    values: dict[str, object] = {
        "farm_id": FarmId(f"F-{number:06}"), "name": "Hoeve Ter Linde", "holder": "An Peeters", "street": "Dorp 1",
        "postcode": "2300", "city": "Turnhout", "country": Country.BE, "language": Language.NL,
        "email": f"hoeve@f{number}.example", "phone": None, "enterprise_number": None, "herd_number": None,
        "certificate_number": None, "certificate_from": None, "expires_on": date(2025, 12, 1),
        "inspection_body": BodyId("B-01"), "choice_made_on": None,
    }  # fmt: skip
    return FarmLine(**(values | changes))  # type: ignore[arg-type]


BODIES = [BodyLine(BodyId(f"B-0{n}"), f"Keurpunt {n}", date(2024, 3, 1), date(2027, 2, 28)) for n in (1, 2)]


async def test_one_farm(house: House) -> None:
    async with house.sessions.begin() as session:
        done = await import_register(
            session, BODIES, [farm(1), farm(2), farm(3, email=None)], SECRETARY, practice=True
        )
    assert done.added == 3
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await receive(house.sessions, CALENDAR, SECRETARY, Start(2025))
    await house.client.get_workflow_handle("calendar").describe()
    await house.play(datetime(2025, 1, 16, 8, tzinfo=UTC))
    async with house.sessions() as session:
        letters = {row.farm_id: row.state for row in await session.exec(select(LetterRow))}
    assert letters == {"F-000001": "handed-over", "F-000002": "handed-over", "F-000003": "to-print"}
    case = CaseId("choice:2025:F-000001")
    await receive(house.sessions, case, farmer_of(FarmId("F-000001")), Answer(BodyId("B-02"), Channel.LINK))
    await house.play(datetime(2025, 3, 1, 8, tzinfo=UTC))
    async with house.sessions() as session:
        choices = {row.farm_id: (row.state, row.body) for row in await session.exec(select(ChoiceRow))}
        round_row = (await session.exec(select(RoundRow))).one()
    assert choices == {
        "F-000001": ("chosen", "B-02"), "F-000002": ("assigned", "B-01"), "F-000003": ("assigned", "B-01"),
    }  # fmt: skip
    assert (round_row.state, round_row.open) == ("done", 0)
