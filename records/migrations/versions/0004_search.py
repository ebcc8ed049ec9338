"""Farms are found by any number, by name, place or dairy, accents and typing errors forgiven.

Revision: 0004, after 0003. `farm_search` is written by triggers alone, so that no door can forget it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PLAIN = """
CREATE FUNCTION plain(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = public, pg_temp AS
$$ SELECT lower(unaccent('public.unaccent'::regdictionary, given)) $$
"""
# Letters and digits of each number, and an enterprise number without its BE as well.
TIGHT = """
CREATE FUNCTION tight(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT upper(regexp_replace(given, '[^0-9A-Za-z]', '', 'g')) $$
"""
# The values of one statement's farms, in one statement: an import of thousands pays once.
WRITE = """
CREATE FUNCTION farm_search_write(farms text[]) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$
    INSERT INTO farm_search (farm_id, words, numbers)
    SELECT f.farm_id,
        plain(concat_ws(' ', f.name, f.holder, f.city, f.postcode, f.site_city, d.name)),
        ' ' || concat_ws(' ', tight(f.farm_id), tight(f.enterprise_number), tight(f.herd_number),
            tight(f.establishment_unit), tight(f.certificate_number), tight(f.supplier_number),
            (SELECT string_agg(DISTINCT tight(i.value), ' ') FROM identifier i WHERE i.farm_id = f.farm_id)) || ' '
    FROM farm f LEFT JOIN dairy d USING (dairy_id) WHERE f.farm_id = ANY(farms)
    ON CONFLICT (farm_id) DO UPDATE SET words = excluded.words, numbers = excluded.numbers
$$
"""
TOUCHED = """
CREATE FUNCTION farm_search_touched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$
BEGIN
    PERFORM farm_search_write(array_agg(DISTINCT farm_id)) FROM touched;
    RETURN NULL;
END
$$
"""
DAIRY_TOUCHED = """
CREATE FUNCTION farm_search_dairy_touched() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$
BEGIN
    PERFORM farm_search_write(array_agg(f.farm_id)) FROM farm f JOIN touched t USING (dairy_id);
    RETURN NULL;
END
$$
"""
TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_search_{event.lower()} AFTER {event} ON {table} "
    f"REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    for table, event, function in (
        ("farm", "INSERT", "farm_search_touched"),
        ("farm", "UPDATE", "farm_search_touched"),
        ("identifier", "INSERT", "farm_search_touched"),
        ("identifier", "UPDATE", "farm_search_touched"),
        ("dairy", "UPDATE", "farm_search_dairy_touched"),
    )
)
GRANTS = (
    "REVOKE ALL ON FUNCTION plain(text), tight(text), farm_search_write(text[]), farm_search_touched(), "
    "farm_search_dairy_touched() FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION plain(text), tight(text) TO ikm_app, ikm_read",
    "GRANT SELECT ON farm_search TO ikm_app",
)


def upgrade() -> None:
    """Extensions, functions, the table, its triggers; farms that are there already are brought in."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.create_table(
        "farm_search",
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_farm_search_farm_id")),
        sa.PrimaryKeyConstraint("farm_id", name=op.f("pk_farm_search")),
    )
    for column in ("words", "numbers"):
        op.create_index(
            f"ix_farm_search_{column}",
            "farm_search",
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
        )
    for statement in (PLAIN, TIGHT, WRITE, TOUCHED, DAIRY_TOUCHED, *TRIGGERS, *GRANTS):
        op.execute(statement)
    op.execute("SELECT farm_search_write(array_agg(farm_id)) FROM farm HAVING count(*) > 0")
