"""How Alembic meets the record: the engine is handed in by `models.migrations.upgrade`."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

import models.records  # noqa: F401  every table is known

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
