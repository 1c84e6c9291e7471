"""What a consideration's own page says of it: how often the case was considered, who referred it, what was decided.

What is alleged, and when the incident became known, stand on no page (F-01): only in the record and in
the panel's pack.
"""

from __future__ import annotations

from models.records.considerations import KIND, decided, recommended, referrals_of, round_of
from models.records.database import Session
from models.records.processes import Process, anchors_of
from models.rulebook import RuleBook
from models.rules.outcomes import SPOKEN
from models.rules.spoken import and_joined, spoken
from reports.markdown_pieces import escaped, upper_first


def how_it_came(session: Session, book: RuleBook, process: Process) -> list[tuple[str, str]]:
    """Name and words of each fact; none for a process of another kind."""
    if process.kind != KIND:
        return []
    known, referrals = anchors_of(session, process.id or 0), referrals_of(session, process)
    names = {key: each.name for key, each in book.board.agencies.items()}
    by = [
        f"{escaped(names.get(each.agency or '', 'somebody outside the list'))}, received on {spoken(each.received_on)}"
        for each in referrals
    ]
    facts = [
        ("Round", f"{round_of(session, process)}"),
        ("Referred by", and_joined(by)),
        ("Notified on", spoken(known["notification"]) if "notification" in known else ""),
    ]
    recommendation, decision = recommended(session, process), decided(session, process)
    if recommendation is not None:
        facts.append(("The panel recommends", upper_first(SPOKEN[recommendation])))
    if decision is not None:
        facts.append(("Decided", upper_first(SPOKEN[decision])))
    return facts
