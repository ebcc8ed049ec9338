"""What a handler is given: who visits, the database, Temporal. Nothing else is reachable from a page."""

from dataclasses import dataclass

from temporalio.client import Client

from records.database import Sessions
from scheme.language import Language
from scheme.people import Actor
from settings import Settings


@dataclass(frozen=True)
class Door:
    """One visit. actor is None for somebody who has not signed in; body_id narrows planners and auditors."""

    settings: Settings
    sessions: Sessions
    client: Client
    actor: Actor | None
    name: str
    body_id: str | None
    language: Language
    csrf: str
