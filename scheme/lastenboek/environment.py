"""Environment (module E) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text

ENVIRONMENT: tuple[Requirement, ...] = (
    Requirement(
        Module.ENVIRONMENT,
        1,
        Grade.B,
        Text(
            nl="Mest wordt opgeslagen zonder dat hij wegvloeit.",
            fr="Le fumier et le lisier sont stockés sans écoulement.",
            de="Mist und Gülle werden gelagert, ohne dass sie abfließen.",
            en="Manure is stored without leaking away.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ENVIRONMENT,
        2,
        Grade.A,
        Text(
            nl="Gewasbeschermingsmiddelen staan achter slot, apart van melk en voeder.",
            fr="Les produits phytopharmaceutiques sont sous clé, à l’écart du lait et des aliments.",
            de="Pflanzenschutzmittel stehen unter Verschluss, getrennt von Milch und Futter.",
            en="Plant protection products are locked up, apart from milk and feed.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ENVIRONMENT,
        3,
        Grade.B,
        Text(
            nl="Het spuittoestel is gekeurd en de keuring is nog geldig.",
            fr="Le pulvérisateur est contrôlé et le contrôle est encore valable.",
            de="Das Spritzgerät ist geprüft und die Prüfung ist noch gültig.",
            en="The sprayer is inspected and the inspection is still valid.",
        ),
    ),
    Requirement(
        Module.ENVIRONMENT,
        4,
        Grade.C,
        Text(
            nl="Folie en ander afval worden gescheiden verzameld.",
            fr="Les plastiques et les autres déchets sont triés.",
            de="Folien und andere Abfälle werden getrennt gesammelt.",
            en="Film and other waste are collected apart.",
        ),
        visual=True,
    ),
    Requirement(
        Module.ENVIRONMENT,
        5,
        Grade.C,
        Text(
            nl="Spoelwater wordt waar het kan hergebruikt.",
            fr="L’eau de rinçage est réutilisée lorsque c’est possible.",
            de="Spülwasser wird nach Möglichkeit wiederverwendet.",
            en="Rinsing water is used again where possible.",
        ),
        visual=True,
    ),
)
