"""Column types that keep the record honest: aware moments, choices with a check."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware on the way in and on the way out.

    Raises ValueError for a naive moment.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(values: type[StrEnum], length: int = 32) -> Enum:
    """A column of one of `values`, stored by value with a check that the database keeps."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=f"is_a_{values.__name__.lower()}",
        values_callable=lambda members: [member.value for member in members],
    )


Facts = dict[str, Any]
