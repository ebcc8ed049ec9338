"""`ikm trail verify` and `ikm user add`."""

from typing import Any

from sqlalchemy import Row, text
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.open import opened
from commands.say import fail, say, tell
from records.farm import InspectionBody
from records.password import SHORTEST_PASSWORD
from records.queries.person import find_by_sign_in_name
from records.weak_password import weak
from records.welcoming import welcome
from scheme.people import Role

# Every entry: the text it should have, the link it should have, and that its chain has no gap; then the heads;
# then every case: its latest step must stand in the trail, so that a chain cannot be gone altogether.
_BROKEN = text("""
WITH links AS (
    SELECT t.*, lag(sha256, 1, repeat('0', 64)) OVER w AS before, row_number() OVER w AS expected_place
    FROM trail t WINDOW w AS (PARTITION BY chain ORDER BY place))
SELECT chain, place FROM links
WHERE place <> expected_place OR previous_sha256 <> before OR sha256 <> trail_digest(before, canonical)
   OR canonical <> trail_canonical(key, chain, place, act, person, role, at, decided_at, received_at, rule, facts)
UNION ALL
SELECT h.chain, h.place FROM trail_head h
LEFT JOIN trail t ON t.chain = h.chain AND t.place = h.place AND t.sha256 = h.sha256 WHERE t.key IS NULL
UNION ALL
SELECT coalesce(c.farm_id, 'house'), c.revision FROM case_file c
WHERE NOT EXISTS (SELECT 1 FROM trail t WHERE t.key = c.case_id || '#' || c.revision)
ORDER BY chain, place LIMIT 1
""")
# One figure for the whole trail up to an entry: the end of each chain at that moment, hashed together.
_SEAL = text("""
SELECT encode(sha256(convert_to(coalesce(string_agg(chain || ' ' || place || ' ' || sha256, E'\\n'
       ORDER BY chain COLLATE "C"), ''), 'UTF8')), 'hex')
FROM (SELECT DISTINCT ON (chain) chain, place, sha256 FROM trail WHERE number <= :upto
      ORDER BY chain, place DESC) ends
""")
_COUNT = text("SELECT count(*), count(DISTINCT chain), coalesce(max(number), 0) FROM trail")


async def broken_link(session: AsyncSession) -> Row[Any] | None:
    """Chain and place of the first entry that does not hold; None when every one does."""
    return (await session.execute(_BROKEN)).first()


async def verify(*, json: bool, upto: int | None = None) -> None:
    """Recompute every link, and the seal up to an entry (the latest, unless told)."""
    async with opened() as house, house.sessions() as session:
        broken = await broken_link(session)
        entries, chains, latest = (await session.execute(_COUNT)).one()
        seal = (await session.execute(_SEAL, {"upto": upto or latest})).scalar_one()
    if json:
        place = None if broken is None else f"{broken.chain}:{broken.place}"
        tell(
            {
                "entries": entries,
                "chains": chains,
                "broken": place,
                "upto": upto or latest,
                "seal": seal,
                "ok": broken is None,
            }
        )
    if broken is not None:
        fail(f"The chain {broken.chain} is broken at entry {broken.place}.")
    say(f"{entries} entries in {chains} chains: every link holds. Seal up to {upto or latest}: {seal}")


async def add_user(sign_in_name: str, role: str, name: str, password: str, body: str | None) -> None:
    """Add a person with the next free number."""
    if role not in {known.value for known in Role} - {Role.FARMER.value, Role.HOUSE.value}:
        fail(f"{role} is not a role of people who sign in.")
    if len(password) < SHORTEST_PASSWORD:
        fail(f"A password has at least {SHORTEST_PASSWORD} characters.")
    if weak(password, (sign_in_name, name)):
        fail("Somebody would try this password among the first: choose other words.")
    if (Role(role) in {Role.PLANNER, Role.AUDITOR}) != (body is not None):
        fail("Planners and auditors belong to an inspection body (--body B-01); others belong to none.")
    async with opened() as house, house.sessions.begin() as session:
        if await find_by_sign_in_name(session, sign_in_name) is not None:
            fail(f"Somebody signs in as {sign_in_name} already.")
        if body is not None and await session.get(InspectionBody, body) is None:
            fail(f"There is no inspection body {body}.")
        person = await welcome(session, sign_in_name, name, Role(role), body, password)
    say(f"{person} may sign in as {sign_in_name}.")
