"""Parameters as JSON (Belgif: lowerCamelCase, no nulls)."""

from datetime import date, datetime

from pydantic import BaseModel

from api.listing import CAMEL
from records.queries.parameter import ParameterFile, Proposed


class ValueJson(BaseModel):
    """A value. validFrom absent: the rulebook's default; confirmedBy absent: to be confirmed by IKM."""

    model_config = CAMEL

    value: int
    source: str
    valid_from: date | None = None
    confirmed_by: str | None = None


class ProposedJson(BaseModel):
    """A proposal. accepted is absent while nobody has decided."""

    model_config = CAMEL

    proposal_id: str
    value: int
    valid_from: date
    source: str
    confirmed_by: str | None = None
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    accepted: bool | None = None


class ParameterJson(BaseModel):
    """A parameter. inForce: the value of a case that opens today; least, most: both allowed."""

    model_config = CAMEL

    name: str
    unit: str
    least: int
    most: int
    in_force: ValueJson
    values: list[ValueJson]
    proposals: list[ProposedJson]


class ParametersJson(BaseModel):
    """All of them; there are few, so there are no pages."""

    model_config = CAMEL

    items: list[ParameterJson]


class DecisionJson(BaseModel):
    """What the second person says."""

    model_config = CAMEL

    accepted: bool


def parameter_json(found: ParameterFile) -> ParameterJson:
    """One parameter."""
    return ParameterJson(
        name=found.name.value,
        unit=found.unit.value,
        least=found.limits.least,
        most=found.limits.most,
        in_force=ValueJson.model_validate(found.in_force),
        values=[ValueJson.model_validate(value) for value in found.values],
        proposals=[proposed_json(one) for one in found.proposals],
    )


def proposed_json(one: Proposed) -> ProposedJson:
    """One proposal."""
    return ProposedJson.model_validate({name: getattr(one, name) for name in ProposedJson.model_fields})
