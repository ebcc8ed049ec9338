"""Collective extensions of certificates, and what became of each certificate.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# What was proposed is never changed: what the application may write later is the decision and its outcome.
GRANTS = (
    "GRANT SELECT, INSERT ON extension, extended_certificate TO ikm_app",
    "GRANT UPDATE (decided_by, decided_at, accepted) ON extension TO ikm_app",
    'GRANT UPDATE ("left") ON extended_certificate TO ikm_app',
    "GRANT SELECT ON extension, extended_certificate TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then the grants."""
    op.create_table(
        "extension",
        sa.Column("extension_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("takes_back", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("dairy_id", sa.Text(), nullable=True),
        sa.Column("body_id", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["body_id"], ["inspection_body.body_id"], name=op.f("fk_extension_body_id")),
        sa.ForeignKeyConstraint(["dairy_id"], ["dairy.dairy_id"], name=op.f("fk_extension_dairy_id")),
        sa.ForeignKeyConstraint(["takes_back"], ["extension.extension_id"], name=op.f("fk_extension_takes_back")),
        sa.PrimaryKeyConstraint("extension_id", name=op.f("pk_extension")),
        sa.UniqueConstraint("key", name=op.f("uq_extension_key")),
    )
    op.create_index(op.f("ix_extension_takes_back"), "extension", ["takes_back"], unique=False)
    op.create_table(
        "extended_certificate",
        sa.Column("extension_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("left", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.extension_id"], name=op.f("fk_extended_certificate_extension_id")
        ),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_extended_certificate_farm_id")),
        sa.PrimaryKeyConstraint("extension_id", "number", name=op.f("pk_extended_certificate")),
    )
    op.create_index(op.f("ix_extended_certificate_farm_id"), "extended_certificate", ["farm_id"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
