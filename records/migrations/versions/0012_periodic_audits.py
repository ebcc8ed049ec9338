"""Periodic audits, what they found, ties to farms, and decisions about certificates.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON periodic_audit, finding, tie, certification TO ikm_app",
    "GRANT DELETE ON finding TO ikm_app",
    "GRANT SELECT ON periodic_audit, finding, certification TO ikm_read",
)


def upgrade() -> None:
    """Create the tables, then the grants."""
    op.create_table(
        "periodic_audit",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("choice_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("plan_due", sa.Date(), nullable=False),
        sa.Column("visit_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("auditor", sa.Text(), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_auditor", sa.Text(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("audited_on", sa.Date(), nullable=True),
        sa.Column("surroundings", sa.Text(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_periodic_audit_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_periodic_audit_farm_id")),
        sa.ForeignKeyConstraint(["choice_id"], ["case_file.case_id"], name=op.f("fk_periodic_audit_choice_id")),
        sa.ForeignKeyConstraint(["body"], ["inspection_body.body_id"], name=op.f("fk_periodic_audit_body")),
        sa.ForeignKeyConstraint(["list_id"], ["requirement_list.list_id"], name=op.f("fk_periodic_audit_list_id")),
        sa.ForeignKeyConstraint(["auditor"], ["person.person_id"], name=op.f("fk_periodic_audit_auditor")),
        sa.ForeignKeyConstraint(
            ["follow_up_auditor"], ["person.person_id"], name=op.f("fk_periodic_audit_follow_up_auditor")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_periodic_audit")),
    )
    op.create_index(op.f("ix_periodic_audit_auditor"), "periodic_audit", ["auditor"], unique=False)
    op.create_index(op.f("ix_periodic_audit_body"), "periodic_audit", ["body"], unique=False)
    op.create_index(op.f("ix_periodic_audit_choice_id"), "periodic_audit", ["choice_id"], unique=False)
    op.create_index(op.f("ix_periodic_audit_farm_id"), "periodic_audit", ["farm_id"], unique=False)
    op.create_index(op.f("ix_periodic_audit_state"), "periodic_audit", ["state"], unique=False)
    op.create_index(op.f("ix_periodic_audit_visit_at"), "periodic_audit", ["visit_at"], unique=False)
    op.create_table(
        "finding",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("visual", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["periodic_audit.case_id"], name=op.f("fk_finding_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_due"), "finding", ["due"], unique=False)
    op.create_index(op.f("ix_finding_state"), "finding", ["state"], unique=False)
    op.create_table(
        "tie",
        sa.Column("tie_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_tie_person_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_tie_farm_id")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.person_id"], name=op.f("fk_tie_declared_by")),
        sa.PrimaryKeyConstraint("tie_id", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_farm_id"), "tie", ["farm_id"], unique=False)
    op.create_index(op.f("ix_tie_person_id"), "tie", ["person_id"], unique=False)
    op.create_table(
        "certification",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("audit_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_due", sa.Date(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_certification_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_certification_farm_id")),
        sa.ForeignKeyConstraint(["audit_id"], ["periodic_audit.case_id"], name=op.f("fk_certification_audit_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.person_id"], name=op.f("fk_certification_reviewed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.person_id"], name=op.f("fk_certification_decided_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_certification")),
    )
    op.create_index(op.f("ix_certification_audit_id"), "certification", ["audit_id"], unique=False)
    op.create_index(op.f("ix_certification_farm_id"), "certification", ["farm_id"], unique=False)
    op.create_index(op.f("ix_certification_state"), "certification", ["state"], unique=False)
    for statement in GRANTS:
        op.execute(statement)
