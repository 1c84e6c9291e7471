"""What the returns of a tranche come to: by standard, by sector, since the last tranche, and how far grades drifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.rules.audit_returns import AuditState
from models.rules.audits import GradedBy


@dataclass(frozen=True)
class Returned:
    """One agency of a tranche, as analysis and papers look at it; grades are those of standards, by their keys."""

    agency: str  # its key
    name: str
    sector: str  # its key; "" where none is set
    cohort: str  # "" where the tranche has one alone
    state: AuditState
    due_on: date | None  # None where nothing was ever owed
    came_on: date | None  # on which its return came first
    version: str  # of the tool that it answered
    grades: Mapping[GradedBy, Mapping[str, str]]
    before: Mapping[str, str]  # what was settled last time, under today's standards
    unchanged: frozenset[str] = frozenset()  # standards whose answers were carried forward
    good_practice: frozenset[str] = frozenset()  # standards for which the agency offers good practice
    actions: Mapping[str, int] | None = None  # agreed actions for each standard

    @property
    def settled(self) -> Mapping[str, str]:
        """The grades that count: moderated, else the reader's, else the agency's own, standard by standard."""
        return {
            **self.grades.get(GradedBy.SELF, {}),
            **self.grades.get(GradedBy.READER, {}),
            **self.grades.get(GradedBy.MODERATED, {}),
        }
