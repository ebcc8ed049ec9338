"""What happened to farms and what a dairy's machine was told, in the register of `ikm bench pages`: pages with content.

The cases open through the one way in, as when the secretariat records them; no workflow runs for them.
"""

from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from records.reopening import open_later
from records.submission import SubmissionRow
from scheme.days import local_day
from scheme.farm_change import AskChange, Change
from scheme.ids import BodyId, FarmId, PersonId, SubmissionId, farmer_case
from scheme.opening import OpenFarmChange
from scheme.people import Role

MANY, DELIVERED = 20, 500
# At home in Flanders, and nothing else of theirs is open.
FARMS = """
SELECT farm_id FROM farm WHERE standing = 'active' AND country = 'BE' AND previous_body = 'B-01'
AND farm_id NOT IN (SELECT farm_id FROM choice) ORDER BY farm_id LIMIT :many
"""
SAID = {
    Change.TAKEOVER: {"holder": "Melk & Zoon bv"},
    Change.MOVE: {"site_street": "Veldweg 3", "site_postcode": "9000", "site_city": "Gent"},
}
WEBHOOK = """
INSERT INTO webhook (dairy_id, url, secret_id, secret_since, delivered_at, revision)
VALUES (:dairy, 'http://127.0.0.1:9/ikm', 'bench', :at, :at, 2)
"""
MESSAGES = """
INSERT INTO webhook_delivery (delivery_id, dairy_id, farm_id, kind, words, state, planned_at, attempts, http_status,
    delivered_at)
SELECT 'bench-' || farm_id, dairy_id, farm_id, 'be.ikm.certificate.status-changed', jsonb_build_object('farm', name),
    'delivered', :at, 1, 204, :at
FROM farm WHERE dairy_id = :dairy ORDER BY farm_id LIMIT :many
"""


async def change_farms(session: AsyncSession, at: datetime, on: datetime) -> None:
    """Takeovers and moves in turn, each of another farm, recorded at that moment, which began on that day."""
    farms = (await session.execute(text(FARMS), {"many": 2 * MANY})).scalars().all()
    for place, farm in enumerate(map(FarmId, farms)):
        what, key = tuple(Change)[place % 2], SubmissionId(f"bench-change-{farm}")
        session.add(_handed_in(key, farm, SAID[what], at))
        await session.flush()
        asked = AskChange(what, local_day(on), BodyId("B-01"))
        opened = await open_later(session, OpenFarmChange(farm, at, key, asked, PersonId("P-0001")), practice=True)
        if opened.refused is not None:
            raise ValueError(opened.refused)


def _handed_in(key: SubmissionId, farm: FarmId, said: dict[str, str], at: datetime) -> SubmissionRow:
    return SubmissionRow(
        submission_id=key, case_id=farmer_case(farm), kind="ask-change", person="P-0001", role=Role.SECRETARIAT.value,
        received_at=at, facts={}, digest="-", created_at=at, next_attempt_at=at, settled_at=at,
        words={**said, "reason": "Akte 12 in map 7"},
    )  # fmt: skip


async def tell_machine(session: AsyncSession, dairy: str, at: datetime) -> None:
    """The dairy's webhook as the office set it, and what it was told since."""
    told = {"dairy": dairy, "at": at, "many": DELIVERED}
    await session.execute(text(WEBHOOK), told)
    await session.execute(text(MESSAGES), told)
