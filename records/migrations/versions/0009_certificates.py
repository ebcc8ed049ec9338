"""Certificates: what was issued, each version of the document, each turn of the status.

Revision: 0009, after 0008. What was said is never changed: certificates and turns can only be added, and of a version
only its making is noted, once; a trigger refuses the rest to everybody, the owner included.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION certificate_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_TABLE_NAME = 'certificate_version' AND TG_OP = 'UPDATE' AND OLD.signed IS NULL
        AND (OLD.number, OLD.version, OLD.from_day, OLD.why, OLD.words, OLD.written_at)
            = (NEW.number, NEW.version, NEW.from_day, NEW.why, NEW.words, NEW.written_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what a certificate says is never changed: write a new version, or a turn of its status';
END
$$
"""
KEPT = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION certificate_is_kept()
"""
TABLES = ("certificate", "certificate_version", "certificate_status")
GRANTS = (
    "REVOKE ALL ON FUNCTION certificate_is_kept() FROM PUBLIC",
    "GRANT SELECT, INSERT ON certificate, certificate_version, certificate_status TO ikm_app",
    "GRANT UPDATE (next_attempt_at, attempts, trouble, made_at, unsigned_sha256, signed_sha256, signed)"
    " ON certificate_version TO ikm_app",
    "GRANT SELECT ON certificate, certificate_version, certificate_status TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then what keeps them, then the grants."""
    op.create_table(
        "certificate",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_certificate_farm_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["case_file.case_id"], name=op.f("fk_certificate_issued_by")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certificate")),
        sa.UniqueConstraint("issued_by", name=op.f("uq_certificate_issued_by")),
    )
    op.create_index(op.f("ix_certificate_farm_id"), "certificate", ["farm_id"], unique=False)
    op.create_table(
        "certificate_version",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsigned_sha256", sa.Text(), nullable=True),
        sa.Column("signed_sha256", sa.Text(), nullable=True),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name=op.f("fk_certificate_version_number")),
        sa.PrimaryKeyConstraint("number", "version", name=op.f("pk_certificate_version")),
    )
    op.create_index(
        op.f("ix_certificate_version_next_attempt_at"), "certificate_version", ["next_attempt_at"], unique=False
    )
    op.create_table(
        "certificate_status",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("valid_until_before", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_certificate_status_case_id")),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name=op.f("fk_certificate_status_number")),
        sa.PrimaryKeyConstraint("number", "place", name=op.f("pk_certificate_status")),
    )
    # Whoever holds a certificate of before the house began finds it by its number too.
    op.create_index(op.f("ix_farm_certificate_number"), "farm", ["certificate_number"], unique=False)
    op.execute(REFUSE)
    for table in TABLES:
        op.execute(KEPT.format(table=table))
    for statement in GRANTS:
        op.execute(statement)
