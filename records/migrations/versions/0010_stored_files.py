"""Files that people send: content once by its hash, and what each was sent for.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT ON stored_file, file_use TO ikm_app",
    "GRANT UPDATE (content, size, scan_state, scan_reply, scanned_at, next_scan_at) ON stored_file TO ikm_app",
    "GRANT SELECT (sha256, media_type, size, first_stored_at, scan_state, scanned_at) ON stored_file TO ikm_read",
    "GRANT SELECT ON file_use TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then the grants."""
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("first_stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan_state", sa.Text(), nullable=False),
        sa.Column("scan_reply", sa.Text(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_scan_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_index(
        "ix_stored_file_unscanned", "stored_file", ["next_scan_at"],
        postgresql_where=sa.text("scan_state = 'unscanned'"),
    )  # fmt: skip
    op.create_table(
        "file_use",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sent_sha256", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_file_use_sha256")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_file_use_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_file_use_farm_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.submission_id"], name=op.f("fk_file_use_submission_id")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_use")),
    )
    for column in ("sha256", "case_id", "farm_id", "submission_id"):
        op.create_index(op.f(f"ix_file_use_{column}"), "file_use", [column], unique=False)
    for statement in GRANTS:
        op.execute(statement)
