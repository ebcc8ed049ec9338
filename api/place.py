"""The navigation: what stands in it, for whom."""

from dataclasses import dataclass

from api.door import Door
from api.words import noted
from scheme.people import Action, may


@dataclass(frozen=True)
class Place:
    """A page of the navigation; label is translated where it is shown. seldom: it stands folded away, under Office."""

    path: str
    label: str
    action: Action
    practice_only: bool = False
    seldom: bool = False


PLACES = (
    Place("/", noted("Today"), Action.SEE_HOME),
    Place("/tasks", noted("Tasks"), Action.SEE_TASKS),
    Place("/farms", noted("Farms"), Action.SEE_FARMS),
    Place("/audits", noted("Audits"), Action.SEE_AUDITS),
    Place("/certifications", noted("Decisions"), Action.REVIEW_CERTIFICATION),
    Place("/choice-rounds", noted("Choice rounds"), Action.SEE_ROUNDS),
    Place("/letters", noted("Letters"), Action.SEE_LETTERS),
    Place("/paper-answers", noted("Paper answers"), Action.KEY_ANSWER),
    Place("/inspection-bodies", noted("Inspection bodies"), Action.SEE_REGISTER, seldom=True),
    Place("/dairies", noted("Dairies"), Action.SEE_REGISTER, seldom=True),
    Place("/extensions", noted("Extensions"), Action.SEE_EXTENSIONS, seldom=True),
    Place("/directory", noted("Certified farms"), Action.SEE_FARMS, seldom=True),
    Place("/register-uploads", noted("Register files"), Action.IMPORT_REGISTER, seldom=True),
    Place("/people", noted("People"), Action.SEE_PEOPLE, seldom=True),
    Place("/lastenboek", noted("Lastenboek"), Action.SEE_LASTENBOEK, seldom=True),
    Place("/parameters", noted("Parameters"), Action.SEE_PARAMETERS, seldom=True),
    Place("/clock", noted("Clock"), Action.MOVE_CLOCK, practice_only=True, seldom=True),
)


def places(door: Door) -> tuple[Place, ...]:
    """What this visitor may open; nothing before signing in."""
    if door.actor is None:
        return ()
    actor = door.actor
    return tuple(
        place for place in PLACES if may(actor, place.action) and (door.settings.practice or not place.practice_only)
    )
