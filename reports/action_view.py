"""What all papers on actions have in common: the actions of a board or of one plan on a day, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from config import clock
from models.records.action_lists import BEYOND, BY_TASK, Listed, Place, Said, listed_actions
from models.records.boards import Board
from models.records.database import Session
from models.records.opening import desk_ref
from models.records.processes import Process, process_by_ref
from models.records.said import TO_FOLDER, TRIAL
from models.rulebook import RuleBook
from models.rules.actions import PLAIN, ActionState
from models.rules.processes import KINDS
from models.rules.spoken import lower_first, spoken
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document
from reports.paper_words import CALLS

MONITORING, BOARD = "monitoring", "board"
NO_MAIL = {
    BY_TASK: "a task for the office",
    TO_FOLDER: "mail written to the folder only",
    TRIAL: "trial mode, to the office only",
}
JUDGEMENTS = {
    "no-evidence": "no evidence of change",
    "process-changed": "process changed",
    "practice-changed": "practice changed",
    "outcomes-changed": "outcomes changed",
}
NO_WORD, VACANT, NOTHING_TYPED = "No word yet", "nobody is named", "no reason given"


@dataclass(frozen=True)
class View:
    """What a paper looks at."""

    session: Session
    book: RuleBook
    board: Board
    process: Process | None  # the one plan, None for the whole board
    day: date
    rows: Sequence[Listed]

    @property
    def late(self) -> list[Listed]:
        """The actions that are late, the latest first."""
        return sorted((each for each in self.rows if each.is_late), key=lambda one: (-one.days_late, one.place))

    @property
    def standing(self) -> list[Listed]:
        """The actions that are approved and have not come to an end."""
        return [each for each in self.rows if each.is_open]

    @property
    def by_place(self) -> Mapping[Place, Listed]:
        """The actions by where they are found."""
        return {each.place: each for each in self.rows}

    @property
    def whose(self) -> str:
        """Of what the paper is: "of Barking & Dagenham SCB", "of CR-7Q4M Rowan"."""
        return f"of {self.process.spoken_ref if self.process else self.board.name}"

    def committee(self, purpose: str) -> str:
        """A committee with the next day on which it meets, where the board has set one: "the PLQA on Tuesday ..."."""
        name, meets_on = self.book.committee_name(purpose), self.book.next_meeting(purpose, self.day)
        return f"{name} on {spoken(meets_on)}" if meets_on else name


def view_of(
    session: Session, book: RuleBook, board: Board, day: date, process: Process | None = None
) -> View:  # fmt: skip
    """The actions of the board, or of one plan, as the record has them on that day."""
    return View(session, book, board, process, day, listed_actions(session, book, board.id or 0, day, process))


def document(view: View, title: str, blocks: Sequence[Block], *, wide: bool = False) -> Document:
    """The paper with the head of the journal that it stands on: of the plan, or of the board's desk."""
    process = view.process or process_by_ref(view.session, desk_ref(view.board.key))
    reference = view.process.spoken_ref if view.process else f"desk of {view.board.name}"
    return Document(title, reference, view.board.name, process.history_head, clock.now(), tuple(blocks), wide)


def by_agency(rows: Sequence[Listed]) -> Iterator[tuple[str, list[Listed]]]:
    """The actions of each agency, the agencies by name, in the order in which they were."""
    for name, each in groupby(sorted(rows, key=lambda one: one.agency), key=lambda one: one.agency):
        yield name, list(each)


def by_plan(rows: Sequence[Listed]) -> Iterator[tuple[str, list[Listed]]]:
    """The actions of each plan under what it is called, the oldest plan first."""
    for _, each in groupby(sorted(rows, key=lambda one: one.place), key=lambda one: one.action.process_id):
        found = list(each)
        yield f"{found[0].spoken_ref}, {comes_from(found[0])}", found


def comes_from(row: Listed) -> str:
    """What the plan comes of, in words."""
    if not row.parent_kind:
        return "a plan of its own"
    return f"from {row.parent_ref}, {lower_first(KINDS[row.parent_kind].title)}"


def called(row: Listed) -> str:
    """The action with the reference of its plan and its title, which is approved as naming nobody."""
    return f"{numbered(row)}: {row.action.title}"


def numbered(row: Listed) -> str:
    """The action by reference and number alone, as pages name it."""
    return f"{row.spoken_ref}, action {row.action.number}"


def stands(row: Listed) -> str:
    """Where it stands, with more time that is asked for."""
    words = upper_first(PLAIN[row.state])
    return f"{words}; more time is asked for and not decided" if row.waits_for_more_time else words


def due_words(row: Listed) -> str:
    """The day by which it is due, and what was approved where that is another."""
    if row.holds_on == row.action.due_on:
        return spoken(row.holds_on)
    moved = f"; another day was set {times(row.extensions)}" if row.extensions else ""
    return f"{spoken(row.holds_on)} (approved for {spoken(row.action.due_on)}{moved})"


def late_words(row: Listed) -> str:
    """How late it is; "" where it is not."""
    if not row.is_late:
        return ""
    return working_days(row.days_late) if row.days_late else "since the last working day"


def heard_words(row: Listed, typed: str = "") -> str:
    """The last word about it, with what was typed where that may stand."""
    if row.heard is None:
        return NO_WORD
    words = f"{upper_first(CALLS[row.heard.outcome])}, {spoken(row.heard.on)}"
    return f"{words}: “{typed}”" if typed else words


def said_words(row: Listed, *, late_only: bool = True) -> str:
    """Who was told and when, in the words of its ladder."""
    told = [_one_said(each) for each in row.said if each.is_late or not late_only]
    if told:
        return upper_first("; ".join(told))
    return "Nobody, as more time is asked for" if row.waits_for_more_time else "Nobody yet"


def beyond_words(row: Listed) -> str:
    """Who beyond the monitoring committee was told and when, in the words of its ladder."""
    return upper_first("; ".join(_one_said(each) for each in row.said if each.is_late and each.role in BEYOND))


def owner_words(row: Listed) -> str:
    """Whether somebody is named as its owner; never who."""
    return "named" if row.has_owner else VACANT


def judgement_words(code: str) -> str:
    """What an action was seen to have changed, in words."""
    return JUDGEMENTS.get(code, code.replace("-", " ").replace("_", " "))


def state_counts(rows: Sequence[Listed], states: Sequence[ActionState] = tuple(ActionState)) -> list[tuple[str, int]]:
    """How many stand where, in words; where none stands is left out."""
    found = [(upper_first(PLAIN[state]), sum(each.state is state for each in rows)) for state in states]
    return [(words, count) for words, count in found if count]


def working_days(count: int) -> str:
    """So many working days, in words."""
    return f"{count} working day{'' if count == 1 else 's'}"


def times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _one_said(said: Said) -> str:
    when = f", {spoken(said.on)}" if said.on else ""
    how = f" ({NO_MAIL[said.how]})" if said.how else ""
    return f"{said.words}{when}{how}"
