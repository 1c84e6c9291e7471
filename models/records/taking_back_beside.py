"""What was decided beside the stages of a review is taken back: a waiver, more time, a pause, the panel's reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from models.records.asks import GateAnswer
from models.records.boards import Agency, Contact
from models.records.chasing import (
    BY_MISTAKE,
    deadline_in,
    deadlines_of,
    move_deadline,
    reopen_deadline,
    set_day,
    weigh_standstill,
)
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import Extension, ExtensionState, Pause, pause_in_force
from models.records.history import History
from models.records.moving import agencies_in_scope, plan_of, planned_anew
from models.records.processes import Process
from models.records.returns import put_return_back, return_of
from models.records.taking_back import (
    LaterFirst,
    Mistake,
    NotWholly,
    TakenBack,
    as_before,
    not_owed,
    taken_back_by,
)
from models.records.unsaid import Letters, never_put_to, never_said
from models.rulebook import RuleBook
from models.rules.returns import ReturnState

Told = set[tuple[int, date]]

INSISTS_ON_NOTHING_OWED = "plan-handover"
ENDS_THE_CHECK = "sign-off"  # of the draft for accuracy
DATES_MOVED = ("event moved", "clock goes on")


def confirmation(mistake: Mistake) -> Letters:
    """The letter that confirmed the decision to the person in whose name it stands."""
    return Letters("decision_recorded", f":{mistake.answer.history_seq}")


# --- a waiver -----------------------------------------------------------------------------------------------------


@taken_back_by("waive")
def _wanted_all_the_same(session: Session, book: RuleBook, process: Process, mistake: Mistake) -> TakenBack:
    """What was waived is owed again by its date, or by the one that the others have by now; a request for more time
    that it had overtaken waits for its decision again."""
    waived = _still_waived(session, process, mistake)
    kinds = {each.kind for each in waived}
    for each in mistake.later:
        if each.gate == INSISTS_ON_NOTHING_OWED or (each.gate == ENDS_THE_CHECK and "accuracy" in kinds):
            raise LaterFirst(each)
    _returns_wanted(session, process, mistake)
    told, dates = (
        never_said(session, process, [confirmation(mistake)], BY_MISTAKE),
        defaultdict[int, list[Deadline]](list),
    )
    moved = any(row.deed in DATES_MOVED for row in mistake.rows)
    plan = plan_of(session, book, process) if moved else None
    for deadline in waived:
        went = never_said(session, process, [Letters("not_wanted", f":{deadline.id}:{deadline.arming}")], BY_MISTAKE)
        _ask_again(session, book, process, mistake, deadline)
        due = planned_anew(plan, deadline) if plan is not None else None
        reopen_deadline(session, book, process, deadline, BY_MISTAKE, due)
        for contact_id, _ in went:
            dates[contact_id].append(deadline)
        told |= went
    return TakenBack(sorted(told), waived, dates)


def _still_waived(session: Session, process: Process, mistake: Mistake) -> list[Deadline]:
    """What the decision has waived and nobody has waived again since, of agencies that still take part."""
    last = {str(row.facts["slot"]): row.seq for row in mistake.rows if row.deed == "deadline waived"}
    taking_part = {None, *(each.id for each in agencies_in_scope(session, process))}
    found = [
        deadline_in(session, process, str(row.facts["slot"]))
        for row in mistake.came_by("deadline waived")
        if last[str(row.facts["slot"])] == row.seq
    ]
    return [
        each
        for each in found
        if each is not None and each.state is DeadlineState.WAIVED and each.agency_id in taking_part
    ]


def _returns_wanted(session: Session, process: Process, mistake: Mistake) -> None:
    for row, agency in _moved_returns(session, process, mistake):
        if row.facts["to"] == ReturnState.WITHDRAWN and _stands_there(session, process, agency, row):
            put_return_back(session, process, agency, ReturnState(row.facts["from"]), BY_MISTAKE)


def _ask_again(session: Session, book: RuleBook, process: Process, mistake: Mistake, deadline: Deadline) -> None:
    """The request for more time that the decision had settled waits for an answer."""
    slot = f"more_time:{deadline.slot}"
    if slot not in _met_by(mistake):
        return
    question = select(Extension).where(
        Extension.deadline_id == deadline.id, Extension.state == ExtensionState.OVERTAKEN
    )
    asked = session.exec(question.order_by(col(Extension.id).desc())).first()
    if asked is not None:
        _undecided(session, asked)
        _owed_again(session, book, process, slot)


# --- more time ----------------------------------------------------------------------------------------------------


@taken_back_by("more-time")
def _no_more_time(session: Session, book: RuleBook, process: Process, mistake: Mistake) -> TakenBack:
    """The earlier date is back. A request that had been made before waits for its decision; one that was recorded with
    the decision is gone with it."""
    row = next(iter(mistake.came_by("more time granted", "more time not granted")), None)
    extension = session.get(Extension, row.facts.get("extension", 0)) if row is not None else None
    if row is None or extension is None:
        raise NotWholly(mistake.answer)
    deadline = session.get_one(Deadline, extension.deadline_id)
    moves = [each for each in mistake.came_by("deadline moved") if each.facts["slot"] == deadline.slot]
    _insist_on_unmoved(session, process, mistake, moves)
    told = never_said(
        session, process,
        [Letters("more_time_decided", f":{extension.id}"), Letters("delay_told", f":extension:{extension.id}")],
        BY_MISTAKE,
    )  # fmt: skip
    never_put_to(session, process, f"board:{process.id}:", f":extension:{extension.id}")
    if extension.state is ExtensionState.GRANTED:
        deadline.extensions = max(deadline.extensions - 1, 0)
    slot = f"more_time:{deadline.slot}"
    if slot in _met_by(mistake):
        _undecided(session, extension)
        _owed_again(session, book, process, slot)
    else:
        session.delete(extension)
        session.flush()
    _dates_back(session, book, process, moves)
    weigh_standstill(session, book, process, deadline)
    dates = {contact_id: [deadline] for contact_id, _ in told} if moves and deadline.state is DeadlineState.OPEN else {}
    return TakenBack(sorted(told | never_said(session, process, [confirmation(mistake)], BY_MISTAKE)), (), dates)


# --- a pause ------------------------------------------------------------------------------------------------------


@taken_back_by("pause")
def _no_pause(session: Session, book: RuleBook, process: Process, mistake: Mistake) -> TakenBack:
    """A pause that was none ends as if it had not been; one that had not ended yet goes on."""
    row = next(iter(mistake.came_by("clock stopped", "clock goes on")), None)
    pause = session.get(Pause, row.facts.get("pause", 0)) if row is not None else None
    if row is None or pause is None:
        raise NotWholly(mistake.answer)
    if row.deed == "clock stopped":
        return _never_stopped(session, book, process, mistake, pause)
    return _stands_still_again(session, book, process, mistake, pause)


def _never_stopped(
    session: Session, book: RuleBook, process: Process, mistake: Mistake, pause: Pause
) -> TakenBack:  # fmt: skip
    if pause.ended_on is not None:
        raise LaterFirst(next(each for each in reversed(mistake.later) if each.gate == "pause"))
    written = never_said(session, process, [Letters("clock_stopped", f":{pause.id}")], BY_MISTAKE)
    never_put_to(session, process, f"board:{process.id}:", f":paused:{pause.id}")
    not_owed(session, process, f"pause:{pause.id}")
    session.delete(pause)
    session.flush()
    owed = deadlines_of(session, process, only_open=True)
    for deadline in owed:
        weigh_standstill(session, book, process, deadline)
    told = written | never_said(session, process, [confirmation(mistake)], BY_MISTAKE)
    return TakenBack(sorted(told), (), _of_each(session, written, owed))


def _stands_still_again(
    session: Session, book: RuleBook, process: Process, mistake: Mistake, pause: Pause
) -> TakenBack:  # fmt: skip
    if pause_in_force(session, process) is not None:
        raise LaterFirst(next(each for each in reversed(mistake.later) if each.gate == "pause"))
    moves = mistake.came_by("deadline moved")
    _insist_on_unmoved(session, process, mistake, moves)
    pause.ended_on = None
    session.add(pause)
    session.flush()
    _dates_back(session, book, process, moves)
    _owed_again(session, book, process, f"pause:{pause.id}")
    for deadline in deadlines_of(session, process, only_open=True):
        weigh_standstill(session, book, process, deadline)
    letters = [confirmation(mistake), Letters("clock_goes_on", f":{pause.id}")]
    return TakenBack(sorted(never_said(session, process, letters, BY_MISTAKE)))


def _of_each(session: Session, told: Told, owed: Sequence[Deadline]) -> Mapping[int, Sequence[Deadline]]:
    """What each of them owes, by contact."""
    dates = {}
    for contact_id, _ in told:
        contact = session.get_one(Contact, contact_id)
        dates[contact_id] = [
            each for each in owed if (each.owner_role, each.agency_id) == (contact.role, contact.agency_id)
        ]
    return dates


# --- the panel's reading of returns -------------------------------------------------------------------------------


@taken_back_by("panel-read")
def _not_read(session: Session, book: RuleBook, process: Process, mistake: Mistake) -> TakenBack:
    """The returns are with the panel again, and what the reading had asked for is not owed."""
    moved = _moved_returns(session, process, mistake)
    if mistake.came_by("deadline reopened") or not all(_stands_there(session, process, of, row) for row, of in moved):
        raise NotWholly(mistake.answer)
    letters = [confirmation(mistake)]
    for row, agency in moved:
        handed_in = return_of(session, process, agency).handed_in
        letters += [
            Letters("return_accepted", f":{agency.key}:{role}:{handed_in}") for role in ("agency_lead", "imr_author")
        ]
        final = deadline_in(session, process, f"imr_final:{agency.key}")
        letters += [Letters("panel_questions", f":{final.id}:{final.arming}")] if final is not None else []
        put_return_back(session, process, agency, ReturnState(row.facts["from"]), BY_MISTAKE)
    told = never_said(session, process, letters, BY_MISTAKE)
    for row in mistake.came_by("deadline opened"):
        told |= not_owed(session, process, str(row.facts["slot"]))
    for row in mistake.came_by("deadline ended", "deadline met"):
        _owed_again(session, book, process, str(row.facts["slot"]))
    return TakenBack(sorted(told))


# --- shared -------------------------------------------------------------------------------------------------------


def _met_by(mistake: Mistake) -> Collection[str]:
    """The slots of what came to be met with the decision."""
    return {str(row.facts["slot"]) for row in mistake.came_by("deadline met")}


def _undecided(session: Session, asked: Extension) -> None:
    asked.state, asked.decided_on, asked.capacity, asked.new_due_on = ExtensionState.ASKED, None, "", None
    session.add(asked)
    session.flush()


def _owed_again(session: Session, book: RuleBook, process: Process, slot: str) -> None:
    deadline = deadline_in(session, process, slot)
    if deadline is not None and deadline.state is not DeadlineState.OPEN:
        reopen_deadline(session, book, process, deadline, BY_MISTAKE)


def _insist_on_unmoved(session: Session, process: Process, mistake: Mistake, moves: Iterable[History]) -> None:
    """What the decision has moved has not been moved again since; otherwise what moved it comes first."""
    for move in moves:
        slot = move.facts["slot"]
        deadline = deadline_in(session, process, slot)
        if deadline is None or deadline.due_on == date.fromisoformat(move.facts["to"]):
            continue
        again = [row.seq for row in mistake.rows if row.deed == "deadline moved" and row.facts["slot"] == slot]
        raise mistake.in_the_way(_last_before(mistake, again[-1]))


def _last_before(mistake: Mistake, seq: int) -> GateAnswer:
    return next((each for each in mistake.later if each.history_seq < seq), mistake.answer)


def _dates_back(session: Session, book: RuleBook, process: Process, moves: Iterable[History]) -> None:
    """What was moved has the date from before; what is not owed any more has it without being chased."""
    for move in moves:
        deadline = deadline_in(session, process, move.facts["slot"])
        if deadline is None:
            continue
        due = as_before(session, book, process, deadline, date.fromisoformat(move.facts["from"]))
        if deadline.state is DeadlineState.OPEN:
            move_deadline(session, book, process, deadline, due, BY_MISTAKE)
        else:
            set_day(session, process, deadline, due, BY_MISTAKE)


def _moved_returns(session: Session, process: Process, mistake: Mistake) -> list[tuple[History, Agency]]:
    rows = mistake.came_by("return moved")
    question = select(Agency).where(
        Agency.board_id == process.board_id, col(Agency.key).in_([row.facts["agency"] for row in rows])
    )
    known = {each.key: each for each in session.exec(question).all()}
    return [(row, known[row.facts["agency"]]) for row in rows if row.facts["agency"] in known]


def _stands_there(session: Session, process: Process, agency: Agency, row: History) -> bool:
    return bool(return_of(session, process, agency).state.value == row.facts["to"])
