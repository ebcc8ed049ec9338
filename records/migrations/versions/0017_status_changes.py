"""Suspension, lifting and withdrawal of certificates by decision.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON status_change TO ikm_app",
    "GRANT SELECT ON status_change TO ikm_read",
)


def upgrade() -> None:
    """Create the table, then the grants."""
    op.create_table(
        "status_change",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("decide_due", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("advice", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_status_change_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_status_change_farm_id")),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name=op.f("fk_status_change_number")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.person_id"], name=op.f("fk_status_change_asked_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.person_id"], name=op.f("fk_status_change_reviewed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.person_id"], name=op.f("fk_status_change_decided_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_status_change")),
    )
    op.create_index(op.f("ix_status_change_farm_id"), "status_change", ["farm_id"], unique=False)
    op.create_index(op.f("ix_status_change_number"), "status_change", ["number"], unique=False)
    op.create_index(op.f("ix_status_change_state"), "status_change", ["state"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
