"""A decision that was recorded by mistake is taken back and stays in the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.records.columns import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gate_answer", sa.Column("taken_back_at", Moment(), nullable=True))
