"""Which certification body serves a farm, and its province, by where it lies (domain.md §0, §9)."""

from collections.abc import Mapping
from enum import StrEnum

from scheme.choice_round import Country

IKM, CDL = "IKM-Vlaanderen", "Comité du Lait"
CERTIFICATION_BODIES = (IKM, CDL)
# Belgian postcodes of Wallonia, the German-speaking municipalities included; both ends belong to it.
_WALLONIA = ((1300, 1499), (4000, 7999))


def certification_body(country: Country, postcode: str) -> str:
    """IKM for Flanders and the Netherlands, Comité du Lait for Wallonia; Brussels goes with Flanders [A]."""
    if country is Country.NL or not postcode.isdecimal():
        return IKM
    return CDL if any(first <= int(postcode) <= last for first, last in _WALLONIA) else IKM


class Province(StrEnum):
    """Where in Belgium; Brussels is none, and stands beside them."""

    ANTWERP = "antwerp"
    BRUSSELS = "brussels"
    EAST_FLANDERS = "east-flanders"
    FLEMISH_BRABANT = "flemish-brabant"
    HAINAUT = "hainaut"
    LIEGE = "liege"
    LIMBURG = "limburg"
    LUXEMBOURG = "luxembourg"
    NAMUR = "namur"
    WALLOON_BRABANT = "walloon-brabant"
    WEST_FLANDERS = "west-flanders"


# Belgian postcodes by province (bpost); both ends belong to it.
POSTCODES: Mapping[Province, tuple[tuple[str, str], ...]] = {
    Province.BRUSSELS: (("1000", "1299"),),
    Province.WALLOON_BRABANT: (("1300", "1499"),),
    Province.FLEMISH_BRABANT: (("1500", "1999"), ("3000", "3499")),
    Province.ANTWERP: (("2000", "2999"),),
    Province.LIMBURG: (("3500", "3999"),),
    Province.LIEGE: (("4000", "4999"),),
    Province.NAMUR: (("5000", "5999"),),
    Province.HAINAUT: (("6000", "6599"), ("7000", "7999")),
    Province.LUXEMBOURG: (("6600", "6999"),),
    Province.WEST_FLANDERS: (("8000", "8999"),),
    Province.EAST_FLANDERS: (("9000", "9999"),),
}
