"""Sustainability monitor (module G) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text
from scheme.source import documented

SUSTAINABILITY: tuple[Requirement, ...] = (
    Requirement(
        Module.SUSTAINABILITY,
        1,
        Grade.C,
        Text(
            nl="De duurzaamheidsmonitor is voor de audit ingevuld.",
            fr="Le monitoring durabilité est complété avant l’audit.",
            de="Der Nachhaltigkeitsmonitor ist vor dem Audit ausgefüllt.",
            en="The sustainability monitor is filled in before the audit.",
        ),
        source=documented("MCC-DM, S0; that it has no effect on the certificate is assumed"),
    ),
    Requirement(
        Module.SUSTAINABILITY,
        2,
        Grade.C,
        Text(
            nl="De melkveehouder heeft zijn vergelijking met andere bedrijven bekeken.",
            fr="L’éleveur a consulté sa comparaison avec d’autres exploitations.",
            de="Der Milchviehhalter hat seinen Vergleich mit anderen Betrieben angesehen.",
            en="The dairy farmer has looked at the comparison with other farms.",
        ),
    ),
)
