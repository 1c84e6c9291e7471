"""An index of the few deadlines by which an agency names a new author: each morning round asks for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    which = sa.text("slot LIKE 'author_again:%'")
    op.create_index("deadline_author_again", "deadline", ["board_id"], sqlite_where=which, postgresql_where=which)
