"""What is looked up has an index: words without their blanks, and what a later choice or letter replaces.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, which PostgreSQL itself keeps true to the words, and the indexes."""
    joined = sa.Computed("replace(words, ' '::text, ''::text)", persisted=True)
    op.add_column("farm_search", sa.Column("joined", sa.Text(), joined, nullable=False))
    op.create_index(
        "ix_farm_search_joined", "farm_search", ["joined"], postgresql_using="gin",
        postgresql_ops={"joined": "gin_trgm_ops"},
    )  # fmt: skip
    for table in ("choice", "letter"):
        op.create_index(f"ix_{table}_replaces", table, ["replaces"])
