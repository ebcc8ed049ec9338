"""The register of a scenario, invented from a seed: the same seed gives the same bytes.

No person, farm or company in it exists.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from rehearsal.certificate import Certificate, Kind, certificates, kinds, numbers, spread
from rehearsal.invented import (
    dutch_herd_numbers,
    dutch_numbers,
    enterprise_numbers,
    herd_numbers,
    identity,
    invention,
)
from rehearsal.scenario import RegisterScenario, Scenario, scaled, scenario
from scheme.choice_round import Country
from scheme.ids import BodyId, FarmId
from scheme.language import Language
from scheme.register_column import BODY_COLUMNS, COLUMNS
from scheme.register_file import written
from scheme.register_line import BodyLine, FarmLine

FARMS, BODIES = "farms.csv", "bodies.csv"


class _Dealt:
    """What is spread over all farms and dealt out in farm order."""

    def __init__(self, random: Random, register: RegisterScenario, numbered: Iterable[str]) -> None:
        self.invented = invention()
        self.numbers = iter(numbered)
        flemish, dutch, asked = register.flemish_farms, register.dutch_farms, register.round_farms
        emails = {True: register.with_email, False: 1 - register.with_email}
        self.languages = iter(spread(random, flemish, register.languages))
        self.emails = iter(spread(random, register.farms, emails))
        # The farms of the round apart, so that some of them have no body that may go on.
        self.asked_bodies = iter(spread(random, asked, register.previous_body))
        self.bodies = iter(spread(random, register.farms - asked, register.previous_body))
        self.enterprises = {
            Country.BE: iter(enterprise_numbers(random, flemish)),
            Country.NL: iter(dutch_numbers(random, dutch)),
        }
        self.herds = {
            Country.BE: iter(herd_numbers(random, flemish)),
            Country.NL: iter(dutch_herd_numbers(random, dutch)),
        }

    def language(self, kind: Kind) -> Language:
        return Language.NL if kind is Kind.DUTCH else next(self.languages)

    def body(self, kind: Kind) -> BodyId | None:
        return next(self.asked_bodies if kind is Kind.ASKED else self.bodies)


def generate(given: Scenario, seed: int) -> tuple[list[BodyLine], list[FarmLine]]:
    """The inspection bodies and farms, in order of their ids."""
    random = Random(seed)
    mixed = kinds(random, given.register)
    found = certificates(random, given.register, mixed)
    return list(given.register.bodies), list(_farms(random, given.register, mixed, found))


def write(folder: Path, bodies: Sequence[BodyLine], farms: Sequence[FarmLine]) -> None:
    """Both register files into the folder, UTF-8 with LF."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BODIES).write_bytes(written(bodies, BODY_COLUMNS).encode())
    (folder / FARMS).write_bytes(written(farms, COLUMNS).encode())


def _farms(
    random: Random, register: RegisterScenario, mixed: Sequence[Kind], found: Sequence[Certificate]
) -> Iterator[FarmLine]:
    dealt = _Dealt(random, register, numbers(found))
    for place, (kind, certificate) in enumerate(zip(mixed, found, strict=True), 1):
        yield _farm(random, dealt, FarmId(f"F-{place:06d}"), kind, certificate)


def _farm(random: Random, dealt: _Dealt, farm: FarmId, kind: Kind, certificate: Certificate) -> FarmLine:
    country = Country.NL if kind is Kind.DUTCH else Country.BE
    language = dealt.language(kind)
    who = identity(random, dealt.invented, farm, country, language)
    return FarmLine(
        farm_id=farm,
        name=who.name,
        holder=who.holder,
        street=who.street,
        postcode=who.postcode,
        city=who.city,
        country=country,
        language=language,
        email=who.email if next(dealt.emails) else None,
        phone=who.phone,
        enterprise_number=next(dealt.enterprises[country]),
        herd_number=next(dealt.herds[country]),
        certificate_number=next(dealt.numbers),
        certificate_from=certificate.begins_on,
        expires_on=certificate.expires_on,
        inspection_body=dealt.body(kind),
        choice_made_on=certificate.choice_made_on,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the register files of a scenario: `python -m rehearsal.register --seed 1 --out FOLDER`."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.register", description="An invented register.")
    parser.add_argument("--scenario", default="2025", help="name of a file in rehearsal/scenarios")
    parser.add_argument("--farms", type=int, help="farms in all; without it as many as the scenario has")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="folder for farms.csv and bodies.csv")
    chosen = parser.parse_args(arguments)
    whole = scenario(chosen.scenario)
    bodies, farms = generate(whole if chosen.farms is None else scaled(whole, chosen.farms), chosen.seed)
    write(chosen.out, bodies, farms)
    sys.stdout.write(f"{len(farms)} farms and {len(bodies)} inspection bodies are in {chosen.out}\n")


if __name__ == "__main__":
    main()
