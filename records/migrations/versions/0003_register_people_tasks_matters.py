"""The register for real life, people's accounts, tasks, matters that ran before.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "absence, column_mapping, dairy, identifier, matter, proposal, register_upload, saved_filter, sign_in_failure, "
    "staff_mail, task"
)
GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE ON {TABLES} TO ikm_app",
    # Real time passes: old failures to sign in say nothing any more.
    "GRANT DELETE ON sign_in_failure TO ikm_app",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ikm_app",
    "REVOKE ALL ON SEQUENCE trail_number_seq FROM ikm_app",
    "GRANT SELECT ON dairy, identifier, matter, proposal, task TO ikm_read",
)


def upgrade() -> None:  # noqa: PLR0915  # one statement per table
    """Create the tables and columns, then the grants."""
    op.create_table(
        "column_mapping",
        sa.Column("header_sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("header_sha256", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "dairy",
        sa.Column("dairy_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("dairy_id", name=op.f("pk_dairy")),
    )
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_name"), "proposal", ["name"], unique=False)
    op.create_table(
        "register_upload",
        sa.Column("upload_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("report", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("committed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_register_upload")),
    )
    op.create_index(op.f("ix_register_upload_sha256"), "register_upload", ["sha256"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sign_in_failure")),
    )
    op.create_index("ix_sign_in_failure_address_at", "sign_in_failure", ["address", "at"], unique=False)
    op.create_table(
        "absence",
        sa.Column("absence_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=False),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_absence_person_id")),
        sa.ForeignKeyConstraint(["substitute"], ["person.person_id"], name=op.f("fk_absence_substitute")),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id"), "absence", ["person_id"], unique=False)
    op.create_index(op.f("ix_absence_substitute"), "absence", ["substitute"], unique=False)
    op.create_table(
        "identifier",
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_identifier_farm_id")),
        sa.PrimaryKeyConstraint("farm_id", "kind", "valid_from", name=op.f("pk_identifier")),
    )
    op.create_index(op.f("ix_identifier_value"), "identifier", ["value"], unique=False)
    op.create_table(
        "saved_filter",
        sa.Column("filter_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_saved_filter_person_id")),
        sa.PrimaryKeyConstraint("filter_id", name=op.f("pk_saved_filter")),
    )
    op.create_index(op.f("ix_saved_filter_person_id"), "saved_filter", ["person_id"], unique=False)
    op.create_table(
        "staff_mail",
        sa.Column("mail_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("smtp_reply", sa.Text(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_staff_mail_person_id")),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_staff_mail")),
    )
    op.create_index(op.f("ix_staff_mail_person_id"), "staff_mail", ["person_id"], unique=False)
    op.create_index(op.f("ix_staff_mail_state"), "staff_mail", ["state"], unique=False)
    op.create_table(
        "task",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("farm_id", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["inspection_body.body_id"], name=op.f("fk_task_body_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_task_farm_id")),
        sa.ForeignKeyConstraint(["person"], ["person.person_id"], name=op.f("fk_task_person")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_case_id"), "task", ["case_id"], unique=False)
    op.create_index(op.f("ix_task_farm_id"), "task", ["farm_id"], unique=False)
    op.create_index(op.f("ix_task_kind"), "task", ["kind"], unique=False)
    op.create_index(
        "ix_task_open", "task", ["role", "due_on"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(op.f("ix_task_person"), "task", ["person"], unique=False)
    op.create_table(
        "matter",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("farm_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["inspection_body.body_id"], name=op.f("fk_matter_body")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.case_id"], name=op.f("fk_matter_case_id")),
        sa.ForeignKeyConstraint(["farm_id"], ["farm.farm_id"], name=op.f("fk_matter_farm_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_matter")),
    )
    op.create_index(op.f("ix_matter_farm_id"), "matter", ["farm_id"], unique=False)
    op.create_index(op.f("ix_matter_kind"), "matter", ["kind"], unique=False)
    op.create_index(op.f("ix_matter_state"), "matter", ["state"], unique=False)
    op.add_column("choice", sa.Column("replaces", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_choice_replaces"), "choice", "choice", ["replaces"], ["case_id"])
    op.add_column("farm", sa.Column("site_street", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("site_postcode", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("site_city", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("establishment_unit", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("dairy_id", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("supplier_number", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("vet_name", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("vet_email", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("vet_substitute", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("certification_body", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("last_audit_on", sa.Date(), nullable=True))
    op.add_column("farm", sa.Column("last_audit_edition", sa.Text(), nullable=True))
    op.add_column("farm", sa.Column("last_audit_hygiene", sa.Integer(), nullable=True))
    op.add_column("farm", sa.Column("last_audit_findings", sa.Integer(), nullable=True))
    op.add_column("farm", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.create_index(op.f("ix_farm_dairy_id"), "farm", ["dairy_id"], unique=False)
    op.create_foreign_key(op.f("fk_farm_dairy_id"), "farm", "dairy", ["dairy_id"], ["dairy_id"])
    op.add_column("hold", sa.Column("held_by", sa.Text(), nullable=True))
    op.add_column("hold", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("inspection_body", sa.Column("accreditation", sa.Text(), nullable=True))
    op.add_column(
        "inspection_body",
        sa.Column(
            "scope", postgresql.JSONB(astext_type=sa.Text()), server_default='["17020", "G-040-C"]', nullable=False
        ),
    )
    op.add_column("inspection_body", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("inspection_body", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column("inspection_body", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("letter", sa.Column("replaces", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_letter_replaces"), "letter", "letter", ["replaces"], ["letter_key"])
    op.add_column("person", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("totp_sealed", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("totp_last_step", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("digest", sa.Text(), server_default="never", nullable=False))
    op.add_column("person", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("print_batch", sa.Column("reprint_of", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_print_batch_reprint_of"), "print_batch", "print_batch", ["reprint_of"], ["batch_id"])
    op.add_column("session", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("agent", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("complete", sa.Boolean(), server_default="true", nullable=False))
    for statement in GRANTS:
        op.execute(statement)
