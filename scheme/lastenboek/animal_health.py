"""Animal health (module A) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text
from scheme.source import documented, inferred

_SEVEN_DAYS = inferred("MCC work instructions on A1 to A3: identification and registration, 7 days")

ANIMAL_HEALTH: tuple[Requirement, ...] = (
    Requirement(
        Module.ANIMAL_HEALTH,
        1,
        Grade.B,
        Text(
            nl="Elk kalf is geïdentificeerd en zijn geboorte is binnen de zeven dagen gemeld.",
            fr="Chaque veau est identifié et sa naissance est déclarée dans les sept jours.",
            de="Jedes Kalb ist gekennzeichnet und seine Geburt ist binnen sieben Tagen gemeldet.",
            en="Every calf is identified and its birth is reported within seven days.",
        ),
        source=_SEVEN_DAYS,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        2,
        Grade.B,
        Text(
            nl="Elke aankomst en elk vertrek van een rund is binnen de zeven dagen gemeld.",
            fr="Chaque arrivée et chaque départ d’un bovin est déclaré dans les sept jours.",
            de="Jeder Zugang und jeder Abgang eines Rindes ist binnen sieben Tagen gemeldet.",
            en="Every arrival and departure of an animal is reported within seven days.",
        ),
        source=_SEVEN_DAYS,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        3,
        Grade.B,
        Text(
            nl="Elk gestorven rund is binnen de zeven dagen gemeld.",
            fr="Chaque bovin mort est déclaré dans les sept jours.",
            de="Jedes verendete Rind ist binnen sieben Tagen gemeldet.",
            en="Every animal that died is reported within seven days.",
        ),
        source=_SEVEN_DAYS,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        4,
        Grade.B,
        Text(
            nl="Er is een geschreven overeenkomst met de bedrijfsdierenarts en zijn plaatsvervanger.",
            fr="Une convention écrite existe avec le vétérinaire d’exploitation et son suppléant.",
            de="Mit dem Betriebstierarzt und seinem Stellvertreter besteht ein schriftlicher Vertrag.",
            en="There is a written agreement with the farm veterinarian and the substitute.",
        ),
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        5,
        Grade.B,
        Text(
            nl="Geneesmiddelen worden netjes en afgesloten bewaard, zoals hun etiket vraagt.",
            fr="Les médicaments sont conservés proprement et sous clé, comme le demande leur étiquette.",
            de="Arzneimittel werden sauber und verschlossen aufbewahrt, wie ihr Etikett es verlangt.",
            en="Medicines are kept clean and locked up, as their label asks.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        6,
        Grade.A,
        Text(
            nl="Behandelde dieren waarvan de melk niet geleverd mag worden, zijn duidelijk gemerkt.",
            fr="Les animaux traités dont le lait ne peut pas être livré sont clairement marqués.",
            de="Behandelte Tiere, deren Milch nicht geliefert werden darf, sind deutlich gekennzeichnet.",
            en="Treated animals whose milk may not be delivered are clearly marked.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        7,
        Grade.A,
        Text(
            nl="De wachttijd van elke behandeling is genoteerd en nageleefd.",
            fr="Le délai d’attente de chaque traitement est noté et respecté.",
            de="Die Wartezeit jeder Behandlung ist notiert und eingehalten.",
            en="The withdrawal period of every treatment is noted and kept.",
        ),
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        8,
        Grade.B,
        Text(
            nl="Zieke dieren kunnen apart gehouden en verzorgd worden.",
            fr="Les animaux malades peuvent être isolés et soignés à part.",
            de="Kranke Tiere können getrennt gehalten und versorgt werden.",
            en="Sick animals can be kept and cared for apart.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        20,
        Grade.B,
        Text(
            nl="Het bedrijf neemt deel aan het AB Register of Bigame en registreert er zijn antibiotica.",
            fr="L’exploitation participe à AB Register ou à Bigame et y enregistre ses antibiotiques.",
            de="Der Betrieb nimmt am AB Register oder an Bigame teil und erfasst dort seine Antibiotika.",
            en="The farm takes part in AB Register or Bigame and registers its antibiotics there.",
        ),
        source=inferred("ABREG20, MCC-BMR4: both are asked; that it is A20 follows from the split (MCC11)"),
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        21,
        Grade.B,
        Text(
            nl="Alle geneesmiddelen met antibiotica op het bedrijf zijn door de leverancier of de dierenarts "
            "in het AB Register of Bigame geregistreerd.",
            fr="Tous les médicaments de l’exploitation qui contiennent des antibiotiques sont enregistrés dans "
            "AB Register ou Bigame par le fournisseur ou le vétérinaire.",
            de="Alle Arzneimittel mit Antibiotika im Betrieb sind vom Lieferanten oder vom Tierarzt im AB Register "
            "oder in Bigame erfasst.",
            en="All medicines with antibiotics on the farm are registered in AB Register or Bigame by the supplier "
            "or the veterinarian.",
        ),
        source=documented("MCC11"),
        grade_source=documented("MCC11"),
    ),
    Requirement(
        Module.ANIMAL_HEALTH,
        22,
        Grade.B,
        Text(
            nl="Geel of rood voor de categorie ‘Melkvee 24+ maanden’ is aantoonbaar besproken met de "
            "bedrijfsdierenarts of zijn plaatsvervanger.",
            fr="Il est prouvé qu’un résultat jaune ou rouge pour le bétail laitier de 24 mois et plus a été discuté "
            "avec le vétérinaire d’exploitation ou son suppléant.",
            de="Gelb oder Rot beim Milchvieh ab 24 Monaten ist nachweislich mit dem Betriebstierarzt oder seinem "
            "Stellvertreter besprochen.",
            en="Yellow or red for dairy cattle of 24 months and over was demonstrably discussed with the farm "
            "veterinarian or the substitute.",
        ),
        source=documented("S0, the duty; its number is assumed"),
    ),
)
