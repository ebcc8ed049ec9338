"""Animal welfare (module B) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text

ANIMAL_WELFARE: tuple[Requirement, ...] = (
    Requirement(
        Module.ANIMAL_WELFARE,
        1,
        Grade.A,
        Text(
            nl="Alle dieren kunnen altijd bij proper drinkwater.",
            fr="Tous les animaux ont toujours accès à une eau propre.",
            de="Alle Tiere haben jederzeit Zugang zu sauberem Wasser.",
            en="All animals can always reach clean water.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_WELFARE,
        2,
        Grade.B,
        Text(
            nl="Elke koe heeft een droge en zachte ligplaats.",
            fr="Chaque vache dispose d’une place de couchage sèche et souple.",
            de="Jede Kuh hat einen trockenen und weichen Liegeplatz.",
            en="Every cow has a dry and soft place to lie.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_WELFARE,
        3,
        Grade.A,
        Text(
            nl="Gewonde en kreupele dieren worden verzorgd.",
            fr="Les animaux blessés ou boiteux sont soignés.",
            de="Verletzte und lahme Tiere werden versorgt.",
            en="Injured and lame animals are cared for.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_WELFARE,
        4,
        Grade.B,
        Text(
            nl="De stal is voldoende verlicht en verlucht.",
            fr="L’étable est suffisamment éclairée et aérée.",
            de="Der Stall ist ausreichend beleuchtet und belüftet.",
            en="The stable has enough light and air.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ANIMAL_WELFARE,
        5,
        Grade.B,
        Text(
            nl="Kalveren worden alleen onder verdoving onthoornd.",
            fr="Les veaux ne sont écornés que sous anesthésie.",
            de="Kälber werden nur unter Betäubung enthornt.",
            en="Calves are dehorned under anaesthesia only.",
        ),
    ),
    Requirement(
        Module.ANIMAL_WELFARE,
        6,
        Grade.C,
        Text(
            nl="De koeien beschikken over een borstel.",
            fr="Les vaches disposent d’une brosse.",
            de="Den Kühen steht eine Bürste zur Verfügung.",
            en="The cows have a brush.",
        ),
        visual=True,
    ),
)
