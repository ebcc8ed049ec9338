"""Which certification body serves a farm, by where it lies (domain.md §0, §9)."""

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
