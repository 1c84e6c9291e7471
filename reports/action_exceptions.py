"""The exception report for the monitoring committee: what is late, why, who was told, and what is to be decided.

It is for the committee alone, as it holds what owners have typed; it names agencies and roles, never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.records.action_lists import Listed
from models.records.action_words import Typed, typed_of
from models.rules.actions import ActionState
from models.rules.spoken import spoken
from models.rules.working_days import working_days_between
from reports.action_charts import late_by_age, open_by_agency, shown
from reports.action_view import (
    MONITORING,
    View,
    by_agency,
    called,
    comes_from,
    document,
    due_words,
    heard_words,
    late_words,
    owner_words,
    said_words,
    stands,
    times,
)
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph, Table, titled

KIND = "action-exceptions"
EXTENSIONS_OF_THE_COMMITTEE = 2  # B.10: the third is for the Board (D: default, to be confirmed by the board)
FOR_THE_COMMITTEE = "For the committee alone: it holds words of the owners. Not to be passed on or published."
TO_DECIDE = "☐ explained ☐ new date ☐ to the Chair ☐ closed"
LATE = ("Action", "Due", "Late", "Reason and last word of the owner", "Who was told, and when", "The committee decides")
SHARES = (6, 5, 3, 6, 7, 4)
NOT_TAKEN = ("Action", "Agency", "Owner", "To be accepted by", "Where it stands")
WAITS = ("Action", "Agency", "Said to be done", "To be checked by", "Late")
TO_CLOSE = ("Action", "Agency", "Evidence checked", "Said to be done", "The committee decides")
NO_OWNER = ("Action", "Agency", "Due", "Where it stands")


def acceptance_late(view: View) -> list[Listed]:
    """Actions that their owners should have accepted by now, and those that were not accepted."""
    return [
        each for each in view.rows
        if each.state is ActionState.NOT_ACCEPTED or ((due := each.due("accepted")) is not None and due < view.day)
    ]  # fmt: skip


def evidence_late(view: View) -> list[Listed]:
    """Actions that are said to be done and whose evidence should have been checked by now."""
    return [
        each for each in view.rows
        if each.state is ActionState.CLAIMED and (due := each.due("evidence")) is not None and due < view.day
    ]  # fmt: skip


def to_be_closed(view: View) -> list[Listed]:
    """Actions whose evidence was checked: the committee closes them or has them go on."""
    return [each for each in view.rows if each.state is ActionState.CHECKED]


def without_owner(view: View) -> list[Listed]:
    """Actions under way for which nobody is named."""
    return [each for each in view.standing if not each.has_owner]


def exception_report(view: View) -> Document:
    """The report as the record stands."""
    typed = typed_of(view.session, view.board.id or 0, (), view.process)
    blocks = [
        Paragraph(FOR_THE_COMMITTEE, strong=True), Facts(tuple(_about(view))), *_asked(view), *_pictures(view),
        *_late(view, typed), *_acceptance(view), *_evidence(view), *_to_close(view), *_vacant(view),
    ]  # fmt: skip
    return document(view, f"Exception report on actions {view.whose}", blocks, wide=True)


def to_decide(row: Listed) -> str:
    """What the committee may decide on a late action; further time that is not the committee's says so."""
    if row.extensions < EXTENSIONS_OF_THE_COMMITTEE:
        return TO_DECIDE
    return f"{TO_DECIDE}. Another day was set {times(row.extensions)}: a further one is for the Board"


def reason_words(row: Listed, typed: Typed) -> str:
    """The last word of the owner with the reason that was typed, or that there is none."""
    words = heard_words(row, typed.said_of(row))
    return words if row.heard is None or typed.said_of(row) else f"{words}; no reason was given"


def _about(view: View) -> list[tuple[str, str]]:
    late = view.late
    standing = view.standing
    worst = f", the longest {late_words(late[0])}" if late else ""
    return [
        ("For", view.committee(MONITORING)),
        ("Actions that are open", f"{len(standing)}"),
        ("Of them late", f"{len(late)}{worst}"),
        ("Agencies with late actions", f"{len({each.agency for each in late})}"),
        ("Beyond this committee already", f"{sum(each.is_beyond_committee for each in late)}"),
    ]


def _asked(view: View) -> list[Block]:
    wanted: tuple[tuple[Callable[[View], Sequence[Listed]], str], ...] = (
        (lambda it: it.late, "late: explained, a new date, to the Independent Chair, or closed"),
        (acceptance_late, "not accepted in time or at all: another owner, or to be insisted on"),
        (evidence_late, "said to be done and waiting too long for a check of the evidence: who checks it"),
        (to_be_closed, "with checked evidence: closed, or to go on"),
        (without_owner, "for which nobody is named: the agency names an owner"),
    )
    entries = [f"{len(found)} {words}." for find, words in wanted if (found := find(view))]
    return [
        Heading("What the committee is asked to decide"),
        Listing(tuple(entries)) if entries else Paragraph("Nothing: no action is late, and nothing waits."),
    ]


def _pictures(view: View) -> list[Block]:
    if not view.late:
        return []
    return [*shown(open_by_agency(view)), *shown(late_by_age(view))]


def _late(view: View, typed: Typed) -> list[Block]:
    if not view.late:
        return [Heading("Late actions"), Paragraph("No action is late.")]
    blocks: list[Block] = [Heading("Late actions by agency")]
    for name, rows in by_agency(view.late):
        cells = tuple(
            (
                f"{called(row)} ({row.action.priority.value} priority; {comes_from(row)})",
                due_words(row), late_words(row), reason_words(row, typed), said_words(row), to_decide(row),
            )
            for row in rows
        )  # fmt: skip
        blocks += [Heading(f"{name} ({len(rows)})", 2), Table(LATE, cells, SHARES)]
    return blocks


def _acceptance(view: View) -> list[Block]:
    rows = [
        (called(each), each.agency, owner_words(each), _day(each, "accepted"), stands(each))
        for each in acceptance_late(view)
    ]
    return titled(
        "Not accepted in time", NOT_TAKEN, rows, "Every action that is due to be was accepted.", (7, 4, 3, 4, 5)
    )


def _evidence(view: View) -> list[Block]:
    rows = [
        (
            called(each), each.agency, spoken(each.action.claimed_on or each.action.since_on), _day(each, "evidence"),
            f"{working_days_between(each.due('evidence') or view.day, view.day, view.book.calendar)} working days",
        )
        for each in evidence_late(view)
    ]  # fmt: skip
    return titled("Said to be done, evidence not checked in time", WAITS, rows, "None.", (7, 4, 4, 4, 3))


def _to_close(view: View) -> list[Block]:
    rows = [
        (
            called(each), each.agency, spoken(each.came("evidence") or each.action.since_on),
            spoken(each.action.claimed_on) if each.action.claimed_on else "", "☐ closed ☐ goes on",
        )
        for each in to_be_closed(view)
    ]  # fmt: skip
    return titled("Evidence checked, to be closed", TO_CLOSE, rows, "None.", (7, 4, 4, 4, 4))


def _vacant(view: View) -> list[Block]:
    rows = [(called(each), each.agency, due_words(each), stands(each)) for each in without_owner(view)]
    return titled("Nobody is named as owner", NO_OWNER, rows, "Every action that is open has an owner.", (7, 4, 5, 5))


def _day(row: Listed, kind: str) -> str:
    due = row.due(kind)
    return spoken(due) if due else ""
