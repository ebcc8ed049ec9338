"""Alembic's environment: one connection as the owner, lock and statement time-outs, one transaction per migration."""

from alembic import context
from sqlalchemy import create_engine, pool, text
from sqlmodel import SQLModel

import records.audit_report
import records.case
import records.certificate
import records.dairy_told
import records.extension
import records.farm
import records.farm_changed
import records.house
import records.letter
import records.periodic_audit
import records.person
import records.register_upload
import records.request_key
import records.requirement_list
import records.status_change
import records.stored_file
import records.submission
import records.task
import records.trail
import records.webhook  # the imports fill SQLModel.metadata


def run() -> None:
    """Run the migrations on the URL that records.migrate hands over."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SET statement_timeout = '60s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
