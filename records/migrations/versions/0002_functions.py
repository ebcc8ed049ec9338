"""The scheme's clock, the trail's one door, and who may do what.

Revision: 0002, after 0001. The trail's tables belong to the owner: the application reads them and appends
through `trail_append` only, which links each entry to the one before by sha256 over a canonical text.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEME_NOW = """
CREATE FUNCTION scheme_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT coalesce((SELECT now FROM practice_clock), clock_timestamp()) $$
"""

TRAIL_APPEND = """
CREATE FUNCTION trail_append(
    p_key text, p_chain text, p_act text, p_person text, p_role text,
    p_at timestamptz, p_received timestamptz, p_rule text, p_facts jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    head trail_head;
    decided timestamptz := scheme_now();
    entry text;
    digest text;
    found_number bigint;
BEGIN
    INSERT INTO trail_head (chain, place, sha256) VALUES (p_chain, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM trail_head WHERE chain = p_chain FOR UPDATE;
    SELECT number INTO found_number FROM trail WHERE key = p_key;
    IF FOUND THEN
        RETURN found_number;
    END IF;
    entry := trail_canonical(p_key, p_chain, head.place + 1, p_act, p_person, p_role, p_at, decided, p_received,
                             p_rule, p_facts);
    digest := trail_digest(head.sha256, entry);
    INSERT INTO trail (key, chain, place, act, person, role, at, decided_at, received_at, rule, facts, canonical,
                       previous_sha256, sha256)
    VALUES (p_key, p_chain, head.place + 1, p_act, p_person, p_role, p_at, decided, p_received, p_rule, p_facts,
            entry, head.sha256, digest)
    RETURNING number INTO found_number;
    UPDATE trail_head SET place = head.place + 1, sha256 = digest WHERE chain = p_chain;
    RETURN found_number;
END
$$
"""

TRAIL_CANONICAL = """
CREATE FUNCTION trail_canonical(
    p_key text, p_chain text, p_place integer, p_act text, p_person text, p_role text,
    p_at timestamptz, p_decided timestamptz, p_received timestamptz, p_rule text, p_facts jsonb
) RETURNS text LANGUAGE sql STABLE SET timezone = 'UTC' AS
$$
    SELECT jsonb_build_object('key', p_key, 'chain', p_chain, 'place', p_place, 'act', p_act, 'person', p_person,
        'role', p_role, 'at', p_at, 'decided', p_decided, 'received', p_received, 'rule', p_rule,
        'facts', p_facts)::text
$$
"""

TRAIL_DIGEST = """
CREATE FUNCTION trail_digest(previous text, entry text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT encode(sha256(convert_to(previous || chr(10) || entry, 'UTF8')), 'hex') $$
"""

GRANTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO ikm_app, ikm_read",
    # What people typed and what was sent is never deleted: only what is replaced or expires.
    "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ikm_app",
    "GRANT DELETE ON deadline, session TO ikm_app",
    "REVOKE ALL ON trail, trail_head, reading, change, house, alembic_version FROM ikm_app",
    "GRANT SELECT ON trail, trail_head, alembic_version TO ikm_app",
    "GRANT SELECT, INSERT ON reading, change, house TO ikm_app",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ikm_app",
    "REVOKE ALL ON SEQUENCE trail_number_seq FROM ikm_app",
    "GRANT EXECUTE ON FUNCTION scheme_now() TO ikm_app, ikm_read",
    "GRANT EXECUTE ON FUNCTION trail_digest(text, text) TO ikm_app, ikm_read",
    "GRANT EXECUTE ON FUNCTION trail_canonical(text, text, integer, text, text, text, timestamptz, timestamptz, "
    "timestamptz, text, jsonb) TO ikm_app, ikm_read",
    "GRANT EXECUTE ON FUNCTION trail_append(text, text, text, text, text, timestamptz, timestamptz, text, jsonb) "
    "TO ikm_app",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ikm_read",
    "REVOKE ALL ON person, session FROM ikm_read",
)


def upgrade() -> None:
    """Create the functions, then the grants."""
    for statement in (SCHEME_NOW, TRAIL_DIGEST, TRAIL_CANONICAL, TRAIL_APPEND, *GRANTS):
        op.execute(statement)
