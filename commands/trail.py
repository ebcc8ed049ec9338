"""`ikm trail verify` and `ikm user add`."""

from sqlalchemy import text

from commands.open import opened
from commands.say import fail, say, tell
from records.farm import InspectionBody
from records.password import SHORTEST_PASSWORD
from records.queries.person import find_by_sign_in_name
from records.queries.trail_link import broken_link
from records.weak_password import weak
from records.welcoming import welcome
from scheme.people import Role

# One figure for the whole trail up to an entry: the end of each chain at that moment, hashed together.
_SEAL = text("""
SELECT encode(sha256(convert_to(coalesce(string_agg(chain || ' ' || place || ' ' || sha256, E'\\n'
       ORDER BY chain COLLATE "C"), ''), 'UTF8')), 'hex')
FROM (SELECT DISTINCT ON (chain) chain, place, sha256 FROM trail WHERE number <= :upto
      ORDER BY chain, place DESC) ends
""")
_COUNT = text("SELECT count(*), count(DISTINCT chain), coalesce(max(number), 0) FROM trail")


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
