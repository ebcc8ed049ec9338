"""The modules of the lastenboek, their letters and names (domain.md §0; docs/lastenboek.md, chapter 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheme.lastenboek.text import Text
from scheme.source import Source, assumed, documented


class Module(StrEnum):
    """The eight modules, in the order of their letters."""

    ANIMAL_HEALTH = "animal-health"
    ANIMAL_WELFARE = "animal-welfare"
    MILKING = "milking"
    CLEANING = "cleaning"
    ENVIRONMENT = "environment"
    NOTIFICATION = "notification"
    SUSTAINABILITY = "sustainability"
    HYGIENE = "hygiene"


@dataclass(frozen=True)
class ModuleRow:
    """A module's letter and name; the source is that of the letter, the Dutch names are all documented (S0)."""

    letter: str
    name: Text
    source: Source


_AS_BEFORE = documented("DOC7, READ9: editions 7 and 9")

MODULES: Mapping[Module, ModuleRow] = {
    Module.ANIMAL_HEALTH: ModuleRow(
        "A", Text("Dierengezondheid", "Santé animale", "Tiergesundheit", "Animal health"), _AS_BEFORE
    ),
    Module.ANIMAL_WELFARE: ModuleRow(
        "B", Text("Dierenwelzijn", "Bien-être animal", "Tierwohl", "Animal welfare"), _AS_BEFORE
    ),
    Module.MILKING: ModuleRow("C", Text("Melkwinning", "Traite", "Milchgewinnung", "Milking"), _AS_BEFORE),
    Module.CLEANING: ModuleRow("D", Text("Reiniging", "Nettoyage", "Reinigung", "Cleaning"), _AS_BEFORE),
    Module.ENVIRONMENT: ModuleRow("E", Text("Milieu", "Environnement", "Umwelt", "Environment"), _AS_BEFORE),
    Module.NOTIFICATION: ModuleRow(
        "F", Text("Meldingsplicht", "Notification obligatoire", "Meldepflicht", "Duty to notify"), _AS_BEFORE
    ),
    Module.SUSTAINABILITY: ModuleRow(
        "G",
        Text("Duurzaamheidsmonitor", "Monitoring durabilité", "Nachhaltigkeitsmonitor", "Sustainability monitor"),
        _AS_BEFORE,
    ),
    Module.HYGIENE: ModuleRow(
        "H", Text("Hygiëne", "Hygiène", "Hygiene", "Hygiene"), assumed("its letter: the next one that is free")
    ),
}
