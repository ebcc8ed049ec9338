"""What older editions ask otherwise than the example edition 12 (docs/lastenboek.md, chapter 2).

Of 10 and 11 only what the sources tell of antibiotics: 11 split A20 into A20 and A21.
"""

from scheme.lastenboek.animal_health import ANIMAL_HEALTH
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text
from scheme.source import inferred

ANTIBIOTICS_11: tuple[Requirement, ...] = tuple(one for one in ANIMAL_HEALTH if one.number in {"A20", "A21"})

ANTIBIOTICS_BEFORE_11: tuple[Requirement, ...] = (
    Requirement(
        Module.ANIMAL_HEALTH,
        20,
        Grade.B,
        Text(
            nl="Het bedrijf neemt deel aan het AB Register of Bigame; al zijn antibiotica zijn er geregistreerd.",
            fr="L’exploitation participe à AB Register ou à Bigame et tous ses antibiotiques y sont enregistrés.",
            de="Der Betrieb nimmt am AB Register oder an Bigame teil und alle seine Antibiotika sind dort erfasst.",
            en="The farm takes part in AB Register or Bigame and all its antibiotics are registered there.",
        ),
        source=inferred("ABREG20, MCC11: what 11 split into A20 and A21"),
    ),
)

# Administration that 12 no longer asks for.
ONLY_11_1: tuple[Requirement, ...] = (
    Requirement(
        Module.ANIMAL_HEALTH,
        9,
        Grade.B,
        Text(
            nl="De bezoekverslagen van de bedrijfsdierenarts worden op het bedrijf bewaard.",
            fr="Les rapports de visite du vétérinaire d’exploitation sont conservés à l’exploitation.",
            de="Die Besuchsberichte des Betriebstierarztes werden im Betrieb aufbewahrt.",
            en="The visit reports of the farm veterinarian are kept on the farm.",
        ),
    ),
    Requirement(
        Module.CLEANING,
        5,
        Grade.B,
        Text(
            nl="In het melkhuis hangt een geschreven reinigingsplan uit.",
            fr="Un plan de nettoyage écrit est affiché dans la chambre à lait.",
            de="In der Milchkammer hängt ein schriftlicher Reinigungsplan aus.",
            en="A written cleaning plan is on display in the milk room.",
        ),
        visual=True,
    ),
)

# 12 made it a recommendation.
WORDED_OTHERWISE_11_1: tuple[Requirement, ...] = (
    Requirement(
        Module.NOTIFICATION,
        3,
        Grade.B,
        Text(
            nl="Een lijst met de nummers van het FAVV, de zuivelfabriek en de dierenarts hangt in het melkhuis uit.",
            fr="Une liste avec les numéros de l’AFSCA, de la laiterie et du vétérinaire est affichée près du tank.",
            de="Eine Liste mit den Nummern der FASNK, der Molkerei und des Tierarztes hängt in der Milchkammer aus.",
            en="A list with the numbers of the FASFC, the dairy and the veterinarian is on display in the milk room.",
        ),
        visual=True,
    ),
)
