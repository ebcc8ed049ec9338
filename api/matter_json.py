"""Matters, and what is foreseen, as JSON (Belgif: lowerCamelCase, no nulls)."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, Field

from api.listing import CAMEL
from records.queries.matter import MatterFile
from scheme.projection import Foreseen


class MatterJson(BaseModel):
    """A matter. state: waiting, late, closed or stopped; dueOn: the last day; inspectionBody: by name."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    case_id: str
    farm_id: str
    kind: str
    state: str
    began_on: date
    due_on: date
    inspection_body: str | None = None
    grade: str | None = None
    reference: str | None = None
    closed_on: date | None = None
    note: str | None = None


class ForeseenJson(BaseModel):
    """One thing that will happen. coming: what; day: the last day that then counts; about: the case.

    Of `unasked`, day is the one on which the farm would have been asked: it had passed, and nobody asks it.
    """

    model_config = CAMEL

    at: datetime
    on: date
    coming: str
    about: str
    matter: str | None = None
    inspection_body: str | None = None
    day: date | None = None


class ProjectionJson(BaseModel):
    """What will happen to the farm if nobody acts, in order, as things stand at this moment."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    at: datetime
    items: list[ForeseenJson]


def matter_path(matter: MatterFile) -> str:
    """Where its page is, below the site or the API."""
    return f"/farms/{matter.farm_id}/matters/{matter.number}"


def matter_json(matter: MatterFile) -> MatterJson:
    """The matter as the API tells it."""
    return MatterJson(
        self=f"/api/v1{matter_path(matter)}",
        case_id=matter.case_id,
        farm_id=matter.farm_id,
        kind=matter.kind,
        state=matter.state,
        began_on=matter.began_on,
        due_on=matter.due_on,
        inspection_body=matter.body,
        grade=matter.grade,
        reference=matter.reference,
        closed_on=matter.closed_on,
        note=matter.note,
    )


def foreseen_json(one: Foreseen, bodies: Mapping[str, str]) -> ForeseenJson:
    """One line of the projection; bodies: names by id."""
    return ForeseenJson(
        at=one.at,
        on=one.on,
        coming=one.coming,
        about=one.case_id,
        matter=one.matter,
        inspection_body=None if one.body is None else bodies[one.body],
        day=one.day,
    )
