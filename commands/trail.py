"""`ikm trail verify` and `ikm user add`."""

from sqlalchemy import text

from commands.open import opened
from commands.say import fail, say, tell
from records.clock import now
from records.queries.person import add_person
from records.trailing import HOUSE_CHAIN, append
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import THE_HOUSE, Role
from scheme.step import Act

# Every entry: the text it should have, the link it should have, and that its chain has no gap; then the heads.
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
ORDER BY chain, place LIMIT 1
""")
_COUNT = text("SELECT count(*), count(DISTINCT chain) FROM trail")


async def verify(*, json: bool) -> None:
    """Recompute every link."""
    async with opened() as house, house.sessions() as session:
        broken = (await session.execute(_BROKEN)).first()
        entries, chains = (await session.execute(_COUNT)).one()
    if json:
        place = None if broken is None else f"{broken.chain}:{broken.place}"
        tell({"entries": entries, "chains": chains, "broken": place, "ok": broken is None})
    if broken is not None:
        fail(f"The chain {broken.chain} is broken at entry {broken.place}.")
    say(f"{entries} entries in {chains} chains: every link holds.")


async def add_user(sign_in_name: str, role: str, name: str, password: str, body: str | None) -> None:
    """Add a person with the next free number."""
    if role not in {known.value for known in Role} - {Role.FARMER.value, Role.HOUSE.value}:
        fail(f"{role} is not a role of people who sign in.")
    async with opened() as house, house.sessions.begin() as session:
        number = (await session.execute(text("SELECT count(*) + 1 FROM person"))).scalar_one()
        person = PersonId(f"P-{number:04}")
        await add_person(session, person, sign_in_name, name, Role(role), body, Language.NL, password)
        at = await now(session)
        facts = {"about": person, "role": role}
        await append(
            session,
            key=f"person:{person}",
            chain=HOUSE_CHAIN,
            act=Act.PERSON_ADDED,
            actor=THE_HOUSE,
            at=at,
            facts=facts,
        )
    say(f"{person} may sign in as {sign_in_name}.")
