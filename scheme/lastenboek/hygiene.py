"""Hygiene (module H) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text
from scheme.source import documented

_SCORED = documented("MCC10, MILKBE111: scored; its number is assumed")

HYGIENE: tuple[Requirement, ...] = (
    Requirement(
        Module.HYGIENE,
        1,
        Grade.B,
        Text(
            nl="De bedrijfsomgeving is algemeen hygiënisch.",
            fr="L’hygiène générale de l’environnement de l’exploitation est assurée.",
            de="Die allgemeine Hygiene der Betriebsumgebung ist gewährleistet.",
            en="The surroundings of the farm are hygienic in general.",
        ),
        visual=True,
        source=documented("MILKBE111, SB24: the general hygiene of the surroundings; its number is assumed"),
    ),
    Requirement(
        Module.HYGIENE,
        2,
        Grade.B,
        Text(
            nl="De koeien zijn proper.",
            fr="Les vaches sont propres.",
            de="Die Kühe sind sauber.",
            en="The cows are clean.",
        ),
        visual=True,
        source=_SCORED,
    ),
    Requirement(
        Module.HYGIENE,
        3,
        Grade.B,
        Text(
            nl="De melkstal is proper.",
            fr="La salle de traite est propre.",
            de="Der Melkstand ist sauber.",
            en="The milking parlour is clean.",
        ),
        visual=True,
        source=_SCORED,
    ),
    Requirement(
        Module.HYGIENE,
        4,
        Grade.B,
        Text(
            nl="De stal is proper.",
            fr="L’étable est propre.",
            de="Der Stall ist sauber.",
            en="The stable is clean.",
        ),
        visual=True,
        source=_SCORED,
    ),
    Requirement(
        Module.HYGIENE,
        5,
        Grade.B,
        Text(
            nl="De weg van de melkwagen naar de koeltank is verhard en proper.",
            fr="Le chemin du camion laitier jusqu’au tank est en dur et propre.",
            de="Der Weg des Milchwagens zum Tank ist befestigt und sauber.",
            en="The way of the milk lorry to the tank is paved and clean.",
        ),
        visual=True,
    ),
    Requirement(
        Module.HYGIENE,
        6,
        Grade.B,
        Text(
            nl="Ongedierte wordt geweerd en bestreden.",
            fr="Les nuisibles sont tenus à l’écart et combattus.",
            de="Schädlinge werden ferngehalten und bekämpft.",
            en="Vermin is kept out and fought.",
        ),
        visual=True,
    ),
)
