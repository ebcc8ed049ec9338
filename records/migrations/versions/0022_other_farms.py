"""The other farm of what happened to one: that which was merged into it.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what happened before concerned one farm."""
    op.add_column("farm_change", sa.Column("other_farm", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_farm_change_other_farm"), "farm_change", "farm", ["other_farm"], ["farm_id"])
    op.create_index(op.f("ix_farm_change_other_farm"), "farm_change", ["other_farm"], unique=False)
