"""A house of its own for measuring: all parts as `ikm up` starts them, durable, on free ports; it goes away."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.client import Client

from commands.bench.rest import at_rest
from commands.open import Open, opened
from parts import secrets
from parts.processes import free_port
from parts.signing import with_own_key
from parts.supervisor import Supervisor, held
from parts.up import parts_of
from records.registering import import_register
from rehearsal.register import generate
from rehearsal.scenario import scenario
from scheme.choice_round import window
from scheme.days import local_day
from scheme.ids import farmer_case
from scheme.people import THE_HOUSE
from scheme.register_line import BodyLine, FarmLine
from scheme.rules import rules_on
from settings import Settings

_PORTS = (
    "IKM_WEB_PORT", "IKM_POSTGRES_PORT", "IKM_TEMPORAL_PORT", "IKM_TEMPORAL_UI_PORT", "IKM_MAILBOX_PORT", "SMTP_PORT",
)  # fmt: skip
# A handful of people ask for all that a house full of them would.
ENOUGH_REQUESTS = 1_000_000
_STEERED = ("IKM_", "DATABASE_", "SMTP_", "TEMPORAL_")
SEED = 1


@dataclass(frozen=True)
class BenchHouse:
    """A running house, and the process ids of its parts by name."""

    open: Open
    pids: Mapping[str, int]

    @property
    def client(self) -> Client:
        """Its Temporal client."""
        return self.open.client


@asynccontextmanager
async def bench_house() -> AsyncIterator[BenchHouse]:
    """Raise the parts for real use, not for practice, whatever the environment says."""
    with TemporaryDirectory(prefix="ikm-bench-") as folder:
        var = Path(folder) / "var"
        settings = with_own_key(alone(var)).model_copy(update={"requests_a_minute": ENOUGH_REQUESTS})
        kept = secrets.load_or_make(var / "secrets.json")
        with held(var):
            supervisor = Supervisor(await parts_of(settings, kept), var)
            os.environ.update(secrets.environment(settings, kept))
            try:
                await supervisor.start()
                async with opened(Settings()) as house:
                    yield BenchHouse(house, json.loads((var / "parts.json").read_text()))
            finally:
                await supervisor.stop()


def alone(var: Path) -> Settings:
    """Settings of nothing but this folder and free ports, whatever the environment says."""
    for name in [name for name in os.environ if name.startswith(_STEERED)]:
        del os.environ[name]
    os.environ.update({name: str(free_port()) for name in _PORTS}, IKM_VAR=str(var))
    return Settings()


async def fill(house: BenchHouse, number: int) -> None:
    """A register of `number` farms that the round of today writes to, each with its workflow at rest."""
    bodies, farms = invented(number, datetime.now(UTC))
    async with house.open.sessions.begin() as session:
        await import_register(session, bodies, farms, THE_HOUSE, practice=False)
    await at_rest(house.open, [farmer_case(farm.farm_id) for farm in farms])


def invented(number: int, at: datetime) -> tuple[list[BodyLine], list[FarmLine]]:
    """Farms as in the scenario of 2025 (who gets paper, who reads which language), with certificates of today's round.

    The window's first and last days are left out: the day may change meanwhile.
    """
    whole = scenario("2025")
    register = replace(whole.register, flemish_farms=number, dutch_farms=0, round_farms=number, waiting_farms=0)
    bodies, farms = generate(replace(whole, register=register), SEED)
    today = local_day(at)
    first, last = window(today, rules_on(today))
    days = (last - first).days - 7
    for_ever = today + timedelta(days=1_000)
    recognised = [
        replace(body, recognised_until=for_ever) if body.recognised_until > register.clock else body for body in bodies
    ]
    dated = [
        replace(farm, expires_on=first + timedelta(days=4 + place % days), choice_made_on=None)
        for place, farm in enumerate(farms)
    ]
    return recognised, dated
