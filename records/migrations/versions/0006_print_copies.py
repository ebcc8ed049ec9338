"""Letters that were printed again: which sheets a copy of a batch holds, and which of them replace damaged ones.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GRANTS = ("GRANT SELECT, INSERT ON print_copy TO ikm_app", "GRANT SELECT ON print_copy TO ikm_read")


def upgrade() -> None:
    """Create the table, then the grants."""
    op.create_table(
        "print_copy",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("letter_key", sa.Text(), nullable=False),
        sa.Column("damaged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batch.batch_id"], name=op.f("fk_print_copy_batch_id")),
        sa.ForeignKeyConstraint(["letter_key"], ["letter.letter_key"], name=op.f("fk_print_copy_letter_key")),
        sa.PrimaryKeyConstraint("batch_id", "letter_key", name=op.f("pk_print_copy")),
    )
    op.create_index(op.f("ix_print_copy_letter_key"), "print_copy", ["letter_key"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
