"""Numbers with their days, and the region a farm lies in (domain.md §0, §1.4, §9)."""

from datetime import date

import pytest

from scheme.choice_round import Country
from scheme.identifier import BeganLaterError, Held, IdentifierKind, held_now, renumbered
from scheme.region import CDL, IKM, certification_body

FIRST, ON = date(2024, 1, 1), date(2025, 3, 1)
OLD = Held(IdentifierKind.HERD_NUMBER, "BE90000123-0101", FIRST)
NEW = Held(IdentifierKind.HERD_NUMBER, "BE90000999-0101", ON)


def test_the_kind_of_a_number_is_its_countrys() -> None:
    values = {"enterprise_number": "12345678", "establishment_unit": None, "herd_number": "1234567"}
    assert [one.kind for one in held_now(Country.NL, values, ON)] == [IdentifierKind.KVK, IdentifierKind.UBN]
    assert [one.kind for one in held_now(Country.BE, values, ON)] == [
        IdentifierKind.ENTERPRISE_NUMBER, IdentifierKind.HERD_NUMBER,
    ]  # fmt: skip


def test_the_number_of_before_ends_on_the_day_before() -> None:
    assert renumbered([OLD], [NEW], ON) == (Held(OLD.kind, OLD.value, FIRST, date(2025, 2, 28)), NEW)


def test_a_number_that_stays_is_not_written_again() -> None:
    assert renumbered([OLD], [Held(OLD.kind, OLD.value, ON)], ON) == ()


def test_a_number_that_ends_without_another() -> None:
    assert renumbered([OLD], [], ON) == (Held(OLD.kind, OLD.value, FIRST, date(2025, 2, 28)),)


def test_a_slip_of_the_hand_is_put_right_on_its_own_day() -> None:
    slip = Held(OLD.kind, "BE90000998-0101", ON)
    assert renumbered([slip], [NEW], ON) == (NEW,)


def test_a_number_cannot_end_before_it_began() -> None:
    with pytest.raises(BeganLaterError) as raised:
        renumbered([NEW], [OLD], FIRST)
    assert raised.value.day == ON


@pytest.mark.parametrize(
    ("country", "postcode", "expected"),
    [
        pytest.param(Country.BE, "2300", IKM, id="Antwerp"),
        pytest.param(Country.BE, "1300", CDL, id="Walloon Brabant begins"),
        pytest.param(Country.BE, "1499", CDL, id="Walloon Brabant ends"),
        pytest.param(Country.BE, "1500", IKM, id="Flemish Brabant"),
        pytest.param(Country.BE, "4700", CDL, id="Eupen"),
        pytest.param(Country.BE, "7999", CDL, id="Hainaut ends"),
        pytest.param(Country.BE, "8000", IKM, id="West Flanders"),
        pytest.param(Country.BE, "1000", IKM, id="Brussels [A]"),
        pytest.param(Country.NL, "5000 AA", IKM, id="the Netherlands"),
    ],
)
def test_each_region_has_its_certification_body(country: Country, postcode: str, expected: str) -> None:
    assert certification_body(country, postcode) == expected
