"""The draft of an audit's report: changes of answers, and photographs.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT ON report_answer, report_photo TO ikm_app",
    "GRANT UPDATE (removed_at, removed_by) ON report_photo TO ikm_app",
    "GRANT SELECT ON report_answer, report_photo TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then the grants."""
    op.create_table(
        "report_answer",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_report_answer_case_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_report_answer")),
        sa.UniqueConstraint("case_id", "item", "revision", name="uq_report_answer_case_id"),
    )
    op.create_table(
        "report_photo",
        sa.Column("photo_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["file_use.file_id"], name=op.f("fk_report_photo_photo_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_report_photo_case_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_report_photo")),
    )
    op.create_index(op.f("ix_report_photo_case_id"), "report_photo", ["case_id"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
