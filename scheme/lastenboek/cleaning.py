"""Cleaning (module D) in the example edition 12: our own words (docs/lastenboek.md, chapter 2)."""

from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import Module
from scheme.lastenboek.requirement import Requirement
from scheme.lastenboek.text import Text

CLEANING: tuple[Requirement, ...] = (
    Requirement(
        Module.CLEANING,
        1,
        Grade.B,
        Text(
            nl="De melkinstallatie wordt na elke melkbeurt gereinigd.",
            fr="L’installation de traite est nettoyée après chaque traite.",
            de="Die Melkanlage wird nach jedem Melken gereinigt.",
            en="The milking installation is cleaned after every milking.",
        ),
        visual=True,
    ),
    Requirement(
        Module.CLEANING,
        2,
        Grade.B,
        Text(
            nl="Reinigingsmiddelen zijn toegelaten en staan apart van melk en voeder.",
            fr="Les produits de nettoyage sont autorisés et rangés à l’écart du lait et des aliments.",
            de="Reinigungsmittel sind zugelassen und stehen getrennt von Milch und Futter.",
            en="Cleaning products are approved and kept apart from milk and feed.",
        ),
        visual=True,
    ),
    Requirement(
        Module.CLEANING,
        3,
        Grade.A,
        Text(
            nl="Het water voor de reiniging is van drinkwaterkwaliteit; een ontleding toont het aan.",
            fr="L’eau de nettoyage est de qualité potable, comme le prouve une analyse.",
            de="Das Reinigungswasser hat Trinkwasserqualität; eine Analyse belegt es.",
            en="Water for cleaning is of drinking quality; an analysis shows it.",
        ),
    ),
    Requirement(
        Module.CLEANING,
        4,
        Grade.C,
        Text(
            nl="De temperatuur van het spoelwater wordt af en toe gemeten.",
            fr="La température de l’eau de rinçage est mesurée de temps en temps.",
            de="Die Temperatur des Spülwassers wird gelegentlich gemessen.",
            en="The temperature of the rinsing water is measured now and then.",
        ),
        visual=True,
    ),
)
