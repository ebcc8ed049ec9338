"""Wrong passwords are counted by account and place alone: what an account counted by itself is gone.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the account's own counter; find failures on an account as quickly as those from a place."""
    op.drop_column("person", "failures")
    op.drop_column("person", "locked_until")
    op.create_index("ix_sign_in_failure_sign_in_name_at", "sign_in_failure", ["sign_in_name", "at"], unique=False)
