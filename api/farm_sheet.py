"""A farm of the register as people type it; the page and the JSON route share this."""

from collections.abc import Mapping

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.register_form import fixed_options
from api.words import noted, translate
from records.farm import Farm
from records.queries.dairy import dairy_names
from records.queries.farm import body_names
from records.register import farm_line_of
from scheme.choice_round import Country
from scheme.identifier import BeganLaterError
from scheme.language import Language
from scheme.region import CERTIFICATION_BODIES
from scheme.register import FARMS
from scheme.register_line import stated


class FarmForm(BaseModel):
    """What the form says, as texts. numbers_from: the day from which other numbers hold; revision: that was seen."""

    name: str = ""
    holder: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = Country.BE.value
    language: str = Language.NL.value
    email: str = ""
    phone: str = ""
    enterprise_number: str = ""
    herd_number: str = ""
    certificate_number: str = ""
    certificate_from: str = ""
    expires_on: str = ""
    inspection_body: str = ""
    choice_made_on: str = ""
    site_street: str = ""
    site_postcode: str = ""
    site_city: str = ""
    establishment_unit: str = ""
    dairy_id: str = ""
    supplier_number: str = ""
    vet_name: str = ""
    vet_email: str = ""
    vet_substitute: str = ""
    certification_body: str = ""
    last_audit_on: str = ""
    last_audit_edition: str = ""
    last_audit_hygiene: str = ""
    last_audit_findings: str = ""
    numbers_from: str = ""
    revision: int = 0

    @property
    def typed(self) -> dict[str, str]:
        """The fields of the register alone."""
        given = self.model_dump()
        return {name: given[name] for name in FARMS.names if name in given}


def typed_of(farm: Farm) -> dict[str, str]:
    """The farm as somebody would type it, its number aside."""
    values = stated(farm_line_of(farm), FARMS.names)
    return {name: value for name, value in values.items() if name != FARMS.key}


async def options_of(session: AsyncSession, language: Language) -> dict[str, Mapping[str, str]]:
    """What the form's selects offer."""
    return {
        **fixed_options(language),
        "dairy_id": await dairy_names(session),
        "inspection_body": await body_names(session),
        "certification_body": {name: name for name in CERTIFICATION_BODIES},
    }


def began_later(language: Language, error: BeganLaterError) -> str:
    """Why a number cannot hold from that day on."""
    sentence = noted("A number that ends began on %(day)s: choose that day or a later one.")
    return translate(language, sentence, day=error.day)
