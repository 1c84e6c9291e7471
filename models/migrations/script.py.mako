"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.records.columns import Moment

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise NotImplementedError("the record is not taken back; restore a copy instead")
