"""Takeovers of farms, and what was decided about their certificates.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON farm_change TO ikm_app",
    "GRANT SELECT ON farm_change TO ikm_read",
)


def upgrade() -> None:
    """Create the table, then the grants."""
    op.create_table(
        "farm_change",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("decide_due", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_farm_change_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_farm_change_farm_id")),
        sa.ForeignKeyConstraint(["body"], ["inspection_body.body_id"], name=op.f("fk_farm_change_body")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.person_id"], name=op.f("fk_farm_change_asked_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.person_id"], name=op.f("fk_farm_change_reviewed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.person_id"], name=op.f("fk_farm_change_decided_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_farm_change")),
    )
    op.create_index(op.f("ix_farm_change_farm_id"), "farm_change", ["farm_id"], unique=False)
    op.create_index(op.f("ix_farm_change_state"), "farm_change", ["state"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
