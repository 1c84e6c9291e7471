"""Where an agency's return of a self-assessment audit may stand, and where it may go from there (B.5, D)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AuditState(StrEnum):
    """Where the return of one agency stands in its tranche."""

    INVITED = "invited"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    IN = "in"
    QUERIED = "queried"
    CHECKED = "checked"
    READ = "read"
    MODERATED = "moderated"
    FINAL = "final"  # an end
    LEFT = "left"  # an end: the agency closed, was split or takes part no longer


PLAIN_AUDIT_STATE: Mapping[AuditState, str] = {
    AuditState.INVITED: "invited, its lead to be named",
    AuditState.SENT: "workbook sent",
    AuditState.ACKNOWLEDGED: "receipt of the workbook confirmed",
    AuditState.IN: "return in, to be checked",
    AuditState.QUERIED: "queries put to the agency",
    AuditState.CHECKED: "complete, to be read",
    AuditState.READ: "read, to be challenged",
    AuditState.MODERATED: "moderated, final return to come",
    AuditState.FINAL: "final",
    AuditState.LEFT: "takes part no longer",
}
HAS_RETURNED = frozenset(
    {AuditState.IN, AuditState.QUERIED, AuditState.CHECKED, AuditState.READ, AuditState.MODERATED, AuditState.FINAL}
)
_ORDER = tuple(AuditState)


class IllegalAuditMove(Exception):
    """A return cannot go there from where it stands."""


def audit_moved(state: AuditState, to: AuditState) -> bool:
    """True when the return reaches `to` now, false when it stands there or further. Raises IllegalAuditMove.

    It goes forward, over what was left out; a return that comes again goes back to being in until it is final, and
    whoever has left stays so until the agency is invited again.
    """
    if state is to:
        return False
    if state is AuditState.LEFT:
        if to is AuditState.INVITED:
            return True
        raise IllegalAuditMove("the agency takes part no longer")
    if to is AuditState.LEFT:
        return True
    if to is AuditState.IN and state in HAS_RETURNED:
        if state is AuditState.FINAL:
            raise IllegalAuditMove("the return is final")
        return True
    return _ORDER.index(to) > _ORDER.index(state)
