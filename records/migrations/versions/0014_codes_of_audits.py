"""The version of an audit's code, which a letter to a wrong address revokes, and of a person's calendar address.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the first version is 1."""
    op.add_column("periodic_audit", sa.Column("code_version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("person", sa.Column("calendar_version", sa.Integer(), server_default="1", nullable=False))
