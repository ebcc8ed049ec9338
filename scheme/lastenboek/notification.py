"""Duty to notify (module F) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text

NOTIFICATION: tuple[Requirement, ...] = (
    Requirement(
        Module.NOTIFICATION,
        1,
        Grade.A,
        Text(
            nl="De melkveehouder kent de meldingsplicht en meldt meteen wat de voedselveiligheid bedreigt.",
            fr="L’éleveur connaît la notification obligatoire et signale aussitôt tout danger pour les aliments.",
            de="Der Milchviehhalter kennt die Meldepflicht und meldet sofort, was die Lebensmittelsicherheit bedroht.",
            en="The dairy farmer knows the duty to notify and reports at once what threatens food safety.",
        ),
    ),
    Requirement(
        Module.NOTIFICATION,
        2,
        Grade.A,
        Text(
            nl="Vermoedens van meldingsplichtige dierziekten zijn aan de dierenarts gemeld.",
            fr="Toute suspicion de maladie à déclaration obligatoire a été signalée au vétérinaire.",
            de="Der Verdacht auf eine meldepflichtige Tierseuche wurde dem Tierarzt gemeldet.",
            en="Any suspicion of a notifiable animal disease was reported to the veterinarian.",
        ),
    ),
    Requirement(
        Module.NOTIFICATION,
        3,
        Grade.C,
        Text(
            nl="De nummers van het FAVV, de zuivelfabriek en de dierenarts hangen uit.",
            fr="Les numéros de l’AFSCA, de la laiterie et du vétérinaire sont affichés.",
            de="Die Nummern der FASNK, der Molkerei und des Tierarztes hängen aus.",
            en="The numbers of the FASFC, the dairy and the veterinarian are on display.",
        ),
        visual=True,
    ),
)
