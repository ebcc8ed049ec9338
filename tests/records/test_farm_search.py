"""Farms are found by what people remember of them."""

from collections.abc import Sequence

import pytest
import pytest_asyncio
from sqlalchemy import true

from records.database import Sessions
from records.queries.farm import farm_known_by, farms
from records.queries.farm_sieve import FarmSieve
from records.queries.listing import Paging
from scheme.choice import State
from scheme.farmer import Standing
from scheme.language import Language
from tests.world import bring_in, change, farm, found_house, number

FARMS = (
    farm(
        1, name="Hoeve Ter Linde", holder="Émile Vandenbroucke", city="Hoogstraten", postcode="2320",
        enterprise_number="0403019261", herd_number="BE90000001-0101", certificate_number="IKM-2023-00042",
    ),
    farm(2, name="'t Geitenhof", holder="An Peeters", city="Gent", postcode="9000", enterprise_number="0428759497", phone="0478/11.22.33"),
    farm(3, name="Ferme du Tilleul", holder="Zoë Maes", city="Comines-Warneton", postcode="7780", language=Language.FR, email=None),
)  # fmt: skip


@pytest_asyncio.fixture
async def register(made_sessions: Sessions) -> Sessions:
    await found_house(made_sessions, FARMS)
    await change(
        made_sessions, "INSERT INTO dairy (dairy_id, name, language) VALUES ('D-001', 'Melkunie Kempen', 'nl')"
    )
    await change(
        made_sessions, "UPDATE farm SET dairy_id = 'D-001', supplier_number = 'L 77-12' WHERE farm_id = 'F-000003'"
    )
    await change(
        made_sessions,
        "INSERT INTO identifier VALUES ('F-000002', 'herd-number', '2010-01-01', 'BE12345678-0101', '2019-12-31')",
    )
    return made_sessions


async def found(sessions: Sessions, sieve: FarmSieve) -> Sequence[str]:
    async with sessions() as session:
        listing = await farms(session, true(), sieve, Paging())
    assert listing.total == len(listing.items)
    return [line.farm_id for line in listing.items]


@pytest.mark.parametrize(
    ("q", "place"),
    [
        pytest.param("F-000002", 2, id="farm number"),
        pytest.param("2", 2, id="the end of it"),
        pytest.param("BE 0403.019.261", 1, id="enterprise number as written"),
        pytest.param("0403019", 1, id="the beginning of an enterprise number"),
        pytest.param("be90000001", 1, id="herd number"),
        pytest.param("BE12345678-0101", 2, id="a herd number of long ago"),
        pytest.param("ikm-2023-00042", 1, id="certificate"),
        pytest.param("L77/12", 3, id="number at the dairy"),
        pytest.param("geitenhof", 2, id="a part of the name"),
        pytest.param("emile vandenbroucke", 1, id="without its accent"),
        pytest.param("Émile", 1, id="with its accent"),
        pytest.param("vandenbrouke", 1, id="a letter short"),
        pytest.param("tileul", 3, id="a typing error"),
        pytest.param("peeters gent", 2, id="holder and place"),
        pytest.param("hoogstraaten", 1, id="a place misspelt"),
        pytest.param("kempen", 3, id="the dairy"),
        pytest.param("Meas", 3, id="two letters turned round"),
        pytest.param("Pieters", 2, id="another letter"),
        pytest.param("Feme", 3, id="a letter short of a short word"),
        pytest.param("ferme tilluel", 3, id="a word right and one wrong"),
        pytest.param("terlinde", 1, id="a blank left out"),
        pytest.param("Van den Broucke", 1, id="blanks put in"),
        pytest.param("HOEVE@F2", 2, id="the beginning of an e-mail address"),
        pytest.param("0032 478 11 22 33", 2, id="a telephone number as it is dialled from abroad"),
        pytest.param("2320", 1, id="a postcode"),
    ],
)
async def test_a_farm_is_found_by(register: Sessions, q: str, place: int) -> None:
    assert (await found(register, FarmSieve(q=q)))[:1] == [number(place)]


@pytest.mark.parametrize(
    "q", ["zzzz", "100%", "_", "petrs", "hoeve@f9", "0478 11 22 34", "0999999999", "'; DROP TABLE farm"]
)
async def test_what_fits_nothing_finds_nothing(register: Sessions, q: str) -> None:
    assert await found(register, FarmSieve(q=q)) == []


async def test_what_stands_there_as_typed_leaves_out_what_is_only_like_it(register: Sessions) -> None:
    await bring_in(register, [farm(4, name="Bijenhof"), farm(5, name="Bijenhoef")])
    assert await found(register, FarmSieve(q="bijenhof")) == [number(4)]
    assert sorted(await found(register, FarmSieve(q="bijenhoff"))) == [number(4), number(5)]


async def test_a_slip_finds_all_whom_it_could_mean(register: Sessions) -> None:
    """Without its blank "Ten Boss" also stands in "Ten Bos" and a holder whose name begins with an S."""
    places = [farm(4, name="Hoeve Ten Bos", holder="Stijn Claes"), farm(5, name="Hof Ten Bos", holder="An Maes")]
    await bring_in(register, places)
    assert sorted(await found(register, FarmSieve(q="Ten Boss"))) == [number(4), number(5)]


async def test_what_changes_is_found_by_its_new_words(register: Sessions) -> None:
    await change(register, "UPDATE dairy SET name = 'Zuivel Zuid' WHERE dairy_id = 'D-001'")
    assert await found(register, FarmSieve(q="zuivel")) == [number(3)]
    await bring_in(register, [farm(1, name="Bijenhof")])
    assert await found(register, FarmSieve(q="bijenhof")) == [number(1)]


@pytest.mark.parametrize(("typed", "place"), [("BE0428759497", 2), ("0428.759", None), ("Gent", None), ("2", None)])
async def test_a_whole_number_is_one_farm(register: Sessions, typed: str, place: int | None) -> None:
    async with register() as session:
        known = await farm_known_by(session, true(), typed)
    assert known == (None if place is None else number(place))


@pytest.mark.parametrize(
    ("sieve", "places"),
    [
        (FarmSieve(sort="-number"), [3, 2, 1]),
        (FarmSieve(sort="name"), [2, 3, 1]),
        (FarmSieve(sort="city"), [3, 2, 1]),
        (FarmSieve(language=Language.FR), [3]),
        (FarmSieve(dairy="D-001"), [3]),
        (FarmSieve(mail=False), [3]),
        (FarmSieve(standing=Standing.STOPPED), []),
        (FarmSieve(choice=State.ASKED), []),
        (FarmSieve(round_year=2025), []),
    ],
)
async def test_the_list_is_sifted_and_sorted(register: Sessions, sieve: FarmSieve, places: Sequence[int]) -> None:
    assert await found(register, sieve) == [number(place) for place in places]
