"""Dairies hear of their suppliers: what each was told last, and mails that go to a dairy instead of a person.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON dairy_watch, dairy_told TO ikm_app",
    "GRANT SELECT ON dairy_watch, dairy_told TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, open the mails to dairies, then the grants."""
    op.create_table(
        "dairy_watch",
        sa.Column("dairy_id", sa.Text(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["dairy_id"], ["dairy.dairy_id"], name=op.f("fk_dairy_watch_dairy_id")),
        sa.PrimaryKeyConstraint("dairy_id", name=op.f("pk_dairy_watch")),
    )
    op.create_table(
        "dairy_told",
        sa.Column("dairy_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["dairy_id"], ["dairy.dairy_id"], name=op.f("fk_dairy_told_dairy_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_dairy_told_farm_id")),
        sa.PrimaryKeyConstraint("dairy_id", "farm_id", name=op.f("pk_dairy_told")),
    )
    op.alter_column("staff_mail", "person_id", nullable=True)
    op.add_column("staff_mail", sa.Column("dairy_id", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_staff_mail_dairy_id"), "staff_mail", "dairy", ["dairy_id"], ["dairy_id"])
    op.create_index(op.f("ix_staff_mail_dairy_id"), "staff_mail", ["dairy_id"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
