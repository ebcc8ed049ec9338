"""Keys of requests: the same request twice is done once.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GRANTS = ("GRANT SELECT, INSERT, DELETE ON request_key TO ikm_app", "GRANT SELECT ON request_key TO ikm_read")


def upgrade() -> None:
    """Create the table, then the grants."""
    op.create_table(
        "request_key",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_request_key_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_request_key")),
    )
    op.create_index(op.f("ix_request_key_at"), "request_key", ["at"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
