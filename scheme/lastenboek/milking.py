"""Milking (module C) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text

MILKING: tuple[Requirement, ...] = (
    Requirement(
        Module.MILKING,
        1,
        Grade.B,
        Text(
            nl="De eerste melkstralen van elke koe worden nagekeken.",
            fr="Les premiers jets de chaque vache sont examinés.",
            de="Die ersten Milchstrahlen jeder Kuh werden geprüft.",
            en="The first milk of every cow is examined.",
        ),
        visual=True,
    ),
    Requirement(
        Module.MILKING,
        2,
        Grade.B,
        Text(
            nl="De uiers zijn proper voor het melkstel wordt aangehangen.",
            fr="Les mamelles sont propres avant la pose des gobelets.",
            de="Die Euter sind sauber, bevor das Melkzeug angesetzt wird.",
            en="Udders are clean before the cluster is attached.",
        ),
        visual=True,
    ),
    Requirement(
        Module.MILKING,
        3,
        Grade.B,
        Text(
            nl="De melkinstallatie is het voorbije jaar nagemeten door een vakman.",
            fr="L’installation de traite a été contrôlée par un technicien au cours de l’année écoulée.",
            de="Die Melkanlage wurde im letzten Jahr von einem Fachmann geprüft.",
            en="The milking installation was measured by a specialist in the past year.",
        ),
    ),
    Requirement(
        Module.MILKING,
        4,
        Grade.A,
        Text(
            nl="De melk wordt na het melken meteen gekoeld en de koeltank toont haar temperatuur.",
            fr="Le lait est refroidi dès la fin de la traite et le tank affiche sa température.",
            de="Die Milch wird gleich nach dem Melken gekühlt und der Tank zeigt ihre Temperatur an.",
            en="Milk is cooled straight after milking and the tank shows its temperature.",
        ),
        visual=True,
    ),
    Requirement(
        Module.MILKING,
        5,
        Grade.B,
        Text(
            nl="Het melkhuis is proper en dieren kunnen er niet in.",
            fr="La chambre à lait est propre et inaccessible aux animaux.",
            de="Die Milchkammer ist sauber und für Tiere unzugänglich.",
            en="The milk room is clean and closed to animals.",
        ),
        visual=True,
    ),
    Requirement(
        Module.MILKING,
        6,
        Grade.A,
        Text(
            nl="Melk die niet geleverd mag worden, komt nooit in de koeltank.",
            fr="Le lait qui ne peut pas être livré n’entre jamais dans le tank.",
            de="Milch, die nicht geliefert werden darf, gelangt nie in den Tank.",
            en="Milk that may not be delivered never enters the tank.",
        ),
        visual=True,
    ),
)
