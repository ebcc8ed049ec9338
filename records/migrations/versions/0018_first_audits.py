"""First audits: the day of a farm's application, and the last day on which its audit should be held.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; choices and audits of before have neither day."""
    op.add_column("choice", sa.Column("applied_on", sa.Date(), nullable=True))
    op.add_column("periodic_audit", sa.Column("held_by", sa.Date(), nullable=True))
