"""What the register file states, as columns of the tables; standing and dates of the house's own are not among it."""

from scheme.register import BodyLine, FarmLine


def farm_columns(line: FarmLine) -> dict[str, object]:
    """The columns of `farm` that the register owns: all but standing, stopped_on and registered_at."""
    return {
        "farm_id": line.farm_id,
        "name": line.name,
        "holder": line.holder,
        "street": line.street,
        "postcode": line.postcode,
        "city": line.city,
        "country": line.country.value,
        "language": line.language.value,
        "email": line.email,
        "phone": line.phone,
        "enterprise_number": line.enterprise_number,
        "herd_number": line.herd_number,
        "certificate_number": line.certificate_number,
        "certificate_from": line.certificate_from,
        "expires_on": line.expires_on,
        "previous_body": line.inspection_body,
        "choice_made_on": line.choice_made_on,
    }


def body_columns(line: BodyLine) -> dict[str, object]:
    """The columns of `inspection_body`."""
    return {
        "body_id": line.body_id,
        "name": line.name,
        "recognised_from": line.recognised_from,
        "recognised_until": line.recognised_until,
    }
