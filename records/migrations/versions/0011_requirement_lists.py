"""Lists of requirements, each an edition of the lastenboek or its correction.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# A list that was kept is never changed: what the application may write later is the decision alone.
GRANTS = (
    "GRANT SELECT, INSERT ON requirement_list, requirement TO ikm_app",
    "GRANT UPDATE (decided_by, decided_at, accepted) ON requirement_list TO ikm_app",
    "GRANT SELECT ON requirement_list, requirement TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then the grants."""
    op.create_table(
        "requirement_list",
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("in_force", sa.Date(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("modules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["replaces"], ["requirement_list.list_id"], name=op.f("fk_requirement_list_replaces")),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_requirement_list")),
        sa.UniqueConstraint("key", name=op.f("uq_requirement_list_key")),
    )
    op.create_table(
        "requirement",
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("visual", sa.Boolean(), nullable=False),
        sa.Column("text_nl", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_de", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["requirement_list.list_id"], name=op.f("fk_requirement_list_id")),
        sa.PrimaryKeyConstraint("list_id", "number", name=op.f("pk_requirement")),
    )
    for statement in GRANTS:
        op.execute(statement)
